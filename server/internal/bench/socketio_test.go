package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPartThatThereIsNotIsAnErrorThatNamesThoseThereAre(t *testing.T) {
	for _, only := range []string{"", "socketio", "server", "server:fanout1000"} {
		require.NoError(t, Bench{Only: only}.check(), only)
	}
	require.EqualError(t, Bench{Only: "socket"}.check(), `there is no part "socket" to measure; there are saves, pages, events, faults, swaps, server, transports, socketio`)
	require.ErrorContains(t, Bench{Only: "saves:one"}.check(), "no part")
	require.ErrorContains(t, Bench{Only: "server:fan"}.check(), `there is no row "fan" to measure; there are fanout100, fanout1000`)
	require.ErrorContains(t, Bench{Servers: []string{"node"}}.check(), `there is no server "node" to measure; there are ws, socket.io, limit`)
}

func TestAPackageIsWeighedWithWhatItDependsUpon(t *testing.T) {
	dir := t.TempDir()
	size := 0
	for name, about := range map[string]string{
		"a": `{"version":"1.2.3","dependencies":{"b":"1","@c/d":"1"}}`, "b": `{"version":"9","dependencies":{"a":"1"}}`, "@c/d": `{}`, "else": `{}`,
	} {
		path := filepath.Join(dir, filepath.FromSlash(name), "package.json")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(about), 0o644))
		if name != "else" {
			size += len(about)
		}
	}
	w, err := installed(dir, "a")
	require.NoError(t, err)
	require.Equal(t, weight{"1.2.3", 3, size}, w)
}

// plain are figures where a client of Socket.IO costs as much and does as much as is usual.
func plain() findings {
	at := func(ms ...float64) (m moments) {
		for i := range ms {
			m = append(m, &ms[i])
		}
		return m
	}
	var f findings
	f.Away, f.Never = 5, 10_000
	f.Connecting.Took = of[moments]{at(4), at(20), at(20)}
	f.Connecting.Requests = of[int]{1, 6, 6}
	f.Offered = of[[]string]{[]string{"acks"}, []string{"acks", "bytes"}, []string{"acks", "bytes"}}
	f.Cuts.Took, f.Blocked, f.Silence = of[moments]{moments{nil}, at(900), at(900)}, of[moments]{moments{nil}, at(20), at(20)}, of[moments]{moments{nil}, at(1300), at(1300)}
	f.Talking.Up = of[int]{46, 33, 440}
	f.wsLines, f.ioLines = 300, 1900
	one := func(memory float64) burden {
		return burden{delivery: []float64{20}, connect: []float64{400}, memory: []float64{memory}, beat: []float64{100}}
	}
	f.loads = of[burden]{one(30), one(45), one(50)}
	return f
}

func TestEachRowOfTheModulesTableIsJudgedByItsFigures(t *testing.T) {
	f := plain()
	require.Equal(t, qualified, f.minimal().verdict)
	require.Contains(t, f.minimal().why, "but acks are the server's and work with both: the protocol adds bytes")
	require.Equal(t, qualified, f.clientSide().verdict)
	require.Equal(t, qualified, f.light().verdict)
	require.Contains(t, f.light().why, "is lighter (33 B beside 46 B)")
	require.Equal(t, confirmed, f.connections().verdict)
	require.Contains(t, f.connections().why, "takes 1.5 × the memory")
}

func TestOtherFiguresGiveOtherVerdicts(t *testing.T) {
	f := plain()
	f.Cuts.Took.IO = moments{nil}
	require.Equal(t, wrong, f.light().verdict, "a client that does not come back is not robust")
	f = plain()
	f.Cuts.Heard.IO, f.loads.IO.delivery = 5, []float64{30}
	require.Equal(t, confirmed, f.light().verdict)
	f.loads.IO.memory, f.loads.Polling.memory = []float64{30}, []float64{30}
	require.Equal(t, wrong, f.connections().verdict)
	f.loads.Polling.memory = []float64{60}
	require.Equal(t, qualified, f.connections().verdict)
	f.Connecting.Requests.IO = 1
	require.Equal(t, wrong, f.minimal().verdict)
}

func TestWhatDidNotHappenIsSaidAndHasNoTime(t *testing.T) {
	ms := 900.0
	r := recovered("back", of[moments]{moments{nil}, moments{&ms, &ms}, moments{&ms, nil}}, "not in 10s")
	require.Equal(t, compared{"back", 2, "not in 10s (n = 1)", "900ms (900ms–900ms)", "not in 10s"}, r)
}

func TestTheTableHasEachRowOfTheModuleWithItsVerdict(t *testing.T) {
	var out strings.Builder
	printClaims(&out, "node v20", []claim{{"Light", "Robust", []compared{{"an event", 3, "46 B", "33 B", "440 B"}}, qualified, "it depends"}})
	require.Contains(t, out.String(), "node v20")
	require.Contains(t, out.String(), "\nLight | Robust: QUALIFIED\n  an event    3  46 B  33 B       440 B\n  → it depends\n")
}

package load

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/bench/baseline"
	"wslab/web/figures"
)

// TestMain makes this program a baseline's, too: servers are processes.
func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "baseline" {
		if err := baseline.Serve(context.Background(), os.Args[2], os.Args[4], os.Stdout); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

func against(t *testing.T, name string) trial {
	program, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	start := func() (*Process, error) { return Start(ctx, t.TempDir(), program, baselineArgs(name)...) }
	return trial{ctx: ctx, start: start, format: raw, budget: 40 * time.Millisecond}
}

func TestEveryKindOfWorkIsMeasured(t *testing.T) {
	for _, name := range []string{"hub", "chat", "limit"} {
		for what, measure := range map[string]func(trial) (float64, error){
			"one under way":  func(t trial) (float64, error) { return t.fanOut(10, 1) },
			"many under way": func(t trial) (float64, error) { return t.fanOut(10, 64) },
			"some talk":      func(t trial) (float64, error) { return t.talk(10, 3) },
			"requests":       func(t trial) (float64, error) { return t.ask(10) },
			"connecting":     func(t trial) (float64, error) { return t.connect(10) },
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				cost, err := measure(against(t, name))
				require.NoError(t, err)
				require.Positive(t, cost)
			})
		}
	}
}

func TestAServerThatRefusesIsAnError(t *testing.T) {
	refused := against(t, "limit")
	refused.format.path = "/ws"
	_, err := refused.fanOut(10, 1)
	require.ErrorContains(t, err, "the server refused")
	require.NotContains(t, err.Error(), "\n", "one client's is enough")
}

func TestWhoFindsNoPortIsToldWhatToDo(t *testing.T) {
	documentation := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}} // which nobody has
	_, err := raw.dial(t.Context(), "127.0.0.1:1", documentation, 0)
	require.ErrorContains(t, explained(err), "measure again")
	require.ErrorIs(t, explained(err), err)
}

func TestRowsArePrintedAndSavedWithTheirVerdicts(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	var out strings.Builder
	var saved []figures.Row
	b := Bench{Program: program, Dir: t.TempDir(), Out: &out, Only: "fanout100", Servers: []string{"limit", "hub"}, Rounds: 1, Budget: 20 * time.Millisecond}
	require.NoError(t, b.Measure(t.Context(), func(rows ...figures.Row) error {
		saved = append(saved, rows...)
		return nil
	}))
	require.Len(t, saved, 1)
	require.Equal(t, "fanout100", saved[0].Name)
	require.Len(t, saved[0].Bars, 2)
	require.Contains(t, out.String(), "fan-out to 100 clients")
	require.Contains(t, out.String(), "1.00 ×")
}

func TestAGoalIsAShareOfTheLimitOrAnAmount(t *testing.T) {
	p := part{"echo", "echo", "µs", ofLimit(1.1)}
	some := []server{{name: "ws", ours: true}, {name: "socket.io", ours: true}, {name: limit}}
	row := judged(p, some, [][]float64{{10, 11, 30}, {12, 12, 12}, {10, 10, 10}})
	require.Equal(t, figures.Reached, row.Bars[0].Verdict, "the median counts")
	require.Equal(t, figures.Missed, row.Bars[1].Verdict)
	require.Equal(t, "≤ 1.1 × limit", row.Bars[1].Goal)
	require.Empty(t, row.Bars[2].Goal)
	p.goal = most(12)
	row = judged(p, some, [][]float64{{12}, {13}, {1}})
	require.Equal(t, figures.Reached, row.Bars[0].Verdict)
	require.Equal(t, figures.Missed, row.Bars[1].Verdict)
}

func TestWithoutTheLimitAShareOfItIsNotJudged(t *testing.T) {
	row := judged(part{"echo", "echo", "µs", ofLimit(1.1)}, []server{{name: "ws", ours: true}}, [][]float64{{10}})
	require.Equal(t, "≤ 1.1 × limit", row.Bars[0].Goal)
	require.Empty(t, row.Bars[0].Verdict)
}

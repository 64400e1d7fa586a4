package progress_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/course/progress"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestAFactIsAReadableLine(t *testing.T) {
	hint := progress.Fact{Lesson: "connection", Contract: "4f2a9c10d3e8", What: progress.Hint, Number: 2, At: noon}
	require.Equal(t, "connection 4f2a9c10d3e8 hint 2 2026-11-24T12:00:00Z", hint.String())
	require.Equal(t, []progress.Fact{hint}, progress.Parse([]byte(hint.String())).Facts)
}

func TestADamagedLineIsNamedAndTakesNothingFromTheOthers(t *testing.T) {
	log := progress.Parse([]byte("\ufeff# mine\r\na 1 passed 2026-11-24T12:00:00Z\r\na 1 pass\n\na 1 hint x 2026-11-24T12:00:00Z\na 1 danced 2026-11-24T12:00:00Z\nb 2 shown 2026-11-24T12:00:00Z"))
	require.Equal(t, []progress.Line{{Number: 3, Text: "a 1 pass"}, {Number: 5, Text: "a 1 hint x 2026-11-24T12:00:00Z"}, {Number: 6, Text: "a 1 danced 2026-11-24T12:00:00Z"}}, log.Damaged)
	require.Len(t, log.Facts, 2)
	require.True(t, log.State("a", "1").Done)
	require.True(t, log.State("b", "2").Shown)
}

func TestAConflictThatGitLeftIsNoHarm(t *testing.T) {
	log := progress.Parse([]byte("<<<<<<< HEAD\na 1 passed 2026-11-24T12:00:00Z\n||||||| 1a2b\n=======\na 1 hint 2 2026-11-24T12:00:00Z\n>>>>>>> laptop\n"))
	require.Empty(t, log.Damaged)
	require.Equal(t, progress.State{Done: true, Hints: 2}, log.State("a", "1"))
}

func TestAChangedLessonIsNotDoneButWas(t *testing.T) {
	log := progress.Parse([]byte("a 1 passed 2026-11-24T12:00:00Z\na 1 hint 3 2026-11-24T12:00:00Z\n"))
	require.Equal(t, progress.State{Earlier: true}, log.State("a", "2"))
	require.Zero(t, log.State("b", "1"))
}

func TestAnAnswerShownAfterPassingIsNoHelp(t *testing.T) {
	later := "a 1 shown 2026-11-24T12:00:01Z\na 1 passed 2026-11-24T12:00:00Z\n"
	require.Equal(t, progress.State{Done: true}, progress.Parse([]byte(later)).State("a", "1"))
	before := "a 1 shown 2026-11-24T11:59:59Z\na 1 passed 2026-11-24T12:00:00Z\n"
	require.Equal(t, progress.State{Done: true, Shown: true}, progress.Parse([]byte(before)).State("a", "1"))
	require.True(t, progress.Parse([]byte(before+later)).State("a", "1").Shown)
}

// randomFact is of few lessons and moments, so that facts meet.
func randomFact(r *rand.Rand) progress.Fact {
	f := progress.Fact{
		Lesson:   fmt.Sprintf("lesson%d", r.IntN(3)),
		Contract: fmt.Sprintf("%012x", r.IntN(2)),
		What:     []progress.What{progress.Passed, progress.Hint, progress.Shown}[r.IntN(3)],
		At:       noon.Add(time.Duration(r.IntN(5)) * time.Second),
	}
	if f.What == progress.Hint {
		f.Number = 1 + r.IntN(3)
	}
	return f
}

// joined returns the lines of both machines in any order, some twice, with what merging leaves behind.
func joined(r *rand.Rand, lines []string) string {
	for range r.IntN(5) {
		lines = append(lines, lines[r.IntN(len(lines))])
	}
	lines = append(lines, "# a comment", "", "<<<<<<< ours", "=======", ">>>>>>> theirs")
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return strings.Join(lines, []string{"\n", "\r\n"}[r.IntN(2)])
}

func TestTwoFilesJoinedInAnyOrderSayWhatBothSay(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 0))
		var both []progress.Fact
		var lines []string
		said := map[progress.Fact]bool{}
		for range 1 + r.IntN(12) {
			f := randomFact(r)
			both, lines, said[f] = append(both, f), append(lines, f.String()), true
		}
		log := progress.Parse([]byte(joined(r, slices.Clone(lines))))
		require.Empty(t, log.Damaged, "seed %d", seed)
		says := map[progress.Fact]bool{}
		for _, f := range log.Facts {
			says[f] = true
			require.Equal(t, progress.Log{Facts: both}.State(f.Lesson, f.Contract), log.State(f.Lesson, f.Contract), "seed %d", seed)
		}
		require.Equal(t, said, says, "seed %d", seed)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("connection 4f2a9c10d3e8 hint 2 2026-11-24T12:00:00Z\r\n# x\n\n<<<<<<< a\nconnection 4f2a"))
	f.Add([]byte("\ufeffa b passed 2026-11-24T12:00:00.5Z\na b shown 0000-01-01T00:00:00Z\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		log := progress.Parse(text)
		require.LessOrEqual(t, len(log.Facts)+len(log.Damaged), strings.Count(string(text), "\n")+1)
		for _, fact := range log.Facts {
			require.Equal(t, []progress.Fact{fact}, progress.Parse([]byte(fact.String())).Facts, "a fact that was read can be written")
			state := log.State(fact.Lesson, fact.Contract)
			require.GreaterOrEqual(t, state.Hints, fact.Number)
			require.True(t, fact.What != progress.Passed || state.Done)
		}
	})
}

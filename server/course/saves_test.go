package course

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A hasty person saves at random moments, as editors do.
type hasty struct {
	*rand.Rand
	t   *testing.T
	dir string
}

func (h hasty) upTo(d time.Duration) time.Duration { return time.Duration(h.Int64N(int64(d))) }

// saves saves 100 texts, up to pause apart, and returns the last.
func (h hasty) saves(pause time.Duration) (last string) {
	for i := range 100 {
		<-time.After(h.upTo(pause))
		last = fmt.Sprint("text ", i)
		write(h.t, h.dir, last, []string{"write", "rename over", "remove and create"}[h.IntN(3)])
	}
	return last
}

// slow reads the text at some moment of a run that takes up to most, as a compiler does.
func (h hasty) slow(most time.Duration) func(context.Context) (Report, error) {
	return func(ctx context.Context) (Report, error) {
		before, after := h.upTo(most/2), h.upTo(most/2)
		if !wait(ctx, before) {
			return Report{}, ctx.Err()
		}
		text := content(h.dir)
		if !wait(ctx, after) {
			return Report{}, ctx.Err()
		}
		return Report{Verdicts: []Verdict{{Test: text}}}, nil
	}
}

func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func TestOfAHundredSavesAtRandomMomentsTheLastIsJudged(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			dir := t.TempDir()
			write(t, dir, "first", "write")
			h := &heard{}
			saver := hasty{rand.New(rand.NewPCG(seed, 1)), t, dir}
			judges := hasty{rand.New(rand.NewPCG(seed, 2)), t, dir}
			l := &loop{dir: dir, watch: looking, vet: silent, tell: listeners{h}, trials: []trial{
				{Natively, judges.slow(4 * time.Second)}, {InBrowser, judges.slow(8 * time.Second)},
			}}
			ended := make(chan struct{})
			go func() { defer close(ended); l.run(ctx) }()
			last := saver.saves(5 * time.Second)
			<-time.After(time.Minute) // fake time: nothing goes on for so long
			cancel()
			<-ended
			require.Equal(t, []string{"testing native", "tested native", last, "testing browser", "tested browser", last}, h.lines[len(h.lines)-6:], "seed %d", seed)
		})
	}
}

func TestOfAHundredSavesOnARealFileSystemTheLastIsJudged(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dir := t.TempDir()
	write(t, dir, "first", "write")
	h := &heard{judged: make(chan string, 1000)}
	saver := hasty{rand.New(rand.NewPCG(1, 1)), t, dir}
	judges := hasty{rand.New(rand.NewPCG(1, 2)), t, dir}
	l := &loop{dir: dir, watch: listening, vet: silent, tell: listeners{h}, trials: []trial{{Natively, judges.slow(20 * time.Millisecond)}}}
	ended := make(chan struct{})
	go func() { defer close(ended); l.run(ctx) }()
	last := saver.saves(30 * time.Millisecond)
	for judged := ""; judged != last; {
		select {
		case judged = <-h.judged:
		case <-ctx.Done():
			require.Fail(t, "the last save was never judged")
		}
	}
	cancel()
	<-ended
	require.Equal(t, last, h.lines[len(h.lines)-1])
	require.Greater(t, len(h.lines), 10, "some of the others, too")
}

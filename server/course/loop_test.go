package course

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/course/chromium"
)

// heard is a Listener that writes down what it hears; judged it also sends, where somebody listens.
type heard struct {
	lines  []string
	judged chan string
}

func (h *heard) Testing(at Place)            { h.note("testing %s", at) }
func (h *heard) Trouble(at Place, err error) { h.note("trouble %s: %v", at, err) }
func (h *heard) Tested(at Place, r Report) {
	h.note("tested %s", at)
	for _, p := range r.Warnings {
		h.note("warning: %v", p)
	}
	for _, v := range r.Verdicts {
		h.note("%s", v.Test)
		if h.judged != nil {
			h.judged <- v.Test
		}
	}
}

func (h *heard) note(format string, args ...any) {
	h.lines = append(h.lines, fmt.Sprintf(format, args...))
}

// content is what a run of the tests would judge in dir. A file that is not there is a text, too.
func content(dir string) string {
	text, _ := os.ReadFile(filepath.Join(dir, "fixture.go"))
	return string(text)
}

// A judge records what it finds in the folder.
type judge struct {
	dir   string
	found []string
	after func(run int) // what happens while the tests run
}

func (j *judge) judge(context.Context) (Report, error) {
	text := content(j.dir)
	j.found = append(j.found, text)
	j.after(len(j.found))
	return Report{Verdicts: []Verdict{{Test: text}}}, nil
}

// looped runs a loop over a folder with the text "0" for a minute and returns what was judged.
func looped(t *testing.T, after func(dir string, run int)) (found []string) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		dir := t.TempDir()
		write(t, dir, "0", "write")
		j := &judge{dir: dir, after: func(run int) { after(dir, run) }}
		(&loop{dir: dir, watch: looking, trials: []trial{{Natively, j.judge}}, vet: silent, tell: listeners{}}).run(ctx)
		found = j.found
	})
	return found
}

func TestTheAnswerIsJudgedAtOnceAndOnceOnly(t *testing.T) {
	require.Equal(t, []string{"0"}, looped(t, func(string, int) {}))
}

func TestASaveAfterARunIsJudged(t *testing.T) {
	require.Equal(t, []string{"0", "1", "2"}, looped(t, func(dir string, run int) {
		if run < 3 {
			time.AfterFunc(5*time.Second, func() { write(t, dir, fmt.Sprint(run), "rename over") })
		}
	}))
}

func TestASaveDuringARunIsJudged(t *testing.T) {
	require.Equal(t, []string{"0", "1"}, looped(t, func(dir string, run int) {
		if run == 1 {
			write(t, dir, "1", "write")
		}
	}))
}

func TestTheLastOfManySavesDuringARunIsJudged(t *testing.T) {
	require.Equal(t, []string{"0", "9"}, looped(t, func(dir string, run int) {
		for i := range 10 {
			if run == 1 {
				write(t, dir, fmt.Sprint(i), "write")
				time.Sleep(time.Second) // fake time: the watcher sees each
			}
		}
	}))
}

func TestASaveThatIsUndoneDuringARunIsJudgedAgain(t *testing.T) { // the run may have read either text
	found := looped(t, func(dir string, run int) {
		if run == 1 {
			write(t, dir, "1", "write")
			write(t, dir, "0", "write")
			later := time.Now().Add(time.Hour) // or the clock of the files may not have moved on
			require.NoError(t, os.Chtimes(filepath.Join(dir, "fixture.go"), later, later))
		}
	})
	require.Equal(t, []string{"0", "0"}, found)
}

// tried runs a loop that was prepared for a minute and returns what was told.
func tried(t *testing.T, prepare func(*loop)) []string {
	h := &heard{}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		l := &loop{dir: t.TempDir(), watch: looking, vet: silent, tell: listeners{h}}
		write(t, l.dir, "0", "write")
		prepare(l)
		l.run(ctx)
	})
	return h.lines
}

// silent is a vet that finds nothing.
func silent(context.Context) ([]Problem, error) { return nil, nil }

func passes(context.Context) (Report, error) { return Report{}, nil }

func TestTheBrowserComesAfterTheNativeVerdict(t *testing.T) {
	told := tried(t, func(l *loop) { l.trials = []trial{{Natively, passes}, {InBrowser, passes}} })
	require.Equal(t, []string{"testing native", "tested native", "testing browser", "tested browser"}, told)
}

func TestWhatDoesNotCompileIsNotTriedInTheBrowser(t *testing.T) {
	broken := func(context.Context) (Report, error) { return Report{Problems: []Problem{{}}}, nil }
	told := tried(t, func(l *loop) { l.trials = []trial{{Natively, broken}, {InBrowser, passes}} })
	require.Equal(t, []string{"testing native", "tested native"}, told)
}

func TestAWarningIsToldAfterTheVerdictAndBeforeTheBrowser(t *testing.T) {
	told := tried(t, func(l *loop) {
		l.trials = []trial{{Natively, passes}, {InBrowser, passes}}
		l.vet = func(context.Context) ([]Problem, error) { return []Problem{{Message: "a lock is copied"}}, nil }
	})
	require.Equal(t, []string{
		"testing native", "tested native", "tested native", "warning: a lock is copied", "testing browser", "tested browser",
	}, told)
}

func TestAVetThatCannotRunTakesNoVerdictAway(t *testing.T) {
	told := tried(t, func(l *loop) {
		l.trials = []trial{{Natively, passes}, {InBrowser, passes}}
		l.vet = func(context.Context) ([]Problem, error) { return nil, errors.New("no vet") }
	})
	require.Equal(t, []string{"testing native", "tested native", "testing browser", "tested browser"}, told)
}

func TestWhatKeepsTheTestsFromRunningIsTold(t *testing.T) {
	none := func(context.Context) (Report, error) { return Report{}, errors.New("no browser") }
	told := tried(t, func(l *loop) { l.trials = []trial{{Natively, passes}, {InBrowser, none}} })
	require.Equal(t, []string{"testing native", "tested native", "testing browser", "trouble browser: no browser"}, told)
}

func TestThatThereIsNoBrowserIsToldOnce(t *testing.T) {
	told := tried(t, func(l *loop) {
		l.trials = []trial{{Natively, passes}, {InBrowser, func(context.Context) (Report, error) { return Report{}, chromium.ErrMissing }}}
		time.AfterFunc(5*time.Second, func() { write(t, l.dir, "1", "write") })
	})
	require.Equal(t, []string{
		"testing native", "tested native", "testing browser", "trouble browser: " + chromium.ErrMissing.Error(),
		"testing native", "tested native",
	}, told)
}

func TestASaveDoesNotWaitForABrowserThatOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opens := 0
		kept := &keptBrowser{open: func() (*chromium.Browser, error) {
			opens++
			time.Sleep(time.Minute) // fake time
			return nil, errors.New("it does not start")
		}}
		defer kept.close()
		saved, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := kept.get(saved)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
		_, err = kept.get(t.Context())
		require.EqualError(t, err, "it does not start")
		require.Equal(t, 1, opens, "it went on opening")
		_, err = kept.get(t.Context())
		require.Error(t, err)
		require.Equal(t, 2, opens, "what failed is tried again")
	})
}

func TestTheNewestTextIsJudgedOnceMoreOnRequest(t *testing.T) {
	told := tried(t, func(l *loop) {
		again := make(chan struct{})
		l.again, l.trials = again, []trial{{Natively, passes}}
		time.AfterFunc(5*time.Second, func() { again <- struct{}{} })
	})
	require.Equal(t, []string{"testing native", "tested native", "testing native", "tested native"}, told)
}

func TestASaveEndsARunInTheBrowser(t *testing.T) {
	runs := 0
	told := tried(t, func(l *loop) {
		l.trials = []trial{{Natively, passes}, {InBrowser, func(ctx context.Context) (Report, error) {
			if runs++; runs == 1 {
				write(t, l.dir, "1", "rename over")
				<-ctx.Done() // as a page that takes long
				return Report{}, ctx.Err()
			}
			return Report{}, nil
		}}}
	})
	require.Equal(t, []string{
		"testing native", "tested native", "testing browser",
		"testing native", "tested native", "testing browser", "tested browser",
	}, told)
}

func TestARunThatASaveHasOvertakenIsNotTold(t *testing.T) {
	runs := 0
	told := tried(t, func(l *loop) {
		l.trials = []trial{{Natively, func(context.Context) (Report, error) {
			if runs++; runs == 1 {
				write(t, l.dir, "1", "write")
			}
			return Report{}, nil
		}}}
	})
	require.Equal(t, []string{"testing native", "testing native", "tested native"}, told)
}

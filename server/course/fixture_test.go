package course

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

// fixture is the lesson in testdata/clone.
var fixture = lessons.Lesson{Number: 1, Folder: "01-fixture", ID: "fixture", Edit: "fixture.go", Imports: []string{"fmt", "sync"}}

// cloned returns a small clone of the lab: the fixture and this module's dependencies.
func cloned(t *testing.T) Repo {
	t.Helper()
	real, err := FindRepo()
	require.NoError(t, err)
	r := Repo{t.TempDir()}
	require.NoError(t, os.CopyFS(r.Root, os.DirFS(filepath.Join("testdata", "clone"))))
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(real.Path(name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(r.Path(name), text, 0o644))
	}
	return r
}

// answered returns a small clone whose learner has written text in the place of Answer's body.
func answered(t *testing.T, body string) Repo {
	t.Helper()
	r := cloned(t)
	_, _, err := r.Mine(fixture)
	require.NoError(t, err)
	edit(t, r, "\treturn 0\n", body)
	return r
}

// edit replaces a part of the learner's answer.
func edit(t *testing.T, r Repo, before, after string) {
	t.Helper()
	path := filepath.Join(r.mine(fixture), "fixture.go")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), before)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), before, after, 1)), 0o644))
}

func judged(t *testing.T, r Repo) Report {
	t.Helper()
	report, err := r.Native(context.Background(), fixture, Exam{Subject: Mine})
	require.NoError(t, err)
	return report
}

// verdict returns what the report says of a test.
func verdict(t *testing.T, r Report, test string) Verdict {
	t.Helper()
	for _, v := range r.Verdicts {
		if v.Test == test {
			return v
		}
	}
	require.Failf(t, "no verdict", "of %s in %+v", test, r)
	return Verdict{}
}

// sabotaged returns a copy of a Go file whose last function begins with statement, and the line of it.
func sabotaged(t *testing.T, path, statement string) (copied string, line int) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	at := strings.LastIndex(string(text), "\nfunc ") + 1
	at += strings.Index(string(text)[at:], "{\n") + 2
	copied = filepath.Join(t.TempDir(), filepath.Base(path))
	broken := string(text)[:at] + "\t" + statement + "\n" + string(text)[at:]
	require.NoError(t, os.WriteFile(copied, []byte(broken), 0o644))
	return copied, strings.Count(broken[:at], "\n") + 1
}

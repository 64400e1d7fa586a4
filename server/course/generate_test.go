package course

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	template  = "package page\n\ntempl Greeting(name string) {\n\t<p>{ name }</p>\n}\n"
	generated = "web/page/greeting_templ.go"
)

// templated returns a small clone with one template and what is generated from it.
func templated(t *testing.T) Repo {
	t.Helper()
	r := cloned(t)
	require.NoError(t, os.MkdirAll(r.Path("web/page"), 0o755))
	require.NoError(t, os.WriteFile(r.Path("web/page/greeting.templ"), []byte(template), 0o644))
	var out bytes.Buffer
	require.NoError(t, r.Generate(t.Context(), &out), out.String())
	require.FileExists(t, r.Path(generated))
	return r
}

func TestWhatWasGeneratedIsFresh(t *testing.T) {
	require.NoError(t, templated(t).GenerateCheck(t.Context(), t.Output()))
}

func TestAStaleFileIsFoundAndLeftAsItIs(t *testing.T) {
	r := templated(t)
	require.NoError(t, os.WriteFile(r.Path(generated), []byte("package page\n"), 0o644))
	var out bytes.Buffer
	require.ErrorContains(t, r.GenerateCheck(t.Context(), &out), "1 generated files are stale")
	require.Equal(t, generated+" is stale: run ./task generate\n", out.String())
	text, err := os.ReadFile(r.Path(generated))
	require.NoError(t, err)
	require.Equal(t, "package page\n", string(text))
}

func TestAMissingFileIsStale(t *testing.T) {
	r := templated(t)
	require.NoError(t, os.Remove(r.Path(generated)))
	require.Error(t, r.GenerateCheck(t.Context(), t.Output()))
}

func TestAFileWhoseTemplateIsGoneIsFound(t *testing.T) {
	r := templated(t)
	require.NoError(t, copyFile(r.Path(generated), r.Path("web/page/old_templ.go")))
	require.ErrorContains(t, r.GenerateCheck(t.Context(), t.Output()), "web/page/old_templ.go has no template any more")
}

package course

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// printed returns what a stream of go test -json looks like without -json, and what it counts.
func printed(t *testing.T, stream string) (string, counts) {
	t.Helper()
	var out bytes.Buffer
	g := newGotest(&out)
	require.NoError(t, eachEvent(strings.NewReader(stream), g.add))
	return out.String(), g.counts
}

func TestAPassingPackageIsItsClosingLineAlone(t *testing.T) {
	out, n := printed(t, `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- PASS: TestA (0.00s)\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}`)
	require.Equal(t, "ok  \tp\t0.1s\n", out)
	require.Equal(t, counts{passed: 1}, n)
}

func TestAFailingTestIsShownWithItsSubtestsAndCountsOnce(t *testing.T) {
	out, n := printed(t, `
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"one\n"}
{"Action":"output","Package":"p","Test":"TestA/sub","Output":"two\n"}
{"Action":"fail","Package":"p","Test":"TestA/sub"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}`)
	require.Equal(t, "one\ntwo\nFAIL\tp\t0.1s\n", out)
	require.Equal(t, counts{failed: 1}, n)
}

func TestACrashIsShownAndCounted(t *testing.T) {
	out, n := printed(t, `
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: boom\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}`)
	require.Contains(t, out, "panic: boom\n")
	require.Equal(t, counts{failed: 1}, n)
}

func TestAPackageThatDoesNotBuildIsShownAndCounted(t *testing.T) {
	out, n := printed(t, `
{"ImportPath":"p","Action":"build-output","Output":"p.go:1:1: wrong\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p"}`)
	require.Equal(t, "p.go:1:1: wrong\nFAIL\tp [build failed]\n", out)
	require.Equal(t, counts{failed: 1}, n)
}

func TestTheSuiteGoesOnAfterAFailureAndSaysWhatFailed(t *testing.T) {
	var out bytes.Buffer
	passes := func(_ context.Context, g *gotest) error { g.counts.passed = 3; return nil }
	fails := func(context.Context, *gotest) error { return errors.New("no luck") }
	total, err := Suite{Out: &out}.runSteps(t.Context(), []step{{"first", fails}, {"second", passes}})
	require.EqualError(t, err, "failed: first")
	require.Equal(t, "3 passed, 1 failed", total.String())
	require.Contains(t, out.String(), "== first\nFAIL: no luck\n\n== second\n")
}

func TestAPackageRunInABrowserHasAClosingLineToo(t *testing.T) {
	var out bytes.Buffer
	g := newGotest(&out)
	g.where = "(js/wasm in Chromium)"
	require.True(t, g.end("p", counts{}, time.Second, nil))
	require.False(t, g.end("q", g.counts, time.Second, errors.New("no browser")))
	require.Equal(t, "ok  \tp\t(js/wasm in Chromium)\t1.000s\nno browser\nFAIL\tq\t(js/wasm in Chromium)\t1.000s\n", out.String())
	require.Equal(t, counts{failed: 1}, g.counts)
}

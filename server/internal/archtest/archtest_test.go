// Package archtest holds the rules of the house as tests, each with its reason. They ask the go
// command what imports what; run them with -count=1, or the cache hides a broken rule.
package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pkg is what go list says of a package.
type pkg struct {
	ImportPath   string
	Imports      []string // also those of in-package tests
	TestImports  []string
	XTestImports []string
	Deps         []string
}

// list asks for packages as a platform sees them.
func list(t *testing.T, goos, goarch string, patterns ...string) []pkg {
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Imports,Deps,TestImports,XTestImports"}, patterns...)...)
	cmd.Dir = "../../.."
	cmd.Env = append(cmd.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []pkg
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
}

func native(t *testing.T) []pkg { return list(t, "linux", "amd64", "wslab/...") }

// within reports whether a package is root or below it.
func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func TestTheCoreKnowsNoNetworkNoProcessesAndNoBrowser(t *testing.T) {
	const reason = "so that one gateway runs natively, in the sandbox and in the page"
	for _, p := range list(t, "linux", "amd64", "wslab/server/gateway") {
		for _, banned := range []string{"net/http", "os/exec", "syscall/js", "testing", "github.com/coder/websocket", "github.com/a-h/templ"} {
			require.NotContains(t, p.Deps, banned, reason)
		}
	}
}

func TestTheCorePointsNowhere(t *testing.T) {
	for _, p := range list(t, "linux", "amd64", "wslab/server/gateway") {
		for _, dep := range p.Deps {
			require.False(t, strings.HasPrefix(dep, "wslab/"), "server/gateway imports %s; arrows point towards it", dep)
		}
	}
}

func TestCodecsKnowNoTransportOfTheirOwn(t *testing.T) {
	for _, p := range list(t, "linux", "amd64", "wslab/server/protocol/...") {
		require.NotContains(t, p.Deps, "net/http", "%s: a protocol reads packets out of messages; it does not fetch them", p.ImportPath)
		require.NotContains(t, p.Deps, "github.com/coder/websocket", p.ImportPath)
	}
}

func TestWhatIsKnownOfFramesIsPortable(t *testing.T) {
	for _, p := range list(t, "linux", "amd64", "wslab/server/wire", "wslab/server/wire/sequence") {
		require.NotContains(t, p.Deps, "net/http", "%s: the page uses it; what needs a network is in wire/tap", p.ImportPath)
		require.NotContains(t, p.Deps, "github.com/coder/websocket", p.ImportPath)
	}
}

func TestWhatABrokerIsNeedsOnlyTheStandardLibrary(t *testing.T) {
	const reason = "so that several servers run in the sandbox and in a page, too, and a gateway that knows it stays portable"
	for _, platform := range [][2]string{{"linux", "amd64"}, {"js", "wasm"}, {"wasip1", "wasm"}} {
		for _, p := range list(t, platform[0], platform[1], "wslab/server/broker") {
			for _, dep := range p.Deps {
				third := strings.Contains(strings.Split(dep, "/")[0], ".")
				house := strings.HasPrefix(dep, "wslab/") && !within(dep, "wslab/server/broker/internal")
				require.False(t, third || house || dep == "net", "server/broker imports %s: %s", dep, reason)
			}
		}
	}
}

func TestNATSIsOneBrokerAmongOthers(t *testing.T) {
	const reason = "the log and presence are what everyone else knows of a cluster; NATS is one way to have them, which the app chooses"
	allowed := []string{"wslab/server/broker/natsbroker", "wslab/server/internal/app"}
	opens := append(slices.Clip(allowed), "wslab/lessons/11-scaling") // whose last test is that a learner's answer runs on it, too
	for _, p := range native(t) {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if within(imported, "github.com/nats-io") {
				require.Contains(t, allowed, p.ImportPath, "it imports %s: %s", imported, reason)
			}
			if imported == "wslab/server/broker/natsbroker" {
				require.True(t, slices.Contains(opens, p.ImportPath), "%s imports natsbroker: %s", p.ImportPath, reason)
			}
		}
	}
}

func TestOnlyTransportsSpeakHTTPBelowTheApp(t *testing.T) {
	const reason = "HTTP belongs to transports, to the recorder, to a function's raw guest, to lessons about it and to the browser runner"
	allowed := []string{
		"wslab/server/internal", "wslab/server/transport/ws", "wslab/server/transport/polling", "wslab/server/wire",
		"wslab/server/function", "wslab/server/course", "wslab/web", "wslab/lessons/00-websockets", "wslab/lessons/01-connection/raw",
	}
	for _, p := range native(t) {
		if slices.Contains(p.Imports, "net/http") {
			require.True(t, slices.ContainsFunc(allowed, func(root string) bool { return within(p.ImportPath, root) }),
				"%s imports net/http: %s", p.ImportPath, reason)
		}
	}
}

func TestThePageTouchesTheBrowserThroughTwoPackages(t *testing.T) {
	allowed := []string{"wslab/wasm/internal/dom", "wslab/server/transport/browser"}
	for _, p := range list(t, "js", "wasm", "wslab/...") {
		if slices.Contains(p.Imports, "syscall/js") {
			require.Contains(t, allowed, p.ImportPath, "syscall/js is untyped: it is wrapped once")
		}
	}
}

func TestThePagesProgramCarriesNoHTTP(t *testing.T) {
	for _, p := range list(t, "js", "wasm", "wslab/wasm/app") {
		require.NotContains(t, p.Deps, "net/http", "it doubles what a page has to load")
		require.NotContains(t, p.Deps, "github.com/coder/websocket", "the browser's own WebSocket keeps close codes and order")
	}
}

func TestThePagesKnowTheCourseAsDataAndNothingOfGateways(t *testing.T) {
	for _, p := range list(t, "linux", "amd64", "wslab/web/...") {
		for _, dep := range p.Deps {
			require.False(t, within(dep, "wslab/server"), "%s reaches %s", p.ImportPath, dep)
		}
	}
}

func TestTheCatalogIsDataOnly(t *testing.T) {
	for _, p := range list(t, "linux", "amd64", "wslab/lessons") {
		for _, dep := range p.Deps {
			if within(dep, "github.com/aymanbagabas/go-udiff") {
				continue // compares a learner's text with the reference answer, for terminal and page
			}
			require.False(t, strings.Contains(strings.Split(dep, "/")[0], ".") || strings.HasPrefix(dep, "wslab/"),
				"lessons imports %s; it reads embedded folders with the standard library", dep)
		}
	}
}

func TestOnlyTheAppKnowsEveryone(t *testing.T) {
	for _, p := range native(t) {
		if slices.Contains(p.Imports, "wslab/server/internal/app") {
			require.Equal(t, "wslab/server", p.ImportPath, "the composition root is imported by main alone")
		}
	}
}

func TestNobodyImportsAStarterOrALearnersAnswer(t *testing.T) {
	const reason = "they are for learners; only tests and generated mains import them"
	for _, p := range native(t) {
		for _, imported := range p.Imports {
			require.False(t, strings.HasSuffix(imported, "/starter") || strings.HasSuffix(imported, "/mine"), "%s imports %s: %s", p.ImportPath, imported, reason)
		}
	}
}

func TestTheTopLevelIsTheHouseAsDrawn(t *testing.T) {
	house := []string{
		".ci", ".gitignore", "CONTRIBUTING.md", "LICENSE", "README.es.md", "README.md", "Taskfile.yml", "go.mod", "go.sum",
		"lessons", "server", "task", "task.cmd", "wasm", "web",
	}
	cmd := exec.Command("git", "ls-files")
	cmd.Dir = "../../.."
	out, err := cmd.Output()
	require.NoError(t, err, "the house is looked at through git")
	for file := range strings.Lines(string(out)) {
		top, _, _ := strings.Cut(strings.TrimSpace(file), "/")
		require.Contains(t, house, top, "CONTRIBUTING.md has the map of the house")
	}
	for _, banned := range []string{"util", "common", "helpers", "pkg"} {
		matches, err := filepath.Glob("../../../*/" + banned)
		require.NoError(t, err)
		require.Empty(t, matches, "a name that says nothing")
	}
	_, err = os.Stat("../../../go.mod")
	require.NoError(t, err)
}

package course

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"wslab/server/course/chromium"
)

// need looks for what the suite cannot do without, installs what it can, and says in one line each
// what else to install.
func (s Suite) need(ctx context.Context) error {
	_, browser := chromium.Find()
	return errors.Join(s.Repo.needCompiler(ctx), browser, s.NeedPackages(ctx))
}

// needCompiler finds the C compiler that the race detector is linked with.
func (r Repo) needCompiler(ctx context.Context) error {
	cc, err := r.ask(ctx, nil, "env", "CC")
	if err != nil {
		return err
	}
	if _, err := exec.LookPath(cc); err != nil {
		return fmt.Errorf("no C compiler (%s), which go test -race needs: install gcc (on Debian: apt-get install gcc libc6-dev)", cc)
	}
	return nil
}

// packages are what tests use of npm: axe-core looks for barriers in pages, the others are the clients that
// Socket.IO and WebSocket have elsewhere.
var packages = map[string]string{"axe-core": "4.14.1", "socket.io-client": "4.8.4", "ws": "8.23.0"}

// NodeModules is where the packages of npm are. `test` installs them.
func (r Repo) NodeModules() string { return r.Path(".bin", "node", "node_modules") }

// SocketIO is the path of socket.io-client, as browsers load it.
func (r Repo) SocketIO() string {
	return filepath.Join(r.NodeModules(), "socket.io-client", "dist", "socket.io.min.js")
}

// Axe is the path of axe-core.
func (r Repo) Axe() string { return filepath.Join(r.NodeModules(), "axe-core", "axe.min.js") }

// NeedPackages installs the packages of npm that are missing or of another version. What it does it says on s.Out.
func (s Suite) NeedPackages(ctx context.Context) error {
	var missing []string
	for name, version := range packages {
		var installed struct{ Version string }
		text, err := os.ReadFile(filepath.Join(s.Repo.NodeModules(), name, "package.json"))
		if err != nil || json.Unmarshal(text, &installed) != nil || installed.Version != version {
			missing = append(missing, name+"@"+version)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("no npm, which fetches the other side of some tests: install npm (on Debian: apt-get install npm)")
	}
	fmt.Fprintf(s.Out, "installing %s into .bin/node\n", strings.Join(missing, ", "))
	dir := s.Repo.Path(".bin", "node")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, npm, append([]string{"install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", dir}, missing...)...)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install: %w: is the network reachable?\n%s", err, text)
	}
	return nil
}

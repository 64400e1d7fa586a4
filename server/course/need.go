package course

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"wslab/server/course/chromium"
)

// need looks for what the suite cannot do without, installs what it can, and says in one line each
// what else to install.
func (s Suite) need(ctx context.Context) error {
	_, browser := chromium.Find()
	return errors.Join(s.Repo.needCompiler(ctx), browser, s.needAxe(ctx))
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

// axeVersion is the axe-core that pages are tested with.
const axeVersion = "4.14.1"

// Axe is the path of axe-core, the script that looks for barriers in pages. `test` installs it.
func (r Repo) Axe() string { return r.Path(".bin", "node", "node_modules", "axe-core", "axe.min.js") }

func (s Suite) needAxe(ctx context.Context) error {
	r := s.Repo
	if _, err := os.Stat(r.Axe()); err == nil {
		return nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("no axe-core, which page tests need, and no npm to fetch it with: install npm (on Debian: apt-get install npm)")
	}
	fmt.Fprintf(s.Out, "installing axe-core %s into .bin/node\n", axeVersion)
	dir := r.Path(".bin", "node")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, npm, "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "axe-core@"+axeVersion, "--prefix", dir)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install axe-core: %w: is the network reachable?\n%s", err, text)
	}
	return nil
}

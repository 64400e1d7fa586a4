package function

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wslab/server/gateway"
)

const (
	// restTime is how long a source must be at rest before it is compiled: who saves again would only
	// wait longer for the next verdict.
	restTime = 3 * time.Second
	// quietTime is how long nobody must have been connected before compiled code takes over.
	quietTime = 5 * time.Second
	// busyRate is how many packets a second make a function busy: a fifth of what the interpreter can do.
	busyRate = 200
	// keptPrograms is how many compiled programs a folder keeps, of about 15 MB each.
	keptPrograms = 16
	// unfinished is the age at which what is being compiled was given up by whoever did it.
	unfinished = time.Hour
)

// oneByOne keeps functions from compiling at the same time: each takes all it can get of a core.
var oneByOne = make(chan struct{}, 1)

// folderOf is where the compiled code of a program is kept.
func (f *Function) folderOf(wasm []byte) string {
	return filepath.Join(f.options.Compiled, fmt.Sprintf("%x", sha256.Sum256(wasm)))
}

// load makes wasm a program: interpreted, unless its compiled code is at hand, or the function is so
// busy that the interpreter could not keep up. Then what answers now goes on for a second longer.
func (f *Function) load(ctx context.Context, wasm []byte) (*program, error) {
	if f.options.Compiled == "" {
		return interpret(ctx, wasm, f.options.Cache)
	}
	if _, err := os.Stat(f.folderOf(wasm)); err == nil {
		if p, err := compile(ctx, wasm, f.folderOf(wasm)); err == nil {
			return p, nil
		}
	}
	if in := f.live(); in != nil && in.rate() > busyRate {
		return f.compileInto(ctx, wasm)
	}
	return interpret(ctx, wasm, f.options.Cache)
}

// compileLater begins to compile p, the version that answers now, in the background. The turn is held.
func (f *Function) compileLater(p *program) {
	if f.options.Compiled == "" || p.compiled {
		return
	}
	ctx, cancel := context.WithCancel(f.ctx)
	f.compiling = cancel
	f.ending.Go(func() {
		defer cancel()
		if err := f.compileAtRest(ctx, p.wasm); err != nil && ctx.Err() == nil {
			slog.Warn("a function stays interpreted", "package", f.options.Package, "err", err)
		}
	})
}

// stopCompiling ends the compilation of a version that is to be replaced. The turn is held.
func (f *Function) stopCompiling() {
	f.compiling()
	if f.compiled != nil {
		f.compiled.close()
		f.compiled = nil
	}
}

func (f *Function) compileAtRest(ctx context.Context, wasm []byte) error {
	rest := time.NewTimer(restTime)
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
		return nil
	}
	select {
	case oneByOne <- struct{}{}:
		defer func() { <-oneByOne }()
	case <-ctx.Done():
		return nil
	}
	p, err := f.compileInto(ctx, wasm)
	if err != nil {
		return err
	}
	if f.take(ctx) != nil {
		p.close()
		return nil
	}
	f.compiled = p
	f.give()
	f.takeOver()
	return nil
}

// compileInto compiles aside and renames, so that what is kept is whole.
func (f *Function) compileInto(ctx context.Context, wasm []byte) (*program, error) {
	if err := os.MkdirAll(f.options.Compiled, 0o755); err != nil {
		return nil, err
	}
	aside, err := os.MkdirTemp(f.options.Compiled, ".compiling-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(aside)
	p, err := compile(ctx, wasm, aside)
	if err != nil {
		return nil, err
	}
	if err := os.Rename(aside, f.folderOf(wasm)); err != nil && !os.IsExist(err) {
		slog.Debug("compiled code is not kept", "err", err) // another has kept it, or the disk is full
	}
	prune(f.options.Compiled)
	return p, nil
}

// prune removes the oldest of the programs in dir.
func prune(dir string) {
	entries, _ := os.ReadDir(dir)
	made := func(e os.DirEntry) time.Time {
		if info, err := e.Info(); err == nil {
			return info.ModTime()
		}
		return time.Now()
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return made(b).Compare(made(a)) }) // the newest first
	kept := 0
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			if time.Since(made(e)) < unfinished {
				continue // somebody is at it
			}
		} else if kept++; kept <= keptPrograms {
			continue
		}
		_ = os.RemoveAll(filepath.Join(dir, e.Name()))
	}
}

// takeOver lets the compiled code answer, if it is there and nobody has been connected for a while:
// then nobody can tell but by what the gateway remembers, which ends with its last client; see
// [Function].
func (f *Function) takeOver() {
	if f.take(f.ctx) != nil {
		return
	}
	defer f.give()
	if f.compiled == nil || f.live() == nil || !f.abandoned() { // what has crashed starts as compiled code
		return
	}
	in, err := f.start(f.compiled)
	if err != nil {
		return // what runs goes on
	}
	if !f.abandoned() { // somebody came meanwhile
		in.end(f.ctx, gateway.GoingAway)
		return
	}
	p := f.compiled
	f.compiled = nil
	if f.hand(p, in) {
		f.tell(func(s *State) { s.Compiled = true })
	}
}

// abandoned reports whether nobody is connected, nor was in the last quietTime.
func (f *Function) abandoned() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sockets) == 0 && time.Since(f.emptied) >= quietTime
}

package function

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"

	"wslab/server/function/wasi"
)

// maxPages bounds a guest's memory, in pages of 64 KiB: 32 MiB.
const maxPages = 512

// A program is a version's code, ready to be started. It has a runtime of its own, so that closing it
// frees everything.
//
// Interpreted code is ready 0.2 s after its build; to compile takes more than a second, and makes it
// nine times as fast.
type program struct {
	wasm     []byte
	compiled bool
	runtime  wazero.Runtime
	code     wazero.CompiledModule
	cache    wazero.CompilationCache // of this program alone; or nil
}

// interpret makes a program that is interpreted.
func interpret(ctx context.Context, wasm []byte, cache wazero.CompilationCache) (*program, error) {
	config := wazero.NewRuntimeConfigInterpreter()
	if cache != nil {
		config = config.WithCompilationCache(cache)
	}
	p := &program{wasm: wasm}
	return p, p.load(ctx, config)
}

// compile makes a program of compiled code, which it keeps in the folder dir. It takes one core: what
// answers meanwhile needs the others.
func compile(ctx context.Context, wasm []byte, dir string) (*program, error) {
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil, fmt.Errorf("function: keep compiled code: %w", err)
	}
	p := &program{wasm: wasm, compiled: true, cache: cache}
	return p, p.load(ctx, wazero.NewRuntimeConfigCompiler().WithCompilationCache(cache))
}

func (p *program) load(ctx context.Context, config wazero.RuntimeConfig) error {
	config = config.WithCloseOnContextDone(true). // what stops a loop without an end
							WithMemoryLimitPages(maxPages)
	p.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	err := wasi.Instantiate(ctx, p.runtime)
	if err == nil {
		p.code, err = p.runtime.CompileModule(ctx, p.wasm)
	}
	if err != nil {
		p.close()
		return fmt.Errorf("function: load: %w", err)
	}
	return nil
}

func (p *program) close() {
	ctx := context.Background()
	_ = p.runtime.Close(ctx)
	if p.cache != nil {
		_ = p.cache.Close(ctx)
	}
}

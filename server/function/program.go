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
// It is interpreted: a save answers 0.2 s after its build, where the compiler needs more than a second
// to be nine times as fast.
type program struct {
	runtime wazero.Runtime
	code    wazero.CompiledModule
}

func load(ctx context.Context, wasm []byte, cache wazero.CompilationCache) (*program, error) {
	config := wazero.NewRuntimeConfigInterpreter().
		WithCloseOnContextDone(true). // what stops a loop without an end
		WithMemoryLimitPages(maxPages)
	if cache != nil {
		config = config.WithCompilationCache(cache)
	}
	runtime := wazero.NewRuntimeWithConfig(ctx, config)
	p := &program{runtime: runtime}
	err := wasi.Instantiate(ctx, runtime)
	if err == nil {
		p.code, err = runtime.CompileModule(ctx, wasm)
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("function: load: %w", err)
	}
	return p, nil
}

func (p *program) close() { _ = p.runtime.Close(context.Background()) }

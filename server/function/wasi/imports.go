package wasi

import (
	"context"
	"encoding/binary"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

var le = binary.LittleEndian

// errno is an error of WASI's functions.
type errno uint32

const (
	success    errno = 0
	errAgain   errno = 6
	errBadFD   errno = 8
	errFault   errno = 21
	errInvalid errno = 28
	errNotSup  errno = 58
	errPipe    errno = 64
)

// How much a guest can ask for in one call.
const (
	maxIovecs        = 1024
	maxSubscriptions = 4096
)

// exitStopped is the exit code of a guest that was stopped.
const exitStopped = sys.ExitCodeContextCanceled

// ours are the functions of which wazero's own version does not do, with their number of parameters.
var ours = map[string]struct {
	params int
	call   func(g *Guest, ctx context.Context, memory api.Memory, args []uint64) errno
}{
	"poll_oneoff":         {4, (*Guest).pollOneoff},
	"fd_read":             {4, (*Guest).fdRead},
	"fd_write":            {4, (*Guest).fdWrite},
	"fd_close":            {1, (*Guest).fdClose},
	"fd_fdstat_get":       {2, (*Guest).fdStat},
	"fd_fdstat_set_flags": {2, (*Guest).fdSetFlags},
	"sock_accept":         {3, (*Guest).sockAccept},
	"sock_shutdown":       {2, (*Guest).sockShutdown},
}

// Instantiate gives runtime the WASI functions that guests import.
func Instantiate(ctx context.Context, runtime wazero.Runtime) error {
	b := runtime.NewHostModuleBuilder(wasi_snapshot_preview1.ModuleName)
	wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(b)
	for name, f := range ours {
		params := make([]api.ValueType, f.params)
		for i := range params {
			params[i] = api.ValueTypeI32
		}
		call := func(ctx context.Context, module api.Module, stack []uint64) {
			g, _ := ctx.Value(key{}).(*Guest)
			stack[0] = uint64(f.call(g, ctx, module.Memory(), stack))
		}
		b.NewFunctionBuilder().
			WithGoModuleFunction(api.GoModuleFunc(call), params, []api.ValueType{api.ValueTypeI32}).
			Export(name)
	}
	if _, err := b.Instantiate(ctx); err != nil {
		return err
	}
	return instantiateCounts(ctx, runtime)
}

// counts are what a program cannot know of itself.
var counts = map[string]func(*Guest) uint32{
	"polls": func(g *Guest) uint32 { return g.polls }, // how often its scheduler looked at its descriptors
	"idles": func(g *Guest) uint32 { return g.idles }, // how often it had nothing to do
}

func instantiateCounts(ctx context.Context, runtime wazero.Runtime) error {
	b := runtime.NewHostModuleBuilder("function")
	for name, count := range counts {
		call := func(ctx context.Context, _ api.Module, stack []uint64) {
			g, _ := ctx.Value(key{}).(*Guest)
			stack[0] = uint64(count(g))
		}
		b.NewFunctionBuilder().
			WithGoModuleFunction(api.GoModuleFunc(call), nil, []api.ValueType{api.ValueTypeI32}).
			Export(name)
	}
	_, err := b.Instantiate(ctx)
	return err
}

// vectors calls f for the pieces of guest memory that an iovec array names, until f has enough.
func vectors(memory api.Memory, pointer, count uint32, f func(piece []byte) (more bool)) errno {
	if count > maxIovecs {
		return errInvalid
	}
	array, ok := memory.Read(pointer, count*8)
	if !ok {
		return errFault
	}
	for ; len(array) > 0; array = array[8:] {
		piece, ok := memory.Read(le.Uint32(array), le.Uint32(array[4:]))
		if !ok {
			return errFault
		}
		if !f(piece) {
			break
		}
	}
	return success
}

// put writes a result to where the guest wants it.
func put(memory api.Memory, pointer, value uint32) errno {
	if !memory.WriteUint32Le(pointer, value) {
		return errFault
	}
	return success
}

package function

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestATrapNamesTheDeclarationOfItsFunction(t *testing.T) {
	s := source{t.TempDir(), "wslab/lessons/01-a/mine"}
	folder := filepath.Join(s.root, s.folder())
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.go"), []byte(`package a

func New() { f() }

func f() {}

type T struct{}

func (t *T) say() {}

func (T) tell() {}
`), 0o600))
	for name, line := range map[string]int{
		"New": 3, "New.func1": 3, "f": 5, "__T_.say": 9, "__T_.say.func2": 9, "T.tell": 11, "g": 0,
	} {
		p := s.trap("wasm error: stack overflow\nwasm stack trace:\n\t.runtime.mapassign(i32) i32\n\t.wslab_lessons_01_a_mine." + name + "(i32) i32")
		require.Equal(t, line, p.Line, name)
		require.Equal(t, "stack overflow (does a function call itself without end?)", p.Message)
	}
}

func TestATraceNamesTheLearnersLineAndNotWhoLooked(t *testing.T) {
	s := source{"", "wslab/lessons/01-a/mine"}
	file, line := s.locate(`goroutine 7 [running]:
runtime/debug.Stack()
	runtime/debug/stack.go:26 +0x5
wslab/lessons/01-a/mine.report()
	wslab/lessons/01-a/mine/a.go:99 +0x5
panic({0x1, 0x2})
	runtime/panic.go:783 +0x10
wslab/lessons/01-a/minerals.f()
	wslab/lessons/01-a/minerals/b.go:1 +0x2
wslab/lessons/01-a/mine.(*T).say(...)
	wslab/lessons/01-a/mine/a.go:12
wslab/lessons/01-a/mine.New.func1()
	wslab/lessons/01-a/mine/a.go:30 +0x2
`)
	require.Equal(t, "lessons/01-a/mine/a.go", file)
	require.Equal(t, 12, line)
}

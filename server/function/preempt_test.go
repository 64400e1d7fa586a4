package function

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLoopsFunctionsAndGotosGetAPreemptionPoint(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing to do", "package a\n\nvar x = 1\n", "package a\n\nvar x = 1\n"},
		{"no Go", "pakcage a\n\nfunc f() {\n}\n", "pakcage a\n\nfunc f() {\n}\n"},
		{"a function", "package a // why\n\nfunc f() {\n}\n", "package a;IMPORT // why\n\nfunc f() {POINT\n}\n"},
		{"a declaration", "package a\n\nfunc f()\n", "package a\n\nfunc f()\n"},
		{"a loop", "package a\n\nfunc f() {\n\tfor {\n\t}\n}\n", "package a;IMPORT\n\nfunc f() {POINT\n\tfor {POINT\n\t}\n}\n"},
		{
			"in one line", "package a\nfunc f() { for { g() } }\n",
			"package a;IMPORT\nfunc f() {POINT/*line :2:11*/ for {POINT/*line :2:17*/ g() } }\n",
		},
		{
			"a range and a literal", "package a\nvar f = func() {\n\tfor range 3 { // twice\n\t}\n}\n",
			"package a;IMPORT\nvar f = func() {POINT\n\tfor range 3 {POINT // twice\n\t}\n}\n",
		},
		{
			"a goto", "package a\nfunc f() {\nagain:\n\tgoto again\n}\n",
			"package a;IMPORT\nfunc f() {POINT\nagain:\n\tPOINT/*line :4:2*/goto again\n}\n",
		},
		{
			"an import in the same line", "package a; import \"b\"\nfunc f() {\n}\n",
			"package a;IMPORT/*line :1:10*/; import \"b\"\nfunc f() {POINT\n}\n",
		},
	} {
		got := string(preemptible([]byte(c.text)))
		got = strings.ReplaceAll(got, `import preempt_ "wslab/server/function/guest/preempt"`, "IMPORT")
		got = strings.ReplaceAll(got, "preempt_.Point();", "POINT")
		require.Equal(t, c.want, got, c.name)
	}
}

func TestTheNameOfAPointIsNobodyElses(t *testing.T) {
	got := string(preemptible([]byte("package a\n\nvar preempt_, preempt__ int\n\nfunc f() {\n}\n")))
	require.Contains(t, got, "func f() {preempt___.Point();\n")
}

// Where the compiler sees a name is where its author wrote it.
func TestNothingMovesForTheCompiler(t *testing.T) {
	text := `package a

import ( "fmt"; "time" ) // all

func f(n int) int { if n < 2 { return n }; for i := range n { fmt.Println(i); time.Sleep(1) }
	for { select { default: goto end } }
end: return func() int { for {}; }() + f(n-1) }
`
	places := func(text []byte) (all map[string][]token.Position) {
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, "a.go", text, parser.SkipObjectResolution)
		require.NoError(t, err)
		all = make(map[string][]token.Position)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				p := files.Position(id.Pos())
				p.Offset, p.Filename = 0, "a.go"
				all[id.Name] = append(all[id.Name], p)
			}
			return true
		})
		delete(all, "preempt_")
		delete(all, "Point")
		return all
	}
	require.Equal(t, places([]byte(text)), places(preemptible([]byte(text))))
}

func TestAnErrorBehindAPointHasItsPlace(t *testing.T) {
	problems := problemsOf(t, `on("echo", func(in string) string { return in }),`, `on("echo", func(in string) string { for { return inn } }),`)
	require.Len(t, problems, 1)
	require.Equal(t, fixtureFile, problems[0].File)
	require.Contains(t, problems[0].Message, "undefined: inn")
	require.Equal(t, len("\t\t\t"+`on("echo", func(in string) string { for { return `)+1, problems[0].Column)
}

func TestWhatIsDeclaredTwiceIsNamedTwice(t *testing.T) {
	problems := problemsOf(t, "func write(", "func deeper() {}\n\nfunc write(")
	require.Equal(t, fixtureFile, problems[0].File)
	require.Contains(t, problems[0].Message, "deeper redeclared")
	require.Contains(t, problems[0].Message, fixtureFile+":")
}

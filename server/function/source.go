package function

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// module is the path of the module that functions are built in: the one this package belongs to.
const module = "wslab"

// A source is a package of that module, in the folder root.
type source struct{ root, pkg string }

// folder is where the package stands in the repository.
func (s source) folder() string { return strings.TrimPrefix(s.pkg, module+"/") }

// trapLine is where the runtime's own traces name a function; they know no lines.
var trapLine = regexp.MustCompile(`(?m)^\t\.([\w.]+)\(`)

// trap is the problem of a guest that the runtime ended: its calls were nested too deeply for Go to
// notice. Its place is the declaration of the function that is nearest to the top.
func (s source) trap(trace string) Problem {
	message, _, _ := strings.Cut(trace, "\n")
	p := Problem{Kind: Fatal, Message: strings.TrimPrefix(message, "wasm error: "), Trace: trace}.diagnose()
	for _, m := range trapLine.FindAllStringSubmatch(trace, -1) {
		if name, own := strings.CutPrefix(m[1], symbol(s.pkg)+"."); own {
			p.File, p.Line = s.declared(name)
			return p
		}
	}
	return p
}

// Place returns where the module in the folder root declares a function, by its name as Go's runtime has
// it: "wslab/lessons/04-messages/solution.(*Service).say-fm". Where it does not, line is 0.
func Place(root, name string) (file string, line int) {
	if !strings.HasPrefix(name, module+"/") || strings.Contains(name, "..") { // a guest may say anything
		return "", 0
	}
	folder, rest := path.Split(name)
	base, function, _ := strings.Cut(rest, ".")
	return source{root, folder + base}.declared(symbol(strings.TrimSuffix(function, "-fm")))
}

var unspeakable = regexp.MustCompile(`[^\w.]`)

// symbol is a name as Go's linker writes it into WebAssembly.
func symbol(name string) string { return unspeakable.ReplaceAllString(name, "_") }

// declared returns where the package declares the function with this symbol, or the one that it is in.
func (s source) declared(name string) (file string, line int) {
	folder := filepath.Join(s.root, filepath.FromSlash(s.folder()))
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", 0
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".go" {
			continue
		}
		if line := declaration(filepath.Join(folder, entry.Name()), name); line > 0 {
			return path.Join(s.folder(), entry.Name()), line
		}
	}
	return "", 0
}

// declaration returns the line of a file that declares the function, or 0.
func declaration(file, name string) int {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return 0
	}
	for _, d := range parsed.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if s := symbol(declaredName(fn)); name == s || strings.HasPrefix(name, s+".") {
			return files.Position(fn.Pos()).Line
		}
	}
	return 0
}

// declaredName is a function's name, with its receiver, as Go's stack traces have it.
func declaredName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	switch receiver := fn.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		if id, ok := receiver.X.(*ast.Ident); ok {
			return "(*" + id.Name + ")." + fn.Name.Name
		}
	case *ast.Ident:
		return receiver.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}

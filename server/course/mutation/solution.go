package mutation

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"
)

// A solution is a lesson's answer, parsed, with the packages that it imports.
type solution struct {
	pkg *packages.Package
}

// load reads the package in a folder.
func load(folder string) (solution, error) {
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
		packages.NeedDeps | packages.NeedExportFile | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo
	found, err := packages.Load(&packages.Config{Mode: mode, Dir: folder}, ".")
	if err != nil {
		return solution{}, err
	}
	for _, wrong := range found[0].Errors {
		return solution{}, fmt.Errorf("%s: %w", folder, wrong)
	}
	return solution{found[0]}, nil
}

// mutants returns every mutant of the named files that compiles, in the order of their lines; of all files where
// none is named.
func (s solution) mutants(names ...string) (all []Mutant, err error) {
	for i, file := range s.pkg.Syntax {
		path := s.pkg.CompiledGoFiles[i]
		name := filepath.Base(path)
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f := &finder{source: string(source), base: s.pkg.Fset.File(file.Pos()).Base(), info: s.pkg.TypesInfo}
		ast.Inspect(file, f.visit)
		for _, c := range f.found {
			m := f.mutant(name, c)
			m.In = f.function(file, c.from)
			if s.compiles(i, m.source) {
				all = append(all, m)
			}
		}
	}
	return all, nil
}

// compiles tells whether the package still does with other text in its file number i.
func (s solution) compiles(i int, source string) bool {
	fset := token.NewFileSet()
	files := make([]*ast.File, 0, len(s.pkg.CompiledGoFiles))
	for n, path := range s.pkg.CompiledGoFiles {
		var text any // nil is what the file says
		if n == i {
			text = source
		}
		file, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			return false
		}
		files = append(files, file)
	}
	config := types.Config{Importer: s, Error: func(error) {}}
	_, err := config.Check(s.pkg.PkgPath, fset, files, nil)
	return err == nil
}

// Import implements [types.Importer].
func (s solution) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := s.pkg.Imports[path]; p != nil {
		return p.Types, nil
	}
	return nil, fmt.Errorf("%s is not imported", path)
}

package course

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"wslab/lessons"
)

// Mine returns the folder of the learner's answer to l. Where it does not exist it is made from the
// starter; what is there is never touched.
func (r Repo) Mine(l lessons.Lesson) (dir string, made bool, err error) {
	dir = r.mine(l)
	if _, err := os.Stat(dir); err == nil {
		return dir, false, nil
	}
	made, err = copyOnce(r.Path("lessons", l.Folder, "starter"), dir)
	if err != nil {
		return dir, false, fmt.Errorf("making your copy of lesson %d: %w", l.Number, err)
	}
	return dir, made, nil
}

func (r Repo) mine(l lessons.Lesson) string { return r.Path("lessons", l.Folder, string(Mine)) }

// copyOnce makes dir from the Go files of from. It copies aside and renames, so that dir is whole or
// not there, and of two commands that start together one wins.
func copyOnce(from, dir string) (made bool, err error) {
	aside, err := os.MkdirTemp(filepath.Dir(dir), ".mine-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(aside)
	files, err := goFiles(from)
	if err != nil {
		return false, err
	}
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return false, err
		}
		if err := os.WriteFile(filepath.Join(aside, name), text, 0o644); err != nil {
			return false, err
		}
	}
	if err := os.Chmod(aside, 0o755); err != nil { // a temporary folder is its owner's alone
		return false, err
	}
	if err = os.Rename(aside, dir); err == nil {
		return true, nil
	}
	if _, missing := os.Stat(dir); missing == nil { // each system says in its own way that it exists
		return false, nil
	}
	return false, err
}

// goFiles returns the names of the Go files of dir, tests left out.
func goFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !e.IsDir() {
			names = append(names, name)
		}
	}
	return names, err
}

// Inspect says what keeps the answer in dir from being judged, before the compiler looks at it:
// no Go file, another package clause than the starter's, an import that the lesson does not allow.
// Text that is no Go is left to the compiler.
func (r Repo) Inspect(l lessons.Lesson, dir string) ([]Problem, error) {
	names, err := goFiles(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(names) == 0 {
		return []Problem{{File: r.Rel(filepath.Join(dir, l.Edit)), Message: fmt.Sprintf(
			"there is no Go file here: write one, or delete the folder %s to get the starter again", r.Rel(dir))}}, nil
	}
	want, err := r.starterPackage(l)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	for _, name := range names {
		problems = append(problems, r.checkFile(l, filepath.Join(dir, name), want)...)
	}
	return problems, nil
}

func (r Repo) starterPackage(l lessons.Lesson) (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), r.Path("lessons", l.Folder, "starter", l.Edit), nil, parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	return file.Name.Name, nil
}

func (r Repo) checkFile(l lessons.Lesson, path, pkg string) []Problem {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.ImportsOnly)
	if err != nil {
		return nil // the compiler says it better
	}
	at := func(n ast.Node, format string, args ...any) Problem {
		pos := set.Position(n.Pos())
		return Problem{File: r.Rel(path), Line: pos.Line, Column: pos.Column, Message: fmt.Sprintf(format, args...)}
	}
	var problems []Problem
	if file.Name.Name != pkg {
		problems = append(problems, at(file.Name, "this file is of package %s; the lesson's package is %s: write \"package %s\"", file.Name.Name, pkg, pkg))
	}
	for _, spec := range file.Imports {
		if name, _ := strconv.Unquote(spec.Path.Value); !slices.Contains(l.Imports, name) {
			problems = append(problems, at(spec, "imports %q, which this lesson does not use; allowed are: %s", name, strings.Join(l.Imports, ", ")))
		}
	}
	return problems
}

package function

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// preemptPackage is what a learner's loops call; see its documentation.
const preemptPackage = module + "/server/function/guest/preempt"

// preemptFolder is the folder of the files with preemption points.
const preemptFolder = "preemptible~"

var inPreemptFolder = regexp.MustCompile(`\S*[/\\]` + preemptFolder + `[/\\]`)

// original names the learner's files in the go command's output where it names those that stand for
// them.
func (s source) original(output string) string {
	return inPreemptFolder.ReplaceAllString(output, s.folder()+"/")
}

// writePreemptible writes the files of the package anew into the folder temp, with preemption points,
// and returns which file stands for which.
func (s source) writePreemptible(temp string) (replace map[string]string, err error) {
	folder := filepath.Join(s.root, filepath.FromSlash(s.folder()))
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	temp = filepath.Join(temp, preemptFolder)
	if err := os.Mkdir(temp, 0o700); err != nil {
		return nil, err
	}
	replace = make(map[string]string)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || strings.HasSuffix(file, "_test.go") {
			continue // what cannot be read, the compiler says
		}
		with := preemptible(text)
		if bytes.Equal(with, text) {
			continue
		}
		replace[file] = filepath.Join(temp, filepath.Base(file))
		if err := os.WriteFile(replace[file], with, 0o600); err != nil {
			return nil, err
		}
	}
	return replace, nil
}

// preemptible returns the text of a Go file with a preemption point at the start of every function and
// loop, and at every goto. Nothing changes its line, nor its column for who reads the compiler's
// errors. Text that is no Go is returned as it is.
func preemptible(text []byte) []byte {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, "", text, parser.SkipObjectResolution)
	if err != nil {
		return text
	}
	e := &editor{text: text, file: files.File(parsed.FileStart)}
	name := unused(text)
	ast.Inspect(parsed, func(n ast.Node) bool {
		for _, at := range points(n) {
			e.insert(at, name+".Point();")
		}
		return true
	})
	if len(e.edits) == 0 {
		return text
	}
	e.insert(parsed.Name.End(), fmt.Sprintf(";import %s %q", name, preemptPackage))
	return e.apply()
}

// unused returns a name that does not occur in the text.
func unused(text []byte) string {
	name := "preempt_"
	for bytes.Contains(text, []byte(name)) {
		name += "_"
	}
	return name
}

// points returns where n, for itself, has preemption points.
func points(n ast.Node) []token.Pos {
	var body *ast.BlockStmt
	switch n := n.(type) {
	case *ast.ForStmt:
		body = n.Body
	case *ast.RangeStmt:
		body = n.Body
	case *ast.FuncDecl:
		body = n.Body
	case *ast.FuncLit:
		body = n.Body
	case *ast.BranchStmt:
		if n.Tok == token.GOTO {
			return []token.Pos{n.Pos()}
		}
	}
	if body == nil {
		return nil
	}
	return []token.Pos{body.Lbrace + 1}
}

// An editor inserts into the text of a file.
type editor struct {
	text  []byte
	file  *token.File
	edits []edit
}

type edit struct {
	offset int
	text   string
}

// insert inserts text at a place, and tells the compiler where what follows in the line stood.
func (e *editor) insert(at token.Pos, text string) {
	offset := e.file.Offset(at)
	rest, _, _ := bytes.Cut(e.text[offset:], []byte("\n"))
	if rest = bytes.TrimSpace(rest); len(rest) > 0 && !bytes.HasPrefix(rest, []byte("//")) {
		p := e.file.PositionFor(at, false)
		text += fmt.Sprintf("/*line :%d:%d*/", p.Line, p.Column)
	}
	e.edits = append(e.edits, edit{offset, text})
}

func (e *editor) apply() []byte {
	slices.SortStableFunc(e.edits, func(a, b edit) int { return a.offset - b.offset })
	var out []byte
	done := 0
	for _, ed := range e.edits {
		out = append(out, e.text[done:ed.offset]...)
		out = append(out, ed.text...)
		done = ed.offset
	}
	return append(out, e.text[done:]...)
}

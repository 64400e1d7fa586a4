package lessontext

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// declaration returns the source of the declaration called name, with its doc comment: a function,
// a method as "Type.name", a type, or the whole of the const or var declaration that name stands in.
func declaration(source []byte, name string) (string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	var names []string
	for _, decl := range file.Decls {
		for _, d := range declared(decl) {
			if d.name == name {
				return d.source(source, fset), nil
			}
			names = append(names, d.name)
		}
	}
	return "", fmt.Errorf("nothing is called %s there; there are %s", name, strings.Join(names, ", "))
}

// A span is the part of a file that declares a name.
type span struct {
	name       string
	start, end token.Pos
	keyword    string // written before a type that stands in a group
}

func declared(decl ast.Decl) []span {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		return []span{{name: funcName(d), start: begin(d.Doc, d.Pos()), end: d.End()}}
	case *ast.GenDecl:
		var spans []span
		for _, spec := range d.Specs {
			spans = append(spans, specified(d, spec)...)
		}
		return spans
	}
	return nil
}

func specified(d *ast.GenDecl, spec ast.Spec) []span {
	whole := span{start: begin(d.Doc, d.Pos()), end: d.End()}
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if d.Lparen.IsValid() {
			return []span{{name: s.Name.Name, start: begin(s.Doc, s.Pos()), end: s.End(), keyword: "type "}}
		}
		whole.name = s.Name.Name
		return []span{whole}
	case *ast.ValueSpec:
		var spans []span
		for _, n := range s.Names {
			whole.name = n.Name
			spans = append(spans, whole)
		}
		return spans
	}
	return nil
}

func begin(doc *ast.CommentGroup, pos token.Pos) token.Pos {
	if doc != nil {
		return doc.Pos()
	}
	return pos
}

func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	recv := d.Recv.List[0].Type
	if star, ok := recv.(*ast.StarExpr); ok {
		recv = star.X
	}
	if generic, ok := recv.(*ast.IndexExpr); ok {
		recv = generic.X
	}
	if id, ok := recv.(*ast.Ident); ok {
		return id.Name + "." + d.Name.Name
	}
	return d.Name.Name
}

// source cuts the span out, up to the end of its last line: a comment there belongs to it.
func (s span) source(source []byte, fset *token.FileSet) string {
	start, end := fset.Position(s.start).Offset, fset.Position(s.end).Offset
	text, rest := string(source[start:end]), string(source[end:])
	if line, _, _ := strings.Cut(rest, "\n"); strings.HasPrefix(strings.TrimSpace(line), "//") {
		text += line
	}
	if s.keyword == "" {
		return text
	}
	text = strings.ReplaceAll(text, "\n\t", "\n")
	if doc := strings.LastIndex(text, "\n"+s.name); strings.HasPrefix(text, "//") && doc >= 0 {
		return text[:doc+1] + s.keyword + text[doc+1:]
	}
	return s.keyword + text
}

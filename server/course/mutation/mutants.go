// Package mutation asks how much a lesson's tests would notice: it changes the lesson's solution in one place after
// the other, and counts the changes that some test rejects. A change that none rejects is either the same program in
// other words, or a wrong answer that a learner could hand in.
package mutation

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// A Mutant is a file of a solution with one change.
type Mutant struct {
	File   string // "rooms.go"
	Line   int    // of the change, from 1
	In     string // the function or method that it is in, by its name alone, or ""
	Before string // what stands in the lines of the change, on one line
	After  string // what stands there instead
	source string // the whole file with the change
}

// A finder looks for the places of a file where a change is worth a try. Whether it compiles is asked later.
type finder struct {
	source string
	base   int // of the file's positions
	info   *types.Info
	found  []change
}

// A change puts other text in the place of the bytes from, up to to.
type change struct {
	from, to int
	text     string
}

func (f *finder) at(p token.Pos) int          { return int(p) - f.base }
func (f *finder) text(n ast.Node) string      { return f.source[f.at(n.Pos()):f.at(n.End())] }
func (f *finder) put(n ast.Node, with string) { f.replace(n.Pos(), n.End(), with) }
func (f *finder) replace(from, to token.Pos, with string) {
	f.found = append(f.found, change{f.at(from), f.at(to), with})
}

// skip leaves out what stands between two places, so that what it uses is still used.
func (f *finder) skip(from, to token.Pos) {
	f.replace(from, to, "if false { "+f.source[f.at(from):f.at(to)]+" }")
}

// visit is for [ast.Inspect].
func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.BinaryExpr:
		for _, op := range operators[n.Op] {
			f.replace(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), op)
		}
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			f.put(n, f.text(n.X))
		}
	case *ast.BasicLit:
		if number, err := strconv.Atoi(n.Value); err == nil {
			f.put(n, strconv.Itoa(number+1))
		}
	case *ast.Ident:
		if other := opposites[n.Name]; other != "" && f.info.Uses[n] == types.Universe.Lookup(n.Name) {
			f.put(n, other)
		}
	case *ast.IfStmt:
		f.branches(n)
	case *ast.ReturnStmt:
		f.errors(n)
	case *ast.CaseClause:
		for _, condition := range n.List {
			f.negate(condition)
		}
		f.body(n.Body)
	case *ast.CommClause:
		f.body(n.Body)
	case *ast.BlockStmt:
		f.statements(n.List)
	}
	return true
}

var opposites = map[string]string{"true": "false", "false": "true"}

// operators are what stands in the place of an operator: its opposite, and its neighbour at the limit.
var operators = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="},
	token.LSS: {">=", "<="}, token.GEQ: {"<", ">"}, token.GTR: {"<=", ">="}, token.LEQ: {">", "<"},
	token.LAND: {"||"}, token.LOR: {"&&"},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"}, token.REM: {"*"},
	token.SHL: {">>"}, token.SHR: {"<<"}, token.AND: {"|"}, token.OR: {"&"},
}

// negate asks the opposite of a condition that has no operator to change.
func (f *finder) negate(condition ast.Expr) {
	switch condition.(type) {
	case *ast.BinaryExpr, *ast.UnaryExpr:
		return
	}
	if is := f.info.TypeOf(condition); is != nil && types.Identical(is.Underlying(), types.Typ[types.Bool]) {
		f.put(condition, "!("+f.text(condition)+")")
	}
}

// branches asks the opposite of a condition, and leaves out what is done else.
func (f *finder) branches(n *ast.IfStmt) {
	f.negate(n.Cond)
	if n.Else != nil {
		f.put(n.Else, "{ if false { "+f.text(n.Else)+" } }")
	}
}

// errors returns no error where there is one.
func (f *finder) errors(n *ast.ReturnStmt) {
	for _, result := range n.Results {
		is := f.info.TypeOf(result)
		if is != nil && !f.info.Types[result].IsNil() && types.AssignableTo(is, types.Universe.Lookup("error").Type()) {
			f.put(result, "nil")
		}
	}
}

// body leaves out what is done in a case.
func (f *finder) body(list []ast.Stmt) {
	if len(list) > 1 { // a single statement is left out by itself
		f.skip(list[0].Pos(), list[len(list)-1].End())
	}
	f.statements(list)
}

// statements leaves out one statement after the other, where nothing is declared or returned.
func (f *finder) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.IncDecStmt:
			f.put(s, f.text(s.X)+map[token.Token]string{token.INC: "--", token.DEC: "++"}[s.Tok])
			f.skip(s.Pos(), s.End())
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				f.skip(s.Pos(), s.End())
			}
		case *ast.ExprStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt, *ast.BranchStmt:
			f.skip(s.Pos(), s.End())
		}
	}
}

// function is the name of the one that a place is in.
func (f *finder) function(file *ast.File, at int) string {
	for _, decl := range file.Decls {
		if fn, is := decl.(*ast.FuncDecl); is && f.at(fn.Pos()) <= at && at < f.at(fn.End()) {
			return fn.Name.Name
		}
	}
	return ""
}

// mutant makes the file anew with a change.
func (f *finder) mutant(file string, c change) Mutant {
	begin := strings.LastIndexByte(f.source[:c.from], '\n') + 1
	end := c.to + strings.IndexByte(f.source[c.to:]+"\n", '\n')
	after := f.source[begin:c.from] + c.text + f.source[c.to:end]
	return Mutant{
		File:   file,
		Line:   1 + strings.Count(f.source[:c.from], "\n"),
		Before: oneLine(f.source[begin:end]),
		After:  oneLine(after),
		source: f.source[:begin] + after + f.source[end:],
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

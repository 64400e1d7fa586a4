package lessontext

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	gmtext "github.com/yuin/goldmark/text"
)

var (
	kindDirective = ast.NewNodeKind("Directive")
	kindHint      = ast.NewNodeKind("Hint")
	kindWide      = ast.NewNodeKind("Wide")
)

// A directive is a "file:", "wire:" or "chart:" line.
type directive struct {
	ast.BaseBlock
	what, of string
}

func (*directive) Kind() ast.NodeKind        { return kindDirective }
func (d *directive) Dump(src []byte, at int) { ast.DumpHelper(d, src, at, nil, nil) }

// A hint holds its own text and, last, the next hint: it can only be opened from inside this one.
type hint struct {
	ast.BaseBlock
	n, all int
}

func (*hint) Kind() ast.NodeKind        { return kindHint }
func (h *hint) Dump(src []byte, at int) { ast.DumpHelper(h, src, at, nil, nil) }

// A wide holds a table, which may be wider than the text.
type wide struct{ ast.BaseBlock }

func (*wide) Kind() ast.NodeKind        { return kindWide }
func (w *wide) Dump(src []byte, at int) { ast.DumpHelper(w, src, at, nil, nil) }

var (
	directiveLine = regexp.MustCompile(`^(file|wire|chart):(\S+)$`)
	charts        = regexp.MustCompile(`(?: chart:\S+)+$`)
	hintHeading   = regexp.MustCompile(`^(Hints|Pistas)$`)
)

// Transform makes a lesson of a Markdown document: title and goal are the page's, directives, hints
// and tables become blocks of their own, and links to elsewhere open elsewhere.
func (p *printer) Transform(doc *ast.Document, reader gmtext.Reader, _ parser.Context) {
	source := reader.Source()
	removeHead(doc)
	for node := doc.FirstChild(); node != nil; {
		next := node.NextSibling()
		p.block(doc, node, source)
		node = next
	}
	_ = ast.Walk(doc, outwards)
}

func removeHead(doc *ast.Document) {
	if h, ok := doc.FirstChild().(*ast.Heading); ok && h.Level == 1 {
		doc.RemoveChild(doc, h)
	}
	if goal, ok := doc.FirstChild().(*ast.Blockquote); ok {
		doc.RemoveChild(doc, goal)
	}
}

func (p *printer) block(doc *ast.Document, node ast.Node, source []byte) {
	switch n := node.(type) {
	case *ast.Heading:
		p.section(n, source)
	case *ast.Paragraph:
		if m := directiveLine.FindStringSubmatch(plain(n, source)); m != nil {
			doc.ReplaceChild(doc, n, &directive{what: m[1], of: m[2]})
		}
	case *ast.List:
		if isHints(n, source) {
			doc.ReplaceChild(doc, n, nested(n))
			return
		}
		for _, item := range children(n) {
			illustrate(item, source)
		}
	case *extast.Table:
		w := &wide{}
		doc.ReplaceChild(doc, n, w)
		w.AppendChild(w, n)
	}
}

func (p *printer) section(h *ast.Heading, source []byte) {
	s := Section{Title: plain(h, source), Level: h.Level}
	if id, ok := h.AttributeString("id"); ok {
		s.ID = string(id.([]byte))
	}
	p.sections = append(p.sections, s)
}

func isHints(list *ast.List, source []byte) bool {
	h, ok := list.PreviousSibling().(*ast.Heading)
	return ok && list.IsOrdered() && hintHeading.MatchString(plain(h, source))
}

// illustrate puts below an item of a list the charts that it ends with: "… chart:PART#ROW chart:PART#ROW".
func illustrate(item ast.Node, source []byte) {
	block := item.LastChild()
	if block == nil {
		return
	}
	last, ok := block.LastChild().(*ast.Text)
	if !ok {
		return
	}
	found := charts.Find(last.Segment.Value(source))
	last.Segment = last.Segment.WithStop(last.Segment.Stop - len(found))
	for _, word := range strings.Fields(string(found)) {
		what, of, _ := strings.Cut(word, ":")
		item.AppendChild(item, &directive{what: what, of: of})
	}
}

// nested turns a list of hints into hints inside each other, the first outermost.
func nested(list *ast.List) *hint {
	items := children(list)
	var inner *hint
	for i := len(items) - 1; i >= 0; i-- {
		h := &hint{n: i + 1, all: len(items)}
		for _, block := range children(items[i]) {
			h.AppendChild(h, paragraph(block))
		}
		if inner != nil {
			h.AppendChild(h, inner)
		}
		inner = h
	}
	return inner
}

func children(n ast.Node) []ast.Node {
	var all []ast.Node
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		all = append(all, c)
	}
	return all
}

// paragraph makes a paragraph of the text of a list item, which Markdown leaves bare.
func paragraph(block ast.Node) ast.Node {
	if block.Kind() != ast.KindTextBlock {
		return block
	}
	p := ast.NewParagraph()
	for _, inline := range children(block) {
		p.AppendChild(p, inline)
	}
	return p
}

func outwards(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if link, ok := n.(*ast.Link); ok && entering && strings.Contains(string(link.Destination), "://") {
		link.SetAttributeString("rel", []byte("noopener noreferrer"))
		link.SetAttributeString("target", []byte("_blank"))
	}
	return ast.WalkContinue, nil
}

// plain returns a block's source as one line.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(source))
	}
	return strings.TrimSpace(b.String())
}

package lessontext

import (
	"context"
	"fmt"
	"html"
	"path"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"wslab/web/component"
)

// RegisterFuncs tells goldmark which nodes the printer renders itself.
func (p *printer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindDirective, entered(p.directive))
	r.Register(ast.KindFencedCodeBlock, entered(p.fence))
	r.Register(kindHint, p.hint)
	r.Register(kindWide, p.wide)
}

// entered renders a node that has no children.
func entered(render func(w util.BufWriter, source []byte, n ast.Node) error) renderer.NodeRendererFunc {
	return func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		return ast.WalkSkipChildren, render(w, source, n)
	}
}

func (p *printer) directive(w util.BufWriter, _ []byte, n ast.Node) error {
	d := n.(*directive)
	block, err := p.resolve(d)
	if err != nil {
		p.fail(d.what+":"+d.of, err)
		return nil
	}
	return block.Render(context.Background(), w)
}

func (p *printer) resolve(d *directive) (templ.Component, error) {
	switch d.what {
	case "chart":
		return p.chart(d.of)
	case "wire":
		if d.of != "solution" {
			return nil, fmt.Errorf("only the session of the solution is recorded: write wire:solution")
		}
		return component.Exchanges(p.words, p.shown.Recording), nil
	}
	file, name, _ := strings.Cut(d.of, "#")
	source, err := p.lesson.File(file)
	if err != nil {
		return nil, err
	}
	shown := string(source)
	if name != "" {
		if shown, err = declaration(source, name); err != nil {
			return nil, err
		}
	}
	code, err := Highlight(shown, strings.TrimPrefix(path.Ext(file), "."))
	return component.Code(file, code), err
}

func (p *printer) fence(w util.BufWriter, source []byte, n ast.Node) error {
	block := n.(*ast.FencedCodeBlock)
	var typed strings.Builder
	for i := range block.Lines().Len() {
		line := block.Lines().At(i)
		typed.Write(line.Value(source))
	}
	code, err := Highlight(typed.String(), string(block.Language(source)))
	if err != nil {
		return err
	}
	return component.Code("", code).Render(context.Background(), w)
}

func (p *printer) hint(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*hint)
	if !entering {
		_, err := w.WriteString("</details>\n")
		if h.n == 1 && err == nil { // all are inside the first
			err = component.NextHint(p.words).Render(context.Background(), w)
		}
		return ast.WalkContinue, err
	}
	title := strings.NewReplacer("{n}", strconv.Itoa(h.n), "{all}", strconv.Itoa(h.all)).Replace(p.words.Lesson.Hint)
	_, err := fmt.Fprintf(w, "<details class=\"hint\" data-hint=\"%d\"><summary>%s</summary>\n", h.n, html.EscapeString(title))
	return ast.WalkContinue, err
}

func (p *printer) wide(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	var err error
	if entering {
		_, err = fmt.Fprintf(w, "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"%s\">\n", html.EscapeString(p.words.Lesson.Table))
	} else {
		_, err = w.WriteString("</div>\n")
	}
	return ast.WalkContinue, err
}

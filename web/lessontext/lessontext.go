// Package lessontext turns a lesson's Markdown into the text of its page. Code is never typed in a
// text: a line "file:PATH#NAME" becomes that declaration of that file of the lesson, a line
// "wire:solution" becomes the recording of the reference answer's session, and a line "chart:PART#ROW" a chart of what
// was measured; without a row, where and when that was.
package lessontext

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"wslab/lessons"
	"wslab/web/component"
	"wslab/web/figures"
	"wslab/web/text"
)

// A Text is a lesson's text in one language, ready to be shown.
type Text struct {
	Title    string
	Goal     string
	Body     string   // HTML, without title and goal
	Hints    []string // HTML, the vaguest first; the body holds them too
	Sections []Section
}

// A Section is a heading of the text and the id that leads to it.
type Section struct {
	ID    string
	Title string
	Level int
}

// Shown is what a text shows that is not in its lesson's code.
type Shown struct {
	Recording []component.Exchange // without one, a "wire:" line becomes a sentence that says so
	Figures   figures.Results      // of this machine; a part that is missing is the lesson's own, of another
}

// Render renders the text of l in lang. It fails where the text asks for a file or a declaration that does not exist.
func Render(l lessons.Lesson, lang string, shown Shown) (Text, error) {
	words, ok := text.In(lang)
	if !ok {
		return Text{}, fmt.Errorf("%s: no page is written in %q", l.Folder, lang)
	}
	source := []byte(l.Text(lang))
	if len(source) == 0 {
		return Text{}, fmt.Errorf("%s: %s.md is missing or empty", l.Folder, lang)
	}
	p := &printer{lesson: l, words: words, shown: shown, ids: ids{}}
	body, err := p.print(source)
	if err != nil {
		return Text{}, fmt.Errorf("%s/%s.md: %w", l.Folder, lang, err)
	}
	hints, err := p.hints(l.Hints(lang))
	return Text{Title: l.Title(lang), Goal: l.Goal(lang), Body: body, Hints: hints, Sections: p.sections}, err
}

// hints renders each hint alone, to stand where it is needed.
func (p *printer) hints(sources []string) ([]string, error) {
	var all []string
	for _, source := range sources {
		hint, err := p.print([]byte(source))
		if err != nil {
			return nil, err
		}
		all = append(all, hint)
	}
	return all, nil
}

// A printer renders one text once.
type printer struct {
	lesson lessons.Lesson
	words  *text.Strings
	shown  Shown

	ids      ids
	sections []Section
	errs     []error
}

func (p *printer) print(source []byte) (string, error) {
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Typographer),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithASTTransformers(util.Prioritized(p, 100)),
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(p, 100))),
	)
	var body bytes.Buffer
	err := md.Convert(source, &body, parser.WithContext(parser.NewContext(parser.WithIDs(p.ids))))
	return body.String(), errors.Join(append(p.errs, err)...)
}

func (p *printer) fail(line string, err error) {
	p.errs = append(p.errs, fmt.Errorf("%s: %w", line, err))
}

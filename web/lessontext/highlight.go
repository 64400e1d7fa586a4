package lessontext

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"
)

// Classes, not colours: the pages' Content-Security-Policy allows no style attribute, and the
// colours of day and night are the style sheet's business.
var formatter = html.New(html.WithClasses(true), html.WithPreWrapper(focusable{}))

// focusable lets the keyboard scroll code that is wider than its column.
type focusable struct{}

func (focusable) Start(_ bool, attributes string) string {
	return `<pre tabindex="0"` + attributes + `><code>`
}

func (focusable) End(bool) string { return "</code></pre>" }

// bare highlights what stands inside a line of its own making.
var bare = html.New(html.WithClasses(true), html.PreventSurroundingPre(true))

// Highlight returns source as HTML. A language that chroma does not know stays plain.
func Highlight(source, language string) (string, error) {
	tokens, err := tokenise(strings.TrimRight(source, "\n"), language)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = formatter.Format(&b, styles.Fallback, tokens)
	return b.String(), err
}

// HighlightLines returns the lines of source as HTML, each by itself. A comment of many lines is one in each.
func HighlightLines(source, language string) ([]string, error) {
	tokens, err := tokenise(source, language)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, line := range chroma.SplitTokensIntoLines(tokens.Tokens()) {
		var b strings.Builder
		if err := bare.Format(&b, styles.Fallback, chroma.Literator(line...)); err != nil {
			return nil, err
		}
		all = append(all, strings.TrimRight(b.String(), "\n"))
	}
	return all, nil
}

func tokenise(source, language string) (chroma.Iterator, error) {
	lexer := lexers.Get(language)
	if lexer == nil {
		lexer = lexers.Fallback
	}
	return chroma.Coalesce(lexer).Tokenise(nil, source)
}

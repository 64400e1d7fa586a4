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

// highlight returns source as HTML. A language that chroma does not know stays plain.
func highlight(source, language string) (string, error) {
	lexer := lexers.Get(language)
	if lexer == nil {
		lexer = lexers.Fallback
	}
	tokens, err := chroma.Coalesce(lexer).Tokenise(nil, strings.TrimRight(source, "\n"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = formatter.Format(&b, styles.Fallback, tokens)
	return b.String(), err
}

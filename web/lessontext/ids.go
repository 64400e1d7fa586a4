package lessontext

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
)

// ids are the ids given to the headings of one text. goldmark's own drop accented letters, which
// leaves Spanish headings with ids that nobody can read.
type ids map[string]bool

var unaccented = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")

// Generate returns an id for a heading with that text.
func (s ids) Generate(value []byte, _ ast.NodeKind) []byte {
	words := strings.FieldsFunc(unaccented.Replace(strings.ToLower(string(value))), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	name := strings.Join(words, "-")
	if name == "" {
		name = "section"
	}
	id := name
	for n := 2; s[id]; n++ {
		id = name + "-" + strconv.Itoa(n)
	}
	s[id] = true
	return []byte(id)
}

// Put notes an id that the text set itself.
func (s ids) Put(id []byte) { s[string(id)] = true }

package course

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

// A sayer is a test that writes down what an assertion says.
type sayer struct{ said string }

func (s *sayer) Errorf(format string, args ...any) {
	s.said = strings.TrimRight(args[0].(string), "\n")
}

func TestWhatWasExpectedAndWhatCameIsUnderstood(t *testing.T) {
	type guest struct{ ID, Name string }
	for _, c := range []struct {
		fails                  func(s *sayer)
		message, expected, got string
	}{
		{func(s *sayer) { s.said = "expected: the event \"welcome\"\n     got: nothing" }, "", `the event "welcome"`, "nothing"},
		{func(s *sayer) { assert.Equal(s, 1, 2, "the number") }, "the number", "1", "2"},
		{func(s *sayer) { assert.Equal(s, "a\nb", "c") }, "", `"a\nb"`, `"c"`},
		{func(s *sayer) { assert.Equal(s, guest{"1", "Ana"}, guest{"2", "Bob"}) }, "", `course.guest{ID:"1", Name:"Ana"}`, `course.guest{ID:"2", Name:"Bob"}`},
		{func(s *sayer) { assert.Contains(s, "ab", "x", "the log") }, "the log", `a text with "x"`, `"ab"`},
		{func(s *sayer) { assert.NotContains(s, "ab", "b") }, "", `a text without "b"`, `"ab"`},
		{func(s *sayer) { assert.Regexp(s, "x.*y", "ab\n") }, "", `a text like "x.*y"`, "\"ab\n\""},
		{func(s *sayer) { assert.Len(s, []int{1, 2}, 3, "all") }, "all", "3 in number", "2"},
		{func(s *sayer) { assert.Empty(s, "x") }, "", "nothing", "x"},
		{func(s *sayer) { assert.NotEmpty(s, "") }, "", "something", "nothing"},
		{func(s *sayer) { assert.NoError(s, errors.New("oh")) }, "", "no error", "oh"},
		{func(s *sayer) { assert.ElementsMatch(s, []string{"a", "b"}, []string{"b"}, "who is here") }, "who is here", `{ "a", "b" }`, `{ "b" }`},
		{func(s *sayer) { assert.ElementsMatch(s, []guest{{"1", "Ana"}}, []guest{}) }, "", `{ { ID: "1", Name: "Ana" } }`, "{ }"},
		{func(s *sayer) { assert.True(s, false, "the time") }, "the time", "", ""},
		{func(s *sayer) { s.said = "whatever a test says" }, "whatever a test says", "", ""},
	} {
		s := &sayer{}
		c.fails(s)
		message, expected, got := understood(s.said)
		require.Equal(t, []string{c.message, c.expected, c.got}, []string{message, expected, got}, s.said)
	}
}

// phrasesOf returns the texts of the constants in a file of gatewaytest.
func phrasesOf(t *testing.T, file string) (all []string) {
	t.Helper()
	r, err := FindRepo()
	require.NoError(t, err)
	parsed, err := parser.ParseFile(token.NewFileSet(), r.Path("server/gateway/gatewaytest", file), nil, 0)
	require.NoError(t, err)
	for _, d := range parsed.Decls {
		if decl, ok := d.(*ast.GenDecl); ok && decl.Tok == token.CONST {
			for _, spec := range decl.Specs {
				text, err := strconv.Unquote(spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				all = append(all, text)
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

func TestEveryPhraseOfAFailureIsInEveryLanguage(t *testing.T) {
	said := phrasesOf(t, "phrases.go")
	for _, s := range shapes {
		for _, template := range []string{s.expected, s.got} {
			if phrase := strings.NewReplacer("$1", "%s", "$2", "%s").Replace(template); phrase != "%s" {
				said = append(said, phrase)
			}
		}
	}
	for _, lang := range lessons.Languages {
		for _, phrase := range said {
			if lang != "en" {
				require.Contains(t, phrases[lang], phrase, lang)
			}
		}
	}
}

func TestAPhraseIsSaidInTheLearnersLanguage(t *testing.T) {
	for english, spanish := range map[string]string{
		`the event "welcome"`: `el evento "welcome"`,
		"nothing":             "nada",
		"silence":             "silencio",
		"the client was refused: 4401 unauthorized":       "el cliente fue rechazado: 4401 unauthorized",
		`a text with "client connected"`:                  `un texto con "client connected"`,
		`{"event":"message","data":{"text":"the event"}}`: `{"event":"message","data":{"text":"the event"}}`,
		`an error for 2["one-two"]: invalid syntax`:       `un error con 2["one-two"]: invalid syntax`,
		"42": "42",
	} {
		require.Equal(t, spanish, translated("es", english))
		require.Equal(t, english, translated("en", english))
	}
}

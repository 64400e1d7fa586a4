//go:build !live && !js

package lessons_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/web/lessontext"
)

// eachText runs check for every text of every lesson.
func eachText(t *testing.T, check func(t *testing.T, l lessons.Lesson, lang string)) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		for _, lang := range lessons.Languages {
			t.Run(lang, func(t *testing.T) { check(t, l, lang) })
		}
	})
}

func TestATextHasATitleAGoalAndThreeHints(t *testing.T) {
	eachText(t, func(t *testing.T, l lessons.Lesson, lang string) {
		require.NotEmpty(t, l.Title(lang))
		require.Regexp(t, `^\p{Lu}.*\.$`, l.Goal(lang), "the goal is a sentence")
		require.Len(t, l.Hints(lang), 3)
	})
}

func TestATextHasAtMostSixtyFiveLines(t *testing.T) {
	eachText(t, func(t *testing.T, l lessons.Lesson, lang string) {
		require.LessOrEqual(t, lines(t, filepath.Join(l.Folder, lang+".md")), 65)
	})
}

func TestATextRenders(t *testing.T) {
	eachText(t, func(t *testing.T, l lessons.Lesson, lang string) {
		_, err := lessontext.Render(l, lang, lessontext.Shown{})
		require.NoError(t, err)
	})
}

// shape is what both texts of a lesson must have in common: headings, code and tables in one order.
var shape = regexp.MustCompile("(?m)^(#+ |file:\\S+$|wire:\\S+$|```|\\| |\\d+\\. )|chart:\\S+")

func TestBothTextsHaveTheSameShape(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		require.Equal(t, shape.FindAllString(l.Text("en"), -1), shape.FindAllString(l.Text("es"), -1))
	})
}

func TestEveryTextHasTheSectionsOfALesson(t *testing.T) {
	sections := map[string][]string{
		"en": {"Watch it first", "Your turn", "What you saw on the wire", "Hints", "In NestJS and socket.io"},
		"es": {"Primero, míralo", "Tu turno", "Lo que viste en la red", "Pistas", "En NestJS y socket.io"},
	}
	eachText(t, func(t *testing.T, l lessons.Lesson, lang string) {
		text := l.Text(lang)
		for _, title := range sections[lang] {
			_, after, found := strings.Cut(text, "\n## "+title+"\n")
			require.True(t, found, "the section %q is missing or out of order", title)
			text = after
		}
		require.Contains(t, l.Text(lang), "\nwire:solution\n")
	})
}

func TestCodeInATextIsTakenFromAFile(t *testing.T) {
	eachText(t, func(t *testing.T, l lessons.Lesson, lang string) {
		require.NotContains(t, l.Text(lang), "```", "write file:PATH#NAME; code is never typed a second time")
		require.NotRegexp(t, `(?m)^(\t| {4})\S`, l.Text(lang), "write file:PATH#NAME; code is never typed a second time")
		require.Contains(t, l.Text(lang), "\nfile:solution/")
	})
}

// unkind are words that tell a learner that a difficulty is none. In Spanish, usted and vos are not
// how the course speaks.
var unkind = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\b(simply|just|obvious(ly)?|easy|easily|trivial(ly)?|of course)\b|!`),
	"es": regexp.MustCompile(`(?i)\b(simplemente|solo tienes que|obvi(o|amente)|fácil(mente)?|trivial|por supuesto|usted(es)?|vos|tenés|podés|querés)\b|[!¡]`),
}

func TestTheVoiceIsThatOfTheCourse(t *testing.T) {
	code := regexp.MustCompile("`[^`]*`")
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		for lang, words := range unkind {
			require.NotRegexp(t, words, code.ReplaceAllString(l.Text(lang), "code"))
			for _, test := range l.Tests {
				require.NotRegexp(t, words, test.Says[lang])
				require.NotRegexp(t, words, test.Fails[lang])
			}
		}
	})
}

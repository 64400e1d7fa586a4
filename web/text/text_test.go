package text

import (
	"reflect"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNoSentenceIsMissing(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		s, ok := In(lang)
		require.True(t, ok)
		noneEmpty(t, lang, reflect.ValueOf(*s))
	}
}

func noneEmpty(t *testing.T, path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			noneEmpty(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		require.NotZero(t, v.Len(), path)
		for i := range v.Len() {
			noneEmpty(t, path, v.Index(i))
		}
	case reflect.String:
		require.NotEmpty(t, v.String(), "%s says nothing: write it in this language's file", path)
	}
}

func TestBothLanguagesHaveTheSameCourse(t *testing.T) {
	require.Len(t, spanish.Course, len(english.Course))
	for i, part := range english.Course {
		require.Len(t, spanish.Course[i].Lessons, len(part.Lessons))
		for j, lesson := range part.Lessons {
			require.Equal(t, lesson.Number, spanish.Course[i].Lessons[j].Number)
		}
	}
}

func TestEveryWordHasAKeyOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range english.Words.List() {
		require.NotEmpty(t, w.Key, "%q has no key, so the page's program cannot find it", w.Text)
		require.False(t, seen[w.Key], "two words have the key %s", w.Key)
		seen[w.Key] = true
	}
}

func TestAWordIsFilledInWithTheSameNamesInBothLanguages(t *testing.T) {
	for i, w := range english.Words.List() {
		require.ElementsMatch(t, blanks(w.Text), blanks(spanish.Words.List()[i].Text), w.Key)
	}
}

func TestThereIsNoThirdLanguage(t *testing.T) {
	_, ok := In("fr")
	require.False(t, ok)
}

var blank = regexp.MustCompile(`\{\w+\}`)

func blanks(s string) []string { return blank.FindAllString(s, -1) }

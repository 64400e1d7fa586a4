package terminal

import (
	"reflect"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

func TestEveryTextExistsInEveryLanguageWithTheSameGaps(t *testing.T) {
	gaps := func(text string) []string { return regexp.MustCompile(`%[.\d]*[a-z]`).FindAllString(text, -1) }
	english := reflect.ValueOf(inLanguage["en"])
	for _, lang := range lessons.Languages {
		texts := reflect.ValueOf(inLanguage[lang])
		for i := range texts.NumField() {
			require.NotEmpty(t, texts.Field(i).String(), "%s: %s", lang, texts.Type().Field(i).Name)
			require.Equal(t, gaps(english.Field(i).String()), gaps(texts.Field(i).String()), "%s: %s", lang, texts.Type().Field(i).Name)
		}
	}
}

package app

import (
	"strings"

	"wslab/server/function"
	"wslab/web/text"
)

// inWords is what a function's problem means, in lang, for the terminal. In English the function has said it
// itself, and better, among what is printed, unless it crashed of it.
func inWords(p function.Problem, lang string, crashed bool) string {
	if lang == "en" || p.Kind == "" {
		if crashed {
			return p.String()
		}
		return ""
	}
	sentences, known := text.In(lang)
	if !known {
		return p.String()
	}
	for _, word := range sentences.Words.List() {
		if word.Key == "problem."+string(p.Kind) {
			p.Message = strings.ReplaceAll(word.Text, "{message}", strings.TrimPrefix(p.Message, "panic: "))
		}
	}
	return p.String()
}

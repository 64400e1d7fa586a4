//go:build js

package main

import (
	"strings"

	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// words are the page's words, by their keys. The key "lang" is the language.
type words map[string]string

func readWords() words {
	w := words{"lang": dom.Language()}
	for _, e := range dom.Inside("words", "[data-word]") {
		w[e.Data("word")] = e.Text()
	}
	return w
}

// of returns what others say in the page's language, or otherwise where they do not say it in that.
func (w words) of(said feed.Words, otherwise string) string {
	if text := said[w["lang"]]; text != "" {
		return text
	}
	return otherwise
}

// blanks are what stays of a place or a reason that is not known.
var blanks = strings.NewReplacer(" ()", "", " )", ")")

// say returns the word of that key with its {names} filled in: say("chat.joined", "name", "Ana").
func (w words) say(key string, pairs ...string) string {
	s := w[key]
	for i := 0; i < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.TrimSpace(blanks.Replace(s))
}

package component

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"strings"

	"wslab/lessons"
	"wslab/web/text"
)

func nameOf(t *text.Strings, client string) string {
	if client == "bob" {
		return t.Client.Bob
	}
	return t.Client.Ana
}

// example is the payload that a client starts from, on one line however lesson.json lays it out.
func example(s lessons.Sendable) string {
	if len(s.Payload) == 0 || string(s.Payload) == "null" {
		return ""
	}
	var line bytes.Buffer
	if err := json.Compact(&line, s.Payload); err != nil {
		return string(s.Payload)
	}
	return strings.ReplaceAll(line.String(), `"KEY`, `"`+rand.Text()[:4]) // a client on each page has its own
}

// yes is how a flag stands in a page, for its program to read.
func yes(flag bool) string {
	if flag {
		return "yes"
	}
	return ""
}

// asks reports whether a client can ask for an answer.
func asks(c lessons.Clients) bool {
	for _, e := range c.Events {
		if e.Request {
			return true
		}
	}
	return false
}

func firstExample(events []lessons.Sendable) string {
	if len(events) == 0 {
		return `{"text": "hello"}`
	}
	return example(events[0])
}

// sentence is what a test says in the language of the page; a test that nobody explained shows its name.
func sentence(t lessons.Test, lang string) string {
	if says := t.Says[lang]; says != "" {
		return says
	}
	return strings.TrimPrefix(t.Name, "Test")
}

// startingToken is the module's own token where a token is a word; a signed one is minted first.
func startingToken(auth string) string {
	if auth == "token" {
		return "ABC-123"
	}
	return ""
}

//go:build js

package main

import (
	"strconv"
	"strings"

	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// panicked is a function that runs on after a panic of one of its handlers.
const panicked = "panicked"

// showFunction shows how the learner's code is doing: a word, where, and what was said there.
func showFunction(s feed.State, w words) {
	phase := s.Phase
	if phase == feed.Running && len(s.Problems) > 0 {
		phase = panicked
	}
	dom.ID("function").SetData("state", phase)
	dom.ID("function-word").SetText(w["function."+phase])
	var at string
	if len(s.Problems) > 0 {
		at = place(s.Problems[0])
	}
	dom.ID("function-at").SetText(at)
	text := explanation(s)
	dom.ID("function-text").SetText(text)
	dom.ID("function-text").Hide(text == "")
}

func explanation(s feed.State) string {
	var lines []string
	if s.Message != "" {
		lines = append(lines, s.Message)
	}
	for _, p := range s.Problems {
		if line := strings.TrimSpace(place(p) + " " + p.Message); line != "" && p.Message != s.Message {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// place is file:line of a problem, the file without its folders: there is one file to edit.
func place(p feed.Problem) string {
	name := p.File[strings.LastIndexByte(p.File, '/')+1:]
	if name == "" || p.Line == 0 {
		return name
	}
	return name + ":" + strconv.Itoa(p.Line)
}

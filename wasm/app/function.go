//go:build js

package main

import (
	"strconv"
	"strings"

	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// panicked is a function that runs on after a fault of one of its handlers.
const panicked = "panicked"

// unstarted is a function that compiles and does not start.
const unstarted = "unstarted"

// wordOf is the key of the word for how a function is doing.
func wordOf(s feed.State) string {
	switch {
	case s.Phase == feed.Running && len(s.Problems) > 0:
		return panicked
	case s.Phase == feed.BuildError && len(s.Problems) > 0 && s.Problems[0].Kind != "": // what the compiler says has no kind
		return unstarted
	}
	return s.Phase
}

// showFunction shows how the learner's code is doing: a word, where, and what was said there.
func showFunction(s feed.State, w words) {
	phase := wordOf(s)
	dom.ID("function").SetData("state", phase)
	dom.ID("function-word").SetText(w["function."+phase])
	dom.ID("function-at").SetText(firstPlace(s))
	text := explanation(s, w)
	dom.ID("function-text").SetText(text)
	dom.ID("function-text").Hide(text == "")
}

// aside says at a client of the learner's code why it is not served, or by what.
func aside(s feed.State, w words) string {
	key := ""
	switch {
	case s.Phase == feed.Missing:
		return w.say("code.missing", "command", s.Message)
	case s.Phase == feed.BuildError && s.Serving:
		key = "code.before"
	case s.Phase == feed.BuildError:
		key = "code.build_error"
	case s.Phase == feed.Crashed:
		key = "code.crashed"
	case s.Phase == feed.Running && len(s.Problems) > 0:
		key = "code.panicked"
	default:
		return ""
	}
	return w.say(key, "place", firstPlace(s), "word", w["function."+wordOf(s)])
}

func explanation(s feed.State, w words) string {
	var lines []string
	if s.Message != "" {
		lines = append(lines, s.Message)
	}
	for _, p := range s.Problems {
		p.Message = inWords(p, w)
		if line := located(p); line != "" && p.Message != s.Message {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// inWords is what happened, in the page's language where that is known.
func inWords(p feed.Problem, w words) string {
	if known := w["problem."+p.Kind]; p.Kind != "" && known != "" {
		return w.say("problem."+p.Kind, "message", strings.TrimPrefix(p.Message, "panic: "))
	}
	return w.of(p.Said, p.Message)
}

func located(p feed.Problem) string { return strings.TrimSpace(place(p) + " " + p.Message) }

func firstPlace(s feed.State) string {
	if len(s.Problems) == 0 {
		return ""
	}
	return place(s.Problems[0])
}

// place is file:line of a problem, the file without its folders: there is one file to edit.
func place(p feed.Problem) string {
	name := p.File[strings.LastIndexByte(p.File, '/')+1:]
	if name == "" || p.Line == 0 {
		return name
	}
	return name + ":" + strconv.Itoa(p.Line)
}

//go:build js

// The page's program: it makes the live parts of a page live. What it relies on in the page is listed
// in wslab/web/component; what it says comes from the page, so that it carries no language.
package main

import "wslab/wasm/internal/dom"

func main() {
	words := readWords()
	switch dom.Body().Data("page") {
	case "lesson":
		startLesson(dom.Body().Data("lesson"), words)
	case "demo":
		startChat(words)
	}
	select {} // the browser calls from now on
}

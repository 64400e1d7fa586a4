//go:build js

package main

import "wslab/wasm/internal/dom"

// A follower is a part of the page that shows the newest until somebody scrolls it up. Where it only became
// lower, or more came meanwhile, nobody did.
type follower struct {
	root    dom.Element
	follows bool
	top     int // where it stood when it last moved
}

// moved hears that the part has moved, whoever moved it.
func (f *follower) moved() {
	top := f.root.ScrollTop()
	switch {
	case f.root.AtEnd():
		f.follows = true
	case top < f.top:
		f.follows = false
	}
	f.top = top
}

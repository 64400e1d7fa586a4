//go:build js

package dom

// Append adds child as the last one of the element.
func (e Element) Append(child Element) {
	if e.Exists() {
		e.v.Call("append", child.v)
	}
}

// Adopt moves child to the element, where it is not already. What in it has the keyboard keeps it.
func (e Element) Adopt(child Element) {
	if !e.Exists() || !child.Exists() || child.v.Get("parentElement").Equal(e.v) {
		return
	}
	focused := document.Get("activeElement")
	inside := child.v.Call("contains", focused).Bool()
	e.v.Call("append", child.v)
	if inside {
		focused.Call("focus")
	}
}

// Clear removes all that the element holds.
func (e Element) Clear() {
	if e.Exists() {
		e.v.Call("replaceChildren")
	}
}

// Len returns how many elements the element holds.
func (e Element) Len() int { return e.v.Get("childElementCount").Int() }

// RemoveFirst removes the first element that the element holds.
func (e Element) RemoveFirst() { e.v.Get("firstElementChild").Call("remove") }

// Remove takes the element out of the page.
func (e Element) Remove() { e.v.Call("remove") }

// Parent returns the element around this one.
func (e Element) Parent() Element { return Element{e.v.Get("parentElement")} }

// AtEnd tells whether a scrolled element shows its end.
func (e Element) AtEnd() bool {
	below := e.v.Get("scrollHeight").Float() - e.v.Get("scrollTop").Float() - e.v.Get("clientHeight").Float()
	return below < 8
}

// ScrollToEnd shows the end of a scrolled element.
func (e Element) ScrollToEnd() { e.v.Set("scrollTop", e.v.Get("scrollHeight")) }

// Option returns a new option of a select element.
func Option(value, text string) Element {
	option := Element{document.Call("createElement", "option")}
	option.SetValue(value)
	option.SetText(text)
	return option
}

// Chosen returns the option that a select element shows.
func (e Element) Chosen() Element {
	if !e.Exists() {
		return e
	}
	return Element{e.v.Get("selectedOptions").Index(0)}
}

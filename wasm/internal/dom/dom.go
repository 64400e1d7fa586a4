//go:build js

// Package dom is the part of a page's document that the lab's program touches, typed. With
// transport/browser it is all that knows of JavaScript.
package dom

import (
	"strings"
	"syscall/js"
)

var document = js.Global().Get("document")

// Element is one element of the page. The zero Element, and one that was not found, takes every
// call and does nothing, so that a page may leave a part out.
type Element struct{ v js.Value }

// Body returns the page's body.
func Body() Element { return Element{document.Get("body")} }

// Language returns the language of the page: "en", "es".
func Language() string { return document.Get("documentElement").Get("lang").String() }

// ID returns the element with that id.
func ID(id string) Element { return Element{document.Call("getElementById", id)} }

// All returns the elements of the page that match the CSS selector.
func All(selector string) []Element { return Element{document}.All(selector) }

// Clone returns a copy of the first element of the <template> with that id.
func Clone(template string) Element {
	content := ID(template).v.Get("content").Get("firstElementChild")
	return Element{content.Call("cloneNode", true)}
}

// Inside returns the elements of the <template> with that id that match the selector.
func Inside(template, selector string) []Element {
	return Element{ID(template).v.Get("content")}.All(selector)
}

// Exists tells whether the element was found.
func (e Element) Exists() bool { return e.v.Truthy() }

// One returns the first element inside e that matches the CSS selector.
func (e Element) One(selector string) Element {
	if !e.Exists() {
		return e
	}
	return Element{e.v.Call("querySelector", selector)}
}

// All returns the elements inside e that match the CSS selector.
func (e Element) All(selector string) []Element {
	if !e.Exists() {
		return nil
	}
	list := e.v.Call("querySelectorAll", selector)
	all := make([]Element, list.Length())
	for i := range all {
		all[i] = Element{list.Index(i)}
	}
	return all
}

// Text returns the text of the element.
func (e Element) Text() string { return e.get("textContent") }

// Trimmed returns the text of the element without the spaces around it.
func (e Element) Trimmed() string { return strings.TrimSpace(e.Text()) }

// SetText makes text, which is never read as HTML, all that the element holds.
func (e Element) SetText(text string) { e.set("textContent", text) }

// SetMarkup makes HTML all that the element holds. It must be of the page's own server, which has
// escaped what people wrote.
func (e Element) SetMarkup(html string) { e.set("innerHTML", html) }

// Name returns the element's id.
func (e Element) Name() string { return e.get("id") }

// Value returns what a field holds.
func (e Element) Value() string { return e.get("value") }

// SetValue fills a field in.
func (e Element) SetValue(value string) { e.set("value", value) }

// Checked tells whether a box is ticked.
func (e Element) Checked() bool { return e.Exists() && e.v.Get("checked").Bool() }

// Check ticks a box, or clears it.
func (e Element) Check(yes bool) { e.set("checked", yes) }

// Disable makes a button or field unusable, or usable again.
func (e Element) Disable(yes bool) { e.set("disabled", yes) }

// Hide takes the element out of the page, or shows it again.
func (e Element) Hide(yes bool) { e.set("hidden", yes) }

// Data returns the attribute data-NAME.
func (e Element) Data(name string) string {
	if !e.Exists() {
		return ""
	}
	value := e.v.Call("getAttribute", "data-"+name)
	if value.IsNull() {
		return ""
	}
	return value.String()
}

// SetData sets the attribute data-NAME.
func (e Element) SetData(name, value string) { e.SetAttr("data-"+name, value) }

// SetAttr sets an attribute.
func (e Element) SetAttr(name, value string) {
	if e.Exists() {
		e.v.Call("setAttribute", name, value)
	}
}

// SetStyle sets a property of the element's own style, such as "height" to "200px".
func (e Element) SetStyle(property, value string) {
	if e.Exists() {
		e.v.Get("style").Call("setProperty", property, value)
	}
}

// Focus moves the keyboard to the element.
func (e Element) Focus() {
	if e.Exists() {
		e.v.Call("focus", map[string]any{"preventScroll": true})
	}
}

// Focused tells whether the keyboard is at the element.
func (e Element) Focused() bool { return e.Exists() && document.Get("activeElement").Equal(e.v) }

// Holds tells whether the keyboard is somewhere in the element.
func (e Element) Holds() bool {
	return e.Exists() && e.v.Call("contains", document.Get("activeElement")).Bool()
}

// Visible tells whether the element takes up room on the page.
func (e Element) Visible() bool { return e.Exists() && e.v.Get("offsetParent").Truthy() }

// Tall returns how many pixels high the element is, parts of a pixel included.
func (e Element) Tall() float64 {
	if !e.Exists() {
		return 0
	}
	return e.v.Call("getBoundingClientRect").Get("height").Float()
}

// ScrollIntoView scrolls as little as it takes to show the element.
func (e Element) ScrollIntoView() {
	if e.Exists() {
		e.v.Call("scrollIntoView", map[string]any{"block": "nearest"})
	}
}

// ScrollToStart scrolls so that the element begins at the top of what can be seen.
func (e Element) ScrollToStart() {
	if e.Exists() {
		e.v.Call("scrollIntoView", map[string]any{"block": "start"})
	}
}

// InView tells whether the element begins in the part of the page that can be seen.
func (e Element) InView() bool {
	if !e.Visible() {
		return false
	}
	top := e.v.Call("getBoundingClientRect").Get("top").Float()
	return top >= 0 && top < js.Global().Get("innerHeight").Float()-40
}

func (e Element) get(property string) string {
	if !e.Exists() {
		return ""
	}
	return e.v.Get(property).String()
}

func (e Element) set(property string, value any) {
	if e.Exists() {
		e.v.Set(property, value)
	}
}

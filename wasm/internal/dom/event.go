//go:build js

package dom

import "syscall/js"

// On calls fn whenever the event happens at the element, for as long as the page lives. fn runs in
// the browser's own turn: what waits belongs in a goroutine.
func (e Element) On(event string, fn func()) {
	e.listen(event, func(js.Value) { fn() })
}

// OnClick calls fn whenever the element is pressed, by whatever means.
func (e Element) OnClick(fn func()) { e.On("click", fn) }

// OnSubmit calls fn whenever the form is sent, which then goes nowhere.
func (e Element) OnSubmit(fn func()) {
	e.listen("submit", func(event js.Value) {
		event.Call("preventDefault")
		fn()
	})
}

// OnEnter calls fn when Enter is pressed in a field of several lines; with Shift it is a new line.
func (e Element) OnEnter(fn func()) {
	e.listen("keydown", func(event js.Value) {
		if event.Get("key").String() == "Enter" && !event.Get("shiftKey").Bool() && !event.Get("isComposing").Bool() {
			event.Call("preventDefault")
			fn()
		}
	})
}

func (e Element) listen(event string, fn func(js.Value)) {
	if !e.Exists() {
		return
	}
	e.v.Call("addEventListener", event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		fn(args[0])
		return nil
	}))
}

//go:build js

package dom

import "syscall/js"

// Size returns how much of a scrolled element can be seen, in pixels.
func (e Element) Size() (width, height int) {
	if !e.Exists() {
		return 0, 0
	}
	return e.v.Get("clientWidth").Int(), e.v.Get("clientHeight").Int()
}

// ScrollTop returns how far down an element is scrolled, in pixels.
func (e Element) ScrollTop() int {
	if !e.Exists() {
		return 0
	}
	return int(e.v.Get("scrollTop").Float())
}

// SetScrollTop scrolls an element down so far.
func (e Element) SetScrollTop(pixels int) { e.set("scrollTop", pixels) }

// OnResize calls fn when the element gets another size, and once at the beginning.
func (e Element) OnResize(fn func()) {
	if !e.Exists() {
		return
	}
	called := js.FuncOf(func(js.Value, []js.Value) any {
		fn()
		return nil
	})
	js.Global().Get("ResizeObserver").New(called).Call("observe", e.v)
}

// OnKey calls fn with every key that is pressed while the keyboard is at the element. Where fn reports
// that it was for it, nobody else hears of it.
func (e Element) OnKey(fn func(key string) bool) {
	e.listen("keydown", func(event js.Value) {
		if event.Get("ctrlKey").Bool() || event.Get("altKey").Bool() || event.Get("metaKey").Bool() || !fn(event.Get("key").String()) {
			return
		}
		event.Call("preventDefault")
		event.Call("stopPropagation")
	})
}

// OnClickAt calls fn with how far below the top of the element it was pressed, in pixels.
func (e Element) OnClickAt(fn func(y int)) {
	e.listen("click", func(event js.Value) {
		fn(int(event.Get("clientY").Float() - e.v.Call("getBoundingClientRect").Get("top").Float()))
	})
}

// A Frame does something before the browser paints next, once however often that is asked for.
type Frame struct {
	fn    js.Func
	asked bool
}

// NewFrame returns a Frame that does fn.
func NewFrame(fn func()) *Frame {
	f := new(Frame)
	f.fn = js.FuncOf(func(js.Value, []js.Value) any {
		f.asked = false
		fn()
		return nil
	})
	return f
}

// Ask asks for it.
func (f *Frame) Ask() {
	if !f.asked {
		f.asked = true
		js.Global().Call("requestAnimationFrame", f.fn)
	}
}

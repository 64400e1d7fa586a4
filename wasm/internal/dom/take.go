//go:build js

package dom

import (
	"errors"
	"syscall/js"

	"wslab/server/transport/browser"
)

// Copy puts text on the clipboard. It waits: call it from a goroutine.
func Copy(text string) error {
	clipboard := js.Global().Get("navigator").Get("clipboard")
	if !clipboard.Truthy() {
		return errors.New("no clipboard")
	}
	_, err := browser.Await(clipboard.Call("writeText", text))
	return err
}

// Download saves text as a file among the reader's downloads.
func Download(name, mediaType, text string) {
	blob := js.Global().Get("Blob").New([]any{text}, map[string]any{"type": mediaType})
	url := js.Global().Get("URL").Call("createObjectURL", blob)
	link := document.Call("createElement", "a")
	link.Set("href", url)
	link.Set("download", name)
	link.Call("click")
	js.Global().Get("URL").Call("revokeObjectURL", url)
}

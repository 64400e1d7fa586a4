//go:build js

package dom

import (
	"errors"
	"net/url"
	"strconv"
	"syscall/js"
)

// Get returns what the page's own server answers to a path. It waits: call it from a goroutine.
func Get(path string) (string, error) { return fetch(path, map[string]any{}) }

// Post sends a form to a path of the page's own server and returns what it answers. It waits: call
// it from a goroutine.
func Post(path string, form url.Values) (string, error) {
	return fetch(path, map[string]any{
		"method":  "POST",
		"headers": map[string]any{"Content-Type": "application/x-www-form-urlencoded"},
		"body":    form.Encode(),
	})
}

func fetch(path string, options map[string]any) (string, error) {
	answer, err := await(js.Global().Call("fetch", path, options))
	if err != nil {
		return "", err
	}
	text, err := await(answer.Call("text"))
	if err != nil {
		return "", err
	}
	if !answer.Get("ok").Bool() {
		return "", errors.New(strconv.Itoa(answer.Get("status").Int()) + " " + text.String())
	}
	return text.String(), nil
}

// await waits for a promise.
func await(promise js.Value) (js.Value, error) {
	type outcome struct {
		value js.Value
		err   error
	}
	done := make(chan outcome, 1)
	kept := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- outcome{value: args[0]}
		return nil
	})
	broken := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- outcome{err: js.Error{Value: args[0]}}
		return nil
	})
	defer kept.Release()
	defer broken.Release()
	promise.Call("then", kept, broken)
	o := <-done
	return o.value, o.err
}

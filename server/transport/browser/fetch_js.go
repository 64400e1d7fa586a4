package browser

import (
	"context"
	"syscall/js"
)

// Fetch makes a request as a page can and waits for the whole answer, which is text. An error is only what was
// never answered. A relative address is one of the page's own server. It must not be called from an event
// handler of the page, which would keep the answer from coming.
func Fetch(ctx context.Context, method, address, mediaType string, body []byte) (status int, answer []byte, err error) {
	abort := js.Global().Get("AbortController").New()
	defer context.AfterFunc(ctx, func() { abort.Call("abort") })()
	options := map[string]any{"method": method, "signal": abort.Get("signal")}
	if body != nil {
		options["body"] = string(body)
		options["headers"] = map[string]any{"Content-Type": mediaType}
	}
	head, err := Await(js.Global().Call("fetch", address, options))
	if err != nil {
		return 0, nil, err
	}
	text, err := Await(head.Call("text"))
	if err != nil {
		return 0, nil, err
	}
	return head.Get("status").Int(), []byte(text.String()), nil
}

// Await waits for a promise.
func Await(promise js.Value) (js.Value, error) {
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

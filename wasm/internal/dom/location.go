//go:build js

package dom

import (
	"net/url"
	"strings"
	"syscall/js"
)

// Query returns what the page's own address asks for.
func Query() url.Values {
	search := js.Global().Get("location").Get("search").String()
	values, _ := url.ParseQuery(strings.TrimPrefix(search, "?")) // as far as it can be read
	return values
}

// WebSocketURL returns the address of a path of the page's own server, for a WebSocket.
func WebSocketURL(path string) string {
	location := js.Global().Get("location")
	scheme := "ws://"
	if location.Get("protocol").String() == "https:" {
		scheme = "wss://"
	}
	return scheme + location.Get("host").String() + path
}

// Address returns the address of the page, without what it asks for.
func Address() string {
	location := js.Global().Get("location")
	return location.Get("origin").String() + location.Get("pathname").String()
}

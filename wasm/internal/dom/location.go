//go:build js

package dom

import (
	"encoding/hex"
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

// Secret returns a new text that nobody can guess.
func Secret() string {
	bytes := js.Global().Get("Uint8Array").New(16)
	js.Global().Get("crypto").Call("getRandomValues", bytes)
	var secret [16]byte
	js.CopyBytesToGo(secret[:], bytes)
	return hex.EncodeToString(secret[:])
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

//go:build js

package dom

import "syscall/js"

// WebSocketURL returns the address of a path of the page's own server, for a WebSocket.
func WebSocketURL(path string) string {
	location := js.Global().Get("location")
	scheme := "ws://"
	if location.Get("protocol").String() == "https:" {
		scheme = "wss://"
	}
	return scheme + location.Get("host").String() + path
}

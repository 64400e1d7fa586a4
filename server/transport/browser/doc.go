// Package browser carries messages over the WebSocket of the page it runs in (js only).
//
// coder/websocket can be compiled for js too, but there a close overtakes queued messages and the
// other side's close code does not reach the reader; and it brings net/http along, which doubles what
// a page has to load. This wrapper of the browser's own WebSocket keeps both.
package browser

//go:build js

package main

import "wslab/wasm/internal/dom"

// startLesson brings the page of lesson n to life.
func startLesson(n string, w words) {
	ana, bob := newPanel("ana", n, w), newPanel("bob", n, w)
	panels := []*panel{ana, bob}
	choose := func(source string) {
		path := "/lessons/" + n + "/solution/ws"
		if source == "mine" {
			path = "/lessons/" + n + "/ws"
		}
		for _, p := range panels {
			p.moveTo(dom.WebSocketURL(path))
		}
	}
	for _, radio := range dom.All("input[name=source]") {
		radio.On("change", func() { choose(radio.Value()) })
	}
	choose(dom.ID("source").One(":checked").Value())
	go listen(dom.WebSocketURL("/lessons/"+n+"/feed"), w)
}

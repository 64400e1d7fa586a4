//go:build js

package main

import (
	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// A console shows what the lesson's code prints.
type console struct {
	strip
	words words
}

func newConsole(w words) console { return console{strip{dom.ID("console-log")}, w} }

func (c console) clear() { c.list.Clear() }

func (c console) print(l feed.Line) {
	line := dom.Clone("console-line")
	stamp(line.One("time"), l.At)
	line.SetData("source", l.Source)
	line.One(".source").SetText(c.words["source."+l.Source])
	line.One("code").SetText(l.Text)
	c.add(line)
}

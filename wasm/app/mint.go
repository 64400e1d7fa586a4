//go:build js

package main

import (
	"net/url"

	"wslab/wasm/internal/dom"
)

// mints lets the panel's buttons put a signed token into its field. The server signs: the key is no
// secret, but a page is no place for one.
func (p *panel) mints(lesson string) {
	for _, button := range p.root.All("[data-mint]") {
		button.OnClick(func() { go p.mint(lesson, button) })
		button.Disable(false)
	}
}

func (p *panel) mint(lesson string, button dom.Element) {
	p.fault.SetText("")
	name := p.part("name").Value()
	token, err := dom.Post("/lessons/"+lesson+"/tokens", url.Values{"kind": {button.Data("mint")}, "name": {name}})
	if err != nil {
		p.fault.SetText(err.Error())
		return
	}
	p.part("token").SetValue(token)
	p.conn.wire.note(p.words.say("mint.done", "kind", button.Text(), "name", name))
}

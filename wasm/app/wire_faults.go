//go:build js

package main

import (
	"net/url"
	"strings"

	"wslab/server/wire"
	"wslab/wasm/internal/dom"
)

// A faultsForm makes the connections of Ana and Bob worse. Whatever is chosen or typed in it is one text,
// as [wire.ParseFaults] reads it.
type faultsForm struct {
	words  words
	panels []*panel
	root   dom.Element
	text   dom.Element
	fault  dom.Element
	said   dom.Element
	fields []dom.Element // one for each fault and direction, and the seed
}

func newFaultsForm(panels []*panel, w words) *faultsForm {
	f := &faultsForm{words: w, panels: panels, root: dom.ID("wire-faults"), text: dom.ID("wire-faults-text"), fault: dom.ID("wire-faults-error"), said: dom.ID("wire-faults-said")}
	f.fields = f.root.All("[data-fault]")
	for _, field := range f.fields {
		field.On("input", f.compose)
	}
	for _, preset := range f.root.All("[data-preset]") {
		preset.OnClick(func() {
			f.text.SetValue(canonical(preset.Data("preset")))
			f.typed()
		})
		preset.Disable(false)
	}
	f.text.On("input", func() { f.typed() })
	dom.ID("wire-faults-form").OnSubmit(f.apply)
	f.do("apply").Disable(false)
	f.do("rst").OnClick(f.tear)
	f.do("rst").Disable(false)
	f.follow(dom.Query())
	f.show()
	return f
}

func (f *faultsForm) do(what string) dom.Element { return f.root.One("[data-do=" + what + "]") }

// follow takes the faults that the page's address asks for.
func (f *faultsForm) follow(query url.Values) {
	for _, p := range f.panels {
		asked := query.Get(p.who)
		if asked == "" {
			continue
		}
		f.text.SetValue(asked)
		if f.typed() {
			p.conn.faults = canonical(asked)
		}
		f.root.SetAttr("open", "")
	}
}

// canonical is how faults that can be read are written.
func canonical(text string) string {
	faults, _ := wire.ParseFaults(text)
	return faults.String()
}

// compose makes the text that of the fields.
func (f *faultsForm) compose() {
	var parts []string
	for _, field := range f.fields {
		if value := strings.TrimSpace(field.Value()); value != "" {
			parts = append(parts, field.Data("fault")+"="+value)
		}
	}
	text := strings.Join(parts, ",")
	f.text.SetValue(text)
	if f.read() {
		f.text.SetValue(canonical(text))
	}
}

// typed makes the fields those of the text, where it can be read, and reports whether it can.
func (f *faultsForm) typed() bool {
	if !f.read() {
		return false
	}
	values := map[string]string{}
	for part := range strings.SplitSeq(canonical(f.text.Value()), ",") {
		name, value, _ := strings.Cut(part, "=")
		values[name] = value
	}
	for _, field := range f.fields {
		name := field.Data("fault")
		value, found := values[name]
		if !found {
			value = values[name[strings.IndexByte(name, '.')+1:]]
		}
		field.SetValue(value)
	}
	return true
}

// read says what cannot be read of the text, and reports whether all of it can.
func (f *faultsForm) read() bool {
	text := f.text.Value()
	f.said.SetText("")
	for part := range strings.SplitSeq(text, ",") {
		if _, err := wire.ParseFaults(part); err != nil {
			f.fault.SetText(f.words.say(complaint(part), "fault", strings.TrimSpace(part)))
			f.text.SetAttr("aria-invalid", "true")
			return false
		}
	}
	f.fault.SetText("")
	f.text.SetAttr("aria-invalid", "false")
	return true
}

// complaint is the key of what is wrong with a fault that cannot be read.
func complaint(part string) string {
	name, _, valued := strings.Cut(strings.TrimSpace(part), "=")
	name = name[strings.IndexByte(name, '.')+1:]
	switch name {
	case "delay", "jitter":
		return "wire.bad.time"
	case "drop", "double", "split", "mask":
		return "wire.bad.chance"
	case "fin", "rst", "half", "stall", "seed", "rate":
		return "wire.bad.count"
	}
	if !valued {
		return "wire.bad.value"
	}
	return "wire.bad.name"
}

// targets are the clients that are meant.
func (f *faultsForm) targets() (all []*panel) {
	whose := f.root.One("[name=whose]:checked").Value()
	for _, p := range f.panels {
		if whose == "both" || whose == p.who {
			all = append(all, p)
		}
	}
	return all
}

// apply makes the connections as bad as the text says: those that are open now, and those that follow.
func (f *faultsForm) apply() {
	if !f.read() {
		f.text.Focus()
		return
	}
	text := canonical(f.text.Value())
	f.text.SetValue(text)
	now := false
	for _, p := range f.targets() {
		p.conn.faults = text
		if p.conn.state == open {
			now = true
			go f.worsen(p, "faults", text)
		}
	}
	key := "wire.faults.next"
	if now {
		key = "wire.faults.now"
	}
	f.said.SetText(f.words[key])
	f.show()
}

// tear ends the open connections with an RST.
func (f *faultsForm) tear() {
	f.fault.SetText("")
	f.said.SetText(f.words["wire.faults.closed"])
	for _, p := range f.targets() {
		if p.conn.state == open {
			f.said.SetText("")
			go f.worsen(p, "cut", "rst")
		}
	}
}

func (f *faultsForm) worsen(p *panel, what, value string) {
	if err := p.conn.worsen(what, value); err != nil {
		f.fault.SetText(f.words.say("wire.faults.failed", "client", name(p.who, f.words), "error", strings.TrimSpace(err.Error())))
	}
}

// show says which faults each client has, and by which address others get the same.
func (f *faultsForm) show() {
	query := url.Values{}
	for _, p := range f.panels {
		text := p.conn.faults
		if text != "" {
			query.Set(p.who, text)
		}
		at := f.root.One("[data-part=" + p.who + "]")
		at.SetText(text)
		at.Parent().Hide(text == "")
	}
	dom.ID("wire-faults-none").Hide(len(query) > 0)
	address := dom.Address()
	if len(query) > 0 {
		address += "?" + strings.NewReplacer("%2C", ",", "%3D", "=").Replace(query.Encode())
	}
	link := dom.ID("wire-faults-link")
	link.SetAttr("href", address)
	link.Parent().Hide(len(query) == 0)
	f.root.One("[data-copy]").SetData("copy", address)
}

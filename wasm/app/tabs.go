//go:build js

package main

import "wslab/wasm/internal/dom"

// tabs are the tabs of a tablist, each with data-view: one is chosen, and what it controls is shown.
type tabs struct {
	all     []dom.Element
	chosen  string
	wanted  string // what was chosen by hand: chosen again as soon as it is offered again
	changed func(view string)
}

func newTabs(list dom.Element, changed func(view string)) *tabs {
	t := &tabs{all: list.All("[role=tab]"), changed: changed}
	for _, tab := range t.all {
		view := tab.Data("view")
		tab.OnClick(func() {
			t.wanted = view
			t.choose(view)
		})
	}
	list.OnKey(t.press)
	t.chosen = t.all[0].Data("view")
	t.wanted = t.chosen
	return t
}

func (t *tabs) choose(view string) {
	t.show(view)
	t.changed(view)
}

// show marks a tab as chosen and shows its panel. Tabs may share one.
func (t *tabs) show(view string) {
	t.chosen = view
	for _, tab := range t.all {
		if tab.Data("view") != view {
			tab.SetAttr("aria-selected", "false")
			tab.SetAttr("tabindex", "-1")
			dom.ID(tab.Data("panel")).Hide(true)
		}
	}
	for _, tab := range t.all {
		if tab.Data("view") == view {
			tab.SetAttr("aria-selected", "true")
			tab.SetAttr("tabindex", "0")
			dom.ID(tab.Data("panel")).Hide(false)
			dom.ID(tab.Data("panel")).SetAttr("aria-labelledby", tab.Name())
		}
	}
}

// offer shows the tabs of some views, and chooses what was chosen by hand, or else the first.
func (t *tabs) offer(views map[string]bool) {
	first := ""
	for _, tab := range t.all {
		view := tab.Data("view")
		tab.Hide(!views[view])
		if first == "" && views[view] {
			first = view
		}
	}
	if views[t.wanted] {
		first = t.wanted
	}
	t.show(first)
}

// press goes from tab to tab by the keyboard.
func (t *tabs) press(key string) bool {
	var seen []dom.Element
	at := 0
	for _, tab := range t.all {
		if tab.Visible() {
			if tab.Data("view") == t.chosen {
				at = len(seen)
			}
			seen = append(seen, tab)
		}
	}
	switch {
	case key == "ArrowRight":
		at = (at + 1) % len(seen)
	case key == "ArrowLeft":
		at = (at - 1 + len(seen)) % len(seen)
	case key == "Home":
		at = 0
	case key == "End":
		at = len(seen) - 1
	default:
		return false
	}
	t.wanted = seen[at].Data("view")
	t.choose(t.wanted)
	seen[at].Focus()
	return true
}

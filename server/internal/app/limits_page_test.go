//go:build browser

package app_test

import "testing"

func TestAFloodIsRefusedAndEndedAndTheOtherGoesOn(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/9")
		p.connect("ana", "bob")
		p.click(`#ana [data-do="flood"]`)
		p.state("ana", "closed")
		p.reads("ana-state", "4429")
		p.reads("ana-outcome", "too_fast")
		p.reads("ana-outcome", "×5")
		p.reads("bob-log", `"reason":"rate limited"`)
		p.state("bob", "open")
		p.click(`#bob [data-do="send"]`)
		p.reads("bob-log", `"text":"hello"`)
	})
}

//go:build browser

package app_test

import "testing"

func TestAFloodIsRefusedAndEndedAndTheOtherGoesOn(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/9")
		p.connect("ana", "bob")
		p.reads("bob-log", `"resumed"`)
		p.reads("bob-log", `"pong"`)
		p.click(`#ana [data-do="flood"]`)
		p.reads("bob-log", `"reason":"rate limited"`)
		p.reads("bob-log", `all work and no play`)
		p.reads("ana-log", `4429`)
		p.reads("ana-log", `too_fast`)
		p.becomes(`document.querySelector("#ana-log").textContent.split('"connected"').length === 3`, "#ana-log") // by herself
		p.state("bob", "open")
		p.click(`#bob [data-do="send"]`)
		p.reads("bob-log", `"text":"hello"`)
		p.becomes(`document.querySelector("#bob-outcome").dataset.outcome === "answered"`, "#bob")
		p.reads("ana-log", `"text":"hello"`)
	})
}

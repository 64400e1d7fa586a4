//go:build browser

package app_test

import (
	"fmt"
	"testing"
)

func TestBobComesBackAndHearsWhatHeHasMissedOnThePageOfLessonEight(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/8")
		says := func(text string) {
			p.types("#ana-payload", fmt.Sprintf(`{"key":"%[1]s %[2]s","text":"%[1]s %[2]s","heard":"NEWEST"}`, lang, text))
			p.click(`#ana [data-do="send"]`)
		}
		p.connect("ana", "bob")
		p.reads("bob-log", `"resumed"`)
		says("one")
		p.becomes(`document.querySelector("#ana-outcome").dataset.outcome === "answered"`, "#ana")
		p.reads("bob-log", lang+` one`)
		p.click(`#bob [data-do="disconnect"]`)
		p.state("bob", "closed")
		p.click(`#bob [data-do="clear"]`)
		says("two")
		p.reads("ana-log", lang+` two`)
		p.connect("bob")
		p.reads("bob-log", lang+` two`)
		p.becomes(fmt.Sprintf(`!document.querySelector("#bob-log").textContent.includes("%s one")`, lang), "#bob-log")
		p.click(`#bob [data-do="lose"]`)
		p.becomes(`document.querySelector("#bob-log").textContent.split('"connected"').length === 3`, "#bob-log") // by himself
	})
}

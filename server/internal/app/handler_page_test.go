//go:build browser

package app_test

import "testing"

func TestAnaHearsWhatSheSaysOnThePageOfLessonZero(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/0")
		p.connect("ana")
		const heard = `[...document.querySelectorAll("#ana-log li[data-direction=in] code")].map(e => e.textContent)`
		p.click(`#ana [data-do="send"]`)
		p.becomes(heard+`.includes("hello")`, "#ana-log")
		p.run(`{ const kind = document.querySelector("#ana-kind"); kind.value = "binary"; kind.dispatchEvent(new Event("change")) }`)
		p.click(`#ana [data-do="send"]`)
		p.becomes(heard+`.includes("00 ff")`, "#ana-log")
		p.lists("binary")
		p.types("#ana-payload", "no bytes")
		p.click(`#ana [data-do="send"]`)
		p.reads("ana-error", "00 ff")
		p.run(`document.querySelector("#ana-kind").value = "text"`)
		p.types("#ana-payload", "bye")
		p.click(`#ana [data-do="send"]`)
		p.state("ana", "closed")
		p.reads("ana-state", "1000 bye")
	})
}

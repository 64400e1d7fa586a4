package component

import (
	"regexp"

	"wslab/lessons"
	"wslab/web/text"
)

// A place is where a lesson's tests run: a column of verdicts.
type place struct{ id, name, note string }

func places(t *text.Strings, l lessons.Lesson) []place {
	all := []place{{"native", t.Tests.Natively, t.Tests.NativelyNote}}
	if l.Raw {
		all[0].note = t.Tests.RawNote
	}
	if l.Targets.Browser {
		all = append(all, place{"browser", t.Tests.InBrowser, t.Tests.InBrowserNote})
	}
	return all
}

// hintNamed is where a sentence about a failure names the hint that helps. The page has a button there.
var hintNamed = regexp.MustCompile(` (Hint|Pista) \d\.$`)

// thought is what to think of when the test fails.
func thought(test lessons.Test, lang string) string {
	return hintNamed.ReplaceAllString(test.Fails[lang], "")
}

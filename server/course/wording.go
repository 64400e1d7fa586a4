package course

import (
	"fmt"
	"path"
	"regexp"

	"wslab/lessons"
)

// Wording is what v's test waited for and what came, in lang. Values stay as they are.
func (v Verdict) Wording(lang string) (expected, got string) {
	return shortened(translated(lang, v.Expected)), shortened(translated(lang, v.Got))
}

// Wording is what is said in lang of a problem with an answer to l, and what it means where that is not
// plain, or "". What the compiler says stays English.
func (p Problem) Wording(l lessons.Lesson, lang string) (message, meaning string) {
	message = translated(lang, p.Message)
	if name := p.forgotten(l); name != "" {
		return message, fmt.Sprintf(inLanguage[lang].forgotten, name)
	}
	for _, m := range meanings {
		if m.said.MatchString(p.Message) {
			return message, m.means[lang]
		}
	}
	return message, ""
}

// longest is how much of a value is shown: a log can be long.
const longest = 300

func shortened(value string) string {
	if runes := []rune(value); len(runes) > longest {
		return string(runes[:longest]) + " …"
	}
	return value
}

var (
	unknownName  = regexp.MustCompile(`^undefined: (\w+)$`)
	majorVersion = regexp.MustCompile(`/v\d+$`) // is no part of a package's name
)

// forgotten returns the import that the lesson allows and p is the lack of, or "".
func (p Problem) forgotten(l lessons.Lesson) string {
	m := unknownName.FindStringSubmatch(p.Message)
	if m == nil {
		return ""
	}
	for _, allowed := range l.Imports {
		if path.Base(majorVersion.ReplaceAllString(allowed, "")) == m[1] {
			return allowed
		}
	}
	return ""
}

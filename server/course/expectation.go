package course

import (
	"regexp"
	"strings"
)

// understood takes the text of a failure apart: what was expected, what came, and what else was said.
// gatewaytest says the first two in a form of its own, testify in many.
func understood(text string) (message, expected, got string) {
	said := testifyFields(text)
	if said == nil {
		said = map[string]string{"Error": text}
	}
	for _, s := range shapes {
		if m := s.text.FindStringSubmatchIndex(said["Error"]); m != nil {
			expand := func(template string) string {
				return strings.TrimSpace(string(s.text.ExpandString(nil, template, said["Error"], m)))
			}
			return said["Messages"], compact(expand(s.expected)), compact(expand(s.got))
		}
	}
	if said["Messages"] != "" && said["Error"] == "Should be true" {
		return said["Messages"], "", ""
	}
	return strings.TrimSpace(said["Messages"] + "\n" + said["Error"]), "", ""
}

// shapes are the forms in which failures say what was expected and what came. The words in between are
// phrases that can be said in another language.
var shapes = []struct {
	text          *regexp.Regexp
	expected, got string
}{
	{regexp.MustCompile(`(?s)^expected: (.*)\n *got: (.*)$`), "$1", "$2"},
	{regexp.MustCompile(`(?s)^Not equal: *\nexpected: (.*?)\nactual  : (.*?)(?:\n+Diff:.*)?$`), "$1", "$2"},
	{regexp.MustCompile(`(?s)^(".*") does not contain (".*")$`), "a text with $2", "$1"},
	{regexp.MustCompile(`(?s)^(".*") should not contain (".*")$`), "a text without $2", "$1"},
	{regexp.MustCompile(`(?s)^Expect (".*") to match (".*")$`), "a text like $2", "$1"},
	{regexp.MustCompile(`(?s)^".*" should have (\d+) item\(s\), but has (\d+)$`), "$1 in number", "$2"},
	{regexp.MustCompile(`(?s)^Should be empty, but was (.*)$`), "nothing", "$1"},
	{regexp.MustCompile(`(?s)^Should NOT be empty, but was`), "something", "nothing"},
	{regexp.MustCompile(`(?s)^Received unexpected error:\n(.*)$`), "no error", "$1"},
	{regexp.MustCompile(`(?s)^elements differ\n.*\nlistA:\n(.*?)\n+listB:\n(.*)$`), "$1", "$2"},
}

var testifyLabel = regexp.MustCompile(`^\t([A-Z][A-Za-z ]*): *\t(.*)$`)

// testifyFields returns what testify says, by its label, or nil where it is not testify that speaks.
func testifyFields(text string) map[string]string {
	if !strings.Contains(text, "\tError Trace:") {
		return nil
	}
	fields, label := map[string]string{}, ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if m := testifyLabel.FindStringSubmatch(line); m != nil {
			label, line = m[1], m[2]
		}
		fields[label] += "\n" + strings.TrimSpace(line)
	}
	for label, text := range fields {
		fields[label] = strings.TrimSpace(text)
	}
	return fields
}

var typeNote = regexp.MustCompile(`\((?:\[\]|\*|map\[\w+\])?[\w.]+(?: ?\{\})?\) ?(?:\(len=\d+\) ?)?`)

// compact writes a value that testify spreads over many lines on one, without the types.
func compact(value string) string {
	if !strings.HasPrefix(value, "(") || !strings.Contains(value, "\n") {
		return value
	}
	return strings.Join(strings.Fields(typeNote.ReplaceAllString(value, "")), " ")
}

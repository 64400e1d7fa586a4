// Package lessons is the course as data: every lesson's order, texts, code and tests live in its
// numbered folder and nowhere else. It reads the embedded folders and knows nothing of gateways.
package lessons

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed */lesson.json */recording.jsonl */figures.json */*.md */starter */solution */raw
var folders embed.FS

// Languages are the languages every text exists in.
var Languages = []string{"en", "es"}

// A Lesson is one numbered folder. Its fields come from lesson.json, the only metadata there is.
type Lesson struct {
	// Number and Folder come from the folder's name: 1 and "01-connection".
	Number int    `json:"-"`
	Folder string `json:"-"`

	// ID never changes, also when lessons are renamed or reordered: "connection".
	ID string `json:"id"`
	// Section is the heading of the course module that the lesson covers, in the module's Spanish, or "" where it goes
	// beyond the module.
	Section string `json:"section,omitempty"`
	// Concepts are the terms introduced here, for each language.
	Concepts map[string][]string `json:"concepts"`
	// Links lead to the RFC or protocol sections behind the lesson.
	Links []Link `json:"links"`
	// Edit is the file of starter/ and mine/ with the gap to fill.
	Edit string `json:"edit"`
	// Imports are the packages that the learner's code may use.
	Imports []string `json:"imports"`
	// Codec says that the lesson's package writes and reads the packets of Socket.IO by itself.
	Codec bool `json:"codec,omitempty"`
	// Servers says that the lesson's package is one of several servers that share a log.
	Servers bool `json:"servers,omitempty"`
	// Raw says that the lesson's package serves WebSockets by itself: it exports Handler and no New, and
	// its messages have no envelope.
	Raw bool `json:"raw,omitempty"`
	// Targets say where the lesson's tests run.
	Targets Targets `json:"targets"`
	// Clients say what the page's clients offer in this lesson.
	Clients Clients `json:"clients"`
	// Tests explain each test of the lesson to a learner.
	Tests []Test `json:"tests"`
	// Equivalents explain changes of the solution that no test can notice: see wslab/server/course/mutation.
	Equivalents []Equivalent `json:"equivalents,omitempty"`
	// Session is what Ana and Bob do, in order, in the recording that "wire:solution" shows.
	Session []Step `json:"session"`
}

// A Link is a page worth reading.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
	// Concepts are those of the lesson's that it explains, in English.
	Concepts []string `json:"concepts,omitempty"`
}

// Targets say where a lesson's tests run.
type Targets struct {
	Native  bool `json:"native"`  // go test, with the race detector
	Browser bool `json:"browser"` // compiled to js/wasm, in memory, in a real browser
	Live    bool `json:"live"`    // from a real browser over a real WebSocket to the shared server
}

// Clients say what the page's clients offer.
type Clients struct {
	// Auth is "" where anyone may connect, "token" for a typed token and "signed" where the page
	// also mints signed tokens.
	Auth string `json:"auth"`
	// Here says that the page shows who is in the chat and in the rooms of each client.
	Here bool `json:"here,omitempty"`
	// Events are what a client can send, each with a payload to start from.
	Events []Sendable `json:"events"`
	// Answers is the request of the server that a client answers, unless the page is told not to; "" for none.
	Answers string `json:"answers,omitempty"`
	Habits
	// Flood is what a client sends many times at one press, each "#" in it being its number, which no other press
	// brings again; nil offers no such press.
	Flood *Flood `json:"flood,omitempty"`
}

// Habits are what a client of the page does by itself.
type Habits struct {
	// Echoes are events that it answers, each by another event with the same payload.
	Echoes map[string]string `json:"echoes,omitempty"`
	// Replies are events that it answers, each by another event with a payload of its own.
	Replies map[string]Sendable `json:"replies,omitempty"`
	// Newest says in which field of which events there is a number. The newest one takes the place of "NEWEST" in
	// what the client sends, also on its next connection.
	Newest map[string]string `json:"newest,omitempty"`
	// Returns has it connect again when its connection is lost, and take a connection for lost on which there was
	// nothing to echo for so many seconds. 0 has it do neither.
	Returns int `json:"returns,omitempty"`
}

// Written is how the page carries the habits to its clients.
func (h Habits) Written() string {
	written, _ := json.Marshal(h) // it was read from JSON
	return string(written)
}

// A Sendable is an event that a client of the page may send.
type Sendable struct {
	Event string `json:"event"`
	// Payload is JSON. On a page "KEY" at the beginning of a text in it becomes a short text that nobody else has.
	Payload json.RawMessage `json:"payload"`
	// Request says that the client waits for an answer.
	Request bool `json:"request,omitempty"`
}

// A Flood is an event that a client of the page may send many times at once.
type Flood struct {
	Sendable
	Times int `json:"times"`
}

// A Test explains one test of a lesson, for each language.
type Test struct {
	Name string `json:"name"`
	// Native says that it runs natively alone, because what it needs does not exist in a browser.
	Native bool `json:"native,omitempty"`
	// Concept is the one of the lesson's concepts, in English, that it is about, or "".
	Concept string `json:"concept,omitempty"`
	// Says is what the test expects, as a sentence.
	Says map[string]string `json:"says"`
	// Fails is what to think of when it fails. It ends with the hint that helps: "Hint 2.", "Pista 2."
	Fails map[string]string `json:"fails"`
}

// An Equivalent is a change of the solution that makes the same program in other words.
type Equivalent struct {
	In   string `json:"in"`   // the name of the function that it is in
	Line string `json:"line"` // as it is after the change
	Why  string `json:"why"`
}

// Hint returns the number of the hint that helps when the test fails, from 1, or 1 where none is named.
func (t Test) Hint() int {
	if n, err := strconv.Atoi(submatch(namedHint, t.Fails["en"])); err == nil {
		return n
	}
	return 1
}

// A Step is one thing that a client does in a recorded session. One of Auth, Event, Text, Binary and
// Close is meant; a step with none of them connects without credentials.
type Step struct {
	Client string          `json:"client"`
	Auth   json.RawMessage `json:"auth,omitempty"`
	Event  string          `json:"event,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"`
	// Request says that Event is one that asks for an answer.
	Request bool   `json:"request,omitempty"`
	Text    string `json:"text,omitempty"`   // a message without an envelope
	Binary  string `json:"binary,omitempty"` // one of bytes, in hexadecimal: "00 ff"
	Close   string `json:"close,omitempty"`  // "leave" or "lose"
}

// All returns the lessons in the order of their numbers.
var All = sync.OnceValue(func() []Lesson {
	all, err := read(folders)
	if err != nil {
		panic("lessons: " + err.Error()) // the folders are embedded: TestCatalog would have failed
	}
	return all
})

// Find returns the lesson with that number ("1") or id ("connection").
func Find(name string) (Lesson, bool) {
	for _, l := range All() {
		if l.ID == name || strconv.Itoa(l.Number) == name {
			return l, true
		}
	}
	return Lesson{}, false
}

// Next returns the lesson that follows. Those that are planned leave gaps between the numbers.
func (l Lesson) Next() (next Lesson, ok bool) {
	for _, next := range All() {
		if next.Number > l.Number {
			return next, true
		}
	}
	return Lesson{}, false
}

func read(fsys fs.FS) ([]Lesson, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var all []Lesson
	for _, e := range entries {
		l, err := readLesson(fsys, e.Name())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Lesson) int { return a.Number - b.Number })
	return all, nil
}

func readLesson(fsys fs.FS, folder string) (Lesson, error) {
	number, _, _ := strings.Cut(folder, "-")
	n, err := strconv.Atoi(number)
	if err != nil {
		return Lesson{}, fmt.Errorf("a lesson's folder is named NN-id: %w", err)
	}
	data, err := fs.ReadFile(fsys, folder+"/lesson.json")
	if err != nil {
		return Lesson{}, err
	}
	l := Lesson{Number: n, Folder: folder}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err = dec.Decode(&l)
	return l, err
}

// Text returns the lesson's Markdown in lang ("en" or "es").
func (l Lesson) Text(lang string) string {
	b, err := l.File(lang + ".md")
	if err != nil {
		return ""
	}
	return string(b)
}

// Title returns the heading of the lesson's text.
func (l Lesson) Title(lang string) string {
	return submatch(titleLine, l.Text(lang))
}

// Goal returns the sentence under the title: what the learner will have made.
func (l Lesson) Goal(lang string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(submatch(goalLines, l.Text(lang)), "\n> ", " ")), " ")
}

// Hints returns the lesson's hints, the vaguest first.
func (l Lesson) Hints(lang string) []string {
	var hints []string
	_, rest, _ := strings.Cut(l.Text(lang), map[string]string{"en": "\n## Hints\n", "es": "\n## Pistas\n"}[lang])
	section, _, _ := strings.Cut(rest, "\n## ")
	for _, m := range hintLine.FindAllStringSubmatch(section, -1) {
		hints = append(hints, m[1])
	}
	return hints
}

// File returns a file of the lesson's folder, such as "solution/connection.go".
func (l Lesson) File(path string) ([]byte, error) {
	return folders.ReadFile(l.Folder + "/" + path)
}

// Test returns the explanation of the test with that name.
func (l Lesson) Test(name string) (Test, bool) {
	i := slices.IndexFunc(l.Tests, func(t Test) bool { return t.Name == name })
	if i < 0 {
		return Test{Name: name}, false
	}
	return l.Tests[i], true
}

// Concept returns the concept that t is about, as lang calls it, and the link that explains it. Either
// may be empty.
func (l Lesson) Concept(t Test, lang string) (term string, about Link) {
	i := slices.Index(l.Concepts["en"], t.Concept)
	if i < 0 {
		return "", about
	}
	for _, link := range l.Links {
		if slices.Contains(link.Concepts, t.Concept) {
			about = link
			break
		}
	}
	return l.Concepts[lang][i], about
}

var (
	titleLine = regexp.MustCompile(`(?m)\A# (.+)$`)
	goalLines = regexp.MustCompile(`(?m)\A# .+\n\n> ((?:.+)(?:\n> .+)*)$`)
	namedHint = regexp.MustCompile(`Hint (\d)\.$`)
	hintLine  = regexp.MustCompile(`(?m)^\d+\. (.+)$`)
)

func submatch(re *regexp.Regexp, s string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// Package page holds the lab's pages: what each shows, and the layout they share.
package page

import (
	"strconv"

	"wslab/lessons"
	"wslab/web/lessontext"
	"wslab/web/text"
)

// A Page is what the layout needs to know of any page.
type Page struct {
	Text   *text.Strings
	Kind   string // "home", "lesson", "demo", "module", "results" or "notfound"
	Path   string // without the language: "/lessons/1"
	Title  string
	Assets Assets
}

// Assets are the addresses of the files that pages load.
type Assets struct{ Style, Boot, Icon string }

// url returns the address of a page in the page's language.
func (p Page) url(path string) string { return "/" + p.Text.Lang + path }

// Course is the map of the course: the lessons that exist among those that will.
type Course []Part

// A Part is a part of the course.
type Part struct {
	Title, Text string
	Rows        []Row
}

// A Row is one lesson on the map.
type Row struct {
	Number      int
	Title, Goal string
	Section     string // of the module
	Exists      bool
	Done        bool // by the learner
}

// NewCourse lays the lessons that exist, and what the learner has done of them, over the plan of the course.
func NewCourse(t *text.Strings, all []lessons.Lesson, done func(lessons.Lesson) bool) Course {
	existing := map[int]lessons.Lesson{}
	for _, l := range all {
		existing[l.Number] = l
	}
	var c Course
	for _, p := range t.Course {
		part := Part{Title: p.Title, Text: p.Text}
		for _, e := range p.Lessons {
			row := Row{Number: e.Number, Title: e.Title, Goal: e.Goal}
			if l, ok := existing[e.Number]; ok {
				row = Row{l.Number, l.Title(t.Lang), l.Goal(t.Lang), l.Section, true, done(l)}
			}
			part.Rows = append(part.Rows, row)
		}
		c = append(c, part)
	}
	return c
}

// A Lesson is what the page of a lesson shows.
type Lesson struct {
	Lesson         lessons.Lesson
	Body           lessontext.Text
	Mine           string // the path of the file to edit
	Address        string // of the reference gateway, for the clients
	Done           bool   // the learner's tests have passed
	Previous, Next *Neighbour
}

// A Neighbour is the lesson before or after.
type Neighbour struct {
	lessons.Lesson
	Done bool
}

func lessonPath(n int) string { return "/lessons/" + strconv.Itoa(n) }
func answerPath(n int) string { return lessonPath(n) + "/answer" }

var clients = []string{"ana", "bob"}

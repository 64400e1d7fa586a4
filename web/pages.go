package web

import (
	"net/http"
	"slices"
	"strconv"

	"wslab/lessons"
	"wslab/web/figures"
	"wslab/web/lessontext"
	"wslab/web/page"
	"wslab/web/text"
)

func (s *site) home(t *text.Strings) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		course := page.NewCourse(t, s.Lessons, s.Standing)
		s.show(w, r, t, http.StatusOK, page.Home(s.page(t, "home", "/", t.Home.Title), course))
	}
}

func (s *site) demo(t *text.Strings) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.show(w, r, t, http.StatusOK, page.Demo(s.page(t, "demo", "/demo", t.Chat.Title)))
	}
}

func (s *site) lesson(t *text.Strings) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		i := s.find(r)
		if i < 0 {
			s.nowhere(w, r)
			return
		}
		l, err := s.view(t, i, r.Host)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		p := s.page(t, "lesson", "/lessons/"+r.PathValue("n"), l.Body.Title)
		s.show(w, r, t, http.StatusOK, page.LessonPage(p, l))
	}
}

// find returns the index of the lesson in the address, or -1.
func (s *site) find(r *http.Request) int {
	return slices.IndexFunc(s.Lessons, func(l lessons.Lesson) bool {
		return strconv.Itoa(l.Number) == r.PathValue("n")
	})
}

// view gathers what the page of the i-th lesson shows.
func (s *site) view(t *text.Strings, i int, host string) (page.Lesson, error) {
	l := s.Lessons[i]
	var shown lessontext.Shown
	if s.Recording != nil {
		shown.Recording = s.Recording(l)
	}
	if s.Figures != "" {
		shown.Figures, _ = figures.Read(s.Figures) // where that fails, the lesson's own are shown; the page of the results says why
	}
	body, err := lessontext.Render(l, t.Lang, shown)
	v := page.Lesson{
		Lesson:  l,
		Body:    body,
		Address: "ws://" + host + "/lessons/" + strconv.Itoa(l.Number) + "/solution/ws",
		Done:    s.Standing(l),
	}
	if s.Mine != nil {
		v.Mine = s.Mine(l)
	}
	if i > 0 {
		v.Previous = s.neighbour(i - 1)
	}
	if i+1 < len(s.Lessons) {
		v.Next = s.neighbour(i + 1)
	}
	return v, err
}

func (s *site) neighbour(i int) *page.Neighbour {
	return &page.Neighbour{Lesson: s.Lessons[i], Done: s.Standing(s.Lessons[i])}
}

func (s *site) nowhere(w http.ResponseWriter, r *http.Request) {
	t, _ := text.In(languageOf(r))
	s.show(w, r, t, http.StatusNotFound, page.NotFound(s.page(t, "notfound", "/", t.NotFound.Title)))
}

package web

import (
	"net/http"
	"path"
	"strings"

	"wslab/lessons"
	"wslab/web/component"
	"wslab/web/lessontext"
	"wslab/web/page"
	"wslab/web/text"
)

// answer serves the page of a lesson's answer: the learner's code beside the reference.
func (s *site) answer(t *text.Strings) http.HandlerFunc {
	return s.compared(t, func(w http.ResponseWriter, r *http.Request, l lessons.Lesson, files []component.Comparison) {
		p := s.page(t, "answer", "/lessons/"+r.PathValue("n")+"/answer", t.Answer.Page)
		s.show(w, r, t, http.StatusOK, page.AnswerPage(p, page.Lesson{Lesson: l}, files))
	})
}

// answerText serves the same without the page around it, for a page that is there already.
func (s *site) answerText(t *text.Strings) http.HandlerFunc {
	return s.compared(t, func(w http.ResponseWriter, r *http.Request, _ lessons.Lesson, files []component.Comparison) {
		s.show(w, r, t, http.StatusOK, component.Comparisons(t, files))
	})
}

func (s *site) compared(t *text.Strings, show func(http.ResponseWriter, *http.Request, lessons.Lesson, []component.Comparison)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		i := s.find(r)
		if i < 0 || s.Answer == nil {
			s.nowhere(w, r)
			return
		}
		files, err := s.comparisons(s.Lessons[i])
		if err != nil {
			s.fail(w, r, err)
			return
		}
		show(w, r, s.Lessons[i], files)
	}
}

func (s *site) comparisons(l lessons.Lesson) ([]component.Comparison, error) {
	all, err := s.Answer(l)
	if err != nil {
		return nil, err
	}
	var files []component.Comparison
	for _, c := range all {
		file, err := highlighted(c)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// highlighted makes HTML of the lines of c. Each side is read as one text: a comment may have many lines.
func highlighted(c lessons.Comparison) (component.Comparison, error) {
	shown := component.Comparison{File: c.File, Differs: c.Differs()}
	left, err := side(c, func(r lessons.Row) lessons.Line { return r.Left })
	if err != nil {
		return shown, err
	}
	right, err := side(c, func(r lessons.Row) lessons.Line { return r.Right })
	for i, row := range c.Rows {
		shown.Rows = append(shown.Rows, component.Row{Kind: string(row.Kind), Left: left[i], Right: right[i]})
	}
	return shown, err
}

// side returns one side of every row.
func side(c lessons.Comparison, of func(lessons.Row) lessons.Line) ([]component.Line, error) {
	var source strings.Builder
	for _, row := range c.Rows {
		if line := of(row); line.Number > 0 {
			source.WriteString(line.Text + "\n")
		}
	}
	lines, err := lessontext.HighlightLines(source.String(), strings.TrimPrefix(path.Ext(c.File), "."))
	if err != nil {
		return nil, err
	}
	all := make([]component.Line, len(c.Rows))
	for i, row := range c.Rows {
		if n := of(row).Number; n > 0 && n <= len(lines) {
			all[i] = component.Line{Number: n, HTML: lines[n-1]}
		}
	}
	return all, nil
}

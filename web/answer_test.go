package web

import (
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

// answering returns the pages of a learner whose file is mine, where the reference answer is solution.
func answering(mine, solution string) http.Handler {
	return New(Config{Lessons: lessons.All(), Answer: func(l lessons.Lesson) ([]lessons.Comparison, error) {
		return []lessons.Comparison{lessons.Compare(l.Edit, mine, solution)}, nil
	}})
}

func TestTheAnswerIsReadWithoutScript(t *testing.T) {
	h := answering("package a\n\nvar x = 1\n", "package a\n\nvar x = 2\nvar y = 3\n")
	require.Contains(t, get(h, "/en/lessons/1").Body.String(), `href="/en/lessons/1/answer"`)
	page := get(h, "/en/lessons/1/answer")
	require.Equal(t, http.StatusOK, page.Code)
	require.Contains(t, page.Body.String(), `<tr role="row" class="changed">`)
	require.Contains(t, page.Body.String(), "only in the reference: ", "a colour is not enough")
	require.Contains(t, page.Body.String(), `<span class="kn">package</span>`, "code is highlighted")
}

func TestTheTextOfTheAnswerIsTheSameWithoutItsPage(t *testing.T) {
	text := get(answering("package a\n", "package b\n"), "/es/lessons/1/answer/text").Body.String()
	require.Contains(t, text, `class="comparisons"`)
	require.NotContains(t, text, "<html")
}

func TestWhatALearnerWroteIsShownAndNotObeyed(t *testing.T) {
	h := answering("// <script>alert(1)</script>\npackage a\n", "package a\n")
	text := get(h, "/en/lessons/1/answer/text").Body.String()
	require.NotContains(t, text, "<script>")
	require.Contains(t, text, "&lt;script&gt;")
}

func TestACommentOfManyLinesIsOneOnEach(t *testing.T) {
	text := get(answering("/* one\ntwo */\npackage a\n", "package a\n"), "/en/lessons/1/answer/text").Body.String()
	require.Contains(t, text, `<span class="cm">two */</span>`)
}

func TestAnAnswerThatCannotBeReadIsAnErrorThatSaysSo(t *testing.T) {
	h := New(Config{Lessons: lessons.All(), Log: slog.New(slog.DiscardHandler), Answer: func(lessons.Lesson) ([]lessons.Comparison, error) {
		return nil, errors.New("permission denied")
	}})
	page := get(h, "/en/lessons/1/answer")
	require.Equal(t, http.StatusInternalServerError, page.Code)
	require.Contains(t, page.Body.String(), "permission denied")
	require.Equal(t, http.StatusNotFound, get(pages(t), "/en/lessons/1/answer").Code, "nobody compares anything here")
}

func TestALessonThatIsDoneIsMarkedWhereverItIsNamed(t *testing.T) {
	h := New(Config{Lessons: lessons.All(), Standing: func(l lessons.Lesson) bool { return l.Number == 1 }})
	require.Regexp(t, `(?s)href="/es/lessons/1">Conexión</a>\s*<small class="done"><span aria-hidden="true">✓</span> hecha`, get(h, "/es/").Body.String())
	require.Contains(t, get(h, "/en/lessons/1").Body.String(), `id="done"><span`)
	require.Contains(t, get(h, "/en/lessons/2").Body.String(), `id="done" hidden>`)
	require.Regexp(t, `(?s)rel="prev"[^>]*>.*Connection\s*<small class="done">`, get(h, "/en/lessons/2").Body.String())
}

func TestEveryTestOfALessonHasAVerdictForEachPlace(t *testing.T) {
	page := get(pages(t), "/en/lessons/1").Body.String()
	l, _ := lessons.Find("connection")
	for _, test := range l.Tests {
		require.Regexp(t, `(?s)data-test="`+test.Name+`">.*?data-place="native" data-verdict="none".*?data-place="browser" data-verdict="none"`, page)
	}
	require.NotContains(t, page, "Hint 1.</", "which hint helps is said by the button beside the test")
}

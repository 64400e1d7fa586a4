package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

func pages(t *testing.T) http.Handler {
	return New(Config{
		Lessons: lessons.All(),
		Mine:    func(l lessons.Lesson) string { return "lessons/" + l.Folder + "/mine/" + l.Edit },
		Built:   t.TempDir(),
	})
}

func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestEveryPageIsThereInBothLanguages(t *testing.T) {
	h := pages(t)
	for _, lang := range lessons.Languages {
		for _, path := range []string{"/", "/demo", "/module", "/bench", "/lessons/1"} {
			page := get(h, "/"+lang+path)
			require.Equal(t, http.StatusOK, page.Code, lang+path)
			require.Contains(t, page.Body.String(), `<html lang="`+lang+`">`)
		}
	}
}

func TestEveryLessonHasAPage(t *testing.T) {
	h := pages(t)
	for _, l := range lessons.All() {
		for _, lang := range lessons.Languages {
			page := get(h, "/"+lang+"/lessons/"+itoa(l.Number))
			require.Equal(t, http.StatusOK, page.Code, page.Body.String())
			require.Contains(t, page.Body.String(), "<h1>"+l.Title(lang)+"</h1>")
		}
	}
}

func TestTheHomePageLeadsToTheLessonsThatExist(t *testing.T) {
	home := get(pages(t), "/en/").Body.String()
	for _, l := range lessons.All() {
		require.Contains(t, home, `href="/en/lessons/`+itoa(l.Number)+`"`)
	}
	require.NotContains(t, home, `href="/en/lessons/14"`, "lesson 14 is planned, not written")
	require.Contains(t, home, "Video call")
}

func TestThePageNamesTheFileToEdit(t *testing.T) {
	require.Contains(t, get(pages(t), "/en/lessons/1").Body.String(), "lessons/01-connection/mine/connection.go")
}

func TestAnAddressThatLeadsNowhereSaysSoInItsLanguage(t *testing.T) {
	h := pages(t)
	for path, title := range map[string]string{
		"/es/nada":       "Aquí no responde nadie",
		"/en/lessons/99": "Nothing answers here",
		"/nowhere":       "Nothing answers here",
	} {
		page := get(h, path)
		require.Equal(t, http.StatusNotFound, page.Code, path)
		require.Contains(t, page.Body.String(), title)
	}
}

func TestEveryAnswerForbidsWhatIsInlineOrFromElsewhere(t *testing.T) {
	h := pages(t)
	for _, path := range []string{"/", "/en/", "/es/lessons/1", "/en/demo", "/es/module", "/es/bench", "/nowhere", "/static/boot.js"} {
		header := get(h, path).Header()
		policy := header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'", path)
		require.Contains(t, policy, "script-src 'self' 'wasm-unsafe-eval'", path)
		require.NotContains(t, policy, "unsafe-inline", path)
		require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "no-referrer", header.Get("Referrer-Policy"), path)
	}
}

func TestNothingOnAPageIsInlineOrFromElsewhere(t *testing.T) {
	h := pages(t)
	for _, path := range []string{"/en/", "/es/lessons/1", "/en/demo", "/es/module", "/es/bench", "/nowhere"} {
		page := get(h, path).Body.String()
		require.NotContains(t, page, " style=", path)
		require.NotRegexp(t, ` on\w+="`, page, path)
		require.NotRegexp(t, `<script(>|[^>]* src="(//|http))`, page, path)
		require.NotRegexp(t, `(?s)<style|<(link|img)[^>]* (href|src)="(//|http)`, page, path)
	}
}

func TestAnAddressWithoutALanguageGoesToTheReaders(t *testing.T) {
	h := pages(t)
	for _, c := range []struct{ path, accept, cookie, to string }{
		{"/", "", "", "/en/"},
		{"/", "es-MX,es;q=0.9,en;q=0.8", "", "/es/"},
		{"/", "fr, en;q=0.3, es;q=0.7", "", "/es/"},
		{"/", "es;q=0, en;q=0.1", "", "/en/"},
		{"/", "es", "wslab_lang=en", "/en/"},
		{"/", "es", "wslab_lang=fr", "/es/"},
		{"/demo", "es", "", "/es/demo"},
		{"/bench", "es", "", "/es/bench"},
		{"/lessons/1", "es", "", "/es/lessons/1"},
	} {
		answer := get(h, c.path, "Accept-Language", c.accept, "Cookie", c.cookie)
		require.Equal(t, http.StatusFound, answer.Code)
		require.Equal(t, c.to, answer.Header().Get("Location"), "%+v", c)
	}
}

func TestTheLanguageLastReadIsRemembered(t *testing.T) {
	h := pages(t)
	cookie := get(h, "/es/").Header().Get("Set-Cookie")
	require.Contains(t, cookie, "wslab_lang=es")
	require.Equal(t, "/es/", get(h, "/", "Accept-Language", "en", "Cookie", "wslab_lang=es").Header().Get("Location"))
}

func TestARecordingIsShownAsItHappened(t *testing.T) {
	h := New(Config{Lessons: lessons.All(), Recording: func(lessons.Lesson) []Exchange {
		return []Exchange{{Client: "bob", ToServer: true, Text: `{"event":"<i>"}`}}
	}})
	page := get(h, "/en/lessons/1").Body.String()
	require.Contains(t, page, "{&#34;event&#34;:&#34;<b>&lt;i&gt;</b>&#34;}", "what a client sent is shown, not obeyed")
	require.NotContains(t, page, "made without one")
}

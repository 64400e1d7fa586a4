package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"wslab/lessons"
)

const languageCookie = "wslab_lang"

// toLanguage redirects an address without a language to the reader's.
func toLanguage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.Header().Set("Cache-Control", "no-cache")
	http.Redirect(w, r, "/"+languageOf(r)+r.URL.Path, http.StatusFound)
}

// languageOf is the language to answer in: the address's, else the one last read, else the browser's.
func languageOf(r *http.Request) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if slices.Contains(lessons.Languages, first) {
		return first
	}
	if c, err := r.Cookie(languageCookie); err == nil && slices.Contains(lessons.Languages, c.Value) {
		return c.Value
	}
	return accepted(r.Header.Get("Accept-Language"))
}

// accepted returns the language that the header asks for most, English where it asks for neither.
func accepted(header string) string {
	best, weight := lessons.Languages[0], 0.0
	for _, w := range weighted(header) {
		lang, _, _ := strings.Cut(strings.ToLower(w.value), "-")
		if slices.Contains(lessons.Languages, lang) && w.q > weight {
			best, weight = lang, w.q
		}
	}
	return best
}

// rememberLanguage makes the language of a page that was read the one of the next redirect.
func rememberLanguage(w http.ResponseWriter, r *http.Request, lang string) {
	if c, err := r.Cookie(languageCookie); err == nil && c.Value == lang {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode,
	})
}

// A weight is one value of an Accept header, with how much it is wanted.
type weight struct {
	value string
	q     float64
}

func weighted(header string) []weight {
	var all []weight
	for part := range strings.SplitSeq(header, ",") {
		value, params, _ := strings.Cut(part, ";")
		w := weight{strings.TrimSpace(value), 1}
		if q, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			w.q, _ = strconv.ParseFloat(q, 64)
		}
		if w.value != "" {
			all = append(all, w)
		}
	}
	return all
}

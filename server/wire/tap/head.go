package tap

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wslab/server/wire"
)

// requestHead is what a request begins with, without its secrets. The id of a stranger's session is one:
// whoever has it may speak for the client.
func (l *Line) requestHead(r *http.Request) *wire.Head {
	hidden := secret
	if l.stranger {
		hidden = append(slices.Clone(secret), "sid")
	}
	h := &wire.Head{Line: fmt.Sprintf("%s %s %s", r.Method, address(r.URL, hidden), r.Proto)}
	h.Headers = append(h.Headers, wire.Field{Name: "Host", Value: r.Host})
	h.Headers = append(h.Headers, fields(r.Header)...)
	return h
}

func answerHead(status int, header http.Header, body string) *wire.Head {
	return &wire.Head{
		Line:    fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(status)),
		Headers: fields(header),
		Body:    body,
	}
}

// fields are the headers in alphabetic order: net/http does not keep that in which they came.
func fields(header http.Header) (all []wire.Field) {
	for name, values := range header {
		for _, value := range values {
			all = append(all, wire.Field{Name: name, Value: masked(name, value)})
		}
	}
	slices.SortFunc(all, func(a, b wire.Field) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// secret are the parameters of an address that nobody shall read over a learner's shoulder.
var secret = []string{"token", "access_token", "auth", "ticket", "password"}

// address is a request's address with these parameters of its query masked.
func address(u *url.URL, hidden []string) string {
	if u.RawQuery == "" {
		return u.RequestURI()
	}
	parts := strings.Split(u.RawQuery, "&")
	for i, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err != nil || slices.Contains(hidden, strings.ToLower(plain)) {
			parts[i] = name + "=" + hide(value)
		}
	}
	return u.EscapedPath() + "?" + strings.Join(parts, "&")
}

// masked is the value of a header without the secret in it.
func masked(name, value string) string {
	switch name {
	case "Authorization", "Proxy-Authorization":
		scheme, rest, found := strings.Cut(value, " ")
		if !found {
			return hide(value)
		}
		return scheme + " " + hide(rest)
	case "Cookie", "Set-Cookie", "X-Api-Key", "X-Auth-Token":
		return hide(value)
	case "Referer":
		before, query, found := strings.Cut(value, "?")
		if !found {
			return value
		}
		return before + "?" + hide(query)
	case "Sec-Websocket-Protocol":
		offers := strings.Split(value, ",")
		for i, offer := range offers {
			if token, found := strings.CutPrefix(strings.TrimSpace(offer), "bearer."); found {
				offers[i] = strings.Replace(offer, token, hide(token), 1)
			}
		}
		return strings.Join(offers, ",")
	}
	return value
}

// hide says only how long a secret is.
func hide(s string) string { return fmt.Sprintf("•••(%d)", len(s)) }

// without is a text with a secret in it masked.
func without(text []byte, secret string) []byte {
	return bytes.ReplaceAll(text, []byte(secret), []byte(hide(secret)))
}

// veil masks what a frame says, but for the type of a packet of Socket.IO that connects.
func veil(f *wire.Frame) {
	const connect = "40"
	for _, text := range []*wire.Bytes{&f.Payload, &f.Inflated} {
		if rest, found := bytes.CutPrefix(*text, []byte(connect)); found && len(rest) > 0 {
			*text = []byte(connect + hide(string(rest)))
		} else if !found && len(*text) > 0 {
			*text = []byte(hide(string(*text)))
		}
	}
}

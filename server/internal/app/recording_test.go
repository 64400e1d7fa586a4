package app

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course"
	"wslab/server/wire"
)

// chanced is what is another each time in what crosses a connection: ids, times and signed tokens.
var chanced = regexp.MustCompile(`\b[A-Z2-7]{12}\b|\d{4}-\d\d-\d\dT[\d:.]+Z|eyJ[\w-]+\.[\w-]+\.[\w-]+|\d{10,}`)

// lasting is what is the same in every recording of a session: the entries of each connection, a line
// each. The order of what happens on two connections is chance, and who ends one after the close frames.
func lasting(t *testing.T, entries []wire.Entry) (lines []string) {
	for _, e := range slices.SortedStableFunc(slices.Values(entries), func(a, b wire.Entry) int { return int(a.Conn) - int(b.Conn) }) {
		e.N, e.At = 0, 0
		e.Up = e.Up && (e.Kind != wire.End || e.Lost)
		if e.Head != nil {
			for i, h := range e.Head.Headers {
				if h.Name == "Sec-Websocket-Key" || h.Name == "Sec-Websocket-Accept" {
					e.Head.Headers[i].Value = ""
				}
			}
		}
		said := ""
		if e.Frame != nil {
			said = sorted(chanced.ReplaceAllString(string(e.Frame.Payload), "…"))
			if said != string(e.Frame.Payload) {
				e.Frame.Length = 0 // a time ends with fewer digits now and then
			}
			e.Frame.Payload, e.Frame.Key = nil, 0
		}
		line, err := json.Marshal(e)
		require.NoError(t, err)
		lines = append(lines, string(line)+" "+said)
	}
	return lines
}

// sorted sorts the lists in a message: they are in the order of ids.
func sorted(message string) string {
	var v any
	if json.Unmarshal([]byte(message), &v) != nil {
		return message
	}
	sortLists(v)
	text, _ := json.Marshal(v) // it was JSON
	return string(text)
}

func sortLists(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			sortLists(inner)
		}
	case []any:
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
}

func TestOnlyWhatAHandlerHandlesHasAPlace(t *testing.T) {
	for _, data := range lessons.All() {
		for _, x := range exchanges(data) {
			require.Regexp(t, `^(\w+\.go:\d+)?$`, x.Place, "lesson %d: %s", data.Number, x.Text)
		}
	}
}

func TestWhatTheLessonsShowOfTheWireIsWhatHappens(t *testing.T) {
	repo, err := course.FindRepo()
	require.NoError(t, err)
	for _, data := range lessons.All() {
		t.Run(data.ID, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			kept, err := recorded(data)
			require.NoError(t, err)
			a, err := New(Config{Repo: repo})
			require.NoError(t, err)
			fresh, err := a.record(ctx, a.lessons[fmt.Sprint(data.Number)])
			require.NoError(t, err)
			require.NotEmpty(t, kept)
			require.Equal(t, lasting(t, kept), lasting(t, fresh), "./task record plays the sessions anew")
		})
	}
}

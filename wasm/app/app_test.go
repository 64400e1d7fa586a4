//go:build js

package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/course/feed"
	"wslab/server/gateway"
	"wslab/server/transport"
)

func TestAWordIsFilledIn(t *testing.T) {
	w := words{"state.refused": "refused ({code} {reason})"}
	require.Equal(t, "refused (4401 unauthorized)", w.say("state.refused", "code", "4401", "reason", "unauthorized"))
	require.Equal(t, "refused (1000)", w.say("state.refused", "code", "1000", "reason", ""), "a close may come without a reason")
}

func TestTheNameOfAnEventIsFoundInARawMessage(t *testing.T) {
	for raw, want := range map[string][3]string{
		`{"event":"hello","data":1}`: {`{"event":"`, "hello", `","data":1}`},
		`{"id":1,"data":2}`:          {`{"id":1,"data":2}`, "", ""},
		`{"event":"hel`:              {`{"event":"hel`, "", ""},
	} {
		before, event, after := aroundEvent(raw)
		require.Equal(t, want, [3]string{before, event, after})
		require.Equal(t, raw, before+event+after)
	}
}

func TestAnEnvelopeCarriesThePayloadAsItWasTyped(t *testing.T) {
	require.Equal(t, `{"event":"a\"b","data":{ "x":1 }}`, envelope(false, `a"b`, `{ "x":1 }`))
	require.Equal(t, `{"event":"leave"}`, envelope(false, "leave", ""))
	require.Equal(t, `2["a\"b",{ "x":1 }]`, envelope(true, `a"b`, `{ "x":1 }`))
	require.Equal(t, `2["leave"]`, envelope(true, "leave", ""))
}

func TestAPayloadIsAddressed(t *testing.T) {
	payload, ok := filled(`{"to":"","text":"psst"}`, "to", `a"b`)
	require.True(t, ok)
	require.Equal(t, `{"to":"a\"b","text":"psst"}`, payload)
	payload, ok = filled(`{"text":"hello"}`, "to", "x")
	require.False(t, ok)
	require.Equal(t, `{"text":"hello"}`, payload)
}

func TestARoomIsShownWhileTheClientIsInIt(t *testing.T) {
	me, other := person{"1", "Ana"}, person{"2", "Bob"}
	all := placed(nil, room{Here: []person{me}}, "1")
	all = placed(all, room{Room: "garden", Here: []person{me, other}}, "1")
	require.Len(t, all, 2)
	all = placed(all, room{Room: "garden", Here: []person{me}}, "1")
	require.Equal(t, []room{{Here: []person{me}}, {Room: "garden", Here: []person{me}}}, all)
	require.Equal(t, []room{{Here: []person{me}}}, placed(all, room{Room: "garden", Here: []person{other}}, "1"))
}

func TestARequestEndsInOneOfFourWays(t *testing.T) {
	for key, err := range map[string]error{
		"outcome.answered": nil,
		"outcome.refused":  &gateway.Error{Code: "timeout"},
		"outcome.late":     context.DeadlineExceeded,
		"outcome.ended":    gateway.ConnectionLost,
	} {
		_, got := ended(err)
		require.Equal(t, key, got)
	}
}

func TestATestThatWasNotReachedIsNeitherPassedNorFailed(t *testing.T) {
	done := feed.Results{Tests: []feed.Result{{Name: "TestA"}}}
	require.Equal(t, "skip", verdict(done, feed.Result{}, false))
	require.Equal(t, "running", verdict(feed.Results{Running: true}, feed.Result{}, false))
	require.Equal(t, "none", verdict(feed.Results{}, feed.Result{}, false))
	require.Equal(t, "pass", verdict(done, feed.Result{Passed: true}, true))
	require.Equal(t, "fail", verdict(done, feed.Result{}, true))
}

func TestAProblemIsShownWithItsPlaceOnce(t *testing.T) {
	s := feed.State{Problems: []feed.Problem{
		{File: "lessons/01-connection/mine/connection.go", Line: 24, Message: "undefined: x"},
		{Message: "too many errors"},
	}}
	require.Equal(t, "connection.go:24 undefined: x\ntoo many errors", explanation(s, nil))
	require.Equal(t, "imports net/http", explanation(feed.State{Message: "imports net/http"}, nil))
}

func TestAProblemOfAKnownKindIsToldInThePagesLanguage(t *testing.T) {
	w := words{"problem.panic": "Tu código entró en pánico: {message}."}
	s := feed.State{Problems: []feed.Problem{{File: "a/mine/x.go", Line: 3, Kind: "panic", Message: "panic: oops"}}}
	require.Equal(t, "x.go:3 Tu código entró en pánico: oops.", explanation(s, w))
	s.Problems[0].Kind = "unheard of"
	require.Equal(t, "x.go:3 panic: oops", explanation(s, w))
	w["lang"], s.Problems[0].Said = "es", feed.Words{"es": "pánico"}
	require.Equal(t, "x.go:3 pánico", explanation(s, w))
}

func TestAClientIsToldWhyItIsNotServed(t *testing.T) {
	w := words{
		"code.crashed": "crashed ({place}), open", "code.build_error": "{word} ({place})", "function.build_error": "broken", "function.unstarted": "stuck", "code.before": "before ({place})",
		"code.panicked": "failed ({place})", "code.missing": "{command} makes one",
	}
	at := []feed.Problem{{File: "lessons/01-connection/mine/connection.go", Line: 24}}
	for want, s := range map[string]feed.State{
		"crashed (connection.go:24), open": {Phase: feed.Crashed, Problems: at},
		"crashed, open":                    {Phase: feed.Crashed},
		"broken (connection.go:24)":        {Phase: feed.BuildError, Problems: at},
		"before (connection.go:24)":        {Phase: feed.BuildError, Problems: at, Serving: true},
		"stuck":                            {Phase: feed.BuildError, Problems: []feed.Problem{{Kind: "stalled"}}},
		"failed (connection.go:24)":        {Phase: feed.Running, Problems: at, Serving: true},
		"./task lesson:1 makes one":        {Phase: feed.Missing, Message: "./task lesson:1"},
		"":                                 {Phase: feed.Running, Serving: true},
	} {
		require.Equal(t, want, aside(s, w))
	}
}

func results(place string, passed ...bool) feed.Results {
	r := feed.Results{Place: place}
	for i, ok := range passed {
		r.Tests = append(r.Tests, feed.Result{Name: string(rune('A' + i)), Passed: ok})
	}
	return r
}

func TestWhatTheBrowserFoundIsForgottenWhenANewTextIsJudged(t *testing.T) {
	panel := &tests{runs: map[string]run{}}
	panel.take(results(feed.Natively, false))
	panel.take(results(feed.InBrowser, false))
	panel.take(feed.Results{Place: feed.Natively, Running: true})
	require.Empty(t, panel.runs[feed.InBrowser].now.Tests, "it was about the text before")
	require.NotEmpty(t, panel.runs[feed.InBrowser].last.Tests, "it stays to be read while the next runs")
	require.NotEmpty(t, panel.runs[feed.Natively].last.Tests)
	panel.take(results(feed.Natively, true))
	require.Empty(t, panel.runs[feed.InBrowser].last.Tests)
}

func TestBytesAreTypedInHexadecimal(t *testing.T) {
	m, err := plain("binary", " 00 FFa1\n")
	require.NoError(t, err)
	require.Equal(t, transport.Message{Binary: true, Data: []byte{0, 0xff, 0xa1}}, m)
	_, err = plain("binary", "hello")
	require.Error(t, err)
	m, err = plain("text", " 00 ")
	require.NoError(t, err)
	require.Equal(t, transport.Message{Data: []byte(" 00 ")}, m)
}

// Else who was connected for a minute would ask a server that is down once a second, for ever.
func TestATryThatFindsNobodyHasNotLasted(t *testing.T) {
	since := time.Now().Add(-time.Hour)
	for _, end := range []string{"unreachable", refused} {
		require.Zero(t, lasted(end, since), end)
	}
	for _, end := range []string{lost, closed} {
		require.GreaterOrEqual(t, lasted(end, since), time.Hour, end)
	}
}

func TestALineIsSaidAgainUnlessTheServerHasDecided(t *testing.T) {
	for want, err := range map[string]error{
		"yes":   nil,
		"no":    &gateway.Error{Code: "bad_text"},
		"later": &gateway.Error{Code: "unavailable"},
		"lost":  gateway.ConnectionLost,
	} {
		require.Equal(t, want, fate(err))
	}
}

//go:build js

package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/course/feed"
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
	require.Equal(t, `{"event":"a\"b","data":{ "x":1 }}`, envelope(`a"b`, `{ "x":1 }`))
	require.Equal(t, `{"event":"leave"}`, envelope("leave", ""))
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
	require.Equal(t, "connection.go:24 undefined: x\ntoo many errors", explanation(s))
	require.Equal(t, "imports net/http", explanation(feed.State{Message: "imports net/http"}))
}

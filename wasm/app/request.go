//go:build js

package main

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"wslab/server/gateway"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// impatience is how long the page waits for an answer.
const impatience = 5 * time.Second

// A request is asked and answered with whatever JSON there is.
type request = gateway.Request[json.RawMessage, json.RawMessage]

// requests are what a client asks the server, and is asked by it.
type requests struct {
	words   words
	outcome dom.Element // of what was asked last
	answers dom.Element // whether the server is answered
	number  int
	wrong   int // exceptions since an event was sent
}

func newRequests(who string, w words) *requests {
	return &requests{words: w, outcome: dom.ID(who + "-outcome"), answers: dom.ID(who + "-answers")}
}

// listen begins anew with a connection. What goes wrong with an event is shown as what it is.
func (r *requests) listen(c *client.Client) {
	if r.outcome.Exists() {
		r.forget()
		client.Listen(c, gateway.Event[gateway.Exception]("exception"), func(e gateway.Exception) {
			r.wrong++
			r.show("refused", "outcome.exception", "code", e.Code, "message", e.Message)
			if r.wrong > 1 {
				r.outcome.SetText(r.outcome.Text() + " ×" + strconv.Itoa(r.wrong))
			}
		})
	}
	r.choose(c)
}

// forget shows no outcome any more.
func (r *requests) forget() {
	r.wrong = 0
	r.outcome.Hide(true)
}

// choose answers the server's request, or leaves it without an answer.
func (r *requests) choose(c *client.Client) {
	if c == nil || !r.answers.Exists() {
		return
	}
	name := r.answers.Data("request")
	if r.answers.Checked() {
		client.Answer(c, request(name), func(json.RawMessage) (nothing json.RawMessage, err error) { return nothing, nil })
		return
	}
	client.Listen(c, gateway.Event[json.RawMessage](name), func(json.RawMessage) {})
}

// ask sends a request and shows what becomes of it, and how long that took.
func (r *requests) ask(c *client.Client, event, payload string) {
	r.number++
	mine, began := r.number, time.Now()
	r.show("asking", "outcome.asking", "event", event)
	ctx, cancel := context.WithTimeout(context.Background(), impatience)
	defer cancel()
	answer, err := client.Call(ctx, c, request(event), json.RawMessage(payload))
	if mine != r.number { // a later one is shown
		return
	}
	outcome, key := ended(err)
	said := []string{"event", event, "ms", strconv.FormatInt(time.Since(began).Milliseconds(), 10), "data", string(answer)}
	var refusal *gateway.Error
	if errors.As(err, &refusal) {
		said = append(said, "code", refusal.Code, "message", refusal.Message)
	}
	r.show(outcome, key, said...)
}

// ended says in which way a request has ended.
func ended(err error) (outcome, key string) {
	var refusal *gateway.Error
	switch {
	case err == nil:
		return "answered", "outcome.answered"
	case errors.As(err, &refusal):
		return "refused", "outcome.refused"
	case errors.Is(err, context.DeadlineExceeded):
		return "late", "outcome.late"
	}
	return "late", "outcome.ended"
}

func (r *requests) show(outcome, key string, said ...string) {
	r.outcome.Hide(false)
	r.outcome.SetData("outcome", outcome)
	r.outcome.SetText(r.words.say(key, said...))
}

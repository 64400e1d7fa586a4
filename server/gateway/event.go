package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
)

// Event names an event whose payload is a T. Declare it once, as a constant, and let gateway, client
// and tests share it.
type Event[T any] string

// Emit sends the event to one or more sockets.
func (e Event[T]) Emit(to Emitter, data T) error { return to.Emit(string(e), data) }

// On subscribes fn to the event. Fn never sees a payload that does not fit T, nor one whose [Validator] refuses it. A client that asks for an ack gets null once fn has returned.
func (e Event[T]) On(fn func(ctx context.Context, socket *Socket, data T) error) Subscription {
	return Subscription{string(e), func(ctx context.Context, socket *Socket, in *Packet) (any, error) {
		data, err := received[T](in.Payload)
		if err != nil {
			return nil, err
		}
		return nil, fn(ctx, socket, data)
	}, nameOf(fn)}
}

// Request names an event that is answered: an In is answered with an Out.
type Request[In, Out any] string

// Handle subscribes fn to the request. Fn never sees a payload that does not fit In, nor one whose [Validator]
// refuses it.
func (r Request[In, Out]) Handle(fn func(ctx context.Context, socket *Socket, in In) (Out, error)) Subscription {
	return Subscription{string(r), func(ctx context.Context, socket *Socket, in *Packet) (any, error) {
		data, err := received[In](in.Payload)
		if err != nil {
			return nil, err
		}
		return fn(ctx, socket, data)
	}, nameOf(fn)}
}

// nameOf returns a function's name, as in a stack trace.
func nameOf(fn any) string {
	f := reflect.ValueOf(fn)
	if f.IsNil() {
		return ""
	}
	return runtime.FuncForPC(f.Pointer()).Name()
}

// Ask sends the request to the client of socket and waits for its answer, at most [AskTimeout]. A
// refusal is an [*Error]; a client that does not answer is one with the code "timeout".
func (r Request[In, Out]) Ask(ctx context.Context, socket *Socket, in In) (out Out, err error) {
	answer, err := socket.ask(ctx, string(r), in)
	if err != nil {
		return out, err
	}
	return decode[Out](answer)
}

// Decode reads a payload as a T; a missing one is the zero T. Its error is an [*Error] with the code
// "bad_payload" that tells the client which field is wrong.
func Decode[T any](data json.RawMessage) (v T, err error) {
	err = read(data, &v)
	return v, err
}

// read is [Decode] for all types: it is compiled once.
func read(data json.RawMessage, v any) error {
	if len(data) == 0 {
		return nil
	}
	err := json.Unmarshal(data, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong) && wrong.Field != "":
		return &Error{Code: "bad_payload", Message: fmt.Sprintf("field %q: want %s, got %s", wrong.Field, jsonName(wrong.Type), wrong.Value)}
	case errors.As(err, &wrong):
		return &Error{Code: "bad_payload", Message: fmt.Sprintf("want %s, got %s", jsonName(wrong.Type), wrong.Value)}
	}
	return &Error{Code: "bad_payload", Message: err.Error()}
}

// jsonName says what a Go type is in JSON: a client knows nothing of Go.
func jsonName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice, reflect.Array:
		return "array"
	case reflect.String, reflect.Bool:
		return t.Kind().String()
	}
	return "number"
}

package gateway

import (
	"context"
	"errors"
)

// A Validator is a payload, or a pointer to one, that knows what it must be. It is asked once it has been read, and
// before its handler sees it. An [*Error] refuses as it is, any other with the code "bad_payload" and its text, which
// the client sees.
type Validator interface{ Validate() error }

// received reads what a client sent as a T that is valid.
func received[T any](p Payload) (v T, err error) {
	if v, err = decode[T](p); err != nil {
		return v, err
	}
	if payload, can := any(v).(Validator); can {
		return v, refusal(payload.Validate())
	}
	if payload, can := any(&v).(Validator); can {
		return v, refusal(payload.Validate())
	}
	return v, nil
}

// refusal is what a client hears of a payload that is not valid.
func refusal(err error) error {
	var own *Error
	if err == nil || errors.As(err, &own) {
		return err
	}
	return &Error{Code: "bad_payload", Message: err.Error()}
}

// Catch is a middleware that goes on with what filter makes of a handler's error, such as an [*Error] of an error of
// the domain. Filter returns the errors that it does not know as they are, and nil takes the handler's reply
// for good. NestJS has exception filters for this.
func Catch(filter func(error) error) Middleware {
	return func(next Handler) Handler {
		return func(ctx context.Context, socket *Socket, in *Packet) (any, error) {
			reply, err := next(ctx, socket, in)
			if err != nil {
				err = filter(err)
			}
			return reply, err
		}
	}
}

package gateway

import (
	"context"
	"errors"
	"fmt"
)

// Error is a failure that the client may see. It refuses a request, or becomes the event "exception".
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Exception is the payload of the event "exception": an [Error] that no request owns.
type Exception struct {
	Status string `json:"status"` // always "error", as in NestJS
	Error
}

// Disconnect is why a socket ended. Returned as an error, it ends the socket. Codes are those of
// RFC 6455, section 7.4, and this lab's own from 4400 on.
type Disconnect struct {
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}

func (d Disconnect) Error() string { return fmt.Sprintf("disconnect %d: %s", d.Code, d.Reason) }

// Why a socket ends.
var (
	ClientLeft     = Disconnect{1000, "client left"}
	GoingAway      = Disconnect{1001, "going away"}
	ProtocolError  = Disconnect{1002, "protocol error"}
	ConnectionLost = Disconnect{1006, "connection lost"}
	InvalidText    = Disconnect{1007, "invalid text"}
	PingTimeout    = Disconnect{1008, "ping timeout"}
	TooBig         = Disconnect{1009, "too big"}
	InternalError  = Disconnect{1011, "internal error"}
	TryAgainLater  = Disconnect{1013, "try again later"}
	Kicked         = Disconnect{4400, "kicked"}
	Unauthorized   = Disconnect{4401, "unauthorized"}
	TooSlow        = Disconnect{4408, "too slow"}
	Replaced       = Disconnect{4409, "replaced"}
	RateLimited    = Disconnect{4429, "rate limited"}
)

// ErrClosed is returned by Emit once the socket has ended.
var ErrClosed = errors.New("gateway: the socket has ended")

// internal is all a client learns of an error that is none of its business.
var internal = &Error{Code: "internal", Message: "internal error"}

// panicked is a panic of the gateway's code as an error.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprint("panic: ", p.value) }

// AsDisconnect returns the reason in err: GoingAway where a context was cancelled, InternalError where
// there is none.
func AsDisconnect(err error) Disconnect {
	var d Disconnect
	switch {
	case errors.As(err, &d):
		return d
	case errors.Is(err, context.Canceled):
		return GoingAway
	}
	return InternalError
}

package socketio

import (
	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
)

// clientLeft is how a client goes that leaves the namespace and may stay in others.
var clientLeft = gateway.Disconnect{Code: gateway.ClientLeft.Code, Reason: "client namespace disconnect"}

// forced is the end of a client that breaks this protocol.
var forced = gateway.Disconnect{Code: gateway.ProtocolError.Code, Reason: "forced close"}

// phrase says why a socket ended with the reasons that the protocol's reference gives. The code stays.
func phrase(why gateway.Disconnect) gateway.Disconnect {
	switch why {
	case clientLeft, forced, engineio.TransportClose, engineio.TransportError, engineio.ParseError, gateway.PingTimeout:
		return why
	}
	reason := "server namespace disconnect"
	switch why.Code {
	case gateway.ClientLeft.Code, gateway.ConnectionLost.Code, gateway.TooSlow.Code, gateway.RateLimited.Code:
		reason = engineio.TransportClose.Reason
	case gateway.GoingAway.Code:
		reason = "server shutting down"
	case gateway.InternalError.Code, gateway.TryAgainLater.Code:
		reason = forced.Reason
	case gateway.ProtocolError.Code, gateway.InvalidText.Code:
		reason = engineio.ParseError.Reason
	case gateway.TooBig.Code:
		reason = engineio.TransportError.Reason
	}
	return gateway.Disconnect{Code: why.Code, Reason: reason}
}

// fatal reports whether a socket that ends with why takes its connection along: the server is done with the
// client, and not only in one namespace.
func fatal(why gateway.Disconnect) bool {
	switch why.Code {
	case gateway.InternalError.Code, gateway.TryAgainLater.Code, gateway.TooSlow.Code, gateway.RateLimited.Code:
		return true
	}
	return false
}

package engineio

import "wslab/server/gateway"

// How a session ends, with the reasons that the protocol's reference gives.
var (
	TransportClose = gateway.Disconnect{Code: gateway.ConnectionLost.Code, Reason: "transport close"}
	TransportError = gateway.Disconnect{Code: gateway.ProtocolError.Code, Reason: "transport error"}
	ParseError     = gateway.Disconnect{Code: gateway.ProtocolError.Code, Reason: "parse error"}
)

// Reason says in the words of the protocol how a transport ended. The code stays.
func Reason(err error) gateway.Disconnect {
	why := gateway.AsDisconnect(err)
	switch why {
	case gateway.PingTimeout, gateway.RateLimited, gateway.GoingAway, TransportClose, TransportError, ParseError:
		return why
	case gateway.ProtocolError, gateway.InvalidText:
		return gateway.Disconnect{Code: why.Code, Reason: ParseError.Reason}
	case gateway.TooBig:
		return gateway.Disconnect{Code: why.Code, Reason: TransportError.Reason}
	case gateway.ConnectionLost:
		return TransportClose
	}
	return gateway.Disconnect{Code: gateway.ClientLeft.Code, Reason: TransportClose.Reason} // a close frame, whatever it says
}

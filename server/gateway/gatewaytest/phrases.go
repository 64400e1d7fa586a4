package gatewaytest

// phrases are what was expected or came, where it is no message that stands on the wire. They are all
// that needs to be said in another language.
const (
	theEvent      = "the event %q"
	theRequest    = "the request %q"
	anAnswer      = "an answer to %q"
	aPayload      = "a payload for %T"
	disconnection = "the server ends the connection"
	silence       = "silence"

	nothing    = "nothing"
	stillOpen  = "the connection stays open"
	wasRefused = "the client was refused: %d %s"
	hasEnded   = "the connection has ended: %d %s"
)

// fail ends the test with what was expected and what came, each on a line of its own.
func (c *Client) fail(want, got string) {
	c.t.Helper()
	c.t.Fatalf("expected: %s\n     got: %s", want, got)
}

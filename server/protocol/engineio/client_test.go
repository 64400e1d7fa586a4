package engineio_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
)

// A script is a server whose polls and WebSockets a test answers by hand.
type script struct {
	t       *testing.T
	asked   chan asked          // every request
	sockets chan transport.Conn // the server's ends of WebSockets
}

type asked struct {
	method, query, body string
	answer              chan<- string // of status 200; a closed one is 400
}

func newScript(t *testing.T) *script {
	return &script{t: t, asked: make(chan asked), sockets: make(chan transport.Conn)}
}

func (s *script) network() engineio.Network {
	return engineio.Network{
		WebSocket: func(ctx context.Context, _ string) (transport.Conn, error) {
			near, far := transport.Pipe()
			select {
			case s.sockets <- far:
				return near, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		},
		Request: func(ctx context.Context, method, address string, body []byte) (int, []byte, error) {
			u, err := url.Parse(address)
			require.NoError(s.t, err)
			answer := make(chan string)
			select {
			case s.asked <- asked{method, u.RawQuery, string(body), answer}:
			case <-ctx.Done():
				return 0, nil, ctx.Err()
			}
			select {
			case text, ok := <-answer:
				if !ok {
					return 400, []byte(`{"code":1,"message":"Session ID unknown"}`), nil
				}
				return 200, []byte(text), nil
			case <-ctx.Done():
				return 0, nil, ctx.Err()
			}
		},
	}
}

// expect waits for a request.
func (s *script) expect(method, body string) asked {
	s.t.Helper()
	a := <-s.asked
	require.Equal(s.t, method, a.method)
	require.Equal(s.t, body, a.body)
	return a
}

// hello is how a session begins that may go on with the transports named.
func hello(upgrades string) string {
	return `0{"sid":"abc","upgrades":[` + upgrades + `],"pingInterval":300,"pingTimeout":200,"maxPayload":20}`
}

type outcome struct {
	client *engineio.Client
	err    error
}

func (s *script) dial(transports ...string) <-chan outcome {
	dialled := make(chan outcome, 1)
	go func() {
		c, err := engineio.Dial(s.t.Context(), "ws://lab/socket.io/?page=1", engineio.DialOptions{Network: s.network(), Transports: transports})
		dialled <- outcome{c, err}
	}()
	return dialled
}

// polling opens a session that polls, and returns its first poll that waits.
func (s *script) polling(upgrades string, transports ...string) (*engineio.Client, asked) {
	s.t.Helper()
	dialled := s.dial(transports...)
	first := s.expect("GET", "")
	require.Equal(s.t, "page=1&EIO=4&transport=polling", first.query)
	first.answer <- hello(upgrades)
	o := <-dialled
	require.NoError(s.t, o.err)
	waits := s.expect("GET", "")
	require.Equal(s.t, "page=1&EIO=4&transport=polling&sid=abc", waits.query)
	return o.client, waits
}

// heard collects the messages of a client until it ends.
func heard(c *engineio.Client) (texts *[]string, why *error) {
	texts, why = new([]string), new(error)
	go func() {
		for {
			m, err := c.Read(context.Background())
			if err != nil {
				*why = err
				return
			}
			*texts = append(*texts, string(m.Data))
		}
	}()
	return texts, why
}

func packet(text string) transport.Message { return transport.Message{Data: []byte(text)} }

func TestAnAddressKeepsItsSecurity(t *testing.T) {
	for given, want := range map[string]string{"ws": "http", "wss": "https", "http": "http", "https": "https"} {
		var asked string
		network := engineio.Network{Request: func(_ context.Context, _, address string, _ []byte) (int, []byte, error) {
			asked = address
			return 503, nil, nil
		}}
		_, err := engineio.Dial(t.Context(), given+"://lab/socket.io/", engineio.DialOptions{Network: network, Transports: []string{engineio.Polling}})
		require.Equal(t, gateway.Disconnect{Code: 503}, err)
		require.Equal(t, want+"://lab/socket.io/?EIO=4&transport=polling", asked)
	}
}

func TestAClientPollsAgainAsSoonAsItWasAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling("", engineio.Polling)
		defer c.Close(gateway.ConnectionLost.Code, "")
		texts, _ := heard(c)
		waits.answer <- "4one\x1e4two"
		s.expect("GET", "")
		synctest.Wait()
		require.Equal(t, []string{"one", "two"}, *texts)
	})
}

func TestAClientSendsWhatWaitsInOneRequestWithinTheServersLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, _ := s.polling("", engineio.Polling)
		defer c.Close(gateway.ConnectionLost.Code, "")
		require.NoError(t, c.Write(packet("one")))
		first := s.expect("POST", "4one")
		require.NoError(t, c.Write(packet("two"), transport.Message{Binary: true, Data: []byte{1, 2, 3}}))
		require.NoError(t, c.Write(packet(strings.Repeat("x", 12))))
		first.answer <- "ok"
		s.expect("POST", "4two\x1ebAQID").answer <- "ok"
		s.expect("POST", "4xxxxxxxxxxxx").answer <- "ok"
	})
}

func TestAClientAnswersThePingsOfItsServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling("", engineio.Polling)
		defer c.Close(gateway.ConnectionLost.Code, "")
		heard(c)
		waits.answer <- "2"
		for range 2 { // the next poll goes out at the same time
			if a := <-s.asked; a.method == "POST" {
				require.Equal(t, "3", a.body)
				a.answer <- "ok"
			}
		}
	})
}

func TestAServerThatIsSilentIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, _ := s.polling("", engineio.Polling)
		begun := time.Now()
		_, err := c.Read(t.Context())
		require.Equal(t, gateway.PingTimeout, err)
		require.Equal(t, 500*time.Millisecond, time.Since(begun), "its interval and its timeout")
		require.Equal(t, gateway.PingTimeout, c.Write(packet("late")))
	})
}

func TestARefusalIsToldAsTheServerPutIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		dialled := s.dial(engineio.Polling)
		close(s.expect("GET", "").answer)
		require.Equal(t, gateway.Disconnect{Code: 400, Reason: "Session ID unknown"}, (<-dialled).err)
	})
}

func TestASessionEndsWithARequestThatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling("", engineio.Polling)
		close(waits.answer)
		_, err := c.Read(t.Context())
		require.Equal(t, gateway.Disconnect{Code: 400, Reason: "Session ID unknown"}, err)
	})
}

func TestWhatIsNoEngineIOIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		dialled := s.dial(engineio.WebSocket)
		far := <-s.sockets
		require.NoError(t, far.Write(packet(`{"event":"connected"}`)))
		require.ErrorContains(t, (<-dialled).err, "Engine.IO")
	})
}

func TestAServersGoodbyeEndsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling("", engineio.Polling)
		texts, why := heard(c)
		waits.answer <- "4last\x1e1"
		synctest.Wait()
		require.Equal(t, []string{"last"}, *texts)
		require.Equal(t, gateway.Disconnect{Code: 1005, Reason: "transport close"}, *why)
	})
}

func TestAGoodbyeFollowsAllThatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, _ := s.polling("", engineio.Polling)
		_, why := heard(c)
		require.NoError(t, c.Write(packet("bye")))
		go func() {
			s.expect("POST", "4bye").answer <- "ok"
			s.expect("POST", "1").answer <- "ok"
		}()
		require.NoError(t, c.Close(gateway.ClientLeft.Code, gateway.ClientLeft.Reason))
		synctest.Wait()
		require.Equal(t, gateway.ClientLeft, *why)
	})
}

func TestAWebSocketTakesOverAndNothingIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling(`"websocket"`, engineio.Polling, engineio.WebSocket)
		defer c.Close(gateway.ConnectionLost.Code, "")
		texts, _ := heard(c)
		far := <-s.sockets
		says(t, far, "2probe")
		require.Equal(t, engineio.Polling, c.Transport())
		require.NoError(t, far.Write(packet("3probe")))
		synctest.Wait()
		require.NoError(t, c.Write(packet("meanwhile")))
		waits.answer <- "4last of the poll"
		says(t, far, "5")
		says(t, far, "4meanwhile")
		require.NoError(t, far.Write(packet("4first of the WebSocket")))
		synctest.Wait()
		require.Equal(t, engineio.WebSocket, c.Transport())
		require.Equal(t, []string{"last of the poll", "first of the WebSocket"}, *texts)
	})
}

func TestAWebSocketThatFailsLeavesTheSessionAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling(`"websocket"`, engineio.Polling, engineio.WebSocket)
		defer c.Close(gateway.ConnectionLost.Code, "")
		texts, _ := heard(c)
		far := <-s.sockets
		says(t, far, "2probe")
		require.NoError(t, far.Close(gateway.InternalError.Code, ""))
		waits.answer <- "4still here"
		s.expect("GET", "")
		synctest.Wait()
		require.Equal(t, []string{"still here"}, *texts)
		require.Equal(t, engineio.Polling, c.Transport())
	})
}

func TestAWebSocketThatTheServerDoesNotOfferIsNotTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, _ := s.polling("", engineio.Polling, engineio.WebSocket)
		defer c.Close(gateway.ConnectionLost.Code, "")
		synctest.Wait()
		select {
		case <-s.sockets:
			t.Fatal("it was")
		default:
		}
	})
}

func TestALostConnectionIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		dialled := s.dial(engineio.WebSocket)
		far := <-s.sockets
		require.NoError(t, far.Write(packet(hello(""))))
		c := (<-dialled).client
		require.NoError(t, far.Close(gateway.ConnectionLost.Code, gateway.ConnectionLost.Reason))
		_, err := c.Read(t.Context())
		require.Equal(t, gateway.ConnectionLost, err)
	})
}

func says(t *testing.T, conn transport.Conn, text string) {
	t.Helper()
	m, err := conn.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, text, string(m.Data))
}

package guest

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// host is the other end of a guest's stream.
type host struct {
	t      *testing.T
	stream net.Conn
	frames chan frame.Frame
	ended  chan error // what serve returned
}

// run serves the gateway that build makes, in a bubble, to a host.
func run(t *testing.T, build func(gateway.Emitter) gateway.Gateway, test func(t *testing.T, h *host)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		h := &host{t: t, stream: near, frames: make(chan frame.Frame, 1000), ended: make(chan error, 1)}
		go func() { h.ended <- serve(far, alone(build), echoes) }()
		go h.read()
		defer near.Close()
		test(t, h)
	})
}

func (h *host) read() {
	var decoder frame.Decoder
	buffer := make([]byte, 4096)
	for {
		n, err := h.stream.Read(buffer)
		if err != nil {
			return
		}
		_ = decoder.Decode(buffer[:n], func(f frame.Frame) error {
			f.Payload = bytes.Clone(f.Payload)
			h.frames <- f
			return nil
		})
	}
}

func (h *host) send(f frame.Frame) {
	h.t.Helper()
	_, err := h.stream.Write(f.Append(nil))
	require.NoError(h.t, err)
}

func (h *host) emit(socket uint32, event, data string) {
	h.t.Helper()
	p := &gateway.Packet{Event: event, Payload: gateway.Payload{Data: json.RawMessage(data)}}
	h.send(frame.Frame{Kind: frame.Packet, Socket: socket, Payload: frame.Format.Encode(p)})
}

// expect waits for the next frame, which must be of this kind.
func (h *host) expect(kind frame.Kind) frame.Frame {
	h.t.Helper()
	select {
	case f := <-h.frames:
		require.Equal(h.t, string(kind), string(f.Kind), "payload: %.200s", f.Payload)
		return f
	case err := <-h.ended:
		require.FailNow(h.t, "the guest has ended", "%v", err)
	}
	return frame.Frame{}
}

func (h *host) expectPacket() *gateway.Packet {
	h.t.Helper()
	p, err := frame.ParsePacket(h.expect(frame.Packet).Payload)
	require.NoError(h.t, err)
	return p
}

// connect connects socket 1.
func (h *host) connect() {
	h.t.Helper()
	h.expect(frame.Ready)
	h.send(frame.JSON(frame.Connect, 1, gateway.User{}))
	require.NotEmpty(h.t, h.expect(frame.Open).Payload)
}

// unmarshal returns the payload of f.
func unmarshal[T any](t *testing.T, f frame.Frame) (v T) {
	t.Helper()
	require.NoError(t, f.Unmarshal(&v))
	return v
}

const echo gateway.Request[string, string] = "echo"

func echoing(gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{Events: gateway.Events{
		echo.Handle(func(_ context.Context, _ *gateway.Socket, in string) (string, error) { return in, nil }),
	}}
}

func TestTheGreetingSaysWhetherClientsMustAuthenticate(t *testing.T) {
	run(t, echoing, func(t *testing.T, h *host) {
		require.False(t, unmarshal[frame.Greeting](t, h.expect(frame.Ready)).Protected)
	})
	run(t, guarded, func(t *testing.T, h *host) {
		require.True(t, unmarshal[frame.Greeting](t, h.expect(frame.Ready)).Protected)
	})
}

func guarded(gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{Authenticate: func(_ context.Context, h gateway.Handshake) (gateway.User, error) {
		if h.Token() == "" {
			return gateway.User{}, gateway.Unauthorized
		}
		return gateway.User{ID: "7"}, nil
	}}
}

func TestAQuestionIsAnsweredWithItsNumber(t *testing.T) {
	run(t, guarded, func(t *testing.T, h *host) {
		h.expect(frame.Ready)
		h.send(frame.JSON(frame.Authenticate, 5, gateway.Handshake{Query: map[string][]string{"token": {"x"}}}))
		f := h.expect(frame.Authenticate)
		require.EqualValues(t, 5, f.Socket)
		require.Equal(t, frame.Answer{User: gateway.User{ID: "7"}}, unmarshal[frame.Answer](t, f))

		h.send(frame.JSON(frame.Authenticate, 6, gateway.Handshake{}))
		f = h.expect(frame.Authenticate)
		require.EqualValues(t, 6, f.Socket)
		require.Equal(t, &gateway.Unauthorized, unmarshal[frame.Answer](t, f).Refusal)
	})
}

func TestAMegabyteGoesThroughAndBack(t *testing.T) {
	run(t, echoing, func(t *testing.T, h *host) {
		h.connect()
		data := `"` + strings.Repeat("x", 1_000_000) + `"`
		h.emit(1, "echo", data)
		h.expect(frame.Taken)
		require.Equal(t, data, string(h.expectPacket().Data))
	})
}

func TestWhatAClientSentBeforeItLeftIsHandled(t *testing.T) {
	run(t, func(gateway.Emitter) gateway.Gateway {
		var heard []string
		return gateway.Gateway{
			Events: gateway.Events{gateway.Event[string]("say").On(func(_ context.Context, _ *gateway.Socket, in string) error {
				heard = append(heard, in)
				return nil
			})},
			OnDisconnect: func(context.Context, *gateway.Socket, gateway.Disconnect) error {
				require.Equal(t, []string{"a", "b", "c"}, heard)
				return nil
			},
		}
	}, func(t *testing.T, h *host) {
		h.connect()
		for _, data := range []string{`"a"`, `"b"`, `"c"`} {
			h.emit(1, "say", data)
		}
		h.send(frame.JSON(frame.Gone, 1, gateway.ClientLeft))
		require.Equal(t, gateway.ClientLeft, unmarshal[gateway.Disconnect](t, h.expect(frame.Close)))
		require.Equal(t, gateway.ClientLeft, unmarshal[gateway.Disconnect](t, h.expect(frame.Ended)))
	})
}

func TestStopEndsEverySocketAndThenTheGuest(t *testing.T) {
	run(t, echoing, func(t *testing.T, h *host) {
		h.connect()
		h.send(frame.JSON(frame.Stop, 0, gateway.GoingAway))
		require.Equal(t, gateway.GoingAway, unmarshal[gateway.Disconnect](t, h.expect(frame.Close)))
		require.NoError(t, <-h.ended)
	})
}

func TestAPanicIsReportedWithItsStack(t *testing.T) {
	boom := func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{Events: gateway.Events{
			echo.Handle(func(context.Context, *gateway.Socket, string) (string, error) { panic("boom") }),
		}}
	}
	run(t, boom, func(t *testing.T, h *host) {
		h.connect()
		h.emit(1, "echo", `""`)
		p := unmarshal[frame.Panic](t, h.expect(frame.Panicked))
		require.Equal(t, "panic: boom", p.Message)
		require.Equal(t, "echo", p.Event)
		require.Contains(t, p.Stack, "session_test.go")
		require.Equal(t, "exception", h.expectPacket().Event)
	})
}

func TestAnEventThatIsTooBigIsLeftOut(t *testing.T) {
	shout := func(gateway.Emitter) gateway.Gateway {
		g := echoing(nil)
		g.OnConnect = func(_ context.Context, s *gateway.Socket) error {
			return s.Emit("big", strings.Repeat("x", frame.MaxPayload))
		}
		return g
	}
	run(t, shout, func(t *testing.T, h *host) {
		h.connect()
		synctest.Wait() // or the small one waits behind the big one, and the socket is too slow
		h.emit(1, "echo", `"small"`)
		require.Equal(t, `"small"`, string(h.expectPacket().Data))
	})
}

func TestAHandlerThatWaitsKeepsItsOwnSocketWaitingOnly(t *testing.T) {
	waiting := func(gateway.Emitter) gateway.Gateway {
		g := echoing(nil)
		g.Events = append(g.Events, gateway.Event[int]("wait").On(func(ctx context.Context, _ *gateway.Socket, _ int) error {
			<-ctx.Done()
			return nil
		}))
		return g
	}
	run(t, waiting, func(t *testing.T, h *host) {
		h.connect()
		for used := 0; used+frame.Cost(nil) <= frame.Window; used += frame.Cost(nil) {
			h.emit(1, "wait", "1")
		}
		h.expect(frame.Taken)
		h.send(frame.JSON(frame.Connect, 2, gateway.User{}))
		for h.expectAny().Kind != frame.Open {
		}
		h.emit(2, "echo", `"hello"`)
		for {
			if f := h.expectAny(); f.Kind == frame.Packet {
				require.EqualValues(t, 2, f.Socket)
				return
			}
		}
	})
}

func (h *host) expectAny() frame.Frame { return <-h.frames }

func TestAnAdoptedSocketIsNotOpenedAgain(t *testing.T) {
	run(t, func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{OnConnect: func(_ context.Context, s *gateway.Socket) error {
			return s.Emit("hello", s.ID()+" "+s.User().Name)
		}}
	}, func(t *testing.T, h *host) {
		h.expect(frame.Ready)
		h.send(frame.JSON(frame.Adopt, 4, gateway.Continued{ID: "abc", User: gateway.User{Name: "Ana"}}))
		require.Equal(t, `"abc Ana"`, string(h.expectPacket().Data))
	})
}

func TestADrainedGuestHasAnsweredAllThatArrived(t *testing.T) {
	slow := func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{Events: gateway.Events{
			echo.Handle(func(_ context.Context, _ *gateway.Socket, in string) (string, error) {
				time.Sleep(time.Second) // fake time
				return in, nil
			}),
		}}
	}
	run(t, slow, func(t *testing.T, h *host) {
		h.connect()
		for _, data := range []string{`"a"`, `"b"`, `"c"`} {
			h.emit(1, "echo", data)
		}
		h.send(frame.Frame{Kind: frame.Drain})
		for _, data := range []string{`"a"`, `"b"`, `"c"`} {
			require.Equal(t, data, string(h.expectPacket().Data))
		}
		h.expect(frame.Drain)
	})
}

func TestADrainedGuestHasSaidGoodbyeToWhoHadLeft(t *testing.T) {
	run(t, echoing, func(t *testing.T, h *host) {
		h.connect()
		h.send(frame.JSON(frame.Gone, 1, gateway.ClientLeft))
		h.send(frame.Frame{Kind: frame.Drain})
		h.expect(frame.Close)
		h.expect(frame.Ended)
		h.expect(frame.Drain)
	})
}

func TestAHostThatBreaksTheRulesEndsTheGuest(t *testing.T) {
	for name, f := range map[string]frame.Frame{
		"an unknown kind":   {Kind: '?'},
		"a broken packet":   {Kind: frame.Packet, Socket: 1},
		"a broken user":     {Kind: frame.Connect, Socket: 2, Payload: []byte("{")},
		"a broken reason":   {Kind: frame.Gone, Socket: 1, Payload: []byte("{")},
		"a broken question": {Kind: frame.Authenticate, Payload: []byte("{")},
		"a broken adoption": {Kind: frame.Adopt, Socket: 2, Payload: []byte("{")},
		"a broken farewell": {Kind: frame.Stop, Payload: []byte("{")},
	} {
		run(t, echoing, func(t *testing.T, h *host) {
			h.connect()
			h.send(f)
			require.Error(t, <-h.ended, name)
		})
	}
}

package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// lobby records why sockets left.
func lobby(left *[]gateway.Disconnect, g gateway.Gateway) func(gateway.Emitter) gateway.Gateway {
	g.OnDisconnect = func(_ context.Context, _ *gateway.Socket, why gateway.Disconnect) error {
		*left = append(*left, why)
		return nil
	}
	return fixed(g)
}

func TestOnDisconnectRunsOnceWithTheReason(t *testing.T) {
	kick := gateway.Event[any]("kick").On(func(context.Context, *gateway.Socket, any) error { return gateway.Kicked })
	for name, test := range map[string]struct {
		leave func(*gatewaytest.Client)
		want  gateway.Disconnect
	}{
		"the client leaves":      {(*gatewaytest.Client).Close, gateway.ClientLeft},
		"the connection is lost": {(*gatewaytest.Client).Lose, gateway.ConnectionLost},
		"the server kicks it": {func(c *gatewaytest.Client) {
			c.SendText(`{"event":"kick"}`)
			c.ExpectDisconnect()
		}, gateway.Kicked},
	} {
		t.Run(name, func(t *testing.T) {
			var left []gateway.Disconnect
			gatewaytest.Run(t, lobby(&left, gateway.Gateway{Events: gateway.Events{kick}}), func(t *testing.T, srv *gatewaytest.Server) {
				ana := srv.Dial(nil)
				test.leave(ana)
				ana.Close()
				require.Equal(t, []gateway.Disconnect{test.want}, left)
				require.Zero(t, srv.Namespace.Len())
			})
		})
	}
}

func TestWhatAClientSentBeforeItLeftIsHandledBeforeOnDisconnect(t *testing.T) {
	var order []string
	g := gateway.Gateway{
		Events: gateway.Events{say.On(func(_ context.Context, _ *gateway.Socket, in text) error {
			time.Sleep(time.Second) // fake time
			order = append(order, in.Text)
			return nil
		})},
		OnDisconnect: func(context.Context, *gateway.Socket, gateway.Disconnect) error {
			order = append(order, "left")
			return nil
		},
	}
	gatewaytest.Run(t, fixed(g), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{"1"})
		gatewaytest.Emit(ana, say, text{"2"})
		ana.Close()
		require.Equal(t, []string{"1", "2", "left"}, order)
	})
}

func TestAClientThatWasThrownOutIsNotHeardAnyMore(t *testing.T) {
	var heard atomic.Int32
	gatewaytest.Run(t, on(say.On(func(context.Context, *gateway.Socket, text) error {
		heard.Add(1)
		time.Sleep(time.Second) // fake time
		return gateway.Kicked
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		for range 3 {
			gatewaytest.Emit(ana, say, text{"let me in"})
		}
		require.Equal(t, gateway.Kicked, ana.ExpectDisconnect())
		ana.Close()
		require.EqualValues(t, 1, heard.Load())
	})
}

func TestTheContextOfAHandlerEndsWithItsSocketAndSaysWhy(t *testing.T) {
	causes := make(chan error, 1)
	gatewaytest.Run(t, on(say.On(func(ctx context.Context, _ *gateway.Socket, _ text) error {
		<-ctx.Done()
		causes <- context.Cause(ctx)
		return ctx.Err()
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{})
		ana.Lose()
		require.Equal(t, gateway.ConnectionLost, <-causes)
	})
}

func TestASlowClientIsDisconnectedAndNobodyElseWaits(t *testing.T) {
	var left []gateway.Disconnect
	g := gateway.Gateway{Events: gateway.Events{say.On(func(_ context.Context, s *gateway.Socket, in text) error {
		return said.Emit(s.To(), in)
	})}}
	gatewaytest.Run(t, lobby(&left, g), func(t *testing.T, srv *gatewaytest.Server) {
		ana, slow := srv.Dial(nil), srv.Dial(nil)
		line := text{string(bytes.Repeat([]byte("x"), 64<<10))}
		for range 32 { // 2 MiB, of which 1 MiB may wait
			gatewaytest.Emit(ana, say, line)
			gatewaytest.Expect(ana, said)
		}
		synctest.Wait()
		require.Equal(t, []gateway.Disconnect{gateway.TooSlow}, left)
		slow.Close()
	})
}

func TestEmittingToASocketThatHasEndedSaysSo(t *testing.T) {
	var socket *gateway.Socket
	g := gateway.Gateway{OnConnect: func(_ context.Context, s *gateway.Socket) error { socket = s; return nil }}
	gatewaytest.Run(t, fixed(g), func(t *testing.T, srv *gatewaytest.Server) {
		srv.Dial(nil).Close()
		require.ErrorIs(t, said.Emit(socket, text{}), gateway.ErrClosed)
	})
}

func TestAStoppingServerTellsEveryone(t *testing.T) {
	gatewaytest.Run(t, fixed(gateway.Gateway{}), func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := srv.Dial(nil), srv.Dial(nil)
		srv.Close()
		require.Equal(t, gateway.GoingAway, ana.ExpectDisconnect())
		require.Equal(t, gateway.GoingAway, bob.ExpectDisconnect())
		require.Equal(t, gateway.GoingAway, srv.Dial(nil).ExpectDisconnect(), "nobody new is let in")
	})
}

func TestARefusedClientNeverReachesOnConnect(t *testing.T) {
	connected := false
	g := gateway.Gateway{
		Authenticate: func(context.Context, gateway.Handshake) (gateway.User, error) {
			return gateway.User{}, fmt.Errorf("no such token: %w", gateway.Unauthorized)
		},
		OnConnect: func(context.Context, *gateway.Socket) error { connected = true; return nil },
	}
	gatewaytest.Run(t, fixed(g), func(t *testing.T, srv *gatewaytest.Server) {
		require.Equal(t, gateway.Unauthorized, srv.Dial(map[string]string{"token": "guess"}).ExpectDisconnect())
		require.False(t, connected)
	})
}

func TestSilenceInsteadOfATokenIsRefusedAfterFiveSeconds(t *testing.T) {
	g := gateway.Gateway{Authenticate: func(context.Context, gateway.Handshake) (gateway.User, error) { return gateway.User{}, nil }}
	gatewaytest.Run(t, fixed(g), func(t *testing.T, srv *gatewaytest.Server) {
		start := time.Now()
		require.Equal(t, gateway.Unauthorized, srv.Dial(nil).ExpectDisconnect())
		require.Equal(t, 5*time.Second, time.Since(start))
	})
}

func TestAPanicIsLoggedWithItsStackAndTheSocketGoesOn(t *testing.T) {
	var log bytes.Buffer
	gatewaytest.Run(t, on(
		say.On(func(context.Context, *gateway.Socket, text) error { panic("boom") }),
		shout.Handle(func(_ context.Context, _ *gateway.Socket, in text) (text, error) { return in, nil }),
	), func(t *testing.T, srv *gatewaytest.Server) {
		srv.Namespace.Log = slog.New(slog.NewTextHandler(&log, nil))
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{})
		require.Equal(t, "internal", ana.ExpectError().Code)
		_, refusal := gatewaytest.Call(ana, shout, text{"alive"})
		require.Nil(t, refusal)
	})
	require.Contains(t, log.String(), "panic: boom")
	require.Contains(t, log.String(), "lifetime_test.go:")
}

// A grenade cannot be encoded.
type grenade struct{}

func (grenade) MarshalJSON() ([]byte, error) { panic("boom") }

func TestAPanicOfAReplyIsLoggedAndTheSocketGoesOn(t *testing.T) {
	var log bytes.Buffer
	throw := gateway.Request[any, grenade]("throw")
	gatewaytest.Run(t, on(
		throw.Handle(func(context.Context, *gateway.Socket, any) (grenade, error) { return grenade{}, nil }),
		shout.Handle(func(_ context.Context, _ *gateway.Socket, in text) (text, error) { return in, nil }),
	), func(t *testing.T, srv *gatewaytest.Server) {
		srv.Namespace.Log = slog.New(slog.NewTextHandler(&log, nil))
		ana := srv.Dial(nil)
		_, refusal := gatewaytest.Call(ana, gateway.Request[any, any](throw), nil)
		require.Equal(t, "internal", refusal.Code)
		_, refusal = gatewaytest.Call(ana, shout, text{"alive"})
		require.Nil(t, refusal)
	})
	require.Contains(t, log.String(), "panic: boom")
}

func TestPanickingHooksEndOnlyTheirSocket(t *testing.T) {
	var log bytes.Buffer
	g := gateway.Gateway{
		OnConnect: func(_ context.Context, s *gateway.Socket) error {
			if s.User().Name == "Eve" {
				panic("Eve")
			}
			return nil
		},
		OnDisconnect: func(context.Context, *gateway.Socket, gateway.Disconnect) error { panic("late") },
		Authenticate: func(_ context.Context, h gateway.Handshake) (gateway.User, error) {
			if h.Token() == "panic" {
				panic("token")
			}
			return gateway.User{Name: h.Name()}, nil
		},
	}
	gatewaytest.Run(t, fixed(g), func(t *testing.T, srv *gatewaytest.Server) {
		srv.Namespace.Log = slog.New(slog.NewTextHandler(&log, nil))
		ana := srv.Dial(map[string]string{"token": "t", "name": "Ana"})
		eve := srv.Dial(map[string]string{"token": "t", "name": "Eve"})
		require.Equal(t, "internal", eve.ExpectError().Code)
		require.Equal(t, gateway.InternalError, eve.ExpectDisconnect())
		require.Equal(t, gateway.InternalError, srv.Dial(map[string]string{"token": "panic"}).ExpectDisconnect())
		ana.ExpectSilence()
		ana.Close()
	})
	for _, panicked := range []string{"panic: Eve", "panic: token", "panic: late"} {
		require.Contains(t, log.String(), panicked)
	}
}

func TestAHundredClientsSpeakAndLeaveAndNothingIsLost(t *testing.T) {
	var heard atomic.Int32
	gatewaytest.Run(t, on(say.On(func(context.Context, *gateway.Socket, text) error { heard.Add(1); return nil })), func(t *testing.T, srv *gatewaytest.Server) {
		var clients []*gatewaytest.Client
		for range 100 {
			clients = append(clients, srv.Dial(nil))
		}
		for _, c := range clients {
			for range 10 {
				gatewaytest.Emit(c, say, text{"hi"})
			}
			c.Close()
		}
		require.EqualValues(t, 1000, heard.Load())
	})
}

// leaving is a link whose client has sent its close frame, which nobody has read yet: writes fail.
type leaving struct {
	received chan struct{}
	closed   chan struct{}
}

func (l *leaving) Open(gateway.Opened) error { return nil }
func (l *leaving) Receive() (*gateway.Packet, error) {
	<-l.received
	return nil, gateway.ClientLeft
}
func (l *leaving) Send(*gateway.Batch) (func() error, error) {
	return nil, errors.New("the connection is closing")
}
func (l *leaving) Close(gateway.Disconnect) error { close(l.closed); return nil }

func TestAFailedWriteDoesNotHideHowTheClientWent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ns := gateway.NewNamespace(fixed(gateway.Gateway{}))
		link := &leaving{received: make(chan struct{}), closed: make(chan struct{})}
		why := make(chan gateway.Disconnect)
		go func() { why <- ns.Serve(context.Background(), link, gateway.User{}) }()
		synctest.Wait()
		require.NoError(t, ns.Emit("said", "hi"))
		synctest.Wait()
		close(link.received)
		require.Equal(t, gateway.ClientLeft, <-why)
		<-link.closed
	})
}

func TestAFailedFirstWriteIsALostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left []gateway.Disconnect
		ns := gateway.NewNamespace(lobby(&left, gateway.Gateway{}))
		link := &unopened{closed: make(chan struct{})}
		ns.Serve(context.Background(), link, gateway.User{})
		require.Equal(t, []gateway.Disconnect{gateway.ConnectionLost}, left)
	})
}

// unopened is a link that was lost before it opened.
type unopened struct{ closed chan struct{} }

func (l *unopened) Open(gateway.Opened) error { return errors.New("connection reset by peer") }
func (l *unopened) Receive() (*gateway.Packet, error) {
	<-l.closed
	return nil, gateway.ConnectionLost
}
func (l *unopened) Send(*gateway.Batch) (func() error, error) {
	return nil, errors.New("connection reset by peer")
}
func (l *unopened) Close(gateway.Disconnect) error { close(l.closed); return nil }

func TestWhoSendsMoreThanMayWaitIsEnded(t *testing.T) {
	var left []gateway.Disconnect
	g := gateway.Gateway{Events: gateway.Events{say.On(func(ctx context.Context, _ *gateway.Socket, _ text) error {
		<-ctx.Done()
		return ctx.Err()
	})}}
	gatewaytest.Run(t, lobby(&left, g), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		for range 6 { // one is handled, 4 MiB may wait
			gatewaytest.Emit(ana, say, text{strings.Repeat("x", 900_000)})
			synctest.Wait()
		}
		require.Equal(t, gateway.RateLimited, ana.ExpectDisconnect())
		ana.Close()
		require.Equal(t, []gateway.Disconnect{gateway.RateLimited}, left)
	})
}

func TestAReasonThatNoCloseFrameHoldsIsCut(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(context.Context, *gateway.Socket, text) error {
		return gateway.Disconnect{Code: 400, Reason: strings.Repeat("ñ", 100)}
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{})
		require.Equal(t, gateway.Disconnect{Code: 1011, Reason: strings.Repeat("ñ", 61)}, ana.ExpectDisconnect())
	})
}

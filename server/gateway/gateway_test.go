package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

type text struct {
	Text string `json:"text"`
}

const (
	say   gateway.Event[text]           = "say"
	said  gateway.Event[text]           = "said"
	shout gateway.Request[text, text]   = "shout"
	color gateway.Request[text, string] = "color"
)

// fixed returns a build function for a gateway that needs nobody to talk to.
func fixed(g gateway.Gateway) func(gateway.Emitter) gateway.Gateway {
	return func(gateway.Emitter) gateway.Gateway { return g }
}

func on(subs ...gateway.Subscription) func(gateway.Emitter) gateway.Gateway {
	return fixed(gateway.Gateway{Events: subs})
}

func TestEverySocketHasAnIDOfItsOwn(t *testing.T) {
	gatewaytest.Run(t, fixed(gateway.Gateway{}), func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := srv.Dial(nil), srv.Dial(nil)
		require.NotEmpty(t, ana.ID())
		require.NotEqual(t, ana.ID(), bob.ID())
	})
}

func TestAnEventReachesItsHandler(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(_ context.Context, s *gateway.Socket, in text) error {
		return said.Emit(s, text{"you said " + in.Text})
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{"hi"})
		require.Equal(t, "you said hi", gatewaytest.Expect(ana, said).Text)
	})
}

func TestARequestIsAnsweredToWhoAsked(t *testing.T) {
	gatewaytest.Run(t, on(shout.Handle(func(_ context.Context, _ *gateway.Socket, in text) (text, error) {
		return text{strings.ToUpper(in.Text)}, nil
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := srv.Dial(nil), srv.Dial(nil)
		out, refusal := gatewaytest.Call(ana, shout, text{"hi"})
		require.Nil(t, refusal)
		require.Equal(t, "HI", out.Text)
		bob.ExpectSilence()
	})
}

func TestAReplyNobodyAskedForComesUnderTheEventsName(t *testing.T) {
	gatewaytest.Run(t, on(shout.Handle(func(_ context.Context, _ *gateway.Socket, in text) (text, error) {
		return text{strings.ToUpper(in.Text)}, nil
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, gateway.Event[text](shout), text{"hi"})
		require.Equal(t, "HI", gatewaytest.Expect(ana, gateway.Event[text](shout)).Text)
	})
}

func TestAnEventWithAnIDIsAcknowledgedOnceHandled(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(context.Context, *gateway.Socket, text) error { return nil })), func(t *testing.T, srv *gatewaytest.Server) {
		_, refusal := gatewaytest.Call(srv.Dial(nil), gateway.Request[text, any](say), text{"hi"})
		require.Nil(t, refusal)
	})
}

func TestAnErrorRefusesTheRequest(t *testing.T) {
	gatewaytest.Run(t, on(shout.Handle(func(context.Context, *gateway.Socket, text) (text, error) {
		return text{}, fmt.Errorf("shout: %w", &gateway.Error{Code: "hoarse", Message: "not today"})
	})), func(t *testing.T, srv *gatewaytest.Server) {
		_, refusal := gatewaytest.Call(srv.Dial(nil), shout, text{"hi"})
		require.Equal(t, &gateway.Error{Code: "hoarse", Message: "not today"}, refusal)
	})
}

func TestAnErrorThatNoRequestOwnsIsAnException(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(context.Context, *gateway.Socket, text) error {
		return &gateway.Error{Code: "hoarse", Message: "not today"}
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{"hi"})
		require.Equal(t, gateway.Error{Code: "hoarse", Message: "not today"}, ana.ExpectError())
	})
}

func TestAnUnknownEventIsAnswered(t *testing.T) {
	gatewaytest.Run(t, fixed(gateway.Gateway{}), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		ana.SendText(`{"event":"__proto__"}`)
		require.Equal(t, "unknown_event", ana.ExpectError().Code)
		_, refusal := gatewaytest.Call(ana, shout, text{})
		require.Equal(t, "unknown_event", refusal.Code)
	})
}

func TestAWrongPayloadSaysWhichFieldIsWrong(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(context.Context, *gateway.Socket, text) error { return nil })), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		ana.SendText(`{"event":"say","data":{"text":5}}`)
		require.Equal(t, gateway.Error{Code: "bad_payload", Message: `field "text": want string, got number`}, ana.ExpectError())
		ana.SendText(`{"event":"say","data":[]}`)
		require.Equal(t, gateway.Error{Code: "bad_payload", Message: `want object, got array`}, ana.ExpectError())
	})
}

func TestWhatIsNoEnvelopeIsAnsweredAndTheSocketGoesOn(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(_ context.Context, s *gateway.Socket, in text) error { return said.Emit(s, in) })), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		for _, wrong := range []string{`{"event":`, `null`, `5`, `[]`, `{}`, `{"event":1}`, `{"event":"say","id":-1}`, "", strings.Repeat("[", 20_000)} {
			ana.SendText(wrong)
			require.Equal(t, "bad_message", ana.ExpectError().Code, wrong)
		}
		gatewaytest.Emit(ana, say, text{"still here"})
		require.Equal(t, "still here", gatewaytest.Expect(ana, said).Text)
	})
}

func TestADisconnectReturnedByAHandlerEndsTheSocketAfterWhatWasEmitted(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(_ context.Context, s *gateway.Socket, in text) error {
		for range 5 {
			_ = said.Emit(s, text{"goodbye"})
		}
		return gateway.Kicked
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{"hi"})
		for range 5 {
			gatewaytest.Expect(ana, said)
		}
		require.Equal(t, gateway.Kicked, ana.ExpectDisconnect())
	})
}

func TestAnErrorOfAnotherKindStaysInside(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(context.Context, *gateway.Socket, text) error {
		return errors.New("the database password is hunter2")
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{"hi"})
		require.Equal(t, gateway.Error{Code: "internal", Message: "internal error"}, ana.ExpectError())
	})
}

func TestEventsOfOneSocketAreHandledInOrder(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(_ context.Context, s *gateway.Socket, in text) error {
		if in.Text == "0" {
			time.Sleep(time.Second) // the others wait, in fake time
		}
		return said.Emit(s, in)
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		for i := range 20 {
			gatewaytest.Emit(ana, say, text{fmt.Sprint(i)})
		}
		for i := range 20 {
			require.Equal(t, fmt.Sprint(i), gatewaytest.Expect(ana, said).Text)
		}
	})
}

func TestSocketsDoNotWaitForEachOther(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(ctx context.Context, s *gateway.Socket, in text) error {
		if in.Text == "wait" {
			<-ctx.Done()
		}
		return said.Emit(s, in)
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := srv.Dial(nil), srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{"wait"})
		gatewaytest.Emit(bob, say, text{"hi"})
		require.Equal(t, "hi", gatewaytest.Expect(bob, said).Text)
	})
}

func TestEveryoneHearsABroadcastInTheSameOrder(t *testing.T) {
	build := func(everyone gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{Events: gateway.Events{say.On(func(_ context.Context, _ *gateway.Socket, in text) error {
			return said.Emit(everyone, in)
		})}}
	}
	gatewaytest.Run(t, build, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := srv.Dial(nil), srv.Dial(nil)
		for i := range 100 {
			gatewaytest.Emit(ana, say, text{fmt.Sprint("ana ", i)})
			gatewaytest.Emit(bob, say, text{fmt.Sprint("bob ", i)})
		}
		for range 200 {
			require.Equal(t, gatewaytest.Expect(ana, said), gatewaytest.Expect(bob, said))
		}
	})
}

func TestARoomHearsWhatIsSaidInIt(t *testing.T) {
	const join gateway.Event[string] = "join"
	gatewaytest.Run(t, on(
		join.On(func(_ context.Context, s *gateway.Socket, room string) error { s.Join(room); return nil }),
		say.On(func(_ context.Context, s *gateway.Socket, in text) error { return said.Emit(s.To("go").Except(s), in) }),
	), func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := srv.Dial(nil), srv.Dial(nil), srv.Dial(nil)
		gatewaytest.Emit(ana, join, "go")
		gatewaytest.Emit(bob, join, "go")
		synctest.Wait()
		gatewaytest.Emit(ana, say, text{"gophers"})
		require.Equal(t, "gophers", gatewaytest.Expect(bob, said).Text)
		ana.ExpectSilence()
		eve.ExpectSilence()
	})
}

func TestTheServerAsksAClient(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(ctx context.Context, s *gateway.Socket, in text) error {
		answer, err := color.Ask(ctx, s, in)
		if err != nil {
			return err
		}
		return said.Emit(s, text{"you like " + answer})
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, say, text{"which?"})
		gatewaytest.Answer(ana, color, func(in text) string { return "blue" })
		require.Equal(t, "you like blue", gatewaytest.Expect(ana, said).Text)
	})
}

func TestAQuestionLeftUnansweredIsRefusedAfterTenSeconds(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(ctx context.Context, s *gateway.Socket, in text) error {
		_, err := color.Ask(ctx, s, in)
		return err
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		start := time.Now()
		gatewaytest.Emit(ana, say, text{"which?"})
		gatewaytest.Expect(ana, gateway.Event[text](color))
		require.Equal(t, "timeout", ana.ExpectError().Code)
		require.Equal(t, gateway.AskTimeout, time.Since(start))
	})
}

func TestAnAnswerNobodyWaitsForIsIgnored(t *testing.T) {
	gatewaytest.Run(t, fixed(gateway.Gateway{}), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		ana.SendText(`{"id":9007199254740991,"data":1}`)
		ana.ExpectSilence()
	})
}

func TestMiddlewareWrapsEveryHandlerFirstOutermost(t *testing.T) {
	tag := func(name string) gateway.Middleware {
		return func(next gateway.Handler) gateway.Handler {
			return func(ctx context.Context, s *gateway.Socket, in *gateway.Packet) (any, error) {
				reply, err := next(ctx, s, in)
				return fmt.Sprintf("%s(%v)", name, reply), err
			}
		}
	}
	const ask gateway.Request[any, string] = "ask"
	g := gateway.Gateway{
		Middleware: []gateway.Middleware{tag("outer"), tag("inner")},
		Events:     gateway.Events{ask.Handle(func(context.Context, *gateway.Socket, any) (string, error) { return "handler", nil })},
	}
	gatewaytest.Run(t, fixed(g), func(t *testing.T, srv *gatewaytest.Server) {
		out, _ := gatewaytest.Call(srv.Dial(nil), ask, nil)
		require.Equal(t, "outer(inner(handler))", out)
	})
}

func TestAReplyIsNeverInspectedForAnEvent(t *testing.T) { // NestJS lets {"event"} in a reply speak for the server
	const echo gateway.Request[json.RawMessage, json.RawMessage] = "echo"
	gatewaytest.Run(t, on(echo.Handle(func(_ context.Context, _ *gateway.Socket, in json.RawMessage) (json.RawMessage, error) {
		return in, nil
	})), func(t *testing.T, srv *gatewaytest.Server) {
		out, refusal := gatewaytest.Call(srv.Dial(nil), echo, json.RawMessage(`{"event":"x","data":5}`))
		require.Nil(t, refusal)
		require.JSONEq(t, `{"event":"x","data":5}`, string(out))
	})
}

func TestTwoSubscriptionsToOneEventPanicAtStart(t *testing.T) {
	ignore := func(context.Context, *gateway.Socket, text) error { return nil }
	require.PanicsWithValue(t, `gateway: two subscriptions to "say"`, func() {
		gateway.NewNamespace(on(say.On(ignore), say.On(ignore)))
	})
}

func ExampleRequest() {
	type sum struct{ A, B int }
	const Add gateway.Request[sum, int] = "add"

	calculator := gateway.Gateway{
		Events: gateway.Events{
			Add.Handle(func(_ context.Context, _ *gateway.Socket, in sum) (int, error) {
				return in.A + in.B, nil
			}),
		},
	}

	reply, err := calculator.Events[0].Handle(context.Background(), nil, &gateway.Packet{Payload: gateway.Payload{Data: []byte(`{"A":2,"B":3}`)}})
	fmt.Println(reply, err)
	// Output: 5 <nil>
}

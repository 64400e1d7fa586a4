package socketio_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

var forced = gateway.Disconnect{Code: gateway.ProtocolError.Code, Reason: "forced close"}

func TestAClientConnectsWithItsAuthAndHasAnIDInEveryNamespace(t *testing.T) {
	run(t, func(r *room) {
		c := r.dial()
		c.send(`40{"token":"ABC-123","name":"Ana"}`)
		one := c.next()
		c.send(`40/admin,`)
		other := c.next()
		require.True(c, strings.HasPrefix(one, `40{`), one)
		require.True(c, strings.HasPrefix(other, `40/admin,{`), other)
		require.NotEqual(c, c.id(one), c.id(other))
		c.send(`42["say","hi"]`)
		require.Equal(c, `42["said","Ana: hi"]`, c.next())
	})
}

func TestARefusedClientHearsWhyAndMayTryAgain(t *testing.T) {
	run(t, func(r *room) {
		c := r.dial()
		for _, auth := range []string{"", `{"token":"wrong"}`, `{}`} {
			c.send("40" + auth)
			require.Equal(c, `44{"message":"unauthorized"}`, c.next())
		}
		c.send(`40{"token":"ABC-123"}`)
		require.Contains(c, c.next(), `40{"sid"`)
	})
}

func TestAnUnknownNamespaceIsRefusedAndTheSessionGoesOn(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		for _, name := range []string{"/nope", "/__proto__", "/admin?x=1"} {
			c.send(`40` + name + `,{}`)
			require.Equal(c, `44`+name+`,{"message":"Invalid namespace"}`, c.next())
		}
		c.alive()
	})
}

func TestARequestIsAcknowledgedWithItsIDInItsNamespace(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		c.send(`40/admin,`)
		c.next()
		c.send(`427["shout","hi"]`)
		require.Equal(c, `437["hi!"]`, c.next())
		c.send(`42/admin,0["shout","there"]`)
		require.Equal(c, `43/admin,0["there!"]`, c.next())
		c.send(`428["whole",1,{"a":[2]},null]`)
		require.Equal(c, `438[[1,{"a":[2]},null]]`, c.next(), "several arguments")
		c.send(`4218446744073709551615["say","hi"]`)
		require.ElementsMatch(c, []string{`42["said","Ana: hi"]`, `4318446744073709551615[null]`}, []string{c.next(), c.next()}, "an event that is handled")
	})
}

func TestTheServerAsksAndTheClientAcknowledges(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		for _, id := range []string{"0", "1"} {
			c.send(`425["ask","which?"]`)
			require.Equal(c, `42`+id+`["color","which?"]`, c.next())
			c.send(`43999["nobody asked"]`)
			c.send(`43` + id + `["red"]`)
			require.Equal(c, `435["red"]`, c.next())
		}
	})
}

func TestBinaryGoesBothWaysAsAttachments(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		c.send(`451-3["double",{"_placeholder":true,"num":0}]`)
		c.attach(1, 2)
		require.Equal(c, `461-3[{"_placeholder":true,"num":0}]`, c.next())
		require.Equal(c, []byte{1, 2, 1, 2}, c.attached())

		c.send(`452-["image",{"_placeholder":true,"num":1},{"name":{"_placeholder":true,"num":0}}]`)
		c.attach(5)
		c.attach(6, 7)
		require.Equal(c, `452-["image",{"_placeholder":true,"num":1},{"name":{"_placeholder":true,"num":0}}]`, c.next())
		require.Equal(c, []byte{5}, c.attached())
		require.Equal(c, []byte{6, 7}, c.attached())
	})
}

func TestAnAnswerOfAClientMayHaveAttachments(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		c.send(`425["ask","which?"]`)
		require.Equal(c, `420["color","which?"]`, c.next())
		c.send(`461-0[{"_placeholder":true,"num":0}]`)
		c.attach(1, 2, 3, 4)
		require.Equal(c, `435["AQIDBA=="]`, c.next(), "in a string as base64")
	})
}

func TestWhatCannotBeHandledIsTheEventException(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		for sent, answer := range map[string]string{
			`42["fail","x"]`:       `{"status":"error","code":"failed","message":"always"}`,
			`421["fail","x"]`:      `{"status":"error","code":"failed","message":"always"}`, // as in NestJS: no ack
			`42["nope"]`:           `{"status":"error","code":"unknown_event","message":"nobody listens to \"nope\""}`,
			`42[5]`:                `{"status":"error","code":"unknown_event","message":"nobody listens to \"5\""}`,
			`42`:                   `{"status":"error","code":"unknown_event","message":"nobody listens to \"\""}`,
			`42["say",{"no":"x"}]`: `{"status":"error","code":"bad_payload","message":"want string, got object"}`,
		} {
			c.send(sent)
			require.Equal(c, `42["exception",`+answer+`]`, c.next(), sent)
		}
		c.send(`42["shout","asks for nothing"]`)
		c.alive()
	})
}

func TestWhoLeavesANamespaceStaysInTheOthers(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		c.send(`40/admin,`)
		c.next()
		c.send(`41`)
		require.Equal(c, "Ana: client namespace disconnect", <-r.left)
		time.Sleep(20 * time.Second) // longer than it may be in no namespace
		c.send(`42/admin,1["shout","still here"]`)
		require.Equal(c, `43/admin,1["still here!"]`, c.next())
		c.send(`40{"token":"ABC-123","name":"Ana"}`)
		require.Contains(c, c.next(), `40{"sid"`, "and may come back")
		c.alive()
	})
}

func TestWhoIsThrownOutOfANamespaceIsToldAndStaysInTheOthers(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		c.send(`40/admin,`)
		c.next()
		c.send(`42["kick"]`)
		c.send(`42["say","sent before it was told"]`)
		require.Equal(c, `41`, c.next())
		require.Equal(c, "Ana: server namespace disconnect", <-r.left)
		c.send(`42["say","sent before it understood"]`)
		c.send(`41`)
		c.send(`42/admin,1["shout","still here"]`)
		require.Equal(c, `43/admin,1["still here!"]`, c.next())
	})
}

func TestWhatBreaksTheProtocolEndsTheSession(t *testing.T) {
	for name, message := range map[string]string{
		"a second connect": `40{"token":"ABC-123"}`, "a connect error": `44{"message":"x"}`, "a namespace it is not in": `42/admin,["x"]`, "leaving one it is not in": `41/admin,`,
		"no packet": `4`, "a reserved name": `42["connect"]`, "no list": `42{}`, "an attachment out of range": `451-["x",{"_placeholder":true,"num":1}]`,
	} {
		run(t, func(r *room) {
			witness, c := r.join("Eve"), r.join("Ana")
			c.send(message)
			c.ended(forced)
			require.Equal(c, "Ana: forced close", <-r.left, name)
			witness.alive()
		})
	}
}

func TestAttachmentsThatNobodyAnnouncedAndTextInTheirPlaceEndTheSession(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		c.attach(1)
		c.ended(forced)
		c = r.join("Bob")
		c.send(`451-["image",{"_placeholder":true,"num":0}]`)
		c.send(`42["say","hi"]`)
		c.ended(forced)
	})
}

func TestWhoJoinsNothingIsShownOutAfterFiveSeconds(t *testing.T) {
	run(t, func(r *room) {
		start := time.Now()
		c := r.dial()
		c.send(`40/nope,`)
		c.next()
		c.ended(gateway.Disconnect{Code: gateway.Unauthorized.Code, Reason: gateway.Unauthorized.Reason})
		require.Equal(c, 5*time.Second, time.Since(start))
	})
}

func TestWhoLeavesItsLastNamespaceHasFiveSecondsToJoinAnother(t *testing.T) {
	run(t, func(r *room) {
		c := r.join("Ana")
		time.Sleep(10 * time.Second)
		c.send(`41`)
		start := time.Now()
		c.ended(gateway.Unauthorized)
		require.Equal(c, 5*time.Second, time.Since(start))
	})
}

func TestAnAuthenticationThatTakesTooLongIsRefused(t *testing.T) {
	run(t, func(r *room) {
		slow := gateway.NewNamespace(func(gateway.Emitter) gateway.Gateway {
			return gateway.Gateway{Authenticate: func(ctx context.Context, _ gateway.Handshake) (gateway.User, error) {
				<-ctx.Done()
				return gateway.User{}, gateway.AsDisconnect(context.Cause(ctx))
			}}
		})
		r.o.Namespaces = func(string) (gateway.Host, bool) { return slow, true }
		r.o.ConnectTimeout = time.Second
		c := r.dial()
		time.Sleep(time.Second / 2)
		c.send(`40`)
		c.ended(gateway.Unauthorized)
	})
}

func TestWhoSpeaksBeforeItIsLetInLosesItsSession(t *testing.T) {
	run(t, func(r *room) {
		undecided := gateway.NewNamespace(func(gateway.Emitter) gateway.Gateway {
			return gateway.Gateway{Authenticate: func(ctx context.Context, _ gateway.Handshake) (gateway.User, error) {
				<-ctx.Done()
				return gateway.User{}, gateway.Unauthorized
			}}
		})
		r.o.Namespaces = func(string) (gateway.Host, bool) { return undecided, true }
		c := r.dial()
		c.send(`40`)
		c.send(`42["say","hi"]`)
		c.ended(forced)
	})
}

func TestAPacketIsLimitedWithAllItsAttachments(t *testing.T) {
	run(t, func(r *room) {
		r.o.MaxPacket = 1000
		c := r.join("Ana")
		const header = `2-["image",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`
		for range 3 { // each for itself
			c.send(`45` + header)
			c.attach(make([]byte, 500)...)
			c.attach(make([]byte, 500-1-len(header))...)
			require.Equal(c, `45`+header, c.next())
			c.attached()
			c.attached()
		}
		c.send(`45` + header)
		c.attach(make([]byte, 500)...)
		c.attach(make([]byte, 500-len(header))...)
		c.ended(gateway.Disconnect{Code: gateway.TooBig.Code, Reason: "transport error"})
		require.Equal(c, "Ana: transport error", <-r.left)
	})
}

func TestHowAClientGoesIsToldInTheWordsOfTheReference(t *testing.T) {
	for reason, leave := range map[string]func(c *client){
		"transport close": func(c *client) { c.send("1") },
		"parse error":     func(c *client) { c.send("x") },
		"transport error": func(c *client) { c.send("2") },
		"ping timeout":    func(c *client) { require.Equal(c, "2", c.next()) },
	} {
		run(t, func(r *room) {
			c := r.join("Ana")
			leave(c)
			why := <-c.done
			require.Equal(c, reason, why.Reason)
			require.Equal(c, "Ana: "+reason, <-r.left)
		})
	}
}

func TestAServerThatStopsTellsEveryNamespaceAndThenEndsTheSession(t *testing.T) {
	run(t, func(r *room) {
		ctx, cancel := context.WithCancelCause(r.ctx)
		r.ctx = ctx
		c, idle := r.join("Ana"), r.dial()
		c.send(`40/admin,`)
		c.next()
		cancel(gateway.GoingAway)
		require.ElementsMatch(c, []string{"41", "41/admin,"}, []string{c.next(), c.next()})
		c.ended(gateway.GoingAway)
		require.Equal(c, "Ana: server shutting down", <-r.left)
		idle.ended(gateway.GoingAway)
	})
}

func TestASlowClientLosesItsSessionAndNobodyWaits(t *testing.T) {
	run(t, func(r *room) {
		slow, c := r.join("Slow"), r.join("Ana")
		for range 20 {
			go func() { _ = said.Emit(r.main, strings.Repeat("x", 100<<10)) }()
			require.Contains(c, c.next(), `42["said"`)
		}
		synctest.Wait()
		require.Equal(c, gateway.TooSlow, <-slow.done)
		require.Equal(c, "Slow: transport close", <-r.left)
		c.alive()
	})
}

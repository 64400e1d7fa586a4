package acks_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// credentials are what a client presents as its first message.
type credentials struct {
	Token string `json:"token"`
	Name  string `json:"name"`
}

// guest is a client as a list of who is here names it.
func guest(c *gatewaytest.Client, name string) Guest { return Guest{ID: c.ID(), Name: name} }

// three connects Ana, Bob and Eve. All that they hear of that is taken.
func three(srv *gatewaytest.Server) (ana, bob, eve *gatewaytest.Client) {
	var all []*gatewaytest.Client
	for _, name := range []string{"Ana", "Bob", "Eve"} {
		c := srv.Dial(credentials{Token: Shared, Name: name})
		gatewaytest.Expect(c, Welcome)
		for _, before := range all {
			gatewaytest.Expect(before, Joined)
		}
		all = append(all, c)
	}
	return all[0], all[1], all[2]
}

// join puts clients into a room, one after the other. All that they hear of that is taken.
func join(room string, clients ...*gatewaytest.Client) {
	for i, c := range clients {
		gatewaytest.Emit(c, Join, Place{Room: room})
		for _, inside := range clients[:i+1] {
			gatewaytest.Expect(inside, Here)
		}
	}
}

// has is the answer of a client to a note: it has it, and says nothing more.
func has(Message) (nothing gateway.Payload) { return nothing }

func TestARequestIsAnsweredToWhoAsked(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		join("garden", ana, bob)
		answer, refusal := gatewaytest.Call(ana, Who, Place{Room: "garden"})
		require.Nil(t, refusal)
		require.Equal(t, Presence{Room: "garden", Here: []Guest{guest(ana, "Ana"), guest(bob, "Bob")}}, answer)
		for _, c := range []*gatewaytest.Client{ana, bob, eve} {
			c.ExpectSilence()
		}
	})
}

func TestEveryRequestHasItsOwnAnswer(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		join("kitchen", ana)
		garden, kitchen := gatewaytest.Begin(ana, Who, Place{Room: "garden"}), gatewaytest.Begin(ana, Who, Place{Room: "kitchen"})
		answer, _ := garden()
		require.Equal(t, Presence{Room: "garden", Here: []Guest{guest(ana, "Ana"), guest(bob, "Bob")}}, answer)
		answer, _ = kitchen()
		require.Equal(t, Presence{Room: "kitchen", Here: []Guest{guest(ana, "Ana")}}, answer)
	})
}

func TestAWrongPayloadIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		for _, room := range []string{"", " \n", strings.Repeat("ñ", 41)} {
			_, refusal := gatewaytest.Call(ana, Who, Place{Room: room})
			require.NotNil(t, refusal, "the room %q is refused", room)
			require.Equal(t, "bad_payload", refusal.Code)
			require.Contains(t, refusal.Message, "room", "the sentence says what is wrong")
		}
		for _, text := range []string{"", " \n", strings.Repeat("ñ", 2001)} {
			answer := gatewaytest.Begin(ana, Private, Note{To: bob.ID(), Text: text})
			bob.ExpectSilence()
			_, refusal := answer()
			require.NotNil(t, refusal, "the text %.10q is refused", text)
			require.Equal(t, "bad_payload", refusal.Code)
			require.Contains(t, refusal.Message, "text", "the sentence says what is wrong")
		}
	})
}

func TestAWrongPayloadOfAnEventIsAnException(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		gatewaytest.Emit(ana, Join, Place{Room: " "})
		require.Equal(t, "bad_payload", ana.ExpectError().Code)
		gatewaytest.Emit(ana, Say, Line{Text: " "})
		require.Equal(t, "bad_payload", ana.ExpectError().Code)
		bob.ExpectSilence()
	})
}

func TestWhatFitsIsAccepted(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, _, _ := three(srv)
		room, text := strings.Repeat("ñ", 40), strings.Repeat("ñ", 2000)
		join(room, ana)
		_, refusal := gatewaytest.Call(ana, Who, Place{Room: room})
		require.Nil(t, refusal, "40 characters are not too many")
		_, refusal = gatewaytest.Call(ana, Private, Note{To: "nobody", Text: text})
		if refusal != nil { // for another reason: nobody has that id
			require.NotEqual(t, "bad_payload", refusal.Code, "2000 characters are not too many")
		}
	})
}

func TestWhoIsOutsideIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, _, eve := three(srv)
		join("garden", ana)
		_, refusal := gatewaytest.Call(eve, Who, Place{Room: "garden"})
		require.NotNil(t, refusal, "want not_in_room")
		require.Equal(t, "not_in_room", refusal.Code)
		require.Contains(t, refusal.Message, "garden", "the sentence names the room")
		gatewaytest.Emit(eve, Say, Line{Room: "garden", Text: "hi"})
		require.Equal(t, "not_in_room", eve.ExpectError().Code)
		gatewaytest.Emit(eve, Leave, Place{Room: "garden"})
		require.Equal(t, "not_in_room", eve.ExpectError().Code)
		ana.ExpectSilence()
	})
}

func TestANoteToNobodyIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		bob.Close()
		gatewaytest.Expect(ana, Left)
		gatewaytest.Expect(eve, Left)
		for _, to := range []string{bob.ID(), "Eve", ""} {
			_, refusal := gatewaytest.Call(ana, Private, Note{To: to, Text: "psst"})
			require.NotNil(t, refusal, "want not_found: nobody has the id %q", to)
			require.Equal(t, "not_found", refusal.Code, "nobody has the id %q", to)
		}
		eve.ExpectSilence()
	})
}

func TestAPrivateMessageIsAnsweredOnceItHasArrived(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		answer := gatewaytest.Begin(ana, Private, Note{To: bob.ID(), Text: "psst"})
		<-time.After(time.Second)
		gatewaytest.Answer(bob, Hand, has)
		receipt, refusal := answer()
		require.Nil(t, refusal)
		require.Equal(t, bob.ID(), receipt.To, "who has it")
		require.True(t, receipt.At.Equal(time.Now()), "when it arrived, got %v", receipt.At)
	})
}

func TestTheOtherIsAskedWithTheWholeMessage(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		answer := gatewaytest.Begin(ana, Private, Note{To: bob.ID(), Text: " psst "})
		gatewaytest.Answer(bob, Hand, func(m Message) gateway.Payload {
			require.Equal(t, "psst", m.Text, "the text, without the space around it")
			require.Equal(t, guest(ana, "Ana"), Guest{ID: m.ID, Name: m.From}, "who wrote it")
			require.Equal(t, bob.ID(), m.To, "whom it is for")
			return has(m)
		})
		_, refusal := answer()
		require.Nil(t, refusal)
		for _, c := range []*gatewaytest.Client{ana, bob, eve} {
			c.ExpectSilence()
		}
	})
}

// unanswered lets Ana write to Bob, who does not answer, and returns how she is refused.
func unanswered(t *testing.T, ana, bob *gatewaytest.Client) gateway.Error {
	t.Helper()
	began := time.Now()
	_, refusal := gatewaytest.Call(ana, Private, Note{To: bob.ID(), Text: "psst"})
	require.NotNil(t, refusal, "no receipt for a note that may not have arrived")
	require.Equal(t, 2*time.Second, time.Since(began), "the sender is told after two seconds")
	return *refusal
}

func TestAClientThatDoesNotAnswerInTimeIsATimeout(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		require.Equal(t, "timeout", unanswered(t, ana, bob).Code, "the code says what went wrong")
	})
}

func TestAnAnswerThatComesTooLateIsIgnored(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		unanswered(t, ana, bob)
		gatewaytest.Answer(bob, Hand, has)
		ana.ExpectSilence()
		answer := gatewaytest.Begin(ana, Private, Note{To: bob.ID(), Text: "again"})
		gatewaytest.Answer(bob, Hand, has)
		_, refusal := answer()
		require.Nil(t, refusal)
	})
}

func TestARefusalOfTheOtherIsPassedOn(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		answer := gatewaytest.Begin(ana, Private, Note{To: bob.ID(), Text: "psst"})
		gatewaytest.Expect(bob, gateway.Event[Message](Hand))
		bob.SendText(`{"id":0,"error":{"code":"busy","message":"not now"}}`) // 0 is the first question
		_, refusal := answer()
		require.NotNil(t, refusal, "no receipt for a note that was refused")
		require.Equal(t, "busy", refusal.Code, "the code says what went wrong")
	})
}

func TestOneWhoDoesNotAnswerKeepsNobodyElseWaiting(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		join("garden", eve)
		began := time.Now()
		answer := gatewaytest.Begin(ana, Private, Note{To: bob.ID(), Text: "psst"})
		ana.ExpectSilence()
		_, refusal := gatewaytest.Call(eve, Who, Place{Room: "garden"})
		require.Nil(t, refusal)
		require.Less(t, time.Since(began), time.Second, "Eve is answered at once")
		_, refusal = answer()
		require.NotNil(t, refusal)
	})
}

func TestAClientMayWriteToItself(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, _, _ := three(srv)
		answer := gatewaytest.Begin(ana, Private, Note{To: ana.ID(), Text: "remember"})
		gatewaytest.Answer(ana, Hand, has)
		receipt, refusal := answer()
		require.Nil(t, refusal)
		require.Equal(t, ana.ID(), receipt.To)
	})
}

func TestRoomsWorkAsBefore(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		join("garden", ana, bob)
		gatewaytest.Emit(ana, Type, Place{Room: "garden"})
		require.Equal(t, guest(ana, "Ana"), gatewaytest.Expect(bob, Typing).Guest)
		gatewaytest.Emit(ana, Say, Line{Room: "garden", Text: " hi "})
		for _, c := range []*gatewaytest.Client{ana, bob} {
			require.Equal(t, "hi", gatewaytest.Expect(c, Said).Text)
		}
		gatewaytest.Emit(ana, Say, Line{Text: "all"})
		require.Equal(t, "all", gatewaytest.Expect(eve, Said).Text)
		bob.Lose()
		gatewaytest.Expect(ana, Said)
		require.Equal(t, []Guest{guest(ana, "Ana")}, gatewaytest.Expect(ana, Here).Here)
		require.Equal(t, guest(bob, "Bob"), gatewaytest.Expect(ana, Left).Guest)
	})
}

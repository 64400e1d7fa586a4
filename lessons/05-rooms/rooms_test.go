package rooms_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

func TestWhoJoinsARoomHearsWhoIsInIt(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		gatewaytest.Emit(ana, Join, Place{Room: "garden"})
		require.Equal(t, Presence{Room: "garden", Here: []Guest{guest(ana, "Ana")}}, gatewaytest.Expect(ana, Here), "who comes first is alone")
		gatewaytest.Emit(bob, Join, Place{Room: "garden"})
		require.Equal(t, Presence{Room: "garden", Here: []Guest{guest(ana, "Ana"), guest(bob, "Bob")}}, gatewaytest.Expect(bob, Here), "who was there before, and the newcomer")
	})
}

func TestThoseInARoomHearWhoJoinsIt(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana)
		gatewaytest.Emit(bob, Join, Place{Room: "garden"})
		require.Equal(t, []Guest{guest(ana, "Ana"), guest(bob, "Bob")}, gatewaytest.Expect(ana, Here).Here)
	})
}

func TestWhoIsOutsideHearsNothingOfWhatHappensInARoom(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		join("garden", ana, bob)
		join("kitchen", eve)
		gatewaytest.Emit(ana, Say, Line{Room: "garden", Text: "hi"})
		gatewaytest.Emit(ana, Type, Place{Room: "garden"})
		gatewaytest.Emit(ana, Leave, Place{Room: "garden"})
		eve.ExpectSilence()
	})
}

func TestEveryoneInARoomHearsWhatIsSaidInIt(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		gatewaytest.Emit(ana, Say, Line{Room: "garden", Text: "hi"})
		for _, c := range []*gatewaytest.Client{ana, bob} {
			require.Equal(t, "hi", gatewaytest.Expect(c, Said).Text)
			c.ExpectSilence()
		}
	})
}

func TestAMessageSaysWhereItWasSaid(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		join("kitchen", ana, bob)
		for _, room := range []string{"garden", "kitchen"} {
			gatewaytest.Emit(ana, Say, Line{Room: room, Text: "hi"})
			said := gatewaytest.Expect(bob, Said)
			require.Equal(t, room, said.Room, "the room in which it was said")
			require.Equal(t, guest(ana, "Ana"), Guest{ID: said.ID, Name: said.From}, "who said it")
			require.True(t, said.At.Equal(time.Now()), "when it was said, got %v", said.At)
		}
	})
}

func TestWhatIsSaidInNoRoomIsForEveryone(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		join("garden", ana, bob)
		gatewaytest.Emit(ana, Say, Line{Text: "hi"})
		for _, c := range []*gatewaytest.Client{ana, bob, eve} {
			require.Empty(t, gatewaytest.Expect(c, Said).Room, "it was said in no room")
		}
	})
}

func TestOnlyWhoIsInARoomMaySpeakInIt(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, _, eve := three(srv)
		join("garden", ana)
		for _, room := range []string{"garden", "nowhere"} {
			gatewaytest.Emit(eve, Say, Line{Room: room, Text: "hi"})
			require.Equal(t, "not_in_room", eve.ExpectError().Code)
			gatewaytest.Emit(eve, Type, Place{Room: room})
			require.Equal(t, "not_in_room", eve.ExpectError().Code)
		}
		ana.ExpectSilence()
	})
}

func TestTheOthersInARoomHearWhoIsWriting(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		join("garden", ana, bob, eve)
		gatewaytest.Emit(ana, Type, Place{Room: "garden"})
		for _, c := range []*gatewaytest.Client{bob, eve} {
			require.Equal(t, Writer{Room: "garden", Guest: guest(ana, "Ana")}, gatewaytest.Expect(c, Typing))
		}
		ana.ExpectSilence()
	})
}

func TestThoseWhoStayHearWhoLeavesARoom(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		gatewaytest.Emit(bob, Leave, Place{Room: "garden"})
		require.Equal(t, Presence{Room: "garden", Here: []Guest{guest(ana, "Ana")}}, gatewaytest.Expect(ana, Here), "the list without the one who left")
	})
}

func TestWhoLeavesARoomEmptyHearsAnEmptyList(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, _, _ := three(srv)
		join("garden", ana)
		gatewaytest.Emit(ana, Leave, Place{Room: "garden"})
		ana.ExpectText(`{"event":"presence","data":{"room":"garden","here":[]}}`)
	})
}

func TestWhoHasLeftARoomHearsNothingMoreOfIt(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		gatewaytest.Emit(bob, Leave, Place{Room: "garden"})
		require.Equal(t, []Guest{guest(ana, "Ana")}, gatewaytest.Expect(bob, Here).Here, "a last list, without the one who leaves")
		gatewaytest.Expect(ana, Here)
		gatewaytest.Emit(ana, Say, Line{Room: "garden", Text: "hi"})
		gatewaytest.Emit(ana, Type, Place{Room: "garden"})
		bob.ExpectSilence()
	})
}

func TestWhoIsInNoRoomCannotLeaveIt(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana)
		gatewaytest.Emit(bob, Leave, Place{Room: "garden"})
		require.Equal(t, "not_in_room", bob.ExpectError().Code)
		ana.ExpectSilence()
	})
}

func TestWhoLeavesOneRoomStaysInTheOthers(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		join("kitchen", ana, bob)
		gatewaytest.Emit(bob, Leave, Place{Room: "garden"})
		require.Equal(t, "garden", gatewaytest.Expect(ana, Here).Room)
		gatewaytest.Expect(bob, Here)
		gatewaytest.Emit(bob, Say, Line{Room: "kitchen", Text: "hi"})
		require.Equal(t, "kitchen", gatewaytest.Expect(ana, Said).Room)
		require.Equal(t, "kitchen", gatewaytest.Expect(bob, Said).Room)
	})
}

func TestWhoJoinsTwiceIsInTheRoomOnce(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		gatewaytest.Emit(bob, Join, Place{Room: "garden"})
		require.Len(t, gatewaytest.Expect(ana, Here).Here, 2, "nobody is in the list twice")
		gatewaytest.Emit(ana, Say, Line{Room: "garden", Text: "hi"})
		gatewaytest.Expect(bob, Here)
		gatewaytest.Expect(bob, Said)
		bob.ExpectSilence()
	})
}

func TestWhoIsLostHasLeftItsRooms(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		join("kitchen", ana, bob)
		bob.Lose()
		for _, room := range []string{"garden", "kitchen"} {
			require.Equal(t, Presence{Room: room, Here: []Guest{guest(ana, "Ana")}}, gatewaytest.Expect(ana, Here), "the list without the one who is lost")
		}
		require.Equal(t, guest(bob, "Bob"), gatewaytest.Expect(ana, Left).Guest)
	})
}

func TestAPrivateMessageIsForOne(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		join("garden", ana, bob, eve)
		gatewaytest.Emit(ana, Whisper, Note{To: bob.ID(), Text: "psst"})
		heard := gatewaytest.Expect(bob, Whispered)
		require.Equal(t, Message{ID: ana.ID(), From: "Ana", To: bob.ID(), Text: "psst", At: heard.At}, heard)
		bob.ExpectSilence()
		eve.ExpectSilence()
	})
}

func TestTheSenderHearsItsPrivateMessageToo(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		gatewaytest.Emit(ana, Whisper, Note{To: bob.ID(), Text: "psst"})
		require.Equal(t, gatewaytest.Expect(bob, Whispered), gatewaytest.Expect(ana, Whispered), "both hear the same")
		gatewaytest.Emit(ana, Whisper, Note{To: ana.ID(), Text: "remember"})
		gatewaytest.Expect(ana, Whispered)
		ana.ExpectSilence()
	})
}

func TestAPrivateMessageToNobodyIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := three(srv)
		bob.Close()
		gatewaytest.Expect(ana, Left)
		gatewaytest.Expect(eve, Left)
		for _, to := range []string{bob.ID(), "Eve", ""} {
			gatewaytest.Emit(ana, Whisper, Note{To: to, Text: "psst"})
			require.Equal(t, "not_found", ana.ExpectError().Code, "nobody has the id %q", to)
		}
		eve.ExpectSilence()
	})
}

func TestWhatHasNoTextOrNoRoomIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, _ := three(srv)
		join("garden", ana, bob)
		for _, message := range []string{
			`{"event":"join","data":{"room":" "}}`,
			`{"event":"join","data":{"room":"` + strings.Repeat("ñ", 41) + `"}}`,
			`{"event":"join"}`,
			`{"event":"message","data":{"room":"garden","text":" "}}`,
			`{"event":"private","data":{"to":"` + bob.ID() + `","text":""}}`,
		} {
			ana.SendText(message)
			require.Equal(t, "bad_payload", ana.ExpectError().Code, message)
		}
		bob.ExpectSilence()
	})
}

func TestTheListIsRightHoweverManyComeAndGoAtOnce(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		var clients [30]*gatewaytest.Client
		for i := range clients {
			clients[i] = srv.Dial(credentials{Token: Shared, Name: fmt.Sprint("client ", i)})
			gatewaytest.Expect(clients[i], Welcome)
		}
		ana := srv.Dial(credentials{Token: Shared, Name: "Ana"})
		gatewaytest.Expect(ana, Welcome)
		join("garden", ana)
		atOnce(clients[:], func(c *gatewaytest.Client) { gatewaytest.Emit(c, Join, Place{Room: "garden"}) })
		for i := range clients {
			require.Len(t, gatewaytest.Expect(ana, Here).Here, i+2, "a list of each, in the order in which they came")
		}
		atOnce(clients[:], func(c *gatewaytest.Client) { gatewaytest.Emit(c, Leave, Place{Room: "garden"}) })
		for i := range clients {
			require.Len(t, gatewaytest.Expect(ana, Here).Here, len(clients)-i, "a list of each, in the order in which they went")
		}
	})
}

// atOnce does something with all clients at the same time.
func atOnce(clients []*gatewaytest.Client, do func(c *gatewaytest.Client)) {
	var all sync.WaitGroup
	for _, c := range clients {
		all.Go(func() { do(c) })
	}
	all.Wait()
}

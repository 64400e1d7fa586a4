package chat_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway/gatewaytest"
)

// enter puts people into a room, one after the other, and waits until all of them know.
func enter(room string, people ...*gatewaytest.Client) {
	for i, one := range people {
		gatewaytest.Emit(one, chat.Join, chat.Place{Room: room})
		for _, inside := range people[:i+1] {
			gatewaytest.Expect(inside, chat.Present)
		}
	}
}

func names(people chat.People) (all []string) {
	for _, p := range people {
		all = append(all, p.Name)
	}
	return all
}

func TestOnlyWhoIsInARoomHearsWhatIsSaidThere(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		bob := join(srv, "Bob", ana)
		eve := join(srv, "Eve", ana, bob)
		enter("garden", ana, bob)
		gatewaytest.Emit(ana, chat.Say, chat.Line{Room: "garden", Text: "here"})
		gatewaytest.Emit(ana, chat.Say, chat.Line{Text: "everywhere"})
		require.Equal(t, "garden", gatewaytest.Expect(bob, chat.Said).Room)
		require.Equal(t, "everywhere", gatewaytest.Expect(eve, chat.Said).Text, "she hears this first")
	})
}

func TestWhoIsInARoomHearsWhoIsThere(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		bob := join(srv, "Bob", ana)
		enter("garden", ana)
		gatewaytest.Emit(bob, chat.Join, chat.Place{Room: " garden "})
		require.ElementsMatch(t, []string{"Ana", "Bob"}, names(gatewaytest.Expect(ana, chat.Present).Here))
		gatewaytest.Expect(bob, chat.Present)
		here, err := gatewaytest.Call(bob, chat.Who, chat.Place{Room: "garden"})
		require.Nil(t, err)
		require.Len(t, here, 2)

		gatewaytest.Emit(bob, chat.Leave, chat.Place{Room: "garden"})
		require.Equal(t, []string{"Ana"}, names(gatewaytest.Expect(ana, chat.Present).Here))
		require.Equal(t, []string{"Ana"}, names(gatewaytest.Expect(bob, chat.Present).Here), "the one who leaves hears it, too")
		enter("garden", bob)
		gatewaytest.Expect(ana, chat.Present)
		bob.Lose()
		gatewaytest.Expect(ana, chat.Left)
		require.Equal(t, []string{"Ana"}, names(gatewaytest.Expect(ana, chat.Present).Here), "who is lost is in no room")
	})
}

func TestFromOutsideNobodySpeaksInARoomOrLooksIntoIt(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		bob := join(srv, "Bob", ana)
		enter("garden", ana)
		gatewaytest.Emit(bob, chat.Say, chat.Line{Room: "garden", Text: "hi"})
		require.Equal(t, "not_in_room", bob.ExpectError().Code)
		gatewaytest.Emit(bob, chat.Leave, chat.Place{Room: "garden"})
		require.Equal(t, "not_in_room", bob.ExpectError().Code)
		_, err := gatewaytest.Call(bob, chat.Who, chat.Place{Room: "garden"})
		require.Equal(t, "not_in_room", err.Code)
	})
}

// The gateway has a room for those who know who is here. Its name is nobody's to use.
func TestARoomsNameIsItsOwn(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		bob := join(srv, "Bob", ana)
		enter("inside", ana)
		gatewaytest.Emit(ana, chat.Say, chat.Line{Room: "inside", Text: "here"})
		gatewaytest.Emit(ana, chat.Say, chat.Line{Text: "everywhere"})
		require.Equal(t, "everywhere", gatewaytest.Expect(bob, chat.Said).Text)
	})
}

func TestARoomHasANameAndSomebodyIsIn20AtMost(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		for _, name := range []string{"", "  ", strings.Repeat("ñ", chat.MaxRoom+1)} {
			gatewaytest.Emit(ana, chat.Join, chat.Place{Room: name})
			require.Equal(t, "bad_room", ana.ExpectError().Code)
		}
		for i := range chat.MaxRooms {
			enter(fmt.Sprint(i), ana)
		}
		gatewaytest.Emit(ana, chat.Join, chat.Place{Room: "one more"})
		require.Equal(t, "too_many_rooms", ana.ExpectError().Code)
	})
}

package socketio_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

// counted counts how often it is written as JSON.
type counted struct{ n *atomic.Int32 }

func (c counted) MarshalJSON() ([]byte, error) {
	c.n.Add(1)
	return []byte(`"hi"`), nil
}

func TestClientsOfSocketIOAndRawOnesShareTheChat(t *testing.T) {
	run(t, func(r *room) {
		ana, bob, eve := r.join("Ana"), r.join("Bob"), r.raw("Eve")
		ana.send(`42["say","hi"]`)
		require.Equal(r, `42["said","Ana: hi"]`, ana.next())
		require.Equal(r, `42["said","Ana: hi"]`, bob.next())
		require.Equal(r, `{"event":"said","data":"Ana: hi"}`, eve.next())
		eve.send(`{"event":"say","data":"hello"}`)
		require.Equal(r, `{"event":"said","data":"Eve: hello"}`, eve.next())
		require.Equal(r, `42["said","Eve: hello"]`, ana.next())
		require.Equal(r, `42["said","Eve: hello"]`, bob.next())
	})
}

func TestABroadcastIsWrittenOnceForEachFormat(t *testing.T) {
	run(t, func(r *room) {
		ana, bob, eve := r.join("Ana"), r.join("Bob"), r.raw("Eve")
		var n atomic.Int32
		require.NoError(r, r.main.Emit("said", counted{&n}))
		one, other, raw := ana.read(), bob.read(), eve.read()
		require.Equal(r, `42["said","hi"]`, string(one.Data))
		require.Same(r, &one.Data[0], &other.Data[0], "the same bytes go to both")
		require.Equal(r, `{"event":"said","data":"hi"}`, string(raw.Data))
		require.EqualValues(r, 1, n.Load())
	})
}

func TestTheFormatOfEveryNamespaceIsItsOwn(t *testing.T) {
	run(t, func(r *room) {
		ana, bob := r.dial(), r.join("Bob")
		ana.send(`40/admin,`)
		ana.next()
		p := gateway.Payload{Data: []byte(`"hi"`)}
		require.NoError(r, r.admin.Emit("said", p))
		require.NoError(r, r.main.Emit("said", p))
		require.Equal(r, `42/admin,["said","hi"]`, ana.next())
		require.Equal(r, `42["said","hi"]`, bob.next())
	})
}

func TestAttachmentsOfABroadcastAreSharedAndInlinedForARawClient(t *testing.T) {
	run(t, func(r *room) {
		ana, bob, eve := r.join("Ana"), r.join("Bob"), r.raw("Eve")
		ana.send(`451-["image",{"_placeholder":true,"num":0}]`)
		ana.attach(1, 2, 3, 4)
		require.Equal(r, `{"event":"image","data":"AQIDBA=="}`, eve.next())
		for _, c := range []*client{ana, bob} {
			require.Equal(r, `451-["image",{"_placeholder":true,"num":0}]`, c.next())
			require.Equal(r, []byte{1, 2, 3, 4}, c.attached())
		}
	})
}

func TestARawClientKeepsItsPlaceholderAsData(t *testing.T) {
	run(t, func(r *room) {
		ana, eve := r.join("Ana"), r.raw("Eve")
		eve.send(`{"event":"image","data":{"_placeholder":true,"num":0}}`)
		require.Equal(r, `{"event":"image","data":{"_placeholder":true,"num":0}}`, eve.next())
		require.Equal(r, `42["image",{"_placeholder":true,"num":0}]`, ana.next(), "no attachment follows")
		ana.alive()
	})
}

func TestAPacketAndItsAttachmentsStayTogether(t *testing.T) {
	run(t, func(r *room) {
		ana := r.join("Ana")
		const each = 50
		for _, name := range []string{"a", "b", "c"} {
			go func() {
				for range each {
					_ = r.main.Emit(name, gateway.Bytes([]byte(name)))
				}
			}()
		}
		for range 3 * each {
			header := ana.next()
			require.Regexp(r, `^451-\["[abc]",`, header)
			require.Equal(r, header[6:7], string(ana.attached()))
		}
	})
}

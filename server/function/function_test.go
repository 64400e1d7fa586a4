package function

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

func TestAFunctionAnswers(t *testing.T) {
	l := running(t, "unruly")
	c := welcome(t, l, "v1")
	require.Equal(t, "hello", c.call("echo", "hello"))
	require.Equal(t, "later", c.call("later", "later"))
	s := l.State()
	require.Equal(t, Running, s.Phase)
	require.Equal(t, 1, s.Version)
	require.True(t, s.Serving)
	require.Empty(t, s.Problems)
	require.InDelta(t, 8<<20, l.Memory(), 8<<20-1, "some megabytes of memory")
}

func TestEveryoneHearsABroadcast(t *testing.T) {
	l := shared(t)
	ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
	ana.send(`{"event":"say","data":"hi"}`)
	ana.expect(`{"event":"said","data":"hi"}`)
	bob.expect(`{"event":"said","data":"hi"}`)
}

func TestAHundredEventsOfASocketAreAnsweredInOrder(t *testing.T) {
	l := shared(t)
	c := welcome(t, l, "v1")
	const events = 100
	go func() {
		for i := range events {
			text := strings.Repeat("x", i)
			_ = c.conn.Write(message(`{"event":"echo","data":"` + text + `"}`))
		}
	}()
	for i := range events {
		require.Equal(t, `{"event":"echo","data":"`+strings.Repeat("x", i)+`"}`, c.read())
	}
}

func TestAnUnknownEventIsAnswered(t *testing.T) {
	l := shared(t)
	c := welcome(t, l, "v1")
	c.send(`{"event":"nonsense"}`)
	require.Contains(t, c.read(), "unknown_event")
	c.send(`no envelope`)
	require.Contains(t, c.read(), "exception")
}

func TestTheGatewayLearnsThatAClientHasGone(t *testing.T) {
	l := shared(t)
	c := welcome(t, l, "v1")
	c.leave()
	l.expectLines("stdout", "gone: "+c.id+" 1000 client left")
	lost := welcome(t, l, "v1")
	require.NoError(t, lost.conn.Close(gateway.ConnectionLost.Code, ""))
	l.expectLines("stdout", "gone: "+lost.id+" 1006 connection lost")
}

func TestWhatTheCodePrintsIsLogged(t *testing.T) {
	l := shared(t)
	welcome(t, l, "v1").call("print", "")
	l.expectLines("stdout", "from fmt")
	l.expectLines("stderr", "from log", "INFO from slog n=1")
}

func TestAHandlerThatWaitsHoldsUpNobodyElse(t *testing.T) {
	l := shared(t)
	ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
	go func() {
		for range 1000 { // more than all queues on the way hold
			if ana.conn.Write(message(`{"event":"never"}`)) != nil {
				return
			}
		}
	}()
	for range 20 {
		require.Equal(t, "hello", bob.call("echo", "hello"))
	}
}

func TestWhoIsConnectingIsAsked(t *testing.T) {
	l := running(t, "guarded")
	protected, err := l.Protected(t.Context())
	require.NoError(t, err)
	require.True(t, protected)

	ana := dial(t, l, `{"event":"auth","data":{"token":"ABC-123","name":"Ana"}}`)
	require.Contains(t, ana.read(), "connected")
	ana.expect(`{"event":"welcome","data":"Ana"}`)

	eve := dial(t, l, `{"event":"auth","data":{"token":"wrong","name":"Eve"}}`)
	require.Equal(t, gateway.Unauthorized, eve.expectEnd())
}

func TestAFunctionHasNoFilesNoNetworkNoEnvironment(t *testing.T) {
	l := shared(t)
	c := welcome(t, l, "v1")
	for _, attempt := range []string{"file", "create", "dial"} {
		require.NotEqual(t, "<nil>", c.call(attempt, ""), attempt)
	}
	require.Equal(t, "[]", c.call("environ", ""))
}

// The bubble fails a test that leaves a goroutine.
func TestClosingTellsEveryoneAndLeavesNothing(t *testing.T) {
	root := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		l := openLab(t, "unruly", root)
		require.NoError(t, l.Deploy(t.Context()))
		ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
		l.stop(t)
		l.expectLines("stdout", "gone: "+ana.id+" 1001 going away", "gone: "+bob.id+" 1001 going away")
		require.Equal(t, gateway.GoingAway, ana.expectEnd())
		require.Equal(t, gateway.GoingAway, bob.expectEnd())
		require.Equal(t, Stopped, l.State().Phase)
		require.Equal(t, gateway.GoingAway, dial(t, l, "").expectEnd())
	})
}

package cluster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/chat"
	"wslab/server/gateway/gatewaytest"
)

func TestALongOutageAfterALostAnswerDoublesNothing(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		bob := b.join("Bob")
		a.broker.FailPublish(true)
		require.NoError(t, chat.Said.Emit(a.Namespace, chat.Message{Text: "once"}))
		require.Equal(t, "once", gatewaytest.Expect(bob, chat.Said).Text)
		a.broker.Cut()
		time.Sleep(broker.Window + time.Minute)
		a.broker.Restore()
		said(t, bob, "afterwards")
		bob.ExpectSilence()
	})
}

func TestAnEntryThatIsNobodysIsPassedOver(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a := l.server("a")
		ana := a.join("Ana")
		for _, data := range []string{"", "null", "[null]", "{}", `{"all":[null]}`, `[{"event":1}]`} {
			_, err := a.broker.Publish(t.Context(), broker.Message{Data: []byte(data)})
			require.NoError(t, err)
		}
		said(t, ana, "hi")
		ana.ExpectSilence()
	})
}

func TestAnOffsetThatIsNoneResumesNothing(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a := l.server("a")
		ana := a.join("Ana")
		said(t, ana, "heard")
		presents := auth("Ana")
		presents["pid"], presents["offset"] = ana.PID(), "hello"
		again := a.Dial(presents)
		require.False(t, again.Recovered(), "else it would hear again what it has heard")
	})
}

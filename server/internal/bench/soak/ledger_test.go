package soak

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// saying returns a ledger of one sender that has sent n messages.
func saying(n int64) *ledger {
	l := newLedger(1)
	l.senders[0].sent.Store(n)
	return l
}

func (h *listener) hearAll(seqs ...int64) {
	for _, seq := range seqs {
		h.hear(place{0, seq})
	}
}

// account is what a ledger has found.
type account struct{ delivered, lost, duplicated, disordered int64 }

func (l *ledger) account() account {
	return account{l.delivered.Load(), l.lost.Load(), l.duplicated.Load(), l.disordered.Load()}
}

func TestWhatIsHeardInOrderIsFine(t *testing.T) {
	l := saying(0)
	l.join().hearAll(1, 2, 3)
	require.Equal(t, account{delivered: 3}, l.account())
}

func TestAGapIsLost(t *testing.T) {
	l := saying(0)
	l.join().hearAll(1, 4)
	require.Equal(t, account{delivered: 2, lost: 2}, l.account())
}

func TestARepeatIsDuplicated(t *testing.T) {
	l := saying(0)
	l.join().hearAll(1, 2, 2, 1)
	require.Equal(t, account{delivered: 4, duplicated: 2}, l.account())
}

func TestWhatFillsAGapWasOnlyOutOfOrder(t *testing.T) {
	l := saying(0)
	l.join().hearAll(1, 3, 2, 2)
	require.Equal(t, account{delivered: 4, disordered: 1, duplicated: 1}, l.account())
}

func TestALateJoinerNeedNotHearWhatWasSaidBefore(t *testing.T) {
	l := saying(7)
	l.join().hearAll(8, 9)
	require.Equal(t, account{delivered: 2}, l.account())
}

func TestALateJoinerMayHearWhatWasUnderWay(t *testing.T) {
	l := saying(7)
	l.join().hearAll(6, 7, 8)
	require.Equal(t, account{delivered: 3}, l.account())
}

func TestALateJoinerMustHearWhatIsSaidFromThenOn(t *testing.T) {
	l := saying(7)
	l.join().hearAll(10)
	require.Equal(t, account{delivered: 1, lost: 2}, l.account())
}

func TestSendersAreCountedApart(t *testing.T) {
	l := newLedger(2)
	h := l.join()
	h.hear(place{0, 1})
	h.hear(place{1, 1})
	h.hear(place{1, 3})
	require.Equal(t, account{delivered: 3, lost: 1}, l.account())
}

func TestWhoStaysMustHearWhatWasAcknowledged(t *testing.T) {
	l := saying(0)
	h := l.join()
	l.senders[0].sent.Store(3)
	for seq := range int64(2) {
		l.ack(place{0, seq + 1})
	}
	h.goals = l.goals()
	h.hearAll(1)
	h.leave()
	require.Equal(t, account{delivered: 1, lost: 1}, l.account())
	require.EqualValues(t, 1, l.unheard())
}

func TestALostMessageThatNobodyAcknowledgedIsNotAnAcknowledgedOne(t *testing.T) {
	l := saying(0)
	h := l.join()
	h.hearAll(1, 3)
	h.leave()
	require.EqualValues(t, 1, l.lost.Load())
	require.Zero(t, l.unheard())
}

func TestWhoIsCutNeedNotHearWhatComesAfter(t *testing.T) {
	l := saying(0)
	h := l.join()
	h.hearAll(1)
	h.leave()
	h.hearAll(5)
	require.Equal(t, account{delivered: 1}, l.account())
}

func TestAWaitEndsOnceTheClientHasCaughtUp(t *testing.T) {
	h := saying(0).join()
	waited := make(chan struct{})
	go func() { h.wait(t.Context(), []int64{2}); close(waited) }()
	h.hearAll(1, 2)
	<-waited
}

func TestASenderIsDoneWhenAllIsAcknowledged(t *testing.T) {
	l := saying(2)
	l.ack(place{0, 2})
	done := l.senders[0].allAcked()
	select {
	case <-done:
		require.Fail(t, "message 1 is not acknowledged")
	default:
	}
	l.ack(place{0, 1})
	<-done
	sent, acked := l.sums()
	require.Equal(t, []int64{2, 2}, []int64{sent, acked})
}

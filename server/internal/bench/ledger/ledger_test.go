package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// saying returns a ledger of one sender that has sent n messages.
func saying(n int64) *Ledger {
	l := New(1)
	l.senders[0].sent.Store(n)
	return l
}

func (h *Listener) hearAll(seqs ...int64) {
	for _, seq := range seqs {
		_ = h.Hear(Place{0, seq}) // there is the sender 0
	}
}

func TestWhatIsHeardInOrderIsFine(t *testing.T) {
	l := saying(0)
	l.Join().hearAll(1, 2, 3)
	require.Equal(t, Account{Delivered: 3}, l.Account())
}

func TestAGapIsLost(t *testing.T) {
	l := saying(0)
	l.Join().hearAll(1, 4)
	require.Equal(t, Account{Delivered: 2, Lost: 2}, l.Account())
}

func TestARepeatIsDuplicated(t *testing.T) {
	l := saying(0)
	l.Join().hearAll(1, 2, 2, 1)
	require.Equal(t, Account{Delivered: 4, Duplicated: 2}, l.Account())
}

func TestWhatFillsAGapWasOnlyOutOfOrder(t *testing.T) {
	l := saying(0)
	l.Join().hearAll(1, 3, 2, 2)
	require.Equal(t, Account{Delivered: 4, Disordered: 1, Duplicated: 1}, l.Account())
}

func TestALateJoinerNeedNotHearWhatWasSaidBefore(t *testing.T) {
	l := saying(7)
	l.Join().hearAll(8, 9)
	require.Equal(t, Account{Delivered: 2}, l.Account())
}

func TestALateJoinerMayHearWhatWasUnderWay(t *testing.T) {
	l := saying(7)
	l.Join().hearAll(6, 7, 8)
	require.Equal(t, Account{Delivered: 3}, l.Account())
}

func TestALateJoinerMustHearWhatIsSaidFromThenOn(t *testing.T) {
	l := saying(7)
	l.Join().hearAll(10)
	require.Equal(t, Account{Delivered: 1, Lost: 2}, l.Account())
}

func TestSendersAreCountedApart(t *testing.T) {
	l := New(2)
	h := l.Join()
	require.NoError(t, h.Hear(Place{0, 1}))
	require.NoError(t, h.Hear(Place{1, 1}))
	require.NoError(t, h.Hear(Place{1, 3}))
	require.Equal(t, Account{Delivered: 3, Lost: 1}, l.Account())
}

func TestWhoStaysMustHearWhatWasAcknowledged(t *testing.T) {
	l := saying(0)
	h := l.Join()
	l.senders[0].sent.Store(3)
	for seq := range int64(2) {
		l.Ack(Place{0, seq + 1})
	}
	h.goals = l.Goals()
	h.hearAll(1)
	h.Leave()
	require.Equal(t, Account{Delivered: 1, Lost: 1}, l.Account())
	require.EqualValues(t, 1, l.Unheard())
}

func TestALostMessageThatNobodyAcknowledgedIsNotAnAcknowledgedOne(t *testing.T) {
	l := saying(0)
	h := l.Join()
	h.hearAll(1, 3)
	h.Leave()
	require.EqualValues(t, 1, l.lost.Load())
	require.Zero(t, l.Unheard())
}

func TestWhoIsCutNeedNotHearWhatComesAfter(t *testing.T) {
	l := saying(0)
	h := l.Join()
	h.hearAll(1)
	h.Leave()
	h.hearAll(5)
	require.Equal(t, Account{Delivered: 1}, l.Account())
}

func TestAWaitEndsOnceTheClientHasCaughtUp(t *testing.T) {
	h := saying(0).Join()
	waited := make(chan struct{})
	go func() { h.Wait(t.Context(), []int64{2}); close(waited) }()
	h.hearAll(1, 2)
	<-waited
}

func TestASenderIsDoneWhenAllIsAcknowledged(t *testing.T) {
	l := saying(2)
	l.Ack(Place{0, 2})
	done := l.AllAcked(0)
	select {
	case <-done:
		require.Fail(t, "message 1 is not acknowledged")
	default:
	}
	l.Ack(Place{0, 1})
	<-done
	sent, acked := l.Sums()
	require.Equal(t, []int64{2, 2}, []int64{sent, acked})
}

func TestAMessageOfNoSenderIsAnError(t *testing.T) {
	require.ErrorContains(t, New(1).Join().Hear(Place{1, 7}), "nobody sent: 7 of the sender 1")
	require.Error(t, New(1).Join().Hear(Place{-1, 7}))
}

package chaos

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/internal/bench/ledger"
	"wslab/server/internal/bench/load"
)

// killed returns a run of one talker whom one other hears, with an account of one kill, and what it prints.
func killed() (*run, *bytes.Buffer) {
	var said bytes.Buffer
	r := &run{
		Bench: Bench{Out: &said}, ledger: ledger.New(1), changed: make(chan struct{}), rumours: make(map[string]int),
		kills: []kill{{node: "n1", clients: 1, first: time.Second}}, before: make([]load.Sample, 1), after: make([]load.Sample, 1),
		nodes: []*node{{name: "n1"}},
	}
	r.users = []*user{{run: r, number: 0, id: "ana", heard: r.ledger.Join()}, {run: r, number: 1, id: "bob", heard: r.ledger.Join()}}
	return r, &said
}

// said has somebody say n messages, which are acknowledged, and some of them heard.
func (r *run) said(n int, heard ...int64) {
	for range n {
		r.ledger.Ack(r.ledger.Say(0))
	}
	for _, u := range r.users {
		for _, seq := range heard {
			_ = u.heard.Hear(ledger.Place{Seq: seq}) // there is the sender 0
		}
		u.heard.Leave()
	}
}

func TestAClusterPassesWhereAllIsHeardOnceAndInOrder(t *testing.T) {
	r, said := killed()
	r.said(3, 1, 2, 3)
	require.NoError(t, r.conclude())
	require.Contains(t, said.String(), "3 messages sent, 3 acknowledged, 6 delivered. 0 acknowledged and lost, 0 duplicated, 0 out of order.")
}

func TestAClusterFailsThatLosesDoublesOrDisorders(t *testing.T) {
	for heard, seqs := range map[string][]int64{
		"2 acknowledged and lost": {1, 3}, "2 duplicated": {1, 2, 2, 3}, "2 out of order": {1, 3, 2},
	} {
		r, said := killed()
		r.said(3, seqs...)
		require.ErrorIs(t, r.conclude(), ErrFailed)
		require.Contains(t, said.String(), heard)
	}
}

func TestAClusterFailsThatAcknowledgesNotAll(t *testing.T) {
	r, _ := killed()
	r.ledger.Say(0)
	require.ErrorIs(t, r.conclude(), ErrFailed)
}

func TestAClusterFailsThatDoesNotRecoverAClient(t *testing.T) {
	r, said := killed()
	r.tally = tally{resumed: 5, unrecovered: 1}
	require.ErrorIs(t, r.conclude(), ErrFailed)
	require.Contains(t, said.String(), "came back 5 times, 1 of them not recovered")
}

func TestAClusterFailsWhereSomebodyIsSaidToHaveLeft(t *testing.T) {
	r, said := killed()
	r.users[0].rumour("User 1", "came") // before all were in
	require.NoError(t, r.conclude())
	r.stayed = true
	r.users[0].rumour("User 1", "left: connection lost")
	r.users[1].rumour("User 1", "left: connection lost")
	require.ErrorIs(t, r.conclude(), ErrFailed)
	require.Contains(t, said.String(), "UNEXPECTED: 2 clients heard: User 1 left: connection lost")
}

func TestOfWhatIsUnexpectedTheFirstIsPrinted(t *testing.T) {
	r, said := killed()
	for range 12 {
		r.note("user 1: %w", errors.New("odd"))
	}
	require.ErrorIs(t, r.conclude(), ErrFailed)
	require.Contains(t, said.String(), "UNEXPECTED: user 1: odd\n… and 2 more")
}

func TestOnlyWhatIsSaidAfterAKillShowsThatItIsOver(t *testing.T) {
	r, _ := killed()
	r.measureFrom()
	r.acked(r.users[0], r.measure.at.Add(-time.Second)) // it was under way
	require.Empty(t, r.measure.served)
	require.GreaterOrEqual(t, r.slowest(), time.Second)
	r.acked(r.users[0], r.measure.at.Add(time.Millisecond))
	require.Contains(t, r.measure.served, r.users[0])
	require.False(t, r.first().Before(r.measure.at))
}

func TestWhoIsHereButShouldNotBeIsUnexpected(t *testing.T) {
	r, _ := killed()
	r.missing(r.nodes[0], chat.People{{ID: "ana"}, {ID: "bob"}, {ID: "x", Name: "Roll call"}})
	require.Empty(t, r.strange)
	r.missing(r.nodes[0], chat.People{{ID: "ana"}, {ID: "eve"}})
	require.ErrorContains(t, r.strange[0], "server n1 does not know that 1 of 2 clients are here, and takes 1 others to be here")
}

func TestPortsAreFreeAndDifferent(t *testing.T) {
	ports, err := freePorts(9)
	require.NoError(t, err)
	seen := make(map[int]bool)
	for _, port := range ports {
		require.Less(t, port, 32_000)
		require.False(t, seen[port])
		seen[port] = true
	}
}

func TestAPlaceIsReadFromItsText(t *testing.T) {
	p, err := place(text(ledger.Place{Sender: 7, Seq: 1234}))
	require.NoError(t, err)
	require.Equal(t, ledger.Place{Sender: 7, Seq: 1234}, p)
	_, err = place("hello")
	require.ErrorContains(t, err, `nobody sent: "hello"`)
}

func FuzzATextNeverHarmsItsReader(f *testing.F) {
	f.Add("3 says 17")
	f.Add("-1 says 99999999999999999999")
	f.Fuzz(func(t *testing.T, said string) {
		if p, err := place(said); err == nil {
			again, err := place(text(p))
			require.NoError(t, err)
			require.Equal(t, p, again)
		}
	})
}

func TestWhatHasStoppedARunIsPrinted(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var said bytes.Buffer
	err := Bench{Program: filepath.Join(t.TempDir(), "none"), Dir: ".", Out: &said, Kills: 1, Clients: 3}.Run(t.Context())
	require.ErrorIs(t, err, ErrFailed)
	require.Contains(t, said.String(), "UNEXPECTED: the cluster did not pass: server n")
}

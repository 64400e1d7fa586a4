package roster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/broker/internal/roster"
)

func TestAMemberIsVisibleWhileItsNodeLives(t *testing.T) {
	r := roster.New(nil)
	r.Put("a", "ana", []byte("1"), 1)
	require.Nil(t, r.Data("ana"), "nobody has heard of the node")
	r.Alive("a", true)
	require.Equal(t, []byte("1"), r.Data("ana"))
	r.Alive("a", false)
	require.Nil(t, r.Data("ana"))
	require.Equal(t, []string{"a"}, r.Dead())
}

func TestTheLaterOfTwoNodesCountsUntilItIsLost(t *testing.T) {
	var changed []string
	r := roster.New(func(id string) { changed = append(changed, id) })
	r.Alive("a", true)
	r.Alive("b", true)
	r.Put("b", "ana", []byte("new"), 2)
	r.Put("a", "ana", []byte("old"), 1)
	require.Equal(t, []byte("new"), r.Data("ana"))
	r.Alive("b", false)
	require.Equal(t, []byte("old"), r.Data("ana"))
	require.Equal(t, []string{"ana", "ana"}, changed, "the older one's data changed nothing when it came")
}

func TestWhatAMemberMovesWithIsNoChange(t *testing.T) {
	changes := 0
	r := roster.New(func(string) { changes++ })
	r.Alive("a", true)
	r.Alive("b", true)
	r.Put("a", "ana", []byte{}, 1)
	r.Put("b", "ana", nil, 2)
	r.Forget("a")
	require.Equal(t, 1, changes)
	require.Equal(t, []byte{}, r.Data("ana"), "no data is not no member")
	require.Equal(t, []string{"ana"}, r.IDs())
}

func TestAForgottenNodeLeavesNothing(t *testing.T) {
	r := roster.New(nil)
	r.Alive("a", true)
	r.Put("a", "ana", nil, 1)
	r.Put("a", "ben", nil, 2)
	r.Forget("a")
	r.Alive("a", true)
	require.Empty(t, r.IDs())
	require.Empty(t, r.Dead())
}

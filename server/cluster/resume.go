package cluster

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"wslab/server/gateway"
)

// Issue implements [gateway.Relay]. The secret is the socket's id, the offset from which it hears everything, and a
// signature that only servers of the cluster can make, for this user. So a server that knows nothing of the socket
// can check it, and none keeps it.
func (n *Node) Issue(id string, user gateway.User) (pid string) {
	n.mu.Lock()
	heard := n.history.last()
	n.mu.Unlock()
	return n.sign(id, strconv.FormatUint(heard, 10), user)
}

func (n *Node) sign(id, offset string, user gateway.User) string {
	mac := hmac.New(sha256.New, n.options.Key)
	for _, part := range []string{id, offset, user.ID, user.Name} {
		fmt.Fprintf(mac, "%d:%s,", len(part), part)
	}
	return id + "." + offset + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Since implements [gateway.Relay].
func (n *Node) Since(offset uint64) ([]*gateway.Broadcast, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.history.since(offset)
}

// Resume implements [gateway.Relay]. A client that has heard nothing yet presents no offset. With one that is no number
// nobody knows what it has heard.
func (n *Node) Resume(ctx context.Context, pid, offset string, user gateway.User) (id string, after uint64, ok bool) {
	id, rest, _ := strings.Cut(pid, ".")
	issued, _, _ := strings.Cut(rest, ".")
	if !hmac.Equal([]byte(pid), []byte(n.sign(id, issued, user))) {
		return "", 0, false
	}
	after, err := strconv.ParseUint(cmp.Or(offset, "0"), 10, 64)
	if err != nil {
		return "", 0, false
	}
	first, _ := strconv.ParseUint(issued, 10, 64) // it is signed
	after = max(after, first)
	return id, after, n.knows(ctx, after)
}

// knows reports whether all that comes after an offset is known, or will be: another server may have read on.
func (n *Node) knows(ctx context.Context, after uint64) bool {
	n.mu.Lock()
	_, known := n.history.since(after)
	ahead := after > n.history.last()
	n.mu.Unlock()
	if !known || !ahead {
		return known
	}
	last, err := n.broker.Last(ctx)
	return err == nil && after < (last+1)*perEntry
}

package socketio_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// separator stands between the messages of a fuzzed client. One that begins with separator is binary.
const separator = 0

// messages are those that a fuzzed client sends.
func messages(input []byte) (all []transport.Message) {
	binary := false
	for part := range bytes.SplitSeq(input, []byte{separator}) {
		if len(part) == 0 && !binary {
			binary = true
			continue
		}
		all = append(all, transport.Message{Binary: binary, Data: bytes.Clone(part)})
		binary = false
	}
	return all
}

// Whatever a client sends, Serve does not panic, and ends with the client; a deadlock would fail the bubble.
func FuzzServe(f *testing.F) {
	for _, seed := range []string{
		"40{\"token\":\"ABC-123\"}\x0042[\"say\",\"hi\"]\x00421[\"shout\",\"x\"]\x0041",
		"40/admin,\x0042/admin,7[\"whole\",1,[],{}]\x0041/admin,\x0040/admin,\x0040/admin,",
		"40/admin,\x00451-/admin,3[\"double\",{\"_placeholder\":true,\"num\":0}]\x00\x00\x01\x02\x00461-0[1]",
		"40{\"token\":\"ABC-123\"}\x0042[\"ask\",\"?\"]\x00430[\"red\"]\x00430[]\x0042[\"kick\"]\x0042[\"fail\"]\x0040{\"token\":\"ABC-123\"}",
		"40/nope,\x0044\x003\x005\x006\x001", "2\x00", "40\x00\x00\x00\x00x",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		run(t, func(r *room) {
			r.main.Log, r.admin.Log = slog.New(slog.DiscardHandler), slog.New(slog.DiscardHandler)
			c := r.dial()
			go func() { // reads what it is told
				for {
					if _, err := c.conn.Read(context.Background()); err != nil {
						return
					}
				}
			}()
			for _, m := range messages(input) {
				if c.conn.Write(m) != nil {
					break
				}
			}
			synctest.Wait()
			_ = c.conn.Close(gateway.ConnectionLost.Code, "")
			<-c.done
			require.Zero(t, r.main.Len()+r.admin.Len(), "every socket has ended")
		})
	})
}

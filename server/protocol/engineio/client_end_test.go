package engineio_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
)

// Synctest fails where a goroutine is left behind.

func TestAClientThatWaitedLongEnoughStillSaysGoodbye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, _ := s.polling("", engineio.Polling)
		tired := errors.New("tired")
		ctx, stop := context.WithCancelCause(t.Context())
		stop(tired)
		_, err := c.Read(ctx)
		require.Equal(t, tired, err)
		go func() { s.expect("POST", "1").answer <- "ok" }()
		require.NoError(t, c.Close(gateway.ClientLeft.Code, ""))
	})
}

func TestAClientThatWaitedLongEnoughClosesItsWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		dialled := s.dial(engineio.WebSocket)
		far := <-s.sockets
		require.NoError(t, far.Write(packet(hello(""))))
		c := (<-dialled).client
		ctx, stop := context.WithCancel(t.Context())
		stop()
		_, err := c.Read(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, c.Close(gateway.ClientLeft.Code, gateway.ClientLeft.Reason))
		_, err = far.Read(t.Context())
		require.Equal(t, gateway.ClientLeft, err)
	})
}

func TestASessionWhosePollFailsAbandonsWhatItIsSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling("", engineio.Polling)
		require.NoError(t, c.Write(packet("never answered")))
		s.expect("POST", "4never answered")
		close(waits.answer)
		_, err := c.Read(t.Context())
		require.Equal(t, gateway.Disconnect{Code: 400, Reason: "Session ID unknown"}, err)
	})
}

func TestAClientThatLeavesDoesNotPollAgainAndGetsItsGoodbyeOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling("", engineio.Polling)
		texts, why := heard(c)
		go func() {
			goodbye := s.expect("POST", "1")
			waits.answer <- "4last\x1e6"
			synctest.Wait()
			require.NoError(t, *why, "it waits for its goodbye")
			goodbye.answer <- "ok"
		}()
		require.NoError(t, c.Close(gateway.ClientLeft.Code, gateway.ClientLeft.Reason))
		synctest.Wait()
		require.Equal(t, []string{"last"}, *texts)
		require.Equal(t, gateway.ClientLeft, *why)
	})
}

func TestASessionThatIsCutWasLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, _ := s.polling("", engineio.Polling)
		require.NoError(t, c.Close(gateway.ConnectionLost.Code, ""))
		_, err := c.Read(t.Context())
		require.Equal(t, gateway.ConnectionLost, err)
	})
}

func TestAClientThatLeavesDoesNotPollAgainWhileItStillSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		c, waits := s.polling("", engineio.Polling)
		heard(c)
		require.NoError(t, c.Write(packet("bye")))
		bye := s.expect("POST", "4bye")
		go func() {
			synctest.Wait()
			waits.answer <- "4last"
			synctest.Wait() // else it would poll now
			bye.answer <- "ok"
			s.expect("POST", "1").answer <- "ok"
		}()
		require.NoError(t, c.Close(gateway.ClientLeft.Code, ""))
	})
}

// What is written while the goodbye is under way wakes who sends, when all has been said.
func TestAGoodbyeIsSaidOnce(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			s := newScript(t)
			c, _ := s.polling("", engineio.Polling)
			heard(c)
			goodbyes := 0
			go func() {
				for {
					select {
					case a := <-s.asked:
						if a.method == "POST" {
							if a.body == "1" {
								goodbyes++
								_ = c.Write(packet("too late")) // wakes who sends
							}
							a.answer <- "ok"
						}
					case <-t.Context().Done():
						return
					}
				}
			}()
			require.NoError(t, c.Write(packet("bye")))
			require.NoError(t, c.Close(gateway.ClientLeft.Code, ""))
			synctest.Wait()
			require.Equal(t, 1, goodbyes)
		})
	}
}

package guest

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// waiting is a gateway whose handler of "wait" does what wait does, until its client leaves.
func waiting(wait func(ctx context.Context, s *gateway.Socket)) func(gateway.Emitter) gateway.Gateway {
	return func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{Events: gateway.Events{
			gateway.Event[int]("wait").On(func(ctx context.Context, s *gateway.Socket, _ int) error { wait(ctx, s); return nil }),
		}}
	}
}

func TestAHandlerThatWaitsIsNoticedAfterASecond(t *testing.T) {
	for state, wait := range map[string]func(context.Context, *gateway.Socket){
		"chan receive": func(ctx context.Context, _ *gateway.Socket) { <-ctx.Done() },
		"sleep":        func(context.Context, *gateway.Socket) { time.Sleep(1500 * time.Millisecond) },
		"select": func(ctx context.Context, _ *gateway.Socket) {
			select {
			case <-ctx.Done():
			case <-time.After(time.Hour):
			}
		},
	} {
		run(t, waiting(wait), func(t *testing.T, h *host) {
			h.connect()
			begun := time.Now()
			h.emit(1, "wait", "1")
			n := unmarshal[frame.Notice](t, h.expect(frame.Noticed))
			require.LessOrEqual(t, time.Since(begun), time.Second)
			require.Equal(t, frame.Blocked, n.Kind)
			require.Equal(t, "handler", n.What)
			require.Equal(t, "wait", n.Event)
			require.Equal(t, state, n.State)
			require.Contains(t, n.Stack, "watch_test.go")
			time.Sleep(time.Second) // the one that sleeps returns
		})
	}
}

func TestWhatIsNoticedOnceIsNotSaidAgain(t *testing.T) {
	run(t, waiting(func(ctx context.Context, _ *gateway.Socket) { <-ctx.Done() }), func(t *testing.T, h *host) {
		h.connect()
		h.emit(1, "wait", "1")
		h.expect(frame.Noticed)
		h.send(frame.JSON(frame.Connect, 2, gateway.User{}))
		h.expect(frame.Open)
		h.emit(2, "wait", "1")
		time.Sleep(time.Minute)
		require.Empty(t, h.frames)
	})
}

func TestAHandlerThatWaitsForItsClientsAnswerIsLeftAlone(t *testing.T) {
	ask := func(ctx context.Context, s *gateway.Socket) {
		_, _ = gateway.Request[string, string]("question").Ask(ctx, s, "who?")
	}
	run(t, waiting(ask), func(t *testing.T, h *host) {
		h.connect()
		h.emit(1, "wait", "1")
		require.Equal(t, "question", h.expectPacket().Event)
		time.Sleep(gateway.AskTimeout + time.Second)
		require.Empty(t, h.frames)
	})
}

func TestAHandlerThatReturnsInTimeIsNotNoticed(t *testing.T) {
	run(t, waiting(func(context.Context, *gateway.Socket) { time.Sleep(900 * time.Millisecond) }), func(t *testing.T, h *host) {
		h.connect()
		for range 5 {
			h.emit(1, "wait", "1")
		}
		time.Sleep(time.Minute)
		require.Empty(t, h.frames)
	})
}

func TestHooksThatWaitAreNoticed(t *testing.T) {
	hang := func(ctx context.Context) { time.Sleep(5 * time.Second) }
	hooks := func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{
			Authenticate: func(ctx context.Context, _ gateway.Handshake) (u gateway.User, err error) { hang(ctx); return },
			OnConnect:    func(ctx context.Context, _ *gateway.Socket) error { hang(ctx); return nil },
			OnDisconnect: func(ctx context.Context, _ *gateway.Socket, _ gateway.Disconnect) error { hang(ctx); return nil },
		}
	}
	run(t, hooks, func(t *testing.T, h *host) {
		noticed := func() string {
			for {
				if f := h.expectAny(); f.Kind == frame.Noticed {
					return unmarshal[frame.Notice](t, f).What
				}
			}
		}
		h.expect(frame.Ready)
		h.send(frame.JSON(frame.Authenticate, 1, gateway.Handshake{}))
		require.Equal(t, "Authenticate", noticed())
		h.send(frame.JSON(frame.Connect, 1, gateway.User{}))
		require.Equal(t, "OnConnect", noticed())
		h.send(frame.JSON(frame.Gone, 1, gateway.ClientLeft))
		require.Equal(t, "OnDisconnect", noticed())
		time.Sleep(5 * time.Second) // or the bubble ends before it
	})
}

func TestAClientThatIsFloodedIsNoticedWithWhoFloodsIt(t *testing.T) {
	flood := func(ctx context.Context, s *gateway.Socket) {
		for s.Emit("drop", "x") == nil {
			time.Sleep(100 * time.Millisecond)
		}
	}
	run(t, waiting(flood), func(t *testing.T, h *host) {
		h.connect()
		h.emit(1, "wait", "1")
		h.expectPacket()
		time.Sleep(550 * time.Millisecond) // between two of them
		h.send(frame.JSON(frame.Gone, 1, gateway.TooSlow))
		for {
			f := h.expectAny()
			if f.Kind != frame.Noticed {
				continue
			}
			n := unmarshal[frame.Notice](t, f)
			require.Equal(t, frame.TooSlow, n.Kind)
			require.Equal(t, "wait", n.Event)
			require.Contains(t, n.Stack, "watch_test.go")
			time.Sleep(time.Second) // the handler returns
			return
		}
	})
}

func TestAClientThatIsTooSlowIsNoticedWithWhatRanLast(t *testing.T) {
	run(t, waiting(func(context.Context, *gateway.Socket) {}), func(t *testing.T, h *host) {
		h.connect()
		h.emit(1, "wait", "1")
		h.send(frame.JSON(frame.Gone, 1, gateway.TooSlow))
		f := h.expectAny()
		for ; f.Kind != frame.Noticed; f = h.expectAny() { // it may come before or after the end
		}
		n := unmarshal[frame.Notice](t, f)
		require.Equal(t, frame.TooSlow, n.Kind)
		require.Equal(t, "wait", n.Event)
	})
}

func TestANewThatWaitsEndsTheGuest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reasons := make(chan string, 1)
		w := newWatch(nil)
		w.die = func(reason string, trace []byte) {
			require.Contains(t, string(trace), "watch_test.go")
			reasons <- reason
		}
		var wg sync.WaitGroup
		go w.gateway(func(gateway.Emitter) gateway.Gateway {
			wg.Add(1)
			wg.Wait()
			return gateway.Gateway{}
		})(nil)
		require.Equal(t, "New waits: sync.WaitGroup.Wait", <-reasons)
		wg.Done()
	})
}

func TestALoopThatNeverEndsIsNamedByItsHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []string
		w := newWatch(nil)
		w.die = func(reason string, _ []byte) { said = append(said, reason) }
		over := make(chan struct{})
		c := &call{what: "handler", event: "spin", ctx: t.Context()}
		go w.run(c, func() error { <-over; return nil })
		synctest.Wait()
		w.endless([]byte("goroutine 7 [running]:\nwslab/server/function/guest.calling(0x1, 0x2)\n\tx.go:1"))
		w.endless([]byte("goroutine 8 [running]:\nmain.f()\n\tx.go:1"))
		require.Equal(t, []string{`endless loop in the handler of "spin"`, "endless loop in a goroutine"}, said)
		close(over)
	})
}

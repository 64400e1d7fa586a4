package wasi

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// idleGuest returns a guest that runs nothing.
func idleGuest() *Guest {
	g := newGuest(Options{Stall: time.Second})
	g.stop = func(error) { close(g.done) }
	g.watchdog = time.AfterFunc(g.options.Stall, func() { g.stop(ErrStalled) })
	return g
}

func clock(id byte, d time.Duration) []byte {
	sub := make([]byte, subSize)
	sub[0], sub[8] = id, subClock
	le.PutUint64(sub[24:], uint64(d))
	return sub
}

func descriptor(id, kind byte, fd uint32) []byte {
	sub := make([]byte, subSize)
	sub[0], sub[8] = id, kind
	le.PutUint32(sub[16:], fd)
	return sub
}

func TestOnlyWhatIsReadyIsReported(t *testing.T) {
	g := idleGuest()
	defer g.watchdog.Stop()
	var subs []byte
	subs = append(subs, clock(1, time.Second)...)
	subs = append(subs, clock(2, time.Minute)...)
	subs = append(subs, descriptor(3, subRead, ControlFD)...)
	events := make([]byte, 3*eventSize)

	n, timeout := g.ready(subs, events, 400*time.Millisecond)
	require.Zero(t, n)
	require.Equal(t, 600*time.Millisecond, timeout)

	n, _ = g.ready(subs, events, time.Second)
	require.EqualValues(t, 1, n)
	require.EqualValues(t, 1, events[0])

	require.NoError(t, g.Write(t.Context(), []byte("abc")))
	n, _ = g.ready(subs, events, 0)
	require.EqualValues(t, 1, n)
	require.EqualValues(t, 3, events[0])
	require.EqualValues(t, 3, le.Uint64(events[16:]), "how many bytes there are to read")
}

func TestADescriptorThatIsNotThereIsReportedAtOnce(t *testing.T) {
	g := idleGuest()
	defer g.watchdog.Stop()
	events := make([]byte, eventSize)
	for _, kind := range []byte{subRead, subWrite} {
		n, _ := g.ready(descriptor(9, kind, 7), events, 0)
		require.EqualValues(t, 1, n)
		require.EqualValues(t, errBadFD, le.Uint16(events[8:]))
	}
}

func TestAParkedGuestIsNotStalledButABusyOneIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := idleGuest()
		g.park(t.Context(), time.Hour)
		synctest.Wait()
		select {
		case <-g.done:
			require.FailNow(t, "stopped while parked")
		default:
		}
		begun := time.Now()
		<-g.done
		require.Equal(t, g.options.Stall, time.Since(begun))
	})
}

func TestInputEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := idleGuest()
		defer g.watchdog.Stop()
		begun := time.Now()
		go func() { _ = g.Write(t.Context(), []byte("x")) }()
		g.park(t.Context(), time.Hour)
		require.Equal(t, begun, time.Now())
	})
}

func TestAWriterWaitsWhileTheGuestHasMuchToRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := idleGuest()
		defer g.watchdog.Stop()
		require.NoError(t, g.Write(t.Context(), make([]byte, maxInput)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		require.ErrorIs(t, g.Write(ctx, []byte("x")), context.DeadlineExceeded)

		written := make(chan error, 1)
		go func() { written <- g.Write(t.Context(), []byte("x")) }()
		synctest.Wait()
		require.Empty(t, written)
		g.input.read(make([]byte, maxInput)) // as the guest does
		require.NoError(t, <-written)
	})
}

func TestAWriterDoesNotWaitForAGuestThatHasEnded(t *testing.T) {
	g := idleGuest()
	defer g.watchdog.Stop()
	require.NoError(t, g.Write(t.Context(), make([]byte, maxInput)))
	close(g.done)
	require.ErrorIs(t, g.Write(t.Context(), []byte("x")), ErrEnded)
}

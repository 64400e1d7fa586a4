package tap_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

// talk says numbers, each once the one before has come back or was dropped, and returns what came.
func talk(p *peer, messages int) (heard []string, err error) {
	for i := range messages {
		p.say(fmt.Sprint(i))
	}
	p.say("last")
	for {
		f, err := p.hear()
		if err != nil {
			return heard, err
		}
		if string(f.Payload) == "last" {
			return heard, nil
		}
		heard = append(heard, string(f.Payload))
	}
}

// twice plays the same traffic with the same faults on two servers, requires that both are told the
// same of it, and returns the last.
func twice(t *testing.T, faults string, play func(l *lab, p *peer)) (all []wire.Entry) {
	var told []string
	for range 2 {
		l := newLab(t, nil)
		p := l.dial(faults, "")
		play(l, p)
		p.conn.Close()
		all = l.entries()
		now := append(happened(frames(all, true)), happened(frames(all, false))...)
		if told != nil {
			require.Equal(t, told, now, "the same seed and traffic meet the same faults")
		}
		told = now
	}
	return all
}

func count(all []wire.Entry, fault string) (n int) {
	for _, e := range all {
		for _, f := range e.Faults {
			if strings.HasPrefix(f, fault) {
				n++
			}
		}
	}
	return n
}

func TestADroppedFrameDoesNotArrive(t *testing.T) {
	all := twice(t, "seed=3,up.drop=0.3", func(_ *lab, p *peer) {
		heard, err := talk(p, 100)
		require.NoError(t, err)
		require.Less(t, len(heard), 90)
		require.Greater(t, len(heard), 50)
	})
	require.Greater(t, count(all, "drop"), 10)
	require.Len(t, frames(all, true), 101, "what is dropped is recorded")
}

func TestADoubledFrameArrivesTwice(t *testing.T) {
	all := twice(t, "seed=4,down.double=0.5", func(_ *lab, p *peer) {
		heard, err := talk(p, 40)
		require.NoError(t, err)
		require.Greater(t, len(heard), 50)
		for i := 1; i < len(heard); i++ {
			require.LessOrEqual(t, len(heard[i-1]), len(heard[i]), "the order is kept")
		}
	})
	require.Greater(t, count(all, "double"), 10)
}

func TestASplitFrameArrivesWhole(t *testing.T) {
	all := twice(t, "seed=5,split=1", func(_ *lab, p *peer) {
		heard, err := talk(p, 10)
		require.NoError(t, err)
		require.Len(t, heard, 10)
	})
	require.Equal(t, 22, count(all, "split="))
}

func TestAFrameWithAWrongMaskIsGarbledAndAMaskOfTheServerBreaksTheProtocol(t *testing.T) {
	twice(t, "seed=6,up.mask=1", func(_ *lab, p *peer) {
		p.send(ws.NewBinaryFrame([]byte("plain")))
		f, err := p.hear()
		require.NoError(t, err)
		require.Len(t, f.Payload, 5)
		require.NotEqual(t, "plain", string(f.Payload))
	})
	all := twice(t, "seed=6,down.mask=1", func(_ *lab, p *peer) {
		p.say("plain")
		f, err := p.hear()
		require.NoError(t, err)
		require.True(t, f.Header.Masked)
	})
	require.Equal(t, wire.BreaksMasked, frames(all, false)[0].Frame.Breaks)
}

func TestADelayedFrameIsLateAndJitterNeverLetsOneOvertake(t *testing.T) {
	all := twice(t, "seed=7,up.delay=100ms,up.jitter=50ms", func(_ *lab, p *peer) {
		begun := time.Now()
		p.say("late")
		p.expect("late")
		require.GreaterOrEqual(t, time.Since(begun), 100*time.Millisecond)
		heard, err := talk(p, 20)
		require.NoError(t, err)
		for i, text := range heard {
			require.Equal(t, fmt.Sprint(i), text)
		}
	})
	require.GreaterOrEqual(t, count(all, "delay="), 21)
}

func TestANarrowLinkTakesItsTime(t *testing.T) {
	twice(t, "down.rate=10000", func(_ *lab, p *peer) {
		begun := time.Now()
		text := strings.Repeat("x", 1000)
		for range 3 {
			p.say(text)
			p.expect(text)
		}
		require.GreaterOrEqual(t, time.Since(begun), 300*time.Millisecond)
	})
}

func TestAConnectionIsLostAfterSomeFrames(t *testing.T) {
	for fault, want := range map[string]error{"fin": io.EOF, "rst": syscall.ECONNRESET} {
		all := twice(t, "up."+fault+"=3", func(_ *lab, p *peer) {
			var err error
			for i := 0; err == nil && i < 4; i++ {
				p.say(fmt.Sprint(i))
				_, err = p.hear()
			}
			require.ErrorIs(t, err, want)
		})
		last := all[len(all)-1]
		require.True(t, last.Lost)
		require.Equal(t, fault == "rst", last.Reset)
		require.Len(t, frames(all, true), 3)
		require.Len(t, frames(all, false), 3)
		require.Equal(t, 1, count(all, fault))
	}
}

func TestThroughAHalfOpenConnectionNothingComesUntilItIsMended(t *testing.T) {
	l := newLab(t, nil)
	p := l.dial("up.half=1", "")
	p.say("one")
	p.expect("one")
	p.say("two")
	require.NoError(t, p.conn.SetReadDeadline(time.Now().Add(200*time.Millisecond)))
	_, err := p.hear()
	require.ErrorContains(t, err, "timeout", "its answer does not come")
	require.NoError(t, p.conn.SetReadDeadline(time.Now().Add(30*time.Second)))
	p.say("three")
	require.Equal(t, http.StatusNoContent, l.worsen("faults", ""))
	p.expect("two")
	p.expect("three")
}

func TestAStalledReaderMakesTheServerWait(t *testing.T) {
	l := newLab(t, nil)
	p := l.dial("down.stall=1", "")
	p.say("one")
	p.expect("one")
	const messages = 1000 // more than may be on their way
	for range messages {
		p.say("more")
	}
	require.NoError(t, p.conn.SetReadDeadline(time.Now().Add(200*time.Millisecond)))
	_, err := p.hear()
	require.ErrorContains(t, err, "timeout")
	require.NoError(t, p.conn.SetReadDeadline(time.Now().Add(30*time.Second)))
	l.worsen("faults", "")
	for range messages {
		p.expect("more")
	}
}

func TestWhatIsAskedOfAConnectionIsTold(t *testing.T) {
	l := newLab(t, nil)
	p := l.dial("", "")
	require.Equal(t, http.StatusBadRequest, l.worsen("cut", "fun"))
	require.Equal(t, http.StatusBadRequest, l.worsen("faults", "delay=forever"))
	p.say("it is there")
	p.expect("it is there")
	require.Equal(t, http.StatusNoContent, l.worsen("cut", "rst"))
	_, err := p.hear()
	require.ErrorIs(t, err, syscall.ECONNRESET)
	require.Equal(t, 1, count(l.entries(), "rst"))
	require.Equal(t, http.StatusNotFound, l.worsen("cut", "rst"), "it is gone")
}

package feed_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/course/feed"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

// open connects a page to the feed. What it listens to is heard from when it runs.
func open(t *testing.T, f *feed.Feed) *client.Client {
	near, far := transport.Pipe()
	session, err := jsonevent.Admit(t.Context(), f, gateway.Handshake{})
	require.NoError(t, err)
	go session.Serve(context.Background(), far, nil)
	page, err := client.Open(t.Context(), near, client.Options{})
	require.NoError(t, err)
	return page
}

// listen writes down what the page hears.
func listen(page *client.Client) *[]string {
	heard := &[]string{}
	note := func(text string) { *heard = append(*heard, text) }
	client.Listen(page, feed.Console, func(l feed.Line) { note(l.Text) })
	client.Listen(page, feed.Status, func(s feed.State) { note(s.Phase) })
	client.Listen(page, feed.Progress, func(s feed.Standing) { note("hints: " + string(rune('0'+s.Hints))) })
	client.Listen(page, feed.Verdicts, func(r feed.Results) { note(r.Place) })
	go page.Run()
	return heard
}

func TestNoPageHearsALineTwice(t *testing.T) {
	const lines = 150
	f := feed.New(nil)
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		for range lines {
			f.Print(feed.Mine, "a line")
		}
	}()
	page := open(t, f) // meanwhile
	var heard atomic.Int32
	client.Listen(page, feed.Console, func(feed.Line) { heard.Add(1) })
	told := make(chan struct{})
	client.Listen(page, feed.Progress, func(s feed.Standing) {
		if s.Done {
			close(told)
		}
	})
	go page.Run()
	<-printed
	f.SetStanding(feed.Standing{Done: true})
	<-told
	require.EqualValues(t, lines, heard.Load())
	require.NoError(t, page.Close())
}

func TestAPageThatConnectsLateHearsTheNewestOfEverythingFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := feed.New(nil)
		f.Print(feed.Mine, "before")
		f.SetState(feed.State{Phase: feed.Running})
		f.SetStanding(feed.Standing{Hints: 2})
		f.SetResults(feed.Results{Place: feed.Natively, Running: true})
		f.SetResults(feed.Results{Place: feed.Natively})
		f.SetResults(feed.Results{Place: feed.InBrowser})

		page := open(t, f)
		heard := listen(page)
		synctest.Wait()
		f.Print(feed.Solution, "after")
		synctest.Wait()
		require.Equal(t, []string{"before", "running", "hints: 2", "native", "browser", "after"}, *heard)
		require.NoError(t, page.Close())
	})
}

func TestWhatABrowserFoundInAnotherTextIsNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := feed.New(nil)
		f.SetResults(feed.Results{Place: feed.InBrowser, Running: true})
		f.SetResults(feed.Results{Place: feed.Natively, Problems: []feed.Problem{{Message: "undefined: x"}}})
		page := open(t, f)
		heard := listen(page)
		synctest.Wait()
		require.Equal(t, []string{"missing", "hints: 0", "native"}, *heard)
		require.NoError(t, page.Close())
	})
}

// desk is somebody who works on a lesson of three hints.
type desk struct {
	feed     *feed.Feed
	standing feed.Standing
	runs     int
	broken   error
}

func (d *desk) Hint() (feed.Standing, error) {
	d.standing.Hints++
	if d.feed != nil {
		d.feed.SetStanding(d.standing)
	}
	return d.standing, d.broken
}

func (d *desk) Show() (feed.Standing, error) {
	d.standing.Shown = true
	return d.standing, d.broken
}

func (d *desk) Again() { d.runs++ }

func TestAHintThatOnePageAsksForIsRevealedOnAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		f := feed.New(d)
		d.feed = f
		asks, hears := open(t, f), open(t, f)
		listen(asks)
		heard := listen(hears)
		synctest.Wait() // both have caught up
		standing, err := client.Call(t.Context(), asks, feed.Hint, struct{}{})
		require.NoError(t, err)
		require.Equal(t, feed.Standing{Hints: 1}, standing)
		synctest.Wait()
		require.Equal(t, []string{"missing", "hints: 0", "hints: 1"}, *heard)
		require.NoError(t, asks.Close())
		require.NoError(t, hears.Close())
	})
}

func TestAPageAsksForTheAnswerAndForAnotherRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		page := open(t, feed.New(d))
		listen(page)
		standing, err := client.Call(t.Context(), page, feed.Show, struct{}{})
		require.NoError(t, err)
		require.True(t, standing.Shown)
		require.NoError(t, page.Emit(string(feed.Again), struct{}{}))
		synctest.Wait()
		require.Equal(t, 1, d.runs)
		require.NoError(t, page.Close())
	})
}

func TestWhoAsksForWhatCannotBeKeptHearsWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for want, d := range map[string]feed.Desk{
			"the disk is full":      &desk{broken: errors.New("the disk is full")},
			"nobody works on this ": nil,
		} {
			page := open(t, feed.New(d))
			listen(page)
			_, err := client.Call(t.Context(), page, feed.Hint, struct{}{})
			require.ErrorContains(t, err, want)
			require.NoError(t, page.Close())
		}
	})
}

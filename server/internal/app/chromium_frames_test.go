//go:build browser

package app_test

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"wslab/server/internal/app"
	"wslab/server/wire"
)

// told is a data frame as somebody tells it.
func told(opcode int, masked bool, payload []byte) string {
	return fmt.Sprintf("opcode %d, masked %t: %s", opcode, masked, payload[:min(len(payload), wire.Keep)])
}

// next returns what comes next out of the browser's events.
func next[E any](t *testing.T, events func() (E, error, bool)) E {
	e, err, ok := events()
	require.True(t, ok)
	require.NoError(t, err)
	return e
}

func TestChromiumSeesTheSameDataFramesAsTheInspector(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := visit(t, desktop, "http://"+host+"/en/lessons/4")
	created, stop1 := iter.Pull2(chromedp.Events(p.ctx, network.WebSocketCreated))
	sent, stop2 := iter.Pull2(chromedp.Events(p.ctx, network.WebSocketFrameSent))
	received, stop3 := iter.Pull2(chromedp.Events(p.ctx, network.WebSocketFrameReceived))
	defer func() { stop1(); stop2(); stop3() }()
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return err
	}))

	p.connect("ana", "bob")
	for _, payload := range []string{`{"text":"hello"}`, `{"text":"` + strings.Repeat("long ", 50) + `"}`, `{"text":"` + strings.Repeat("much longer ", 9000) + `"}`, `{"text":"ñ and 日本"}`} {
		p.types("#ana-payload", payload)
		p.click(`#ana [data-do="send"]`)
	}
	p.reads("bob-log", "ñ and 日本")
	for _, who := range []string{"ana", "bob"} {
		p.click("#" + who + ` [data-do="disconnect"]`)
		p.state(who, "closed")
	}

	client, page := map[network.RequestID]string{}, ""
	for len(client) < 2 {
		e := next(t, created)
		u, err := url.Parse(e.URL)
		require.NoError(t, err)
		if who := u.Query().Get("as"); who != "" {
			client[e.RequestID], page = who, u.Query().Get("page")
		}
	}
	recorded, up, down := map[string][]string{}, 0, 0
	for _, e := range watched(t, host, "4", page, ends(2)) {
		if e.Frame != nil && !e.Frame.Opcode.Control() {
			key := fmt.Sprint(e.Client, " up: ", e.Up)
			recorded[key] = append(recorded[key], told(int(e.Frame.Opcode), e.Frame.Masked, e.Frame.Payload))
			if e.Up {
				up++
			} else {
				down++
			}
		}
	}
	seen := map[string][]string{}
	for up > 0 {
		if e := next(t, sent); client[e.RequestID] != "" {
			key := client[e.RequestID] + " up: true"
			seen[key] = append(seen[key], told(int(e.Response.Opcode), e.Response.Mask, e.Response.PayloadData))
			up--
		}
	}
	for down > 0 {
		if e := next(t, received); client[e.RequestID] != "" {
			key := client[e.RequestID] + " up: false"
			seen[key] = append(seen[key], told(int(e.Response.Opcode), e.Response.Mask, e.Response.PayloadData))
			down--
		}
	}
	require.Len(t, seen["ana up: true"], 5, "who she is, and four messages")
	require.Equal(t, seen, recorded)
}

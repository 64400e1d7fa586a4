package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A board is a peer of the baselines before WebSockets.
type board struct {
	client *http.Client
	url    string
	next   int          // the event to ask after
	tick   *time.Ticker // nil if it asks again at once
	stream io.ReadCloser
	lines  *bufio.Scanner // of the stream
}

func newBoard(host string) *board {
	return &board{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}}, url: "http://" + host}
}

// dialPoll returns a dial for clients that ask now and then, or at 0 again at once.
func dialPoll(every time.Duration) func(context.Context, string) (peer, error) {
	return func(_ context.Context, host string) (peer, error) {
		b := newBoard(host)
		if every > 0 {
			b.tick = time.NewTicker(every)
		}
		return b, nil
	}
}

func dialSSE(ctx context.Context, host string) (peer, error) {
	b := newBoard(host)
	answer, err := b.ask(ctx, http.MethodGet, "/events?token=ABC-123", "")
	if err != nil {
		return nil, err
	}
	b.stream, b.lines = answer.Body, bufio.NewScanner(answer.Body)
	return b, nil
}

func (b *board) ask(ctx context.Context, method, path, body string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, b.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := b.client.Do(request)
	if err == nil && answer.StatusCode >= 300 {
		answer.Body.Close()
		err = fmt.Errorf("%s %s: %s", method, path, answer.Status)
	}
	return answer, err
}

func (b *board) say(ctx context.Context, payload string) error {
	answer, err := b.ask(ctx, http.MethodPost, "/say?token=ABC-123", `{"event":"message","data":`+payload+`}`)
	if err == nil {
		answer.Body.Close()
	}
	return err
}

func (b *board) read(ctx context.Context) ([]byte, error) {
	if b.lines != nil {
		if !b.lines.Scan() {
			return nil, fmt.Errorf("the stream has ended: %w", b.lines.Err())
		}
		return bytes.Clone(b.lines.Bytes()), nil
	}
	if b.tick != nil {
		select {
		case <-b.tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	answer, err := b.ask(ctx, http.MethodGet, fmt.Sprintf("/events?token=ABC-123&after=%d", b.next), "")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var found struct {
		Next   int
		Events json.RawMessage
	}
	err = json.NewDecoder(answer.Body).Decode(&found)
	_, _ = io.Copy(io.Discard, answer.Body) // so that the connection serves again
	b.next = found.Next
	return found.Events, err
}

func (b *board) close() {
	if b.stream != nil {
		b.stream.Close()
	}
	if b.tick != nil {
		b.tick.Stop()
	}
	b.client.CloseIdleConnections()
}

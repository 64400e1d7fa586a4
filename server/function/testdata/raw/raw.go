// Package raw does what a learner's handler might do, good and bad.
package raw

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/coder/websocket"
)

const version = "v1"

var kept [][]byte

func Handler(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/version":
		fmt.Fprint(w, version)
	case "/upload":
		n, err := fmt.Fscan(r.Body, new(string))
		fmt.Fprint(w, n, err, r.Host, r.Header.Get("X-Test"))
	case "/stream":
		fmt.Fprint(w, "first ")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(100 * time.Millisecond)
		fmt.Fprint(w, "second")
	case "/never":
		<-r.Context().Done()
		fmt.Println("the client has gone")
	case "/file":
		_, err := os.ReadFile("/etc/passwd")
		fmt.Fprint(w, err, len(os.Environ()))
	case "/panic":
		write(nil)
	default:
		socket(w, r)
	}
}

func socket(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	c.SetReadLimit(2 << 20)
	ctx := r.Context()
	switch r.URL.Path {
	case "/echo":
		defer c.CloseNow()
		fmt.Println("ended:", echo(ctx, c))
	case "/close":
		_ = c.Close(4001, "enough")
	case "/drop":
		_ = c.CloseNow()
	case "/upset":
		write(nil) // and the connection is left open
	case "/goroutine":
		go write(nil)
		<-ctx.Done()
	case "/deaf":
		time.Sleep(time.Hour)
	case "/flood":
		for c.Write(ctx, websocket.MessageBinary, make([]byte, 10_000)) == nil {
		}
		fmt.Println("the flood is over")
	case "/spin":
		for { // the line that never ends
		}
	case "/stubborn":
		for {
			_, _, _ = c.Read(ctx) // the line that asks again and again
		}
	case "/hog":
		kept = append(kept, make([]byte, 1<<30))
	case "/exit":
		os.Exit(3)
	}
}

func echo(ctx context.Context, c *websocket.Conn) error {
	for {
		kind, text, err := c.Read(ctx)
		if err != nil {
			return err
		}
		if err := c.Write(ctx, kind, text); err != nil {
			return err
		}
	}
}

func write(m map[string]int) {
	m["x"] = 1 // the line that panics
}

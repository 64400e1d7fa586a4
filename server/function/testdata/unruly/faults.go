package unruly

import (
	"context"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"sync"
	"time"

	"wslab/server/gateway"
)

var (
	mu    sync.Mutex
	empty = make(chan int)
	full  = make(chan int)
	work  = make(chan int)
	loud  = json.RawMessage(`"` + strings.Repeat("x", 100_000) + `"`)
	grown []string
	count int
)

// faults are what goes wrong in ways that a learner sees nothing of.
func faults(everyone gateway.Emitter) gateway.Events {
	return gateway.Events{
		on("receive", func(string) string {
			<-empty // waits to receive
			return ""
		}),
		on("send", func(string) string {
			full <- 1 // waits to send
			return ""
		}),
		on("lock", func(string) string {
			mu.Lock()
			mu.Lock() // waits for itself
			return ""
		}),
		on("sleep", func(string) string {
			time.Sleep(time.Hour) // sleeps
			return ""
		}),
		with("flood", func(_ context.Context, s *gateway.Socket) error {
			for { // floods
				_ = s.Emit("drop", strings.Repeat("x", 1000))
			}
		}),
		on("shout", func(string) string { _ = everyone.Emit("shouted", loud); return "" }),
		with("fail", func(context.Context, *gateway.Socket) error { _, err := os.Open("notes.txt"); return err }),
		on("background", func(string) string { go background(); return "" }),
		on("grow", func(string) string {
			for {
				grown = append(grown, strings.Repeat("x", 1000)) // grows
			}
		}),
		on("fib", func(string) string { return strings.Repeat("x", fib(60)) }),
		on("goto", func(string) string {
		again:
			count++
			goto again // goes back
		}),
		on("power", func(string) string {
			x := new(big.Int).Lsh(big.NewInt(3), 40_000)
			return x.Exp(x, x, new(big.Int).Sub(x, big.NewInt(1))).String()
		}),
		on("busy", func(string) string { return busy(3_000) }),
		on("hub", func(string) string {
			go func() {
				for n := range work {
					busy(n)
				}
			}()
			return ""
		}),
		on("to hub", func(string) string { work <- 3_000; return "" }),
		on("ticker", func(string) string { go ticking(); return "" }),
	}
}

func with(name string, handle func(context.Context, *gateway.Socket) error) gateway.Subscription {
	return gateway.Event[string](name).On(func(ctx context.Context, s *gateway.Socket, _ string) error { return handle(ctx, s) })
}

func background() {
	for { // in the background
		count++
	}
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

// busy needs some time, and ends.
func busy(rounds int) string {
	for range rounds {
		count++
	}
	return ""
}

// ticking works a little, often.
func ticking() {
	for {
		busy(1_000)
		time.Sleep(15 * time.Millisecond)
	}
}

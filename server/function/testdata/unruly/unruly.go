// Package unruly does what a learner's code might do, good and bad.
package unruly

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net"
	"os"
	"time"

	"wslab/server/gateway"
)

const version = "v1"

var kept [][]byte

func New(everyone gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{
		OnConnect: func(_ context.Context, s *gateway.Socket) error { return s.Emit("welcome", version) },
		OnDisconnect: func(_ context.Context, s *gateway.Socket, why gateway.Disconnect) error {
			fmt.Println("gone:", s.ID(), why.Code, why.Reason)
			return nil
		},
		Events: append(faults(everyone), gateway.Events{
			on("echo", func(in string) string { return in }),
			on("say", func(in string) string { _ = everyone.Emit("said", in); return "" }),
			on("shortly", func(in string) string {
				_ = everyone.Emit("begun", "")
				time.Sleep(50 * time.Millisecond)
				_ = everyone.Emit("said", in)
				return ""
			}),
			gateway.Request[string, string]("mine").Handle(func(_ context.Context, s *gateway.Socket, in string) (string, error) {
				return "", s.Emit("said", in)
			}),
			gateway.Event[string]("kick").On(func(context.Context, *gateway.Socket, string) error { return gateway.Kicked }),
			gateway.Event[string]("ask").On(func(ctx context.Context, s *gateway.Socket, _ string) error {
				_, err := gateway.Request[string, string]("question").Ask(ctx, s, version)
				return err
			}),
			on("panic", func(string) string { return write(nil) }),
			on("goroutine", func(string) string { go write(nil); return "" }),
			on("spin", func(string) string {
				for {
				}
			}),
			on("recurse", func(string) string { return fmt.Sprint(deeper(1)) }),
			on("hog", func(string) string { kept = append(kept, make([]byte, 1<<30)); return "" }),
			on("exit", func(string) string { os.Exit(3); return "" }),
			on("later", func(in string) string { time.Sleep(20 * time.Millisecond); return in }),
			on("never", func(string) string { select {} }),
			on("print", func(string) string {
				fmt.Println("from fmt")
				log.Println("from log")
				slog.Info("from slog", "n", 1)
				return ""
			}),
			on("file", func(string) string { _, err := os.ReadFile("/etc/passwd"); return fmt.Sprint(err) }),
			on("create", func(string) string { return fmt.Sprint(os.WriteFile("x", nil, 0o600)) }),
			on("dial", func(string) string { _, err := net.Dial("tcp", "127.0.0.1:80"); return fmt.Sprint(err) }),
			on("environ", func(string) string { return fmt.Sprint(os.Environ()) }),
		}...),
	}
}

func on(name string, handle func(string) string) gateway.Subscription {
	return gateway.Request[string, string](name).Handle(
		func(_ context.Context, _ *gateway.Socket, in string) (string, error) { return handle(in), nil })
}

func write(m map[string]int) string {
	m["x"] = 1 // the line that panics
	return ""
}

func deeper(n int) int {
	return deeper(n+1) + 1 // the line that never ends
}

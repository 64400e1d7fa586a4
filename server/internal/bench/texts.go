package bench

import (
	"fmt"
	"strings"
)

// unruly is an answer to lesson 1 that does what learners' code may do. Its imports are none that the
// lesson does not allow.
const unruly = `package connection

import (
	"context"
	"fmt"

	"wslab/server/gateway"
)

const version = 0

var kept [][]byte

func New(everyone gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{
		OnConnect: func(_ context.Context, s *gateway.Socket) error { return s.Emit("version", version) },
		Events: gateway.Events{
			gateway.Request[int, int]("echo").Handle(func(_ context.Context, s *gateway.Socket, n int) (int, error) { return n, nil }),
			gateway.Event[int]("mine").On(func(_ context.Context, s *gateway.Socket, n int) error { return s.Emit("said", n) }),
			gateway.Event[int]("panic").On(func(context.Context, *gateway.Socket, int) error {
				var none map[string]int
				none["x"] = 1 // panic
				return nil
			}),
			gateway.Event[int]("loop").On(func(context.Context, *gateway.Socket, int) error {
				for { // loop
				}
			}),
			gateway.Event[int]("never").On(func(ctx context.Context, s *gateway.Socket, _ int) error {
				<-make(chan int) // never
				return nil
			}),
			gateway.Event[int]("recursion").On(func(context.Context, *gateway.Socket, int) error { return fmt.Errorf("%d", deeper(1)) }),
			gateway.Event[int]("memory").On(func(context.Context, *gateway.Socket, int) error {
				kept = append(kept, make([]byte, 1<<30)) // memory
				return nil
			}),
			gateway.Event[int]("flood").On(func(_ context.Context, s *gateway.Socket, _ int) error {
				for n := 0; ; n++ { // flood
					if err := s.Emit("flood", fmt.Sprintf("%1000d", n)); err != nil {
						return err
					}
				}
			}),
		},
	}
}

func deeper(n int) int { return deeper(n+1) + 1 }
`

// witness is the answer to lesson 2 of somebody else.
var witness = inPackage("disconnect")

// inPackage is unruly as the answer to another lesson.
func inPackage(name string) string {
	return strings.Replace(unruly, "package connection", "package "+name, 1)
}

// numbered is unruly as version n.
func numbered(n int) string {
	return strings.Replace(unruly, "const version = 0", fmt.Sprintf("const version = %d", n), 1)
}

// lineOf is the number of the line of a text that has the mark.
func lineOf(text, mark string) int {
	before, _, _ := strings.Cut(text, mark)
	return 1 + strings.Count(before, "\n")
}

package guest

import (
	"log"
	"os"
	"runtime/debug"

	"wslab/server/gateway"
)

// controlFD is where the host's stream is. Descriptors 1 and 2 stay the learner's console.
const controlFD = 3

// maxGoStack makes runaway recursion fail at once and with a trace, not slowly and out of memory.
const maxGoStack = 2 << 20

// Run serves the gateway that build makes for the sockets of the host. It returns when the host has
// said that all is over.
func Run(build func(gateway.Emitter) gateway.Gateway) {
	debug.SetMaxStack(maxGoStack)
	log.SetFlags(0) // the host knows the time; slog writes through log
	if err := serve(os.NewFile(controlFD, "host"), build); err != nil {
		log.Fatal(err)
	}
}

package guest

import (
	"log"
	"os"
	"runtime/debug"

	"wslab/server/balance"
	"wslab/server/gateway"
)

// controlFD is where the host's stream is. Descriptors 1 and 2 stay the learner's console.
const controlFD = 3

// maxGoStack makes runaway recursion fail at once and with a trace, not slowly and out of memory.
const maxGoStack = 2 << 20

// Run serves the gateway that build makes for the sockets of the host. It returns when the host has
// said that all is over.
func Run(build func(gateway.Emitter) gateway.Gateway) { RunWithCodec(build, Codec{}) }

// RunWithCodec is Run where the package brings its own codec for Socket.IO.
func RunWithCodec(build func(gateway.Emitter) gateway.Gateway, codec Codec) {
	start(alone(build), codec)
}

// RunServers is Run where the package brings the gateway of one server of several, which share a log.
func RunServers(build balance.Build) { start(several(build), Codec{}) }

func start(open opener, codec Codec) {
	debug.SetMaxStack(maxGoStack)
	log.SetFlags(0) // the host knows the time; slog writes through log
	if err := serve(os.NewFile(controlFD, "host"), open, codec); err != nil {
		log.Fatal(err)
	}
}

package handler

import (
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"runtime/debug"
)

// Where the host's stream is, and its listener. Descriptors 1 and 2 stay the learner's console.
const (
	controlFD  = 3
	listenerFD = 4
)

// maxGoStack makes runaway recursion fail at once and with a trace, not slowly and out of memory.
const maxGoStack = 2 << 20

// Run serves handle for the clients of the host. It returns when the host has said that all is over.
func Run(handle http.HandlerFunc) {
	debug.SetMaxStack(maxGoStack)
	log.SetFlags(0) // the host knows the time; slog writes through log
	l, err := net.FileListener(os.NewFile(listenerFD, "listener"))
	if err != nil {
		log.Fatal(err)
	}
	if err := serve(os.NewFile(controlFD, "host"), l, handle); !errors.Is(err, errStopped) {
		log.Fatal(err)
	}
}

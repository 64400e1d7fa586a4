// Package codec brings its own codec for Socket.IO, and does with it what a learner's might do.
package codec

import (
	"errors"
	"os"
	"strings"

	"wslab/server/gateway"
)

const version = "v1"

type Type byte

type Packet struct {
	Type        Type
	Attachments int
	Namespace   string
	HasID       bool
	ID          uint64
	Payload     string
}

func New(gateway.Emitter) gateway.Gateway { return gateway.Gateway{} }

func Encode(p Packet) string {
	if p.Payload == "panic" {
		panic("oops")
	}
	return string(rune(p.Type)) + p.Namespace + p.Payload + version
}

func Decode(text string) (p Packet, err error) {
	switch text {
	case "":
		return p, errors.New("it is empty")
	case "panic":
		return p, errors.New(text[99:])
	case "loop":
		for n := 0; n >= 0; n++ {
			n = n % 7
		}
	case "wait":
		select {}
	case "exit":
		os.Exit(3)
	case "much":
		return Packet{Payload: strings.Repeat("x", 2<<20)}, nil
	}
	return Packet{Type(text[0]), 2, "/", true, 1<<64 - 1, text[1:]}, nil
}

package function

import (
	"fmt"
	"strings"
)

// An export is what a function's package gives to be run: which declarations, and by which guest. The
// zero value is exportsNew.
type export struct {
	declares []declared
	guest    string
	run      string // what main calls
}

// A declared thing is one that a package must declare, and how.
type declared struct{ name, shape string }

const gatewayGuest = "wslab/server/function/guest"

var declaresNew = declared{"New", "func New(everyone gateway.Emitter) gateway.Gateway"}

var (
	exportsNew = export{
		declares: []declared{declaresNew},
		guest:    gatewayGuest,
		run:      "guest.Run(learner.New)",
	}
	exportsHandler = export{
		declares: []declared{{"Handler", "func Handler(w http.ResponseWriter, r *http.Request)"}},
		guest:    "wslab/server/function/guest/handler",
		run:      "guest.Run(learner.Handler)",
	}
	exportsServer = export{
		declares: []declared{{"New", "func New(server string, log broker.Log, everyone gateway.Emitter) (gateway.Gateway, func(ctx context.Context, after uint64) error)"}},
		guest:    gatewayGuest,
		run:      "guest.RunServers(learner.New)",
	}
	exportsCodec = export{
		declares: []declared{
			declaresNew,
			{"Encode", "func Encode(p Packet) string"},
			{"Decode", "func Decode(text string) (Packet, error)"},
			{"Packet", "type Packet with Type, Attachments, Namespace, HasID, ID and Payload"},
			{"Type", "type Type byte"},
		},
		guest: gatewayGuest,
		run: `guest.RunWithCodec(learner.New, guest.Codec{
		Encode: func(p frame.SocketIO) string {
			return learner.Encode(learner.Packet{
				Type: learner.Type(p.Type), Attachments: p.Attachments,
				Namespace: p.Namespace, HasID: p.HasID, ID: p.ID, Payload: p.Payload,
			})
		},
		Decode: func(text string) (frame.SocketIO, error) {
			p, err := learner.Decode(text)
			return frame.SocketIO{
				Type: byte(p.Type), Attachments: p.Attachments,
				Namespace: p.Namespace, HasID: p.HasID, ID: p.ID, Payload: p.Payload,
			}, err
		},
	})`,
	}
)

// main is the program that runs what the package pkg gives.
func (x export) main(pkg string) string {
	frames := ""
	if strings.Contains(x.run, "frame.") {
		frames = "\t\"wslab/server/function/frame\"\n"
	}
	return fmt.Sprintf(`package main

import (
%s	guest %q
	learner %q
)

func main() { %s }
`, frames, x.guest, pkg, x.run)
}

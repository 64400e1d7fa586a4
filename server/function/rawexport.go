package function

import "fmt"

// An export is what a function's package gives to be run: which declaration, and by which guest. The
// zero value is New.
type export struct{ name, shape, guest string }

var (
	exportsNew = export{
		name:  "New",
		shape: "func New(everyone gateway.Emitter) gateway.Gateway",
		guest: "wslab/server/function/guest",
	}
	exportsHandler = export{
		name:  "Handler",
		shape: "func Handler(w http.ResponseWriter, r *http.Request)",
		guest: "wslab/server/function/guest/handler",
	}
)

// main is the program that runs what the package pkg gives.
func (x export) main(pkg string) string {
	if x == (export{}) {
		x = exportsNew
	}
	return fmt.Sprintf(`package main

import (
	guest %q

	learner %q
)

func main() { guest.Run(learner.%s) }
`, x.guest, pkg, x.name)
}

// Package function hosts a lesson's gateway as a function, in the serverless sense: the server holds
// the connections, and the gateway is a program that it builds from source for WebAssembly, runs in a
// sandbox, and replaces while it keeps running.
//
//	[Build]     source → wasm, or the [Problem]s in the source
//	program     wasm → code that can be started
//	instance    one running guest (packages wasi, frame and guest)
//	socket      one client, which outlives the instances that serve it; in each it has a seat
//	[Function]  the version that answers now: it deploys, swaps, and starts again after a crash
//	[Handler]   the same for a raw HTTP handler, which speaks WebSocket by itself
//
// A function has no file, network or environment, 32 MiB of memory, and one thread, in which the
// learner's goroutines take turns at points that the build puts into their code (package preempt).
// Whatever it does, the server and the other functions go on, and [State] says what happened, with file
// and line: also of a loop without an end and of a handler that never returns.
//
// A socket outlives the versions: at a save and after a crash its connection stays open, with its id
// and its user, and what its client sends waits for the next version, which meets it with OnConnect.
// The version before first finishes what it had been told; only what it had not answered when it
// crashed is lost. Memory does not outlive a version. It begins empty at each save, after a crash, and
// when compiled code takes over, which happens only while nobody is connected.
//
// Interpreted, an event takes about a millisecond, and a payload of some hundred kilobytes makes itself
// felt; compiled, a tenth of that.
//
// A package may bring its own codec for Socket.IO, whose connections the host holds like all others. The
// host then asks the guest how each packet is written and read ([Function.Encode], [Function.Decode]).
//
// A raw handler is a function, and not a process of its own, for the sake of all that: the sandbox, its
// limits, the watchdog and the traces are the same, and nothing has to find a port or be killed. The
// price is the interpreter's pace, about a millisecond for a round trip, and that its WebSockets end with
// their version: their state is in the guest.
package function

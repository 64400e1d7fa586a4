// Package gateway routes named events between a server and its sockets.
//
// A [Gateway] is a value with one field for each thing that can happen: a client wants in, a socket
// connects, sends an event, goes. A [Namespace] is the set of sockets that share one gateway; it
// serves a [Link] for each of them. Protocols make links out of transports, so the same gateway runs
// behind a WebSocket, in memory in a test, in a sandbox and in a page. For that reason this package
// imports no network, no operating system and no browser.
//
// A socket's events are handled one after the other, in the order in which they came; sockets are
// independent of each other. Every packet to one socket leaves in the order in which it was emitted,
// and all sockets of a namespace hear its broadcasts in the same order.
//
// # Where to begin
//
// What a gateway's author sees is in gateway.go, event.go, audience.go and errors.go. How a packet comes to its handler
// is in namespace.go, socket.go and dispatch.go. How one comes to many clients is in broadcast.go and queue.go; how it
// comes to those of other servers, in relay.go. Nothing in the first seven knows of the last three but to call them.
//
// # Why a broadcast is cheap
//
// With one message under way almost all of its cost is write(2), so what counts is how few of those there are
// and how little is done beside them. An event is encoded once for each wire format ([Packet.Encoded]). Who
// emits does not write: it posts the event, and one goroutine, which exists only while something is posted,
// delivers in rounds. What is posted during one round is the next, and costs each socket one write; that
// adapts by itself and delays nothing. Sockets that are due the same events share a [Batch], of which a
// protocol and a transport make bytes once. A write never waits ([Link.Send]); only while a client's buffer is
// full a goroutine waits for it, bounded by a limit in bytes, beyond which that client ends with [TooSlow].
// Nothing of all this exists for a socket that is idle.
package gateway

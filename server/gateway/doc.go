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
package gateway

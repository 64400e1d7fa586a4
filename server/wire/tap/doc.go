// Package tap puts [wire] under real connections: it records what crosses them, and makes them worse on
// purpose.
//
// A request that is served by [Line.Serve] is recorded from its first byte on: the handshake, every
// frame, who ended the connection and how. What is not served by it is not touched, and costs nothing.
// [Faults] are made of a seed: the same traffic meets the same faults again.
package tap

// Package cluster makes one gateway of those of several servers. What a server emits to an audience it publishes
// to a log that all of them share, and every server delivers what it reads from the log, its own messages too.
//
// From this follow all promises:
//
//   - Every client hears all broadcasts in one order, whichever server it is on.
//   - A request is acknowledged when what its handler emitted is stored and has come back. While the log cannot be
//     reached, those requests are refused with the code "unavailable", and clients stay connected.
//   - A client whose connection or server was lost presents, on any server, the secret of its socket and the offset
//     of the last broadcast that it has heard. It has the same id as before and hears what it has missed.
//   - Who is here is kept beside the log, see [Node.Roster], and a lost server's clients are gone after a while.
//
// What waits is published together in one entry, so that the cost of the log does not grow with the load.
package cluster

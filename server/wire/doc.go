// Package wire knows what crosses a connection: the frames of RFC 6455, and what happens around them.
//
// A [Reader] parses the bytes of one direction into frames; it only looks, and never fails on what
// breaks the RFC, but says so. What happens on connections becomes [Entry] values in a [Log], which a
// page reads by [Next]; package sequence turns them into a diagram. The package is portable: the page
// itself uses it. Package tap puts it under real connections.
package wire

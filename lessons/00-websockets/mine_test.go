//go:build mine

package websockets_test

import subject "wslab/lessons/00-websockets/mine"

const MaxMessage = subject.MaxMessage

var Handler = subject.Handler

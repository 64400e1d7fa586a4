//go:build mine

package websockets_test

import subject "wslab/lessons/00-websockets/mine"

var Handler = subject.Handler

//go:build !starter && !mine

package websockets_test

import subject "wslab/lessons/00-websockets/solution"

var Handler = subject.Handler

//go:build starter

package websockets_test

import subject "wslab/lessons/00-websockets/starter"

var Handler = subject.Handler

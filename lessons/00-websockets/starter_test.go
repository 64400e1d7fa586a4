//go:build starter

package websockets_test

import subject "wslab/lessons/00-websockets/starter"

const MaxMessage = subject.MaxMessage

var Handler = subject.Handler

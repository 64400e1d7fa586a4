//go:build !starter && !mine

package connection_test

import subject "wslab/lessons/01-connection/solution"

const Welcome = subject.Welcome

var New = subject.New

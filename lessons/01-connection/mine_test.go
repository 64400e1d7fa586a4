//go:build mine

package connection_test

import subject "wslab/lessons/01-connection/mine"

const Welcome = subject.Welcome

var New = subject.New

//go:build starter

package connection_test

import subject "wslab/lessons/01-connection/starter"

const Welcome = subject.Welcome

var New = subject.New

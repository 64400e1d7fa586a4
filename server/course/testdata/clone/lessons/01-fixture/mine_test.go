//go:build mine

package fixture_test

import subject "wslab/lessons/01-fixture/mine"

var (
	Answer = subject.Answer
	Start  = subject.Start
)

//go:build starter

package fixture_test

import subject "wslab/lessons/01-fixture/starter"

var (
	Answer = subject.Answer
	Start  = subject.Start
)

//go:build mine

package auth_test

import subject "wslab/lessons/03-auth/mine"

const (
	Welcome = subject.Welcome
	Joined  = subject.Joined
	Left    = subject.Left

	Shared = subject.Shared
	Key    = subject.Key
)

type Guest = subject.Guest

var (
	New  = subject.New
	Sign = subject.Sign
)

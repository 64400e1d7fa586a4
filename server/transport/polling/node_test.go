package polling_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/transport/polling"
)

func TestARequestThatComesToAnotherServerIsToldWhichOneItBelongsTo(t *testing.T) {
	visit(t, polling.Options{Node: "a"}, func(s *site) {
		s.begin()
		require.Regexp(t, `^a-\w{20}$`, s.sid)
		s.sid = "b-0123456789ABCDEFGHIJ"
		s.refused(s.poll(), 400, `{"code":1,"message":"Session ID unknown: it is of server \"b\", and this is \"a\"; `+
			`long polling needs a load balancer that sends all requests of a session to one server"}`)
		s.sid = "a-0123456789ABCDEFGHIJ"
		s.refused(s.poll(), 400, `{"code":1,"message":"Session ID unknown"}`)
	})
}

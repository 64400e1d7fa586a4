package lessontext

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const program = `package p

// Both names travel.
const (
	Say  Event = "say"  // in
	Said Event = "said" // out
)

// limit is how many.
var limit = 3 // at most

type (
	// Line is what is said.
	Line struct{ Text string }

	Receipt struct {
		OK bool
	}
)

// Service keeps.
type Service struct{ n int }

// Post posts.
func (s *Service) Post() {}

func (s Service) Len() int { return s.n }

func free() {}
`

func TestADeclarationIsCutOutWithItsComments(t *testing.T) {
	for name, want := range map[string]string{
		"limit":        "// limit is how many.\nvar limit = 3 // at most",
		"Service":      "// Service keeps.\ntype Service struct{ n int }",
		"Service.Post": "// Post posts.\nfunc (s *Service) Post() {}",
		"Service.Len":  "func (s Service) Len() int { return s.n }",
		"free":         "func free() {}",
		"Line":         "// Line is what is said.\ntype Line struct{ Text string }",
		"Receipt":      "type Receipt struct {\n\tOK bool\n}",
	} {
		got, err := declaration([]byte(program), name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestConstantsThatStandTogetherAreShownTogether(t *testing.T) {
	for _, name := range []string{"Say", "Said"} {
		got, err := declaration([]byte(program), name)
		require.NoError(t, err)
		require.Equal(t, "// Both names travel.\nconst (\n\tSay  Event = \"say\"  // in\n\tSaid Event = \"said\" // out\n)", got)
	}
}

func TestAFileThatIsNoGoSaysWhere(t *testing.T) {
	_, err := declaration([]byte("package p\nfunc {"), "x")
	require.ErrorContains(t, err, "2:6")
}

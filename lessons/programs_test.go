//go:build !live && !js

package lessons_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/lessons/judge"
)

// goTool runs the go command, which may fail, and returns what it printed.
func goTool(t *testing.T, args ...string) (output string, err error) {
	t.Helper()
	b, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput()
	return string(b), err
}

func TestEveryStarterCompilesAndFails(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		t.Parallel()
		output, err := goTool(t, "test", "-tags=starter", "-count=1", "./"+l.Folder)
		require.Error(t, err, "the starter leaves nothing to do")
		require.Contains(t, output, "\n--- FAIL: Test", "the starter compiles, and tests fail")
		require.NotContains(t, output, "panic:", "the starter fails in words that help")
	})
}

func TestEverySolutionPassesTwentyTimesInAnyOrder(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		t.Parallel()
		output, err := goTool(t, "test", "-race", "-count=20", "-shuffle=on", "./"+l.Folder)
		require.NoError(t, err, output)
	})
}

// A mistake is a plausible wrong answer: files that take the place of the solution's.
type mistake struct {
	name     string
	files    map[string]string
	test     string // must reject it
	fragment string // of the message with which it does, on one line
}

var rejectedBy = regexp.MustCompile(`(?m)\A//go:build mistake\n\n(?:// .+\n)+//\n// Rejected by (Test\w+): "(.+)"\npackage `)

func mistakes(t *testing.T, l lessons.Lesson) (all []mistake) {
	folders, err := filepath.Glob(filepath.Join(l.Folder, "mistakes", "*"))
	require.NoError(t, err)
	for _, folder := range folders {
		m := mistake{name: filepath.Base(folder), files: map[string]string{}}
		for _, path := range goFiles(t, folder) {
			text := read(t, path)
			says := rejectedBy.FindStringSubmatch(text)
			require.NotNil(t, says, "%s does not begin with what is wrong and which test rejects it", path)
			m.test, m.fragment = says[1], says[2]
			m.files[filepath.Base(path)] = strings.TrimPrefix(text, "//go:build mistake\n")
		}
		all = append(all, m)
	}
	return all
}

func TestEveryMistakeIsRejectedByTheTestItNames(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		t.Parallel()
		all := mistakes(t, l)
		require.GreaterOrEqual(t, len(all), 5)
		var answers []judge.Answer
		for _, m := range all {
			answers = append(answers, judge.Answer{Name: m.name, Files: m.files, Tests: []string{m.test}})
		}
		program, err := judge.Build(t.Context(), "..", l, answers, t.TempDir())
		require.NoError(t, err)
		for _, m := range all {
			t.Run(m.name, func(t *testing.T) {
				run := exec.CommandContext(t.Context(), program, judge.Run(m.name), "-test.v", "-test.timeout=30s")
				output, err := run.CombinedOutput()
				require.Error(t, err, "%s accepts it", m.test)
				require.Contains(t, string(output), "--- FAIL: TestAnswers/"+m.name)
				require.Contains(t, strings.Join(strings.Fields(string(output)), " "), m.fragment)
			})
		}
	})
}

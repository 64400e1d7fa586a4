//go:build !live && !js

package lessons_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
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
	files    []string
	test     string // must reject it
	fragment string // of the message with which it does, on one line
}

var rejectedBy = regexp.MustCompile(`(?m)\A//go:build mistake\n\n(?:// .+\n)+//\n// Rejected by (Test\w+): "(.+)"\npackage `)

func mistakes(t *testing.T, l lessons.Lesson) (all []mistake) {
	folders, err := filepath.Glob(filepath.Join(l.Folder, "mistakes", "*"))
	require.NoError(t, err)
	for _, folder := range folders {
		m := mistake{name: filepath.Base(folder), files: goFiles(t, folder)}
		for _, path := range m.files {
			says := rejectedBy.FindStringSubmatch(read(t, path))
			require.NotNil(t, says, "%s does not begin with what is wrong and which test rejects it", path)
			m.test, m.fragment = says[1], says[2]
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
		judge := buildJudge(t, l, all)
		for _, m := range all {
			t.Run(m.name, func(t *testing.T) {
				run := exec.CommandContext(t.Context(), judge, "-test.run=^TestMistakes$/^"+m.name+"$", "-test.v", "-test.timeout=30s")
				output, err := run.CombinedOutput()
				require.Error(t, err, "%s accepts it", m.test)
				require.Contains(t, string(output), "--- FAIL: TestMistakes/"+m.name)
				require.Contains(t, strings.Join(strings.Fields(string(output)), " "), m.fragment)
			})
		}
	})
}

// buildJudge builds the program that runs, for each mistake, the test that must reject it. To link it
// once and not once a mistake, an overlay makes an ordinary package out of the contract for each of
// them, and one test that imports them all.
func buildJudge(t *testing.T, l lessons.Lesson, all []mistake) (program string) {
	o := overlay{dir: t.TempDir(), Replace: map[string]string{}}
	var imports, runs strings.Builder
	for i, m := range all {
		folder := l.Folder + "/mistakes/" + m.name
		for _, path := range goFiles(t, filepath.Join(l.Folder, "solution")) {
			if given := folder + "/" + filepath.Base(path); !slices.Contains(m.files, filepath.FromSlash(given)) {
				o.add(t, given, read(t, path))
			}
		}
		for _, path := range goFiles(t, l.Folder) {
			name := strings.TrimSuffix(filepath.Base(path), "_test.go")
			switch name {
			case "starter", "mine":
			case "solution":
				o.add(t, folder+"/judge/subject.go", strings.ReplaceAll(read(t, path), l.Folder+"/solution", folder))
			default:
				o.add(t, folder+"/judge/"+name+".go", read(t, path))
			}
		}
		fmt.Fprintf(&imports, "import m%d \"wslab/lessons/%s/judge\"\n", i, folder)
		fmt.Fprintf(&runs, "\tt.Run(%q, m%d.%s)\n", m.name, i, m.test)
	}
	o.add(t, l.Folder+"/mistakes/mistakes_test.go",
		"package mistakes_test\n\nimport \"testing\"\n"+imports.String()+"\nfunc TestMistakes(t *testing.T) {\n"+runs.String()+"}\n")
	program = filepath.Join(o.dir, "judge")
	output, err := goTool(t, "test", "-c", "-vet=off", "-o", program, "-tags=mistake", "-overlay="+o.write(t), "./"+l.Folder+"/mistakes")
	require.NoError(t, err, output)
	return program
}

// An overlay shows the go command files that do not exist.
type overlay struct {
	dir     string
	Replace map[string]string
}

func (o *overlay) add(t *testing.T, path, content string) {
	t.Helper()
	full, err := filepath.Abs(path)
	require.NoError(t, err)
	o.Replace[full] = filepath.Join(o.dir, strconv.Itoa(len(o.Replace))+".go")
	require.NoError(t, os.WriteFile(o.Replace[full], []byte(content), 0o600))
}

func (o *overlay) write(t *testing.T) (path string) {
	t.Helper()
	content, err := json.Marshal(o)
	require.NoError(t, err)
	path = filepath.Join(o.dir, "overlay.json")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

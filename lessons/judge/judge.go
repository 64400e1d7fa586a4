// Package judge runs a lesson's contract against many answers. They are linked into one program, because linking
// takes longer than all the rest: an overlay makes an ordinary package out of the contract for each of them.
package judge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"wslab/lessons"
)

// An Answer is a variant of a lesson's solution.
type Answer struct {
	// Name is a folder's name and the name of the test that judges the answer.
	Name string
	// Files take the place of the solution's, by their names: "rooms.go".
	Files map[string]string
	// Tests are those of the contract that judge it, in this order, up to the first that fails.
	Tests []string
}

// Run returns the argument with which the program judges the answer of that name alone.
func Run(name string) string { return "-test.run=^TestAnswers$/^" + name + "$" }

// Build builds in dir, which is an absolute path, the program that judges answers to a lesson. Root is the repository's
// folder. The error of a package that does not compile is what the go command says.
func Build(ctx context.Context, root string, l lessons.Lesson, answers []Answer, dir string) (program string, err error) {
	if root, err = filepath.Abs(root); err != nil { // the go command matches whole paths
		return "", err
	}
	o := overlay{dir: dir, Replace: map[string]string{}}
	folder := filepath.Join(root, "lessons", l.Folder)
	solution, err := sources(folder, "solution/*.go")
	if err != nil {
		return "", err
	}
	contract, err := sources(folder, "*_test.go")
	if err != nil {
		return "", err
	}
	var imports, runs strings.Builder
	for i, a := range answers {
		pkg := "answers/" + a.Name
		for name := range a.Files {
			if _, known := solution[name]; !known {
				return "", fmt.Errorf("answer %s has the file %s, which the solution of lesson %d has not", a.Name, name, l.Number)
			}
		}
		for name, text := range solution {
			if given, other := a.Files[name]; other {
				text = given
			}
			o.add(folder, pkg+"/"+name, text)
		}
		for name, text := range contract {
			switch name {
			case "starter_test.go", "mine_test.go":
			case "solution_test.go":
				o.add(folder, pkg+"/judge/subject.go", strings.ReplaceAll(text, l.Folder+"/solution", l.Folder+"/"+pkg))
			default:
				o.add(folder, pkg+"/judge/"+strings.TrimSuffix(name, "_test.go")+".go", text)
			}
		}
		fmt.Fprintf(&imports, "import m%d \"wslab/lessons/%s/%s/judge\"\n", i, l.Folder, pkg)
		fmt.Fprintf(&runs, "\tt.Run(%q, func(t *testing.T) {\n", a.Name)
		for _, test := range a.Tests {
			fmt.Fprintf(&runs, "\t\tif !t.Run(%q, m%d.%s) {\n\t\t\treturn\n\t\t}\n", test, i, test)
		}
		runs.WriteString("\t})\n")
	}
	o.add(folder, "answers/answers_test.go",
		"package answers_test\n\nimport \"testing\"\n"+imports.String()+"\nfunc TestAnswers(t *testing.T) {\n"+runs.String()+"}\n")
	file, err := o.write()
	if err != nil {
		return "", err
	}
	program = filepath.Join(dir, "judge.test")
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-o", program, "-overlay="+file, "./lessons/"+l.Folder+"/answers")
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the judge of lesson %d: %w\n%s", l.Number, err, output)
	}
	return program, nil
}

// sources reads the files of a folder that match, by their names.
func sources(folder, pattern string) (map[string]string, error) {
	found, err := filepath.Glob(filepath.Join(folder, filepath.FromSlash(pattern)))
	if err != nil {
		return nil, err
	}
	texts := make(map[string]string, len(found))
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		texts[filepath.Base(path)] = string(text)
	}
	return texts, nil
}

// An overlay shows the go command files that do not exist.
type overlay struct {
	dir     string
	Replace map[string]string
	err     error
}

func (o *overlay) add(folder, path, content string) {
	as := filepath.Join(o.dir, strconv.Itoa(len(o.Replace))+".go")
	o.Replace[filepath.Join(folder, filepath.FromSlash(path))] = as
	o.err = errors.Join(o.err, os.WriteFile(as, []byte(content), 0o600))
}

func (o *overlay) write() (path string, err error) {
	content, err := json.Marshal(o)
	path = filepath.Join(o.dir, "overlay.json")
	return path, errors.Join(o.err, err, os.WriteFile(path, content, 0o600))
}

// Tests are the names of a lesson's tests, in its order.
func Tests(l lessons.Lesson) (names []string) {
	for _, t := range l.Tests {
		names = append(names, t.Name)
	}
	return names
}

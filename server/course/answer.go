package course

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"wslab/lessons"
)

// Answer returns the learner's text of l beside the reference answer, file by file, the one with the
// gap first. Where the learner has none yet, it is the starter's.
func (r Repo) Answer(l lessons.Lesson) ([]lessons.Comparison, error) {
	mine, solution := r.mine(l), r.Path("lessons", l.Folder, string(Solution))
	if _, err := os.Stat(mine); errors.Is(err, fs.ErrNotExist) {
		mine = r.Path("lessons", l.Folder, string(Starter))
	}
	left, err := goFiles(mine)
	if err != nil {
		return nil, err
	}
	names, err := goFiles(solution)
	if err != nil {
		return nil, err
	}
	names = append(append([]string{l.Edit}, names...), left...)
	var all []lessons.Comparison
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		a, errA := textOf(mine, name)
		b, errB := textOf(solution, name)
		if err := errors.Join(errA, errB); err != nil {
			return nil, err
		}
		all = append(all, lessons.Compare(name, a, b))
	}
	return all, nil
}

// textOf returns the text of a file, which is empty where the file is not there.
func textOf(dir, name string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

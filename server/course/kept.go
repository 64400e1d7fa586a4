package course

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wslab/lessons"
)

// keptFolder holds the texts of a learner that others have taken the place of, each in a folder named
// after the time. The go command does not look into folders that begin with a dot.
const keptFolder = ".kept"

// keptName is the time in a way that sorts, and that every file system takes for a name.
const keptName = "2006-01-02T15-04-05.000Z"

// Reset makes the learner's answer to l new from the starter. The text that was there is kept in the
// folder kept, or kept is "" where it was the starter's.
func (r Repo) Reset(l lessons.Lesson) (kept string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("starting lesson %d again: %w", l.Number, err)
		}
	}()
	starter, mine := r.Path("lessons", l.Folder, "starter"), r.mine(l)
	if stamp(starter).content == stamp(mine).content {
		return "", nil
	}
	if kept, err = r.keep(l); err != nil {
		return "", err
	}
	_, err = copyOnce(starter, mine)
	return kept, err
}

// Restore brings back the newest text of l that was kept and is another than the present one, which it
// keeps in the folder kept: to restore twice is to change nothing.
func (r Repo) Restore(l lessons.Lesson) (kept string, err error) {
	newest, err := r.newest(l, stamp(r.mine(l)))
	if err != nil {
		return "", err
	}
	if newest == "" {
		return "", ErrNothingKept
	}
	if kept, err = r.keep(l); err != nil {
		return "", fmt.Errorf("keeping your text of lesson %d: %w", l.Number, err)
	}
	if err = os.Rename(newest, r.mine(l)); err != nil {
		return kept, fmt.Errorf("restoring your text of lesson %d: %w", l.Number, err)
	}
	return kept, nil
}

// ErrNothingKept says that there is no text to restore.
var ErrNothingKept = errors.New("no text of this lesson has been kept")

// keep moves the learner's text of l, where there is one, to a new folder and returns that. It is one
// rename: at every moment the text is in one of the two places, and whoever saves meanwhile writes to
// one of them.
func (r Repo) keep(l lessons.Lesson) (kept string, err error) {
	shelf := r.shelf(l)
	if err := os.MkdirAll(shelf, 0o755); err != nil {
		return "", err
	}
	newest, err := r.newest(l, Stamp{})
	if err != nil {
		return "", err
	}
	kept = filepath.Join(shelf, after(newest, time.Now()))
	err = os.Rename(r.mine(l), kept)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return kept, err
}

func (r Repo) shelf(l lessons.Lesson) string { return r.Path("lessons", l.Folder, keptFolder) }

// newest returns the folder of the text of l that was kept last and is another than the present one, or
// "".
func (r Repo) newest(l lessons.Lesson, present Stamp) (string, error) {
	entries, err := os.ReadDir(r.shelf(l))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	for i := len(entries) - 1; i >= 0; i-- { // they are sorted by name
		folder := filepath.Join(r.shelf(l), entries[i].Name())
		_, err := time.Parse(keptName, entries[i].Name())
		if err == nil && entries[i].IsDir() && stamp(folder).content != present.content {
			return folder, nil
		}
	}
	return "", nil
}

// after names a folder so that it is newer than newest, whatever the clock says.
func after(newest string, now time.Time) string {
	last, err := time.Parse(keptName, filepath.Base(newest))
	if err == nil && !now.After(last.Add(time.Millisecond)) {
		now = last.Add(time.Millisecond)
	}
	return now.UTC().Format(keptName)
}

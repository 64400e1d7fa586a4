package progress

import (
	"errors"
	"io/fs"
	"os"
)

// Name is what the file is called, at the root of the clone.
const Name = "progress.txt"

// about begins a new file.
const about = `# What you have done in wslab: lesson, contract, what, when. Lines may stand in any order, and twice:
# to join the progress of two machines, put both files into one.
`

// Read reads the file at path. Where there is none, nothing has been done.
func Read(path string) (Log, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Log{}, err
	}
	return Parse(text), nil
}

// Append adds a fact to the file at path, as one write to its end: what other processes add at the
// same moment stands before or after it.
func Append(path string, f Fact) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		return write(file, about+f.String()+"\n")
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	file, err = os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	return write(file, open(file)+f.String()+"\n")
}

// open ends a last line that somebody has left without an end.
func open(file *os.File) string {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return ""
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err == nil && last[0] == '\n' {
		return ""
	}
	return "\n"
}

func write(file *os.File, text string) error {
	_, err := file.WriteString(text)
	return errors.Join(err, file.Close())
}

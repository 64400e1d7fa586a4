package course

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/scanner"
	"go/token"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wslab/lessons"
	"wslab/server/course/progress"
)

// Progress returns where the learner stands in l.
func (r Repo) Progress(l lessons.Lesson) (progress.State, error) {
	state, _, err := r.standing(l)
	return state, err
}

// RevealHint reveals the next hint, where there is one more.
func (r Repo) RevealHint(l lessons.Lesson) (progress.State, error) {
	return r.note(l, func(s progress.State) (progress.Fact, bool) {
		return progress.Fact{What: progress.Hint, Number: s.Hints + 1}, s.Hints < len(l.Hints("en"))
	})
}

// MarkPassed remembers that the tests of l have passed.
func (r Repo) MarkPassed(l lessons.Lesson) (progress.State, error) {
	return r.note(l, func(s progress.State) (progress.Fact, bool) {
		return progress.Fact{What: progress.Passed}, !s.Done
	})
}

// MarkShown remembers that the answer to l was shown, unless the tests have passed before.
func (r Repo) MarkShown(l lessons.Lesson) (progress.State, error) {
	return r.note(l, func(s progress.State) (progress.Fact, bool) {
		return progress.Fact{What: progress.Shown}, !s.Done && !s.Shown
	})
}

// DamagedProgress returns the lines of the file of progress that nobody understands. They stay there.
func (r Repo) DamagedProgress() ([]progress.Line, error) {
	log, err := progress.Read(r.Path(progress.Name))
	return log.Damaged, err
}

func (r Repo) standing(l lessons.Lesson) (s progress.State, contract string, err error) {
	contract, err = r.contract(l)
	if err != nil {
		return s, contract, err
	}
	log, err := progress.Read(r.Path(progress.Name))
	if err != nil {
		return s, contract, fmt.Errorf("reading what you have done: %w", err)
	}
	return log.State(l.ID, contract), contract, nil
}

// note writes down the fact that follows from where the learner stands, if one does.
func (r Repo) note(l lessons.Lesson, follows func(progress.State) (progress.Fact, bool)) (progress.State, error) {
	s, contract, err := r.standing(l)
	if err != nil {
		return s, err
	}
	fact, news := follows(s)
	if !news {
		return s, nil
	}
	fact.Lesson, fact.Contract, fact.At = l.ID, contract, time.Now()
	if err := progress.Append(r.Path(progress.Name), fact); err != nil {
		return s, fmt.Errorf("writing down what you have done: %w", err)
	}
	return r.Progress(l)
}

// contract is a hash of what l asks for: its tests and its starter, as the compiler reads them.
// Comments, layout and line ends change nothing, nor the number of the lesson: neither a corrected
// typo nor a lesson put before it may undo what a learner has done.
func (r Repo) contract(l lessons.Lesson) (string, error) {
	tests, err := filepath.Glob(r.Path("lessons", l.Folder, "*_test.go"))
	if err != nil {
		return "", err
	}
	starter, err := filepath.Glob(r.Path("lessons", l.Folder, "starter", "*.go"))
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, path := range append(tests, starter...) {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		addTokens(sum, []byte(strings.ReplaceAll(string(text), l.Folder, l.ID)))
	}
	return hex.EncodeToString(sum.Sum(nil)[:6]), nil
}

// addTokens adds the tokens of a Go file to a hash.
func addTokens(sum hash.Hash, text []byte) {
	set := token.NewFileSet()
	var s scanner.Scanner
	s.Init(set.AddFile("", -1, len(text)), text, nil, 0)
	for {
		_, tok, literal := s.Scan()
		if tok == token.SEMICOLON {
			literal = "" // some are written, some are line ends
		}
		fmt.Fprintf(sum, "%s %q\n", tok, literal)
		if tok == token.EOF {
			return
		}
	}
}

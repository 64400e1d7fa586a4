package function

import (
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// sourceLine is how the go command names a place: file:line:column: message.
var sourceLine = regexp.MustCompile(`^(?:vet: )?(.+\.go):(\d+)(?::(\d+))?: (.*)$`)

// problems reads what go build said about the package in the folder dir, of which it names files
// relative to the repository. What the package must declare is said where it is missing.
func problems(output, dir string, declares []declared) (found []Problem) {
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		m := sourceLine.FindStringSubmatch(line)
		switch {
		case len(found) > 0 && strings.HasPrefix(line, "\t"): // goes on
			found[len(found)-1].Message += "\n" + strings.TrimSpace(line)
		case m != nil:
			p := Problem{File: clean(m[1]), Message: readable(m[4])}
			p.Line, _ = strconv.Atoi(m[2])
			p.Column, _ = strconv.Atoi(m[3])
			found = append(found, placed(p, dir, declares))
		}
	}
	if len(found) == 0 {
		return []Problem{{File: dir, Message: strings.TrimSpace(output)}}
	}
	return found
}

func clean(file string) string { return strings.TrimPrefix(filepath.ToSlash(file), "./") }

// placed moves what is wrong with the generated main to where it must be mended. The go command names
// that file sometimes by where it stands, sometimes by where it really is.
func placed(p Problem, dir string, declares []declared) Problem {
	if path.Base(p.File) != mainFile {
		return p
	}
	p.File, p.Line, p.Column = dir, 0, 0
	for _, d := range declares {
		if strings.Contains(p.Message, "learner."+d.name) {
			p.Message = "the package must declare " + d.shape + ": " + strings.ReplaceAll(p.Message, "learner."+d.name, d.name)
			break
		}
	}
	return p
}

// inStd is where the go command names a folder of its own installation.
var inStd = regexp.MustCompile(`^package (\S+) is not in std.*$`)

func readable(message string) string {
	return inStd.ReplaceAllString(message, "there is no package $1")
}

package component

import "wslab/web/text"

// A Comparison is a file of the learner's beside the reference answer's, highlighted.
type Comparison struct {
	File    string
	Differs bool
	Rows    []Row
}

// A Row is two lines that stand beside each other. Kind is "same", "changed", "removed" or "added".
type Row struct {
	Kind        string
	Left, Right Line
}

// A Line is one line of a file, as HTML; its Number is 0 where there is none on that side.
type Line struct {
	Number int
	HTML   string
}

// deleted says of the learner's line what its colour says.
func deleted(t *text.Strings, r Row) string {
	if r.Kind == "changed" {
		return t.Answer.Changed + ", " + t.Answer.Mine
	}
	return t.Answer.Removed
}

// inserted says of the reference's line what its colour says.
func inserted(t *text.Strings, r Row) string {
	if r.Kind == "changed" {
		return t.Answer.Changed + ", " + t.Answer.Reference
	}
	return t.Answer.Added
}

package lessontext

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"wslab/lessons"
	"wslab/web/component"
	"wslab/web/figures"
	"wslab/web/text"
)

// figuresFile is where a lesson keeps what was measured on another machine, until something is measured on this one.
const figuresFile = "figures.json"

// chart shows a row of what was measured, as "PART#ROW", or says of a part where and when that was.
func (p *printer) chart(of string) (templ.Component, error) {
	part, name, one := strings.Cut(of, "#")
	texts, ok := p.words.Bench.Part(part)
	if !ok {
		return nil, fmt.Errorf("nothing is measured under %q", part)
	}
	if !one {
		name = texts.Rows[0].Key
	}
	what, ok := texts.Row(name)
	if !ok {
		return nil, fmt.Errorf("%q has no row %q", part, name)
	}
	results, words := p.shown.Figures, p.words.Bench.Here
	if !whole(results, texts) { // figures of two machines are not to be compared
		var err error
		if results, err = recorded(p.lesson); err != nil {
			return nil, err
		}
		words = p.words.Bench.Recorded
	}
	row, ok := results.Row(part, name)
	if !ok {
		return nil, fmt.Errorf("%s has no figures of %s", figuresFile, name)
	}
	if one {
		return component.Folded(p.words.Bench, component.NewChart(part, row, what)), nil
	}
	return component.Measured(p.words, component.MeasuredOn(words, row), "./task bench -- --only "+part+" --quick"), nil
}

// whole reports whether all of a part has been measured.
func whole(r figures.Results, part text.Measured) bool {
	return !slices.ContainsFunc(part.Rows, func(q text.Quantity) bool {
		_, ok := r.Row(part.Key, q.Key)
		return !ok
	})
}

func recorded(l lessons.Lesson) (r figures.Results, err error) {
	text, err := l.File(figuresFile)
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	return r, err
}

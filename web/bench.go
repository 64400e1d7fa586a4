package web

import (
	"net/http"

	"wslab/web/component"
	"wslab/web/figures"
	"wslab/web/page"
	"wslab/web/text"
)

// bench shows what ./task bench has measured last.
func (s *site) bench(t *text.Strings) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var results figures.Results
		if s.Figures != "" {
			var err error
			if results, err = figures.Read(s.Figures); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		s.show(w, r, t, http.StatusOK, page.BenchPage(s.page(t, "results", "/bench", t.Bench.Title), measured(t.Bench, results)))
	}
}

// measured are the results that there are texts for, in their order.
func measured(t text.Bench, results figures.Results) (b page.Bench) {
	for _, texts := range t.Parts {
		part := page.Measured{Key: texts.Key, Title: texts.Title, Text: texts.Text}
		var last figures.Row
		for _, what := range texts.Rows {
			row, ok := results.Row(texts.Key, what.Key)
			if !ok {
				continue
			}
			part.Charts = append(part.Charts, component.NewChart(texts.Key, row, what))
			if row.At.After(last.At) {
				last = row
			}
		}
		if len(part.Charts) > 0 {
			part.On = component.MeasuredOn(t.Measured, last)
			b.Parts = append(b.Parts, part)
		}
	}
	return b
}

//go:build browser

package app_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course"
	"wslab/server/internal/app"
)

// axe is what axe-core finds on a page.
type axe struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// views are how axe looks at the pages of a language. A theme has its contrasts in every language, and a narrow page
// its order: axe takes seconds for each.
var views = map[string][]view{"en": {desktop, night}, "es": {phone}}

func TestAxeFindsNothingSeriousInAnyThemeOrLanguage(t *testing.T) {
	repo, err := course.FindRepo()
	require.NoError(t, err)
	source, err := os.ReadFile(repo.Axe())
	require.NoError(t, err, "axe-core is missing: ./task test fetches it with npm")
	host, _ := start(t, app.Config{Figures: "testdata/results.json"})
	for _, lang := range lessons.Languages {
		for _, path := range pages(lang) {
			t.Run(path, func(t *testing.T) {
				t.Parallel() // each page is a tab of its own
				p := visit(t, desktop, "http://"+host+path)
				p.sees("main")
				_, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](string(source)+"; true"))
				require.NoError(t, err)
				for _, v := range views[lang] {
					p.look(v)
					p.seriousFindings(v)
				}
			})
		}
	}
}

func (p *page) seriousFindings(v view) {
	p.t.Helper()
	found, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](
		`axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise))
	require.NoError(p.t, err)
	var violations []axe
	require.NoError(p.t, json.Unmarshal([]byte(found), &violations))
	for _, violation := range violations {
		if violation.Impact == "serious" || violation.Impact == "critical" {
			p.t.Errorf("%v: %s: %s: %s\n%s", v, violation.ID, violation.Help, violation.Nodes[0].HTML, violation.Nodes[0].Summary)
		}
	}
}

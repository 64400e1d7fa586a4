//go:build !live && !js

package lessons_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

// eachLesson runs check for every lesson of the catalog.
func eachLesson(t *testing.T, check func(t *testing.T, l lessons.Lesson)) {
	require.NotEmpty(t, lessons.All())
	for _, l := range lessons.All() {
		t.Run(l.ID, func(t *testing.T) { check(t, l) })
	}
}

func TestEveryFolderIsALesson(t *testing.T) {
	folders, err := filepath.Glob("*/lesson.json")
	require.NoError(t, err)
	ids := map[string]bool{}
	before := -1
	for _, l := range lessons.All() {
		require.Greater(t, l.Number, before, "lessons differ in their numbers; those that are planned leave gaps")
		before = l.Number
		require.Equal(t, fmt.Sprintf("%02d-%s", l.Number, l.ID), l.Folder, "a folder is named NN-id")
		ids[l.ID] = true
	}
	require.Len(t, ids, len(folders), "ids differ")
}

func TestALessonIsFoundByItsNumberAndItsID(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		for _, name := range []string{l.ID, strconv.Itoa(l.Number)} {
			found, ok := lessons.Find(name)
			require.True(t, ok)
			require.Equal(t, l.Folder, found.Folder)
		}
	})
	_, ok := lessons.Find("no such lesson")
	require.False(t, ok)
}

func TestThePageCarriesWhatItsClientsDoByThemselves(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		var written struct {
			Clients map[string]any `json:"clients"`
		}
		require.NoError(t, json.Unmarshal([]byte(read(t, filepath.Join(l.Folder, "lesson.json"))), &written))
		var carried map[string]any
		require.NoError(t, json.Unmarshal([]byte(l.Clients.Written()), &carried))
		for _, habit := range []string{"echoes", "replies", "newest", "returns"} {
			require.Equal(t, written.Clients[habit], carried[habit], habit)
		}
	})
}

func TestTheNextLessonIsTheOneThatFollows(t *testing.T) {
	all := lessons.All()
	for i, l := range all[:len(all)-1] {
		next, ok := l.Next()
		require.True(t, ok)
		require.Equal(t, all[i+1].ID, next.ID)
	}
	_, ok := all[len(all)-1].Next()
	require.False(t, ok)
}

func TestTheMetadataIsComplete(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		require.True(t, l.Number > 4 || l.Section != "", "the first lessons are the module's")
		for _, lang := range lessons.Languages {
			require.NotEmpty(t, l.Concepts[lang])
			require.Len(t, l.Concepts[lang], len(l.Concepts["en"]), "the same concepts in each language")
		}
		require.NotEmpty(t, l.Links)
		for _, link := range l.Links {
			require.NotEmpty(t, link.Title)
			require.Regexp(t, `^https://`, link.URL)
		}
		require.True(t, slices.IsSorted(l.Imports), "imports are in order")
		require.Contains(t, []string{"", "token", "signed"}, l.Clients.Auth)
		for _, e := range l.Clients.Events {
			require.NotEmpty(t, e.Event)
			require.True(t, json.Valid(e.Payload), "%s starts from JSON", e.Event)
		}
		for _, reply := range l.Clients.Replies {
			require.NotEmpty(t, reply.Event)
			require.True(t, json.Valid(reply.Payload), "%s carries JSON", reply.Event)
		}
	})
}

func TestWhatATestOrALinkIsAboutIsAConceptOfTheLesson(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		about := 0
		for _, test := range l.Tests {
			if test.Concept == "" {
				continue
			}
			about++
			for _, lang := range lessons.Languages {
				term, _ := l.Concept(test, lang)
				require.NotEmpty(t, term, "%s is about %q", test.Name, test.Concept)
			}
		}
		require.Positive(t, about, "some tests are about what the lesson teaches")
		for _, link := range l.Links {
			require.Subset(t, l.Concepts["en"], link.Concepts, link.Title)
		}
	})
}

func TestAConceptHasItsNameInEveryLanguageAndALink(t *testing.T) {
	l, _ := lessons.Find("disconnect")
	test, _ := l.Test("TestAConnectionThatBreaksIsLost")
	term, link := l.Concept(test, "es")
	require.Equal(t, "código de cierre", term)
	require.Equal(t, "https://www.rfc-editor.org/rfc/rfc6455#section-7.4", link.URL)
	term, link = l.Concept(lessons.Test{}, "es")
	require.Empty(t, term)
	require.Empty(t, link.URL)
}

func TestASessionIsPlayable(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		require.NotEmpty(t, l.Session)
		gone := map[string]bool{}
		for i, step := range l.Session {
			require.Contains(t, []string{"ana", "bob"}, step.Client, "step %d", i+1)
			require.Contains(t, []string{"", "leave", "lose"}, step.Close, "step %d", i+1)
			if gone[step.Client] {
				require.Empty(t, step.Event+step.Text+step.Binary+step.Close, "step %d: %s has left, and must connect first", i+1, step.Client)
			}
			if l.Raw {
				require.Empty(t, step.Event, "step %d: messages have no envelope here", i+1)
			} else {
				require.Empty(t, step.Text+step.Binary, "step %d: messages are events here", i+1)
			}
			gone[step.Client] = step.Close != ""
		}
	})
}

func TestAFolderHoldsNothingStray(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		allowed := regexp.MustCompile(`^(lesson\.json|recording\.jsonl|figures\.json|(en|es)\.md|\w+_test\.go|(starter|solution|raw|mine|mistakes/[a-z-]+)/\w+\.go)$`)
		require.NoError(t, filepath.WalkDir(l.Folder, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				name, _ := filepath.Rel(l.Folder, path)
				require.Regexp(t, allowed, filepath.ToSlash(name))
			}
			return err
		}))
		for _, name := range []string{l.ID, "starter", "mine", "solution"} {
			require.FileExists(t, filepath.Join(l.Folder, name+"_test.go"))
		}
	})
}

func TestEveryTestIsExplainedInBothLanguages(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		var explained []string
		for _, test := range l.Tests {
			explained = append(explained, test.Name)
			for _, lang := range lessons.Languages {
				require.Regexp(t, `^[\p{Lu}¿].*\.$`, test.Says[lang], "%s says in %s what it expects, as a sentence", test.Name, lang)
				require.Regexp(t, `(Hint|Pista) [1-3]\.$`, test.Fails[lang], "%s leads in %s to a hint", test.Name, lang)
			}
		}
		require.Equal(t, contract(t, l), explained, "lesson.json explains the tests in the order of the contract")
	})
}

// contract returns the names of the lesson's tests, in order.
func contract(t *testing.T, l lessons.Lesson) (names []string) {
	for _, path := range goFiles(t, l.Folder) {
		names = append(names, testsIn(t, path)...)
	}
	return names
}

func testsIn(t *testing.T, path string) (names []string) {
	for _, decl := range parse(t, path).Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Test") {
			names = append(names, fn.Name.Name)
		}
	}
	return names
}

func TestATestThatRunsNativelyAloneSaysSo(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		for _, path := range goFiles(t, l.Folder) {
			for _, name := range testsIn(t, path) {
				explained, _ := l.Test(name)
				require.Equal(t, strings.HasPrefix(read(t, path), "//go:build !js\n"), explained.Native, "%s in %s", name, path)
			}
		}
	})
}

func TestAnswersImportOnlyWhatTheLessonAllows(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		for _, path := range answers(t, l) {
			for _, spec := range parse(t, path).Imports {
				name, err := strconv.Unquote(spec.Path.Value)
				require.NoError(t, err)
				require.Contains(t, l.Imports, name, path)
			}
		}
	})
}

func TestAnAnswersFileHasAtMostSixtyLines(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		for _, path := range answers(t, l) {
			require.LessOrEqual(t, lines(t, path), 60, path)
		}
	})
}

func TestTheGapIsInTheFileToEditAndNowhereElse(t *testing.T) {
	eachLesson(t, func(t *testing.T, l lessons.Lesson) {
		solution := goFiles(t, filepath.Join(l.Folder, "solution"))
		require.Len(t, goFiles(t, filepath.Join(l.Folder, "starter")), len(solution))
		for _, path := range solution {
			given := read(t, filepath.Join(l.Folder, "starter", filepath.Base(path)))
			require.NotContains(t, read(t, path), "TODO")
			if filepath.Base(path) == l.Edit {
				require.Contains(t, given, "TODO")
				continue
			}
			require.Equal(t, read(t, path), given, "%s is given: starter and solution have the same", filepath.Base(path))
		}
	})
}

// The door of lesson 3 is the door of the lessons after it.
func TestALessonStartsFromTheOneBefore(t *testing.T) {
	packageClause := regexp.MustCompile(`(?m)^package \w+$`)
	for _, name := range []string{"auth.go", "tokens.go"} {
		before := packageClause.ReplaceAllString(read(t, "03-auth/solution/"+name), "")
		for _, folder := range []string{"04-messages", "05-rooms", "06-acks"} {
			after := packageClause.ReplaceAllString(read(t, folder+"/starter/"+name), "")
			require.Equal(t, before, after, name)
		}
	}
}

// answers returns the files of the lesson's starter and solution.
func answers(t *testing.T, l lessons.Lesson) []string {
	files := append(goFiles(t, filepath.Join(l.Folder, "starter")), goFiles(t, filepath.Join(l.Folder, "solution"))...)
	require.NotEmpty(t, files)
	return files
}

func goFiles(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	return files
}

func parse(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	return file
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

func lines(t *testing.T, path string) int { return strings.Count(read(t, path), "\n") }

package course

import (
	_ "embed"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

// The package that `new` begins with. Its text is Go but for the name, so these files have no .go.
var (
	//go:embed new/gateway.go.txt
	newGateway string
	//go:embed new/gateway_test.go.txt
	newTest string
)

var packageName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// taken are names that the new package's own files import, and one that cannot be imported.
var taken = []string{"context", "fmt", "sync", "testing", "require", "gateway", "gatewaytest", "main", "mine"}

// New makes server/NAME, a gateway package with a test that passes, and says on out how to go on.
func (r Repo) New(name string, out io.Writer) error {
	switch {
	case !packageName.MatchString(name) || token.IsKeyword(name):
		return fmt.Errorf("%q is no name for a Go package: use lower-case letters and digits, such as \"lobby\"", name)
	case slices.Contains(taken, name):
		return fmt.Errorf("the name %q is taken: choose another, such as \"lobby\"", name)
	}
	dir := r.Path("server", name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		if errors.Is(err, fs.ErrExist) {
			err = fmt.Errorf("server/%s exists already: choose another name, or delete that folder", name)
		}
		return err
	}
	for file, text := range map[string]string{name + ".go": newGateway, name + "_test.go": newTest} {
		source, err := format.Source([]byte(strings.ReplaceAll(text, "NAME", name))) // the name has its place among the imports
		if err != nil {
			return err
		}
		if err := os.WriteFile(r.Path("server", name, file), source, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, `Made server/%[1]s/%[1]s.go and server/%[1]s/%[1]s_test.go. Run its test:

  go test ./server/%[1]s

To serve it, mount it beside the others in server/internal/app/app.go:

  mux.Handle("/%[1]s/ws", a.endpoint(gateway.NewNamespace(%[1]s.New), nil))
`, name)
	return nil
}

package sequence

import (
	"strconv"
	"strings"

	"wslab/server/wire"
)

// maxMermaid is how long a label of a Mermaid diagram is at most, in cells.
const maxMermaid = 72

// Mermaid returns the diagram of some entries as Mermaid text, which many editors and forges draw.
func Mermaid(entries []wire.Entry) string {
	d := New(entries...)
	m := mermaid{diagram: d}
	m.line("sequenceDiagram")
	for column, p := range d.people {
		m.line("  participant ", name(column), " as ", escaped(p.Name))
	}
	for i := d.Start(); i < d.End(); i++ {
		m.row(d.row(i))
	}
	return m.b.String()
}

type mermaid struct {
	diagram *Diagram
	b       strings.Builder
}

func (m *mermaid) line(parts ...string) {
	for _, part := range parts {
		m.b.WriteString(part)
	}
	m.b.WriteByte('\n')
}

func (m *mermaid) row(r row) {
	client, server := name(r.column), name(serverColumn)
	if r.shape == fault {
		m.line("  Note over ", client, ",", server, ": ", escaped("! "+r.text(maxMermaid)))
		return
	}
	from, to := server, client
	if r.up {
		from, to = client, server
	}
	m.line("  ", from, r.arrow(), to, ": ", escaped(r.text(maxMermaid)))
	note := r.note(maxMermaid)
	if note == "" {
		return
	}
	side := "right"
	if r.column != anaColumn {
		side = "left"
	}
	m.line("  activate ", server)
	m.line("  Note ", side, " of ", server, ": ", escaped(note))
	m.line("  deactivate ", server)
}

// arrow is Mermaid's arrow for a row: dashed for what is no message, with a cross where it does not arrive.
func (r row) arrow() string {
	switch {
	case r.lost:
		return "--x"
	case r.dropped:
		return "-x"
	case r.shape == handshake || r.shape == ending:
		return "-->>"
	case r.shape == control:
		return "--)"
	}
	return "->>"
}

// name is what a participant is called inside the diagram's text; it never is what a client chose.
func name(column int) string {
	switch column {
	case anaColumn:
		return "Ana"
	case serverColumn:
		return "Server"
	case bobColumn:
		return "Bob"
	}
	return "Client" + strconv.Itoa(column)
}

// entities are what Mermaid takes for something else than text, as Mermaid writes it. The two words
// begin statements in which Mermaid's preprocessor drops a semicolon, wherever they stand.
var entities = strings.NewReplacer(
	"#", "#35;", ";", "#59;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "%", "#37;", "$", "#36;", "\\", "#92;",
	"`", "#96;", "style", "st#121;le", "classDef", "class#68;ef",
	"wrap:", "wrap#58;",
)

func escaped(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		s = "?"
	}
	return entities.Replace(s)
}

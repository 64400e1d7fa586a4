package text

// Sequence is the wire as a diagram.
type Sequence struct {
	Title   string
	Note    string // also what a screen reader says of the diagram
	Empty   string
	Mermaid string
	SVG     string
}

var englishSequence = Sequence{
	Title:   "Sequence diagram",
	Note:    "Frames has the same as text. ↑ ↓ select an arrow, Enter opens it.",
	Empty:   "Nothing has crossed the wire yet. Connect Ana, and her line begins here; send a message, and it becomes an arrow.",
	Mermaid: "Copy as Mermaid",
	SVG:     "Download SVG",
}

var spanishSequence = Sequence{
	Title:   "Diagrama de secuencia",
	Note:    "Tramas tiene lo mismo como texto. ↑ ↓ seleccionan una flecha, Intro la abre.",
	Empty:   "Nada ha pasado todavía por el cable. Conecta a Ana, y aquí empieza su línea; envía un mensaje, y se convierte en una flecha.",
	Mermaid: "Copiar como Mermaid",
	SVG:     "Descargar SVG",
}

package course

// words are what the terminal says, in one language.
type words struct {
	lesson, page, edit       string
	testing                  string
	passed, failed           string
	at, printed, hint        string
	problems                 string
	some, all, next, nothing string
	trouble                  string
	hangs, forgotten         string
}

var inLanguage = map[string]words{
	"en": {
		lesson: "Lesson %d · %s", page: "page", edit: "edit",
		testing: "Testing your answer …",
		passed:  "pass", failed: "FAIL",
		at: "at", printed: "printed", hint: "Hint %d of %d: %s",
		problems: "Your answer cannot be tested yet:",
		some:     "%d of %d pass.", all: "All %d pass.",
		next: "Lesson %d is done. Next: ./task lesson:%d", nothing: "Lesson %d is done; it was the last one.",
		trouble:   "The tests could not be run: %v",
		hangs:     "Your code did not finish: an endless loop, or a mutex that nobody unlocks?",
		forgotten: "Is %q missing among the imports?",
	},
	"es": {
		lesson: "Lección %d · %s", page: "página", edit: "edita",
		testing: "Probando tu respuesta …",
		passed:  "pasa", failed: "FALLA",
		at: "en", printed: "imprimió", hint: "Pista %d de %d: %s",
		problems: "Tu respuesta todavía no se puede probar:",
		some:     "Pasan %d de %d.", all: "Pasan las %d.",
		next: "La lección %d está lista. Sigue: ./task lesson:%d", nothing: "La lección %d está lista; era la última.",
		trouble:   "No se pudieron ejecutar las pruebas: %v",
		hangs:     "Tu código no terminó: ¿un bucle sin fin, o un candado (mutex) que nadie abre?",
		forgotten: "¿Falta %q entre los imports?",
	},
}

package course

// words are what the terminal says, in one language.
type words struct {
	lesson, page, edit       string
	testing                  string
	passed, failed           string
	expected, got            string
	at, atTest, printed      string
	concept                  string
	hint, offer, answer      string
	problems, warnings       string
	some, all, next, nothing string
	trouble, noBrowser       string
	hangs, forgotten         string
	leaks, races, first      string
	racing                   string

	browserAll, browserSame, browserProblems string
	onlyNative, onlyBrowser                  string
}

var inLanguage = map[string]words{
	"en": {
		lesson: "Lesson %d · %s", page: "page", edit: "edit",
		testing: "Testing your answer …",
		passed:  "pass", failed: "FAIL",
		expected: "expected:", got: "got:",
		at: "at", atTest: "in the test at", printed: "printed",
		concept: "concept: %s → %s",
		hint:    "Hint %d of %d: %s", offer: "Stuck? ./task hint:%d shows hint %d of %d.", answer: "Still stuck? ./task solution:%d shows an answer beside yours.",
		problems: "Your answer cannot be tested yet:", warnings: "Besides, go vet finds something odd:",
		some: "%d of %d pass.", all: "All %d pass.",
		next: "Lesson %d is done. Next: ./task lesson:%d", nothing: "Lesson %d is done; it was the last one: you have written a whole chat. See the finished one with ./task demo, or begin a gateway of your own with ./task new -- NAME.",
		trouble:   "The tests could not be run: %v",
		noBrowser: "The tests run natively only, since there is no Chromium here: install Chromium or Google Chrome, or set CHROME to its path, to run them in a browser, too.",
		leaks:     "A goroutine of yours still runs, or waits for ever, after the last client has left.",
		racing:    "All pass. Once more, with the race detector …",
		races:     "Two goroutines use the same thing at the same moment, and one of them changes it. Does each hold the lock?",
		first:     "Mend this first: what the test waited for could not come.",
		hangs:     "Your code did not finish: an endless loop, or a mutex that nobody unlocks?",
		forgotten: "Is %q missing among the imports?",

		browserAll: "In the browser, too: all %d pass.", browserSame: "In the browser the same tests fail.",
		browserProblems: "Your answer does not build for the browser:",
		onlyNative:      "passes natively, fails in the browser: %s", onlyBrowser: "fails natively, passes in the browser: %s",
	},
	"es": {
		lesson: "Lección %d · %s", page: "página", edit: "edita",
		testing: "Probando tu respuesta …",
		passed:  "pasa", failed: "FALLA",
		expected: "se esperaba:", got: "llegó:",
		at: "en", atTest: "en la prueba, en", printed: "imprimió",
		concept: "concepto: %s → %s",
		hint:    "Pista %d de %d: %s", offer: "¿No sale? ./task hint:%d muestra la pista %d de %d.", answer: "¿Sigue sin salir? ./task solution:%d muestra una respuesta al lado de la tuya.",
		problems: "Tu respuesta todavía no se puede probar:", warnings: "Además, go vet ve algo raro:",
		some: "Pasan %d de %d.", all: "Pasan las %d.",
		next: "La lección %d está hecha. Sigue: ./task lesson:%d", nothing: "La lección %d está hecha; era la última: has escrito un chat entero. Mira el terminado con ./task demo, o empieza un gateway tuyo con ./task new -- NOMBRE.",
		trouble:   "No se pudieron ejecutar las pruebas: %v",
		noBrowser: "Las pruebas solo se ejecutan de forma nativa, porque aquí no hay Chromium: instala Chromium o Google Chrome, o pon su ruta en CHROME, para ejecutarlas también en un navegador.",
		leaks:     "Una goroutine tuya sigue en marcha, o espera para siempre, cuando ya no queda ningún cliente.",
		racing:    "Pasan todas. Otra vez, con el detector de carreras …",
		races:     "Dos goroutines usan lo mismo en el mismo momento, y una lo cambia. ¿Tienen las dos el candado (mutex) cerrado?",
		first:     "Arregla esto primero: lo que la prueba esperaba no podía llegar.",
		hangs:     "Tu código no terminó: ¿un bucle sin fin, o un candado (mutex) que nadie abre?",
		forgotten: "¿Falta %q entre los imports?",

		browserAll: "En el navegador también: pasan las %d.", browserSame: "En el navegador fallan las mismas pruebas.",
		browserProblems: "Tu respuesta no se compila para el navegador:",
		onlyNative:      "pasa de forma nativa, falla en el navegador: %s", onlyBrowser: "falla de forma nativa, pasa en el navegador: %s",
	},
}

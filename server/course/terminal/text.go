package terminal

// words are what the terminal says, in one language.
type words struct {
	lesson, edit, page             string
	native, browser                string
	pass, fail, passing, remaining string
	problems                       string
	ofTests, ofCourse              string
	ran, runs                      string
	hint, noHints, lastHint        string
	doneMark, done, lastDone       string
	surely, surelyNext, lastLesson string
	earlier, cut                   string
	keyHint, keyAnswer, keyAgain   string
	keyNext, keyQuit               string
	shown, damaged, failed         string
}

var inLanguage = map[string]words{
	"en": {
		lesson: "Lesson %d · %s", edit: "edit", page: "page",
		native: "native", browser: "browser",
		pass: "pass", fail: "FAIL", passing: "%d pass", remaining: "%d more to go",
		problems: "Your answer cannot be tested yet:",
		ofTests:  "%d of %d tests", ofCourse: "%d of %d lessons",
		ran: "%s: %d of %d pass (%s)", runs: "testing …",
		hint: "Hint %d of %d: %s", noHints: "This lesson has no hints.", lastHint: "That was the last hint. s shows the answer beside yours.",
		doneMark:   "done",
		done:       "Lesson %d is done. n goes on to lesson %d; s shows the reference answer beside yours.",
		lastDone:   "Lesson %d is done; it was the last one. s shows the reference answer beside yours.",
		surely:     "Not passed yet: s again shows the answer, any other key goes on.",
		surelyNext: "Not passed yet: n again leaves for lesson %d, any other key stays.",
		lastLesson: "This is the last lesson.",
		earlier:    "You passed this lesson before it was changed; its tests now ask for something else.",
		cut:        "… %d more lines",
		keyHint:    "hint", keyAnswer: "answer", keyAgain: "run again", keyNext: "next", keyQuit: "quit",
		shown:   "Your file has not been changed: write the answer there yourself, from memory.",
		damaged: "progress.txt:%d is not understood, and counts for nothing: %.60q", failed: "This did not work: %v",
	},
	"es": {
		lesson: "Lección %d · %s", edit: "edita", page: "página",
		native: "nativo", browser: "navegador",
		pass: "pasa", fail: "FALLA", passing: "%d pasan", remaining: "faltan %d más",
		problems: "Tu respuesta todavía no se puede probar:",
		ofTests:  "%d de %d pruebas", ofCourse: "%d de %d lecciones",
		ran: "%s: pasan %d de %d (%s)", runs: "probando …",
		hint: "Pista %d de %d: %s", noHints: "Esta lección no tiene pistas.", lastHint: "Esa fue la última pista. s muestra la respuesta al lado de la tuya.",
		doneMark:   "hecha",
		done:       "La lección %d está hecha. n pasa a la lección %d; s muestra la respuesta de referencia al lado de la tuya.",
		lastDone:   "La lección %d está hecha; era la última. s muestra la respuesta de referencia al lado de la tuya.",
		surely:     "Aún no pasan: s otra vez muestra la respuesta; cualquier otra tecla, sigue.",
		surelyNext: "Aún no pasan: n otra vez va a la lección %d; cualquier otra tecla, te quedas.",
		lastLesson: "Esta es la última lección.",
		earlier:    "Pasaste esta lección antes de que cambiara; ahora sus pruebas piden otra cosa.",
		cut:        "… %d líneas más",
		keyHint:    "pista", keyAnswer: "respuesta", keyAgain: "probar", keyNext: "siguiente", keyQuit: "salir",
		shown:   "Tu archivo no ha cambiado: escribe tú la respuesta ahí, de memoria.",
		damaged: "progress.txt:%d no se entiende y no cuenta: %.60q", failed: "Esto no funcionó: %v",
	},
}

func wordsOf(lang string) words {
	if w, known := inLanguage[lang]; known {
		return w
	}
	return inLanguage["en"]
}

package app

// sayings are what the commands around a lesson say to a learner, in one language.
type sayings struct {
	hint, lastHint, oneMore, more string
	shown                         string
	isStarter, reset              string
	nothingKept, restored, undo   string
	damaged                       string
}

var saidIn = map[string]sayings{
	"en": {
		hint:        "Hint %d of %d: %s",
		lastHint:    "That was the last hint. The answer beside yours: ./task solution:%d",
		oneMore:     "One more: ./task hint:%d",
		more:        "%d more: ./task hint:%d",
		shown:       "Your file %s has not been changed: write the answer there yourself, from memory.",
		isStarter:   "%s is the starter: there is nothing to reset.",
		reset:       "%s is the starter again.\nYour text is kept in %s; ./task restore:%d brings it back.",
		nothingKept: "no text of lesson %[1]d has been kept: ./task reset:%[1]d keeps one",
		restored:    "%s is again the text that was kept last.",
		undo:        "What was there is kept in %s; ./task restore:%d again undoes this.",
		damaged:     "Some lines are not understood. They are left as they are, and count for nothing:\n  %s\n",
	},
	"es": {
		hint:        "Pista %d de %d: %s",
		lastHint:    "Esa fue la última pista. La respuesta al lado de la tuya: ./task solution:%d",
		oneMore:     "Queda una: ./task hint:%d",
		more:        "Quedan %d: ./task hint:%d",
		shown:       "Tu archivo %s no ha cambiado: escribe tú la respuesta ahí, de memoria.",
		isStarter:   "%s ya es el punto de partida: no hay nada que reiniciar.",
		reset:       "%s es otra vez el punto de partida.\nTu texto está guardado en %s; ./task restore:%d lo trae de vuelta.",
		nothingKept: "no hay ningún texto guardado de la lección %[1]d: ./task reset:%[1]d guarda uno",
		restored:    "%s vuelve a ser el último texto guardado.",
		undo:        "Lo que había está guardado en %s; ./task restore:%d otra vez lo deshace.",
		damaged:     "Algunas líneas no se entienden. Se quedan como están y no cuentan:\n  %s\n",
	},
}

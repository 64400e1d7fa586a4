package course

import (
	"regexp"
	"strings"
	"sync"
)

// phrases are what a test says it expected or got, as far as it is no value and no message of the wire,
// and what [Repo.Inspect] says, in the languages other than English.
var phrases = map[string]map[string]string{
	"es": {
		"the event %q":                    "el evento %q",
		"the request %q":                  "la petición %q",
		"an answer to %q":                 "una respuesta a %q",
		"a payload for %T":                "un contenido para %T",
		"the server ends the connection":  "el servidor termina la conexión",
		"silence":                         "silencio",
		"nothing":                         "nada",
		"nothing within %s":               "nada en %s",
		"a pause before each attempt":     "una pausa antes de cada intento",
		"%d attempts":                     "%d intentos",
		"the end of Stay":                 "el final de Stay",
		"the connection stays open":       "la conexión sigue abierta",
		"the client was refused: %d %s":   "el cliente fue rechazado: %d %s",
		"the connection has ended: %d %s": "la conexión terminó: %d %s",

		"numbers without gaps":                             "números sin huecos",
		"nothing is lost of who is always there":           "nada se pierde de quien siempre está",
		"something is":                                     "algo se pierde",
		"each message once, in order, or news of a loss":   "cada mensaje una vez, en orden, o el aviso de una pérdida",
		"everyone hears the same":                          "todos oyen lo mismo",
		"everyone hears everything":                        "todos lo oyen todo",
		"the answer is the number of the message":          "la respuesta es el número del mensaje",
		"each line takes effect once":                      "cada línea tiene efecto una vez",
		"each line takes effect":                           "cada línea tiene efecto",
		"the order of who says them":                       "el orden de quien las dice",
		"what is acknowledged is not said again":           "lo que tiene acuse no se repite",
		"message %d after %d":                              "el mensaje %d tras el %d",
		"message %d after %d, at %s":                       "el mensaje %d tras el %d, donde %s",
		"something else at %s":                             "otra cosa donde %s",
		"%s has heard up to %d of %d":                      "%s ha oído hasta %d de %d",
		"number %d at %s":                                  "el número %d donde %s",
		"%q takes effect %d times":                         "%q tiene efecto %d veces",
		"%q has none, and nobody was told":                 "%q no lo tiene, y nadie recibió aviso",
		"%q comes before the line that was said before it": "%q viene antes que la línea que se dijo antes",
		"%q, once more":                                    "%q, una vez más",
		"%s is let in":                                     "%s entra",
		"a page of %s is refused: %d %s":                   "se rechaza una página de %s: %d %s",
		"a wrong token is refused: %d %s":                  "se rechaza un token equivocado: %d %s",
		"one more is refused: %d %s":                       "se rechaza a uno más: %d %s",

		"the answer %s":                "la respuesta %s",
		"the text %q":                  "el texto %q",
		"a text of %d bytes":           "un texto de %d bytes",
		"the binary message %s":        "el mensaje binario %s",
		"a binary message of %d bytes": "un mensaje binario de %d bytes",
		"a close frame":                "una trama de cierre",
		"a close frame, %s":            "una trama de cierre, %s",
		"the connection broke off":     "la conexión se cortó",
		"it broke off":                 "se cortó",
		"Handler returns":              "Handler termina",
		"it still runs":                "sigue en marcha",
		"no warning in the log":        "ningún aviso en el registro",
		"a warning in the log":         "un aviso en el registro",

		"a packet":                    "un paquete",
		"a packet or an error for %q": "un paquete, o un error con %q",
		"an error for %s":             "un error con %s",
		"a panic: %s":                 "un panic: %s",

		"a text with %s":    "un texto con %s",
		"a text without %s": "un texto sin %s",
		"a text like %s":    "un texto como %s",
		"%s in number":      "%s en total",
		"something":         "algo",
		"no error":          "ningún error",

		"imports %q, which this lesson does not use; allowed are: %s":                           "importa %q, que esta lección no usa; se permiten: %s",
		"this file is of package %s; the lesson's package is %s: write \"package %s\"":          "este archivo es del paquete %s; el de la lección es %s: escribe \"package %s\"",
		"there is no Go file here: write one, or delete the folder %s to get the starter again": "aquí no hay ningún archivo Go: escribe uno, o borra la carpeta %s para volver a empezar",
	},
}

// A pattern finds a phrase and says it in another language.
type pattern struct {
	english *regexp.Regexp
	other   string // a template for its submatches
}

var verb = regexp.MustCompile(`%[qTsd]`)

var patterns = sync.OnceValue(func() map[string][]pattern {
	all := map[string][]pattern{}
	for lang, said := range phrases {
		for english, other := range said {
			text := verb.ReplaceAllString(regexp.QuoteMeta(english), "(.*)")
			n := 0
			other = verb.ReplaceAllStringFunc(other, func(string) string { n++; return "${" + string(rune('0'+n)) + "}" })
			all[lang] = append(all[lang], pattern{regexp.MustCompile("(?s)^" + text + "$"), other})
		}
	}
	return all
})

// translated says in lang what a test says in English. Values stay as they are.
func translated(lang, english string) string {
	if strings.HasPrefix(english, "{") {
		return english
	}
	for _, p := range patterns()[lang] {
		if p.english.MatchString(english) {
			return p.english.ReplaceAllString(english, p.other)
		}
	}
	return english
}

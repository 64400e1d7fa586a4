package course

import "regexp"

// meanings say in plain words what the compiler and vet say to those who know Go. The first that fits counts.
var meanings = []struct {
	said  *regexp.Regexp
	means map[string]string
}{
	{regexp.MustCompile(`^declared and not used: `), map[string]string{
		"en": "Go wants every variable to be used: use it, or take it away.",
		"es": "Go quiere que se use cada variable: úsala o quítala.",
	}},
	{regexp.MustCompile(`imported and not used$`), map[string]string{
		"en": "Go wants every import to be used: use it, or take the line away.",
		"es": "Go quiere que se use cada import: úsalo o quita la línea.",
	}},
	{regexp.MustCompile(`^undefined: `), map[string]string{
		"en": "Nothing has this name here: is it spelled like that, capitals included?",
		"es": "Aquí nada tiene este nombre: ¿está escrito así, con sus mayúsculas?",
	}},
	{regexp.MustCompile(`^missing return$`), map[string]string{
		"en": "The function promises a value: it must end with return on every way through it.",
		"es": "La función promete un valor: debe terminar con return por cualquier camino.",
	}},
	{regexp.MustCompile(`^(?s)cannot use .* in (argument|assignment|return statement|variable declaration)`), map[string]string{
		"en": "The value is of one type and another is wanted here.",
		"es": "El valor es de un tipo y aquí hace falta otro.",
	}},
	{regexp.MustCompile(`^(not enough|too many) (arguments in call|return values)`), map[string]string{
		"en": "Count the values: have is what is there, want is what should be.",
		"es": "Cuenta los valores: have es lo que hay, want es lo que debería haber.",
	}},
	{regexp.MustCompile(`has no field or method |^unknown field `), map[string]string{
		"en": "A value of this type has nothing of this name: is it spelled like that?",
		"es": "Un valor de este tipo no tiene nada con este nombre: ¿está escrito así?",
	}},
	{regexp.MustCompile(`^syntax error: `), map[string]string{
		"en": "The compiler lost its way here: a bracket, a brace or a comma may be missing, perhaps a line above.",
		"es": "El compilador se perdió aquí: puede faltar un paréntesis, una llave o una coma, quizás una línea más arriba.",
	}},
	{regexp.MustCompile(`passes lock by value|copies lock value`), map[string]string{
		"en": "A copied mutex locks nothing: hand over a pointer (*).",
		"es": "Un mutex copiado no cierra nada: pasa un puntero (*).",
	}},
	{regexp.MustCompile(`^unreachable code$`), map[string]string{
		"en": "This line never runs: the one above always leaves the function.",
		"es": "Esta línea nunca se ejecuta: la de arriba siempre sale de la función.",
	}},
	{regexp.MustCompile(`cancel function (is not used|.* should be called)`), map[string]string{
		"en": "A context that nobody cancels is kept: write defer cancel() below it.",
		"es": "Un contexto que nadie cancela se queda: escribe defer cancel() debajo.",
	}},
	{regexp.MustCompile(`format %.* (has arg|reads arg)|call needs \d+ args? but has|wrong number of args for format`), map[string]string{
		"en": "The verbs (%…) in the text and the values after it do not fit together.",
		"es": "Los verbos (%…) del texto y los valores que siguen no encajan.",
	}},
}

package text

// Bench is the page of what was measured on this machine.
type Bench struct {
	Title    string
	Intro    string
	None     string // before the command that measures
	Measured string // with the blanks {when}, {machine}, {cores} and {go}
	Here     string // the same, before the command that measures again
	Recorded string // the same, where it was another machine
	Spread   string // how a chart is read
	Bars     string // the same, where there are no goals
	Figures  string // opens the table of a chart
	Server   string // the columns of a table
	Runs     string
	Median   string
	Range    string
	Goal     string
	Reached  string
	Missed   string
	Parts    []Measured
}

// Measured is a part of the results, by its name in package figures.
type Measured struct {
	Key   string
	Title string
	Text  string
	Rows  []Quantity
}

// Quantity is what one row measures.
type Quantity struct{ Key, What, Unit string }

// Part returns the texts of a part, and whether there are any.
func (b Bench) Part(key string) (Measured, bool) {
	for _, p := range b.Parts {
		if p.Key == key {
			return p, true
		}
	}
	return Measured{}, false
}

// Row returns the texts of a row, and whether there are any.
func (m Measured) Row(key string) (Quantity, bool) {
	for _, q := range m.Rows {
		if q.Key == key {
			return q, true
		}
	}
	return Quantity{}, false
}

var englishBench = Bench{
	Title:    "Measured on this machine",
	Intro:    "What an event costs, by transport and by server. No figure on this page comes from anywhere else.",
	None:     "Nothing has been measured here yet. This command does it, in some minutes:",
	Measured: "Measured {when} on {machine}, {cores} cores, {go}.",
	Here:     "Measured {when} on this machine: {machine}, {cores} cores, {go}. To measure again takes half a minute; then load this page again.",
	Recorded: "Nothing has been measured here yet. These figures are of another machine ({machine}, {cores} cores, {go}), {when}. The command below measures yours in half a minute; then load this page again.",
	Bars:     "A bar is the median, the thin line goes from the least to the most. Shorter is better.",
	Figures:  "The figures",
	Spread:   "A bar is the median, the thin line goes from the least to the most, the tick is the goal. Shorter is better.",
	Server:   "Who", Runs: "n", Median: "Median", Range: "Least – most", Goal: "Goal", Reached: "reached", Missed: "missed",
	Parts: []Measured{
		{
			"server", "The server under load",
			"Time of the processor for each piece of work, one process for each server. ws and socket.io are this lab's server. The others are small programs that do the same: limit is tuned by hand and sets the goals, hub has a goroutine that writes for each client, chat writes each message with a timeout.",
			[]Quantity{
				{"fanout100", "A message to 100 clients, one under way", "µs for each delivery"},
				{"fanout1000", "A message to 1,000 clients, one under way", "µs for each delivery"},
				{"talk", "1,000 clients, 16 of them talking", "µs for each delivery"},
				{"bursts", "Messages to 1,000 clients, 64 under way", "µs for each delivery"},
				{"growth-500", "A message to 500 clients", "µs for each delivery"},
				{"growth-1000", "A message to 1,000 clients, once more", "µs for each delivery"},
				{"growth-2000", "A message to 2,000 clients", "µs for each delivery"},
				{"growth-4000", "A message to 4,000 clients", "µs for each delivery"},
				{"growth", "A delivery among 4,000 beside one among 500", "times"},
				{"echo", "A request and its answer, 64 clients", "µs for each round trip"},
				{"connect", "To connect with a token", "µs for each client"},
				{"idle", "Memory of 10,000 idle connections", "KiB for each"},
				{"stalled-lost", "One client does not read 20 MB: what the others lose", "messages"},
				{"stalled-memory", "One client does not read 20 MB: how the server grows", "MiB"},
			},
		},
		{
			"transports", "An event there and back",
			"One client says 64 bytes and hears them again. Bytes are counted on the wire, headers included. Polling asks once a second.",
			[]Quantity{
				{"requests", "Requests for an event there and back", "requests"},
				{"latency", "From saying to hearing", "ms"},
				{"silence", "Two seconds in which nobody speaks", "bytes"},
				{"up", "To the server, for an event", "bytes"},
				{"down", "From the server, for an event", "bytes"},
				{"proxied", "From saying to hearing, through an HTTP proxy", "ms"},
			},
		},
		{
			"learner", "What a learner waits for",
			"From a save to what it brings about, measured in a copy of the lab as you meet it.",
			[]Quantity{
				{"save to verdict, native", "From saving to the verdict", "ms"},
				{"save to new code answering a connected client", "From saving to new code that answers", "ms"},
				{"save to verdict, in the browser", "From saving to the verdict of the browser", "ms"},
				{"page: until its text has arrived", "A lesson's page, until its text has arrived", "ms"},
				{"page: until this browser has painted it", "A lesson's page, until it is painted", "ms"},
				{"page: navigation to connected, cold cache", "A lesson's page, until its clients connect", "ms"},
				{"event through a function and back, interpreted", "An event through your function, interpreted", "ms"},
				{"event through a function and back, compiled", "An event through your function, compiled", "ms"},
				{"… a version, from its source to its first answer", "A new version, from its source to its first answer", "ms"},
			},
		},
	},
}

var spanishBench = Bench{
	Title:    "Medido en esta máquina",
	Intro:    "Lo que cuesta un evento, según el transporte y según el servidor. Ninguna cifra de esta página viene de otro sitio.",
	None:     "Aquí no se ha medido nada todavía. Este comando lo hace, en unos minutos:",
	Measured: "Medido el {when} en {machine}, {cores} núcleos, {go}.",
	Here:     "Medido el {when} en esta máquina: {machine}, {cores} núcleos, {go}. Medir otra vez tarda medio minuto; después recarga esta página.",
	Recorded: "Aquí no se ha medido nada todavía. Estas cifras son de otra máquina ({machine}, {cores} núcleos, {go}), del {when}. El comando de abajo mide la tuya en medio minuto; después recarga esta página.",
	Bars:     "La barra es la mediana; la línea fina va del mínimo al máximo. Más corto es mejor.",
	Figures:  "Las cifras",
	Spread:   "La barra es la mediana, la línea fina va del mínimo al máximo y la marca es la meta. Más corto es mejor.",
	Server:   "Quién", Runs: "n", Median: "Mediana", Range: "Mín. – máx.", Goal: "Meta", Reached: "alcanzada", Missed: "no alcanzada",
	Parts: []Measured{
		{
			"server", "El servidor con carga",
			"Tiempo de procesador por cada trabajo, con un proceso para cada servidor. ws y socket.io son el servidor de este laboratorio. Los demás son programas pequeños que hacen lo mismo: limit está afinado a mano y fija las metas, hub tiene una gorutina que escribe por cada cliente, chat escribe cada mensaje con un tiempo límite.",
			[]Quantity{
				{"fanout100", "Un mensaje a 100 clientes, de uno en uno", "µs por entrega"},
				{"fanout1000", "Un mensaje a 1000 clientes, de uno en uno", "µs por entrega"},
				{"talk", "1000 clientes, y 16 de ellos hablan", "µs por entrega"},
				{"bursts", "Mensajes a 1000 clientes, 64 en camino", "µs por entrega"},
				{"growth-500", "Un mensaje a 500 clientes", "µs por entrega"},
				{"growth-1000", "Un mensaje a 1000 clientes, otra vez", "µs por entrega"},
				{"growth-2000", "Un mensaje a 2000 clientes", "µs por entrega"},
				{"growth-4000", "Un mensaje a 4000 clientes", "µs por entrega"},
				{"growth", "Una entrega entre 4000 frente a una entre 500", "veces"},
				{"echo", "Una petición y su respuesta, 64 clientes", "µs por ida y vuelta"},
				{"connect", "Conectar con un token", "µs por cliente"},
				{"idle", "Memoria de 10.000 conexiones en reposo", "KiB cada una"},
				{"stalled-lost", "Un cliente no lee 20 MB: lo que pierden los demás", "mensajes"},
				{"stalled-memory", "Un cliente no lee 20 MB: lo que crece el servidor", "MiB"},
			},
		},
		{
			"transports", "Un evento de ida y vuelta",
			"Un cliente dice 64 bytes y los vuelve a oír. Los bytes se cuentan en el cable, con las cabeceras. El sondeo (polling) pregunta una vez por segundo.",
			[]Quantity{
				{"requests", "Peticiones por evento, de ida y vuelta", "peticiones"},
				{"latency", "De decirlo a oírlo", "ms"},
				{"silence", "Dos segundos en los que nadie habla", "bytes"},
				{"up", "Hacia el servidor, por evento", "bytes"},
				{"down", "Desde el servidor, por evento", "bytes"},
				{"proxied", "De decirlo a oírlo, a través de un proxy HTTP", "ms"},
			},
		},
		{
			"learner", "Lo que espera quien aprende",
			"De guardar a lo que eso produce, medido en una copia del laboratorio tal como lo usas.",
			[]Quantity{
				{"save to verdict, native", "De guardar al veredicto", "ms"},
				{"save to new code answering a connected client", "De guardar a que responde el código nuevo", "ms"},
				{"save to verdict, in the browser", "De guardar al veredicto del navegador", "ms"},
				{"page: until its text has arrived", "La página de una lección, hasta que llega su texto", "ms"},
				{"page: until this browser has painted it", "La página de una lección, hasta que está pintada", "ms"},
				{"page: navigation to connected, cold cache", "La página de una lección, hasta que sus clientes conectan", "ms"},
				{"event through a function and back, interpreted", "Un evento por tu función, interpretada", "ms"},
				{"event through a function and back, compiled", "Un evento por tu función, compilada", "ms"},
				{"… a version, from its source to its first answer", "Una versión nueva, de su texto a su primera respuesta", "ms"},
			},
		},
	},
}

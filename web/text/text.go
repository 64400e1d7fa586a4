// Package text holds every sentence that the pages show, once for each language. A sentence is a
// field: one that is missing does not compile, and one that is empty fails this package's test.
package text

// Strings are the sentences of one language.
type Strings struct {
	Lang  string // "en"; also the first part of every page's path
	Name  string // what the language calls itself
	Other string // the other language
	// OtherName is what the other language calls itself: the text of the link that leads there.
	OtherName string

	Site     Site
	Home     Home
	Course   []Part
	Lesson   Lesson
	Client   Client
	Console  Console
	Wire     Wire
	Sequence Sequence
	Tests    Tests
	Answer   Answer
	Function Function
	Keys     Keys
	Chat     Chat
	Module   Module
	Bench    Bench
	NotFound NotFound
	Words    Words
}

// Site is what every page carries.
type Site struct {
	Description    string
	SkipToText     string
	SkipToLive     string
	Navigation     string
	Home           string
	Course         string
	Chat           string
	Bench          string // leads to what was measured
	Theme          string
	Footer         string
	Copy           string
	Copied         string
	NeedsScript    string // shown where nothing is alive: no script, or no WebAssembly
	Building       string // while the server compiles the page's program
	Failed         string
	Figure         string // numbers the figures of a text: "Figure"
	ExternalSuffix string
}

// Home is the front page.
type Home struct {
	Title       string
	What        string
	Why         string
	Start       string
	StartNote   string
	OpenLesson  string
	OpenChat    string
	FigureTitle string
	FigureText  string
	Time        string // the axis of the figure
	Map         string
	MapNote     string
	Planned     string
	Done        string // the learner has done that lesson
	Module      string // before the section of the module that a lesson covers
}

// A Part is one of the three parts of the course.
type Part struct {
	Title   string
	Text    string
	Lessons []Entry
}

// An Entry is a lesson of the course, shown so until its folder exists.
type Entry struct {
	Number int
	Title  string
	Goal   string
}

// Lesson is the page of one lesson.
type Lesson struct {
	Lesson      string
	Module      string
	File        string
	Words       string
	Reading     string
	Hint        string
	NextHint    string // the button that reveals it
	Done        string // printed beside the title like a stamp
	DoneNote    string
	NoRecording string
	Recording   string
	Time        string
	Who         string
	Direction   string
	Frame       string // what kind of frame, and how many bytes its payload has
	Message     string
	Lost        string // of a connection that ended without a close frame
	ToServer    string
	FromServer  string
	Server      string
	Table       string
	Previous    string
	Next        string
	End         string
	Split       string
	Instrument  string
	Source      string
	Mine        string
	Reference   string
	Panels      string
	Read        string
	Clients     string
	Text        string
}

// Client is one of the two clients beside a lesson.
type Client struct {
	Ana         string
	Bob         string
	State       string
	Address     string
	Transport   string
	Token       string
	Name        string
	Mint        string
	MintValid   string
	MintExpired string
	MintBad     string
	Connect     string
	Disconnect  string
	Lose        string
	Event       string
	Payload     string
	Send        string
	Flood       string // has {n}
	OtherEvent  string
	Message     string
	Kind        string // of a message without an envelope
	KindText    string
	KindBinary  string
	EventName   string
	Answers     string // before the request that a client answers
	Here        string // names the list of who is here
	Log         string
	LogEmpty    string
	Clear       string
}

// Console is the panel of what the server's code prints.
type Console struct {
	Title string
	Note  string
	Empty string
}

// Tests is the panel of the lesson's tests.
type Tests struct {
	Title         string
	Note          string
	Empty         string
	Natively      string // the two columns, and what each is
	NativelyNote  string
	RawNote       string // the same, where the code is no gateway
	NativelyAlone string // instead of a verdict in the browser
	InBrowser     string
	InBrowserNote string
	Test          string
	Again         string
	Idle          string // where nobody works on the lesson; {n} is its number
	Problems      string
	Warnings      string
	Expected      string
	Crashed       string // below a test in which the code panicked
	Got           string
	Concept       string // before what a test is about
	Printed       string // before what the code printed during a test
	Passed        string
	Next          string // before the title of the lesson that follows
}

// Answer is the reference answer beside the learner's.
type Answer struct {
	Title     string // of the panel
	Note      string
	Show      string
	Hide      string
	Ask       string // before it is shown to somebody whose tests have not passed
	Yes       string
	No        string
	Page      string // the link to the answer's own page, and its title
	Safe      string
	Mine      string
	Reference string
	Removed   string
	Added     string
	Changed   string
	Same      string
	Back      string
}

// Function is the state of the learner's code.
type Function struct {
	Title   string
	Unknown string
}

// Keys is the dialog that lists the keyboard shortcuts.
type Keys struct {
	Title      string
	Open       string
	Close      string
	On         string
	Read       string
	Ana        string
	Bob        string
	Wire       string
	Console    string
	Tests      string
	Again      string
	Hint       string
	Show       string
	Next       string
	Source     string
	Split      string
	ThisDialog string
}

// Chat is the page of the finished chat.
type Chat struct {
	Title       string
	Intro       string
	Join        string
	JoinNote    string
	Token       string
	TokenNote   string
	Name        string
	NameNote    string
	Leave       string
	Lose        string
	LoseNote    string
	Here        string
	HereEmpty   string
	Messages    string
	Empty       string
	EmptyBefore string
	Everyone    string
	To          string
	Write       string
	Send        string
	Rooms       string
	Room        string
	EnterRoom   string
	Wire        string
	WireNote    string
	Second      string
}

// Module is the page of the course module's own client.
type Module struct {
	Title   string
	Intro   string
	Script  string // whose script it is
	Same    string // the same in Go
	Missing string // the library, and what to do
	Beside  string
	Refused string
	Example string // a payload, as JSON
}

// NotFound is the page for an address that leads nowhere.
type NotFound struct {
	Title string
	Text  string
	Back  string
}

// In returns the sentences of lang, and whether there are any.
func In(lang string) (*Strings, bool) {
	switch lang {
	case "en":
		return &english, true
	case "es":
		return &spanish, true
	}
	return nil, false
}

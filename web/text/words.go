package text

import "reflect"

// Words are what the page's WebAssembly shows. It finds them in the page, by the key in the tag, so
// that the program carries no language. {braces} are filled in by the program.
type Words struct {
	WireWords

	Closed     string `word:"state.closed"`
	ClosedWith string `word:"state.closed.with"`
	Connecting string `word:"state.connecting"`
	Open       string `word:"state.open"`
	Lost       string `word:"state.lost"`
	Refused    string `word:"state.refused"`

	Sent        string `word:"log.sent"`
	Received    string `word:"log.received"`
	Opening     string `word:"log.connect"`
	Opened      string `word:"log.open"`
	ClosedLine  string `word:"log.close"`
	LostLine    string `word:"log.lost"`
	Unreachable string `word:"log.unreachable"`

	NotOpen    string `word:"error.closed"`
	NotJSON    string `word:"error.json"`
	NoEvent    string `word:"error.event"`
	NotHex     string `word:"error.hex"`
	MintedNote string `word:"mint.done"`
	SpeakIn    string `word:"presence.room"`

	Asking    string `word:"outcome.asking"`
	Answered  string `word:"outcome.answered"`
	Denied    string `word:"outcome.refused"`
	Late      string `word:"outcome.late"`
	Ended     string `word:"outcome.ended"`
	Exception string `word:"outcome.exception"`

	Building   string `word:"function.building"`
	Running    string `word:"function.running"`
	Missing    string `word:"function.missing"`
	BuildError string `word:"function.build_error"`
	Unstarted  string `word:"function.unstarted"`
	Crashed    string `word:"function.crashed"`
	Panicked   string `word:"function.panicked"`
	FeedLost   string `word:"feed.lost"`
	Mine       string `word:"source.mine"`
	Solution   string `word:"source.solution"`

	CodeMissing    string `word:"code.missing"`
	CodeBroken     string `word:"code.build_error"`
	CodeBefore     string `word:"code.before"`
	CodeCrashed    string `word:"code.crashed"`
	CodePanicked   string `word:"code.panicked"`
	CodeNewVersion string `word:"code.version"`

	KindPanic      string `word:"problem.panic"`
	KindFatal      string `word:"problem.fatal"`
	KindStalled    string `word:"problem.stalled"`
	KindLoop       string `word:"problem.loop"`
	KindBlocked    string `word:"problem.blocked"`
	KindRecursion  string `word:"problem.recursion"`
	KindMemory     string `word:"problem.memory"`
	KindSlowClient string `word:"problem.slow_client"`
	KindExit       string `word:"problem.exit"`

	NotRun  string `word:"verdict.none"`
	Judging string `word:"verdict.running"`
	Pass    string `word:"verdict.pass"`
	Fail    string `word:"verdict.fail"`
	Skipped string `word:"verdict.skip"`
	Tally   string `word:"verdict.tally"`
	Hangs   string `word:"test.hangs"`
	Place   string `word:"place.native"`
	Browser string `word:"place.browser"`

	NewsAll      string `word:"news.all"`
	NewsSome     string `word:"news.some"`
	NewsProblems string `word:"news.problems"`
	NewsTrouble  string `word:"news.trouble"`
	NewsDone     string `word:"news.done"`
	NextHint     string `word:"hint.next"`
	AnswerFailed string `word:"answer.failed"`

	SequenceServer string `word:"sequence.server"`
	SequenceTitle  string `word:"sequence.title"`
	SequenceText   string `word:"sequence.description"`
	SequenceCopied string `word:"sequence.copied"`
	SequenceLong   string `word:"sequence.long"`
	SequenceNoCopy string `word:"sequence.nocopy"`
	SequenceSaved  string `word:"sequence.saved"`

	You           string `word:"chat.you"`
	Joined        string `word:"chat.joined"`
	Left          string `word:"chat.left"`
	PrivateTo     string `word:"chat.private.to"`
	PrivateFrom   string `word:"chat.private.from"`
	Everyone      string `word:"chat.everyone"`
	PrivateButton string `word:"chat.private"`
	ChatRefused   string `word:"chat.refused"`
	ChatLost      string `word:"chat.lost"`
	ChatLeft      string `word:"chat.you.left"`
	ChatError     string `word:"chat.error"`
	NeedsName     string `word:"chat.name"`
	Someone       string `word:"chat.someone"`
	ChatAgain     string `word:"chat.again"`
	ChatBack      string `word:"chat.back"`
	ChatAnew      string `word:"chat.anew"`
	LineWaiting   string `word:"chat.waiting"`
	LineSent      string `word:"chat.sent"`
	LineUnsure    string `word:"chat.unsure"`
	LineUnsent    string `word:"chat.unsent"`
	LeaveRoom     string `word:"chat.room.leave"`
}

// A Word is one of Words with its key.
type Word struct{ Key, Text string }

// List returns the words with their keys, in the order of the fields.
func (w Words) List() []Word {
	v := reflect.ValueOf(w)
	var list []Word
	for _, field := range reflect.VisibleFields(v.Type()) {
		if !field.Anonymous {
			list = append(list, Word{field.Tag.Get("word"), v.FieldByIndex(field.Index).String()})
		}
	}
	return list
}

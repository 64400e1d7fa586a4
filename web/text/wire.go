package text

// Wire is the panel of what crosses the connections.
type Wire struct {
	Title       string
	Views       string
	Frames      string
	Sequence    string
	NeedsScript string

	Pause  string
	Resume string
	Clear  string
	Export string
	Newest string

	Filter    string
	Others    string
	Handshake string
	Data      string
	Control   string
	Faults    string // the filter's word for what went wrong
	Search    string
	All       string // takes every filter away
	Empty     string
	None      string // the filter lets nothing through

	Time   string // the columns
	Client string
	Way    string
	Kind   string
	Length string
	Says   string

	Detail  string
	Close   string
	Event   string
	Handled string
	Wrong   string
	Header  string // of the frame
	Payload string
	Text    string
	JSON    string
	Hex     string
	Raw     string
	Headers string
	Name    string
	Value   string

	Worsen  FaultsForm
	Presets []Preset
	Each    []EachFault
}

// FaultsForm is where connections are made worse.
type FaultsForm struct {
	Title    string
	None     string
	Whose    string
	Both     string
	Presets  string
	Single   string
	Fault    string
	Seed     string
	SeedNote string
	Text     string
	Apply    string
	Tear     string
	Link     string
}

// A Preset is a kind of bad connection, with its faults.
type Preset struct{ Name, Faults string }

// EachFault is one fault: its name in the text, what it does, and an example of its value.
type EachFault struct{ Name, Does, Example string }

// WireWords are what the page's program says of entries and frames.
type WireWords struct {
	Ana   string `word:"wire.ana"`
	Bob   string `word:"wire.bob"`
	Other string `word:"wire.other"`
	Up    string `word:"wire.up"`
	Down  string `word:"wire.down"`

	Request      string `word:"wire.kind.request"`
	Answer       string `word:"wire.kind.answer"`
	Fault        string `word:"wire.kind.fault"`
	End          string `word:"wire.kind.end"`
	Continuation string `word:"wire.kind.continuation"`
	Packet       string `word:"wire.kind.packet"`

	FinClient string `word:"wire.end.fin.client"`
	FinServer string `word:"wire.end.fin.server"`
	RstClient string `word:"wire.end.rst.client"`
	RstServer string `word:"wire.end.rst.server"`
	EndPolled string `word:"wire.end.polled"`

	WireLost     string `word:"wire.lost"`
	Fragment     string `word:"wire.fragment"`
	LastFragment string `word:"wire.fragment.last"`
	Compressed   string `word:"wire.compressed"`
	Short        string `word:"wire.short"`

	DidDrop   string `word:"wire.did.drop"`
	DidDouble string `word:"wire.did.double"`
	DidSplit  string `word:"wire.did.split"`
	DidMask   string `word:"wire.did.mask"`
	DidDelay  string `word:"wire.did.delay"`
	DidFin    string `word:"wire.did.fin"`
	DidReset  string `word:"wire.did.rst"`
	DidHalf   string `word:"wire.did.half"`
	DidStall  string `word:"wire.did.stall"`
	DidNone   string `word:"wire.did.none"`

	BreaksReserved     string `word:"wire.breaks.reserved"`
	BreaksOpcode       string `word:"wire.breaks.opcode"`
	BreaksLength       string `word:"wire.breaks.length"`
	BreaksUnmasked     string `word:"wire.breaks.unmasked"`
	BreaksMasked       string `word:"wire.breaks.masked"`
	BreaksFragmented   string `word:"wire.breaks.fragmented"`
	BreaksLong         string `word:"wire.breaks.long"`
	BreaksInterrupted  string `word:"wire.breaks.interrupted"`
	BreaksContinuation string `word:"wire.breaks.continuation"`
	BreaksClose        string `word:"wire.breaks.close"`

	Count  string `word:"wire.count"`
	More   string `word:"wire.more"`
	Missed string `word:"wire.missed"`
	News   string `word:"wire.news"`

	Entry          string `word:"wire.entry"`
	EntryAt        string `word:"wire.at"`
	Kept           string `word:"wire.kept"`
	NoPayload      string `word:"wire.empty"`
	NoText         string `word:"wire.bytes"`
	NoJSON         string `word:"wire.json"`
	RawMasked      string `word:"wire.raw.masked"`
	RawPlain       string `word:"wire.raw.plain"`
	Inflated       string `word:"wire.inflated"`
	InflatedLater  string `word:"wire.inflated.later"`
	CloseCode      string `word:"wire.close.code"`
	MaskedSecret   string `word:"wire.masked"`
	FaultsNow      string `word:"wire.faults.now"`
	FaultsNext     string `word:"wire.faults.next"`
	FaultsClosed   string `word:"wire.faults.closed"`
	FaultsFailed   string `word:"wire.faults.failed"`
	BadTime        string `word:"wire.bad.time"`
	BadChance      string `word:"wire.bad.chance"`
	BadCount       string `word:"wire.bad.count"`
	BadValue       string `word:"wire.bad.value"`
	BadName        string `word:"wire.bad.name"`
	FieldFin0      string `word:"wire.field.fin.0"`
	FieldFin1      string `word:"wire.field.fin.1"`
	FieldRSV10     string `word:"wire.field.rsv1.0"`
	FieldRSV11     string `word:"wire.field.rsv1.1"`
	FieldRSV0      string `word:"wire.field.rsv.0"`
	FieldRSV1      string `word:"wire.field.rsv.1"`
	FieldMask0     string `word:"wire.field.mask.0"`
	FieldMask1     string `word:"wire.field.mask.1"`
	FieldLength    string `word:"wire.field.length"`
	FieldLength16  string `word:"wire.field.length.16"`
	FieldLength64  string `word:"wire.field.length.64"`
	FieldExtended  string `word:"wire.field.extended"`
	FieldKey       string `word:"wire.field.key"`
	FieldPayload   string `word:"wire.field.payload"`
	OpContinuation string `word:"wire.opcode.continuation"`
	OpText         string `word:"wire.opcode.text"`
	OpBinary       string `word:"wire.opcode.binary"`
	OpClose        string `word:"wire.opcode.close"`
	OpPing         string `word:"wire.opcode.ping"`
	OpPong         string `word:"wire.opcode.pong"`
	OpUnknown      string `word:"wire.opcode.unknown"`
}

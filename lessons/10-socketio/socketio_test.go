package socketio_test

import (
	"fmt"
	"strings"
	"testing"

	messages "wslab/lessons/04-messages/solution"
	"wslab/server/gateway/gatewaytest"
)

// encodes checks that a packet is written as text.
func encodes(t *testing.T, p Packet, text string) {
	t.Helper()
	if p.Namespace == "" {
		p.Namespace = Main
	}
	if got := Encode(p); got != text {
		t.Fatalf("expected: %s\n     got: %s", text, orNothing(got))
	}
}

// decodes checks that text is read as a packet.
func decodes(t *testing.T, text string, want Packet) {
	t.Helper()
	if want.Namespace == "" {
		want.Namespace = Main
	}
	if got, err := decode(t, text); err != nil {
		t.Fatalf("expected: %s\n     got: an error for %s: %v", show(want), text, err)
	} else if got != want {
		t.Fatalf("expected: %s\n     got: %s from %s", show(want), show(got), text)
	}
}

// refuses checks that text is an error.
func refuses(t *testing.T, text string) {
	t.Helper()
	if got, err := decode(t, text); err == nil {
		t.Fatalf("expected: an error for %q\n     got: %s", text, show(got))
	}
}

// decode is Decode, whose panic fails the test in words.
func decode(t *testing.T, text string) (Packet, error) {
	t.Helper()
	p, err, panicked := attempt(text)
	if panicked != nil { // not told while it unwinds: the place would be one of Go's
		t.Fatalf("expected: a packet or an error for %.60q\n     got: a panic: %v", text, panicked)
	}
	return p, err
}

func attempt(text string) (p Packet, err error, panicked any) {
	defer func() { panicked = recover() }()
	p, err = Decode(text)
	return p, err, nil
}

// show writes a packet with the fields that say something.
func show(p Packet) string {
	fields := []string{fmt.Sprintf("Type: %q", byte(p.Type))}
	if p.Attachments != 0 {
		fields = append(fields, fmt.Sprint("Attachments: ", p.Attachments))
	}
	if p.Namespace != Main {
		fields = append(fields, fmt.Sprintf("Namespace: %q", p.Namespace))
	}
	if p.HasID || p.ID != 0 {
		fields = append(fields, fmt.Sprintf("HasID: %v, ID: %d", p.HasID, p.ID))
	}
	return "{" + strings.Join(append(fields, "Payload: "+orNothing(p.Payload)), ", ") + "}"
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

func TestAnEventIsItsTypeAndItsPayload(t *testing.T) {
	encodes(t, Packet{Type: Event, Payload: `["message",{"text":"hi"}]`}, `2["message",{"text":"hi"}]`)
	encodes(t, Packet{Type: Connect, Payload: `{"token":"ABC-123"}`}, `0{"token":"ABC-123"}`)
	encodes(t, Packet{Type: Disconnect}, `1`)
}

func TestANamespaceIsWrittenWithAComma(t *testing.T) {
	encodes(t, Packet{Type: Event, Namespace: "/admin", Payload: `["who"]`}, `2/admin,["who"]`)
	encodes(t, Packet{Type: Disconnect, Namespace: "/admin"}, `1/admin,`)
}

func TestAnIDIsWrittenBeforeThePayload(t *testing.T) {
	encodes(t, Packet{Type: Event, HasID: true, ID: 7, Payload: `["who"]`}, `27["who"]`)
	encodes(t, Packet{Type: Ack, Namespace: "/admin", HasID: true, ID: 456, Payload: `[]`}, `3/admin,456[]`)
}

func TestZeroIsAnID(t *testing.T) {
	encodes(t, Packet{Type: Event, HasID: true, Payload: `["question"]`}, `20["question"]`)
	decodes(t, `30["answer"]`, Packet{Type: Ack, HasID: true, Payload: `["answer"]`})
}

func TestAPacketSaysHowManyAttachmentsFollow(t *testing.T) {
	const pic = `["pic",{"_placeholder":true,"num":0}]`
	encodes(t, Packet{Type: BinaryEvent, Attachments: 1, Payload: pic}, `51-`+pic)
	encodes(t, Packet{Type: BinaryAck, Attachments: 10, Namespace: "/admin", HasID: true, ID: 7, Payload: `[]`}, `610-/admin,7[]`)
}

func TestAnEventIsRead(t *testing.T) {
	decodes(t, `2["message",{"text":"hi"}]`, Packet{Type: Event, Payload: `["message",{"text":"hi"}]`})
	decodes(t, `0`, Packet{Type: Connect})
	decodes(t, `1`, Packet{Type: Disconnect})
}

func TestANamespaceIsRead(t *testing.T) {
	decodes(t, `2/admin,["who"]`, Packet{Type: Event, Namespace: "/admin", Payload: `["who"]`})
	decodes(t, `0/admin,{"token":"123"}`, Packet{Type: Connect, Namespace: "/admin", Payload: `{"token":"123"}`})
	decodes(t, `0/admin?x=1,`, Packet{Type: Connect, Namespace: "/admin?x=1"})
}

func TestTheLastCommaMayBeMissing(t *testing.T) {
	decodes(t, `0/admin`, Packet{Type: Connect, Namespace: "/admin"})
	decodes(t, `1/admin`, Packet{Type: Disconnect, Namespace: "/admin"})
}

func TestACommaInThePayloadEndsNoNamespace(t *testing.T) {
	decodes(t, `2["move","/a,b",1]`, Packet{Type: Event, Payload: `["move","/a,b",1]`})
}

func TestAnIDIsRead(t *testing.T) {
	decodes(t, `27["who"]`, Packet{Type: Event, HasID: true, ID: 7, Payload: `["who"]`})
	decodes(t, `3/admin,456[]`, Packet{Type: Ack, Namespace: "/admin", HasID: true, ID: 456, Payload: `[]`})
}

func TestADigitInThePayloadIsNoID(t *testing.T) {
	decodes(t, `2["add",5]`, Packet{Type: Event, Payload: `["add",5]`})
	decodes(t, `212["add",5]`, Packet{Type: Event, HasID: true, ID: 12, Payload: `["add",5]`})
}

func TestTheNumberOfAttachmentsIsRead(t *testing.T) {
	const pics = `["pics",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]`
	decodes(t, `52-`+pics, Packet{Type: BinaryEvent, Attachments: 2, Payload: pics})
	decodes(t, `610-/admin,7[]`, Packet{Type: BinaryAck, Attachments: 10, Namespace: "/admin", HasID: true, ID: 7, Payload: `[]`})
}

func TestADashInThePayloadCountsNothing(t *testing.T) {
	decodes(t, `2["one-two"]`, Packet{Type: Event, Payload: `["one-two"]`})
}

func TestAPayloadIsLeftAsItIs(t *testing.T) {
	const payload = `["x",{"b":1,"a":"<ñ>"},12345678901234567890, 1.0]`
	decodes(t, `2`+payload, Packet{Type: Event, Payload: payload})
	encodes(t, Packet{Type: Event, Payload: payload}, `2`+payload)
}

func TestAnEmptyPacketIsRefused(t *testing.T) { refuses(t, ``) }

func TestAnUnknownTypeIsRefused(t *testing.T) {
	for _, text := range []string{`7["x"]`, `71["x"]`, `9`, `abc`, ` 2["x"]`, `/admin,`, `["x"]`, `ñ`} {
		refuses(t, text)
	}
}

func TestABadNumberOfAttachmentsIsRefused(t *testing.T) {
	for _, count := range []string{``, `0-`, `-`, `-1-`, `+1-`, `x-`, `1`, `1.5-`, `11-`, `99999999999999999999-`} {
		refuses(t, `5`+count+`["x"]`)
	}
	refuses(t, `5`)
	refuses(t, `2-1["x"]`)
}

func TestAnIDThatIsTooLongIsRefused(t *testing.T) {
	refuses(t, `2`+strings.Repeat("9", 30)+`["who"]`)
	refuses(t, `3`+strings.Repeat("9", 30)+`[]`)
}

func TestAPayloadThatIsNoJSONIsRefused(t *testing.T) {
	for _, text := range []string{`2["cut`, `2["x"]more`, `2abc["x"]`, `2["x"]["y"]`, `0{"token":}`, `27`, `2[` + strings.Repeat("[", 20_000)} {
		refuses(t, text)
	}
}

func TestAPayloadThatItsTypeDoesNotCarryIsRefused(t *testing.T) {
	for _, text := range []string{`0[1]`, `0"x"`, `0null`, `1{}`, `2{}`, `2[]`, `2[null]`, `31{}`, `3[]`, `4`, `51-`} {
		refuses(t, text)
	}
}

// examples are those of the protocol's document.
var examples = []string{
	`0`, `0{"sid":"oSO0OpakMV_3jnilAAAA"}`, `0/admin,`, `0/admin,{"sid":"oSO0OpakMV_3jnilAAAA"}`, `0{"token":"123"}`,
	`4{"message":"Not authorized"}`, `2["foo"]`, `2/admin,["bar"]`, `212["foo"]`, `3/admin,13["bar"]`, `1/admin,`,
	`51-["baz",{"_placeholder":true,"num":0}]`, `52-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`,
	`51-15["bar",{"_placeholder":true,"num":0}]`, `61-/admin,19[{"_placeholder":true,"num":0}]`,
}

func TestTheProtocolsExamplesComeBackAsTheyWere(t *testing.T) {
	for _, text := range examples {
		p, err := decode(t, text)
		if err != nil {
			t.Fatalf("expected: a packet\n     got: an error for %s: %v", text, err)
		}
		if got := Encode(p); got != text {
			t.Fatalf("expected: %s\n     got: %s by way of %s", text, orNothing(got), show(p))
		}
	}
}

func TestNoTextMakesDecodePanic(t *testing.T) {
	for _, example := range examples {
		for i := range len(example) {
			for _, middle := range []string{"", "/", ",", "-", "7", "[", "\x00", "\xff", "ñ"} {
				_, _ = decode(t, example[:i]+middle)
				_, _ = decode(t, example[:i]+middle+example[i+1:])
			}
		}
	}
}

// What the module's own client and its server say to each other, without the 4 of Engine.IO.
func TestASessionOfTheModulesClient(t *testing.T) {
	const pic = `["pic",{"_placeholder":true,"num":0}]`
	for _, said := range []struct {
		text   string
		packet Packet
	}{
		{`0{"token":"guess","name":"John Doe"}`, Packet{Type: Connect, Payload: `{"token":"guess","name":"John Doe"}`}},
		{`4{"message":"unauthorized"}`, Packet{Type: ConnectError, Payload: `{"message":"unauthorized"}`}},
		{`0{"token":"ABC-123","name":"John Doe"}`, Packet{Type: Connect, Payload: `{"token":"ABC-123","name":"John Doe"}`}},
		{`0{"sid":"MGHFCIHMN2QT"}`, Packet{Type: Connect, Payload: `{"sid":"MGHFCIHMN2QT"}`}},
		{`2["message",{"text":"hi"}]`, Packet{Type: Event, Payload: `["message",{"text":"hi"}]`}},
		{`20["who"]`, Packet{Type: Event, HasID: true, Payload: `["who"]`}},
		{`30[[{"id":"MGHFCIHMN2QT"}]]`, Packet{Type: Ack, HasID: true, Payload: `[[{"id":"MGHFCIHMN2QT"}]]`}},
		{`51-1` + pic, Packet{Type: BinaryEvent, Attachments: 1, HasID: true, ID: 1, Payload: pic}},
		{`61-1[{"_placeholder":true,"num":0}]`, Packet{Type: BinaryAck, Attachments: 1, HasID: true, ID: 1, Payload: `[{"_placeholder":true,"num":0}]`}},
		{`1`, Packet{Type: Disconnect}},
	} {
		decodes(t, said.text, said.packet)
		encodes(t, said.packet, said.text)
	}
}

func TestTheChatIsTheSameAsBefore(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(map[string]string{"token": messages.Shared, "name": "Ana"})
		gatewaytest.Expect(ana, messages.Welcome)
		gatewaytest.Emit(ana, messages.Say, messages.Line{Text: "hi"})
		if got := gatewaytest.Expect(ana, messages.Said).Text; got != "hi" {
			t.Fatalf("expected: hi\n     got: %s", got)
		}
	})
}

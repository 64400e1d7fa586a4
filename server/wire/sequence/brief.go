package sequence

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// maxNested is how long a list or an object inside a payload is shown, in cells.
const maxNested = 16

// brief is a payload in at most so many cells. Where there is no room for all of an object, the fields
// that only machines read make room first.
func brief(data string, room int) string {
	if cells(data) <= room {
		return data
	}
	fields, whole := parse(data)
	if !whole {
		return oneLine(data, room)
	}
	if quoted := join(fields); cells(quoted) <= room {
		return quoted
	}
	fields = slices.DeleteFunc(fields, func(f string) bool { return f == "" })
	return oneLine(strings.ReplaceAll(strings.Join(fields, " "), `"`, ""), room)
}

// parse returns the fields of an object that people read, as they stand there, with "" for each that
// only machines do.
func parse(data string) (fields []string, whole bool) {
	parser := json.NewDecoder(bytes.NewReader([]byte(data)))
	if begin, err := parser.Token(); err != nil || begin != json.Delim('{') {
		return nil, false
	}
	for parser.More() {
		key, err := parser.Token()
		var value json.RawMessage
		if err != nil || parser.Decode(&value) != nil {
			return nil, false
		}
		name, _ := key.(string)
		fields = append(fields, field(name, string(value)))
	}
	_, err := parser.Token()
	return fields, err == nil
}

func field(name, value string) string {
	switch {
	case len(value) > maxNested && (value[0] == '[' || value[0] == '{'):
		value = value[:1] + "…" + string(value[0]+2)
	case machines(value):
		return ""
	}
	return oneLine(`"`+name+`":`+value, maxDetail)
}

// machines reports whether a value looks like an id or a time.
func machines(value string) bool {
	return len(value) > 8 && value[0] == '"' && !strings.ContainsAny(value, " abcdefghijklmnopqrstuvwxyz")
}

// join writes fields as an object, with … for each that is missing.
func join(fields []string) string {
	all := slices.Clone(fields)
	for i, f := range all {
		if f == "" {
			all[i] = "…"
		}
	}
	return "{" + strings.Join(all, ",") + "}"
}

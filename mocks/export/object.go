package export

import (
	"fmt"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// null is JSON's null, where a nil would leave the member out.
var null = rawjson.Value{}

// object makes a JSON object of names and values in turn. A value is text, a number, a
// boolean, a list of texts or a rawjson.Value; a member whose value is nil is left out.
func object(pairs ...any) rawjson.Value {
	var members []rawjson.Member
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != nil {
			members = append(members, rawjson.Member{Name: pairs[i].(string), Value: value(pairs[i+1])})
		}
	}
	return rawjson.Record(members...)
}

func value(of any) rawjson.Value {
	switch of := of.(type) {
	case rawjson.Value:
		return of
	case string:
		return rawjson.Text(of)
	case int:
		return rawjson.Int(int64(of))
	case bool:
		return rawjson.MustParse(fmt.Append(nil, of))
	case []string:
		items := make([]rawjson.Value, len(of))
		for i, text := range of {
			items[i] = rawjson.Text(text)
		}
		return rawjson.List(items...)
	}
	panic(fmt.Sprintf("export: no JSON for a %T", of))
}

// unless is the value, or nil where there is none to speak of, for object to leave out.
func unless(absent bool, v any) any {
	if absent {
		return nil
	}
	return v
}

// reference points to another place of the document.
func reference(to string) rawjson.Value { return object("$ref", to) }

// record collects members whose names are only known as they come.
type record []rawjson.Member

func (r *record) add(name string, v rawjson.Value) {
	*r = append(*r, rawjson.Member{Name: name, Value: v})
}

func (r record) object() rawjson.Value { return rawjson.Record(r...) }

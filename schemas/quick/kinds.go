package quick

import "fmt"

// kinds is a set of kinds of values. It tells more kinds apart than JSON Schema has types, so that type, enum and const
// narrow one and the same set.
type kinds uint8

const (
	null kinds = 1 << iota
	yes
	no
	whole    // a number without a fraction, however it is written
	fraction // a number that has a fraction, or that is not surely whole
	text
	array
	object

	anyKind = null | yes | no | whole | fraction | text | array | object
)

// kindsOf are the kinds that one type of JSON Schema stands for.
func kindsOf(name any) (kinds, error) {
	switch name {
	case "null":
		return null, nil
	case "boolean":
		return yes | no, nil
	case "integer":
		return whole, nil
	case "number":
		return whole | fraction, nil
	case "string":
		return text, nil
	case "array":
		return array, nil
	case "object":
		return object, nil
	}
	return 0, fmt.Errorf("%v is no type", name)
}

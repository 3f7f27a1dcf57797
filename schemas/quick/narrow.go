package quick

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
)

// narrowToTypes takes away the kinds that the keyword type does not name.
func (r *rule) narrowToTypes(types any) error {
	names, ok := types.([]any)
	if !ok {
		names = []any{types}
	}
	var named kinds
	for _, name := range names {
		kinds, err := kindsOf(name)
		if err != nil {
			return err
		}
		named |= kinds
	}
	r.kinds &= named
	return nil
}

// narrowToValues allows only the values that enum or const lists, which are texts, whole numbers, booleans or null.
func (r *rule) narrowToValues(list any) error {
	if r.texts != nil || r.numbers != nil {
		return errors.New("a second list of values")
	}
	values, _ := list.([]any)
	var listed kinds
	r.texts, r.numbers, r.picky = []string{}, []int64{}, true
	for _, value := range values {
		kind, err := r.list(value)
		if err != nil {
			return err
		}
		listed |= kind
	}
	r.kinds &= listed
	return nil
}

// list adds one value to those that are allowed and returns its kind.
func (r *rule) list(value any) (kinds, error) {
	switch value := value.(type) {
	case nil:
		return null, nil
	case bool:
		if value {
			return yes, nil
		}
		return no, nil
	case string:
		r.texts = append(r.texts, value)
		return text, nil
	case json.Number:
		whole64, err := wholeNumber(value)
		r.numbers = append(r.numbers, whole64)
		return whole, err
	}
	return 0, fmt.Errorf("%v is neither text nor number nor boolean nor null", value)
}

func (r *rule) setPattern(value any) (err error) {
	pattern, ok := value.(string)
	if !ok {
		return fmt.Errorf("%v is no pattern", value)
	}
	r.picky = true
	r.pattern, err = newAutomaton(pattern)
	return err
}

func (r *rule) setFormat(value any) error {
	name, _ := value.(string)
	format, ok := formats[name]
	if !ok {
		return fmt.Errorf("%v is not understood", value)
	}
	r.picky, r.format = true, format
	r.kinds &^= whole | fraction // the judge holds numbers to formats as well, and none fits
	return nil
}

// wholeNumber is a bound or a listed number: only a whole one can be compared at a glance.
func wholeNumber(value any) (int64, error) {
	digits, _ := value.(json.Number)
	n, ok := new(big.Rat).SetString(digits.String())
	if !ok || !n.IsInt() || !n.Num().IsInt64() {
		return 0, fmt.Errorf("%v is no whole number of 64 bits", value)
	}
	return n.Num().Int64(), nil
}

// count is how many elements an array may have.
func count(value any) (int, error) {
	n, err := wholeNumber(value)
	if err == nil && n < 0 {
		err = fmt.Errorf("%d is no count", n)
	}
	return int(n), err
}

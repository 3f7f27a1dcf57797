package schemas

import "github.com/khop-dev/khop/schemas/quick"

// Judge is Validate by gojsonschema alone.
func (s *Schema) Judge(doc []byte) ([]Problem, error) { return s.judge(doc) }

// CompileQuick tells why a schema has no shortcut.
func (s *Schema) CompileQuick() error {
	_, err := quick.Compile(s.Raw)
	return err
}

package suites

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/url"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// field is a member of a payload as HTML forms have it.
type field struct{ name, value string }

// fields are the members of a payload, those inside others in brackets, as PHP, Rails and
// Express's extended parser read them: data_event[fields][0][field_key].
func fields(payload rawjson.Value) []field {
	var all []field
	var visit func(name string, v rawjson.Value)
	visit = func(name string, v rawjson.Value) {
		switch v.Kind() {
		case rawjson.Object:
			for _, m := range v.Members() {
				visit(name+"["+m.Name+"]", m.Value)
			}
		case rawjson.Array:
			for i, item := range v.Items() {
				visit(fmt.Sprintf("%s[%d]", name, i), item)
			}
		case rawjson.Null:
			all = append(all, field{name, ""})
		default:
			all = append(all, field{name, v.Content()})
		}
	}
	for _, m := range payload.Members() {
		visit(m.Name, m.Value)
	}
	return all
}

// asForm writes a payload as an HTML form does, and names the content type.
func asForm(payload rawjson.Value) (body []byte, contentType string) {
	var out bytes.Buffer
	for i, f := range fields(payload) {
		if i > 0 {
			out.WriteByte('&')
		}
		out.WriteString(url.QueryEscape(f.name) + "=" + url.QueryEscape(f.value))
	}
	return out.Bytes(), "application/x-www-form-urlencoded"
}

// asMultipart writes a payload as an HTML form with files does, and names the content type.
func asMultipart(payload rawjson.Value) (body []byte, contentType string) {
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	_ = form.SetBoundary("khop-form-data") // the same in every run
	for _, f := range fields(payload) {
		_ = form.WriteField(f.name, f.value) // a buffer takes everything
	}
	_ = form.Close()
	return out.Bytes(), form.FormDataContentType()
}

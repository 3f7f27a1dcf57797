package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/suites/console/wire"
)

// mergePatch is the media type of a change (RFC 7396), which JSON's own stands for as well.
const mergePatch = "application/merge-patch+json"

// read reads a request's body strictly: one JSON object in UTF-8, each member once, and
// none that the shape does not have.
func read[Shape any](r *http.Request) (shape Shape, err error) {
	if err := isJSON(r); err != nil {
		return shape, err
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return shape, unfinished(err)
	}
	if err := onlyMembersOf[Shape](text); err != nil {
		return shape, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a payload keeps the digits that were written
	if err := decoder.Decode(&shape); err != nil {
		return shape, mistaken(err)
	}
	return shape, nil
}

// isJSON refuses what is sent as something else: a form of another site's page, above
// all. What no browser sent may say less: curl calls any body a form by itself.
func isJSON(r *http.Request) error {
	sent := r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(sent)
	switch {
	case err == nil && (kind == "application/json" || kind == mergePatch && r.Method == http.MethodPatch):
		return nil
	case !ofBrowser(r) && (sent == "" || kind == "application/x-www-form-urlencoded"):
		return nil
	}
	return wire.Refuse(http.StatusUnsupportedMediaType, "the body's Content-Type is %q; send application/json", sent)
}

// ofBrowser tells whether a browser made the request: it says where the page is from.
func ofBrowser(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}

// unfinished is why a body could not be read to its end.
func unfinished(err error) error {
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		return err
	}
	return wire.Refuse(http.StatusBadRequest, "the body ended in the middle: %s", err)
}

// onlyMembersOf looks through an object for what decoding would pass over.
func onlyMembersOf[Shape any](text []byte) error {
	if !utf8.Valid(text) {
		return wire.Refuse(http.StatusBadRequest, "the body is not UTF-8")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return mistaken(err)
	}
	if members == nil {
		return wire.Refuse(http.StatusBadRequest, "the body is null; send a JSON object")
	}
	known := membersOf(reflect.TypeFor[Shape]())
	for _, name := range sorted(members) {
		if !slices.Contains(known, name) {
			return blame("/"+scan.Escape(name), "there is no member %q%s", name, mocks.Suggest(name, known))
		}
	}
	if twice := scan.Duplicates(text); len(twice) > 0 {
		return blame(twice[0].Pointer, "%s is there twice; leave one out", twice[0].Pointer)
	}
	return nil
}

// blame is a problem with one member of the body.
func blame(pointer, format string, operands ...any) error {
	problem := wire.Refuse(http.StatusBadRequest, format, operands...)
	problem.Pointer = pointer
	return problem
}

// mistaken tells what decoding has against a body.
func mistaken(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var broken base64.CorruptInputError
	switch {
	case errors.As(err, &broken):
		return blame("/body_base64", "body_base64 is not base64: %s", broken)
	case errors.As(err, &syntax):
		return wire.Refuse(http.StatusBadRequest, "the body is not JSON: %s at byte %d", syntax, syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		return blame("/"+strings.ReplaceAll(kind.Field, ".", "/"), "%s is a %s; it has to be %s", kind.Field, kind.Value, plainWord(kind.Type))
	case errors.As(err, &kind):
		return wire.Refuse(http.StatusBadRequest, "the body is a %s; send a JSON object", kind.Value)
	}
	return wire.Refuse(http.StatusBadRequest, "the body cannot be read: %s", err)
}

// plainWord is what JSON calls a type.
func plainWord(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return plainWord(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a string"
	case reflect.Map, reflect.Struct:
		return "an object"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "a string of base64"
		}
		return "an array"
	case reflect.Float64:
		return "a number"
	}
	return fmt.Sprintf("a whole number (%s)", t)
}

// membersOf are the names that a shape has in JSON.
func membersOf(shape reflect.Type) []string {
	var names []string
	for field := range shape.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

package report_test

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
)

// xmlElement is any XML element.
type xmlElement struct {
	XMLName    xml.Name
	Attributes []xml.Attr   `xml:",any,attr"`
	Children   []xmlElement `xml:",any"`
	Text       string       `xml:",chardata"`
}

func (e xmlElement) attribute(name string) string {
	for _, a := range e.Attributes {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all lists the elements of one name at any depth.
func (e xmlElement) all(name string) []xmlElement {
	var found []xmlElement
	if e.XMLName.Local == name {
		found = append(found, e)
	}
	for _, child := range e.Children {
		found = append(found, child.all(name)...)
	}
	return found
}

// jenkins are the rules by which Jenkins' xUnit plugin validates JUnit files: what an
// element may hold, which attributes it must and may have.
// https://github.com/jenkinsci/xunit-plugin, junit-10.xsd
var jenkins = map[string]struct{ children, required, allowed []string }{
	"testsuites": {[]string{"testsuite"}, nil, []string{"name", "time", "tests", "failures", "errors"}},
	"testsuite": {
		[]string{"testsuite", "properties", "testcase", "system-out", "system-err"},
		[]string{"name", "tests", "failures", "errors"},
		[]string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
	},
	"testcase": {
		[]string{"skipped", "error", "failure", "system-out", "system-err"},
		[]string{"name"},
		[]string{"time", "classname", "group"},
	},
	"failure":    {nil, nil, []string{"type", "message"}},
	"error":      {nil, nil, []string{"type", "message"}},
	"skipped":    {nil, nil, []string{"type", "message"}},
	"properties": {[]string{"property"}, nil, nil},
	"property":   {nil, []string{"name", "value"}, nil},
	"system-out": {},
	"system-err": {},
}

// surefire are the rules of Maven Surefire's schema for what a suite holds, which add
// to Jenkins' the order of the elements and a type for every problem.
// https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd
var surefire = struct {
	order    map[string][]string
	required map[string][]string
}{
	order: map[string][]string{
		"testsuite": {"properties", "testcase"},
		"testcase":  {"failure", "skipped", "error", "system-out", "system-err"},
	},
	required: map[string][]string{
		"testsuite": {"name", "tests", "errors", "skipped", "failures"},
		"testcase":  {"name", "time"},
		"property":  {"name", "value"},
		"failure":   {"type"},
		"error":     {"type"},
	},
}

// disorder lists how an element breaks Surefire's rules.
func disorder(e xmlElement) []string {
	var found []string
	name := e.XMLName.Local
	for _, required := range surefire.required[name] {
		if !slices.ContainsFunc(e.Attributes, func(a xml.Attr) bool { return a.Name.Local == required }) {
			found = append(found, name+" lacks "+required)
		}
	}
	last := 0
	for _, child := range e.Children {
		if order := surefire.order[name]; order != nil {
			place := slices.Index(order, child.XMLName.Local)
			if place < last {
				found = append(found, fmt.Sprintf("%s may not stand here in %s", child.XMLName.Local, name))
			}
			last = place
		}
		found = append(found, disorder(child)...)
	}
	return found
}

var surefireTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)

// objections lists how an element breaks the rules.
func objections(e xmlElement) []string {
	name := e.XMLName.Local
	rule, known := jenkins[name]
	if !known {
		return []string{"unknown element " + name}
	}
	var found []string
	for _, required := range rule.required {
		if e.attribute(required) == "" {
			found = append(found, name+" lacks "+required)
		}
	}
	for _, a := range e.Attributes {
		if !slices.Contains(append(rule.required, rule.allowed...), a.Name.Local) {
			found = append(found, name+" may not have "+a.Name.Local)
		}
		if a.Name.Local == "time" && !surefireTime.MatchString(a.Value) {
			found = append(found, name+" takes no time such as "+a.Value)
		}
	}
	for _, child := range e.Children {
		if !slices.Contains(rule.children, child.XMLName.Local) {
			found = append(found, name+" may not hold "+child.XMLName.Local)
		}
		found = append(found, objections(child)...)
	}
	return found
}

package scenario_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/khop-dev/khop/fixtures/scenarios"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
)

func TestAFlowIsReadAsItIsWritten(t *testing.T) {
	s := parse(t, `
name: all-of-it
title: {en: All, vi: Tất cả}
about: English alone
provider: abaha
steps:
  - note: first
    event: order
    wait: 90s
    ago: 2m
    fault: swallowed
    data:
      status: 30
      payment_status: !!str 5
      total_value: !!int 12
      weight: ~
      is_reject: true
      count: 1e2
      item_fee: {Phí Ship: 7, other: [1, x, {y: false}]}
      /address/name: 2022-06-10
  - again: true
`)
	step := s.Steps[0]
	if s.Name != "all-of-it" || s.TitleVi != "Tất cả" || s.AboutVi != "English alone" || s.Provider != "abaha" || !s.Steps[1].Again {
		t.Errorf("read %+v", s)
	}
	if step.Note != "first" || step.Wait != 90*time.Second || step.Ago != 2*time.Minute || step.Fault != outbox.Swallowed {
		t.Errorf("read %+v", step)
	}
	want := map[string]any{
		"status": "30", "payment_status": "5", "total_value": json.Number("12"), "weight": nil, "is_reject": "true", "count": json.Number("1e2"),
		"item_fee":      map[string]any{"Phí Ship": "7", "other": []any{json.Number("1"), "x", map[string]any{"y": false}}},
		"/address/name": "2022-06-10",
	}
	if !reflect.DeepEqual(step.Data, want) {
		t.Errorf("data %#v", step.Data)
	}
	if length := s.Length(); length != 90*time.Second {
		t.Errorf("length %s", length)
	}
}

func TestDataStaysForTheSameSample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := &partner{}
		s := parse(t, `
name: stays
title: Stays
provider: abaha
steps:
  - {event: order, data: {id: "77", status: "10", /address/name: Anh Nam}}
  - {event: product, wait: 1s}
  - {event: order, wait: 1s, data: {payment_status: 5}}
  - {event: customer, wait: 1s}
  - {event: product, wait: 1s}
`)
		runner := scenario.New(box, []scenario.Scenario{s})
		defer runner.Close()
		over(t, runner, started(t, runner, s, 1).ID)
		events := box.payloads()
		for pointer, want := range map[string]string{"/id": "77", "/status": "10", "/address/name": "Anh Nam", "/payment_status": "5"} {
			if got := content(events[2], pointer); got != want {
				t.Errorf("the second order has %s %q, want %q", pointer, got, want)
			}
		}
		if content(events[1], "/id") == "77" || content(events[1], "/id") != content(events[4], "/id") {
			t.Error("the product is not a thing of its own, or not the same one twice")
		}
		if content(events[0], "/cart_code") != content(events[2], "/cart_code") {
			t.Error("the order has two codes")
		}
	})
}

func TestReadingNamesThePlaceOfWhatIsWrong(t *testing.T) {
	const head = "name: x\ntitle: X\nprovider: superai\n"
	for name, c := range map[string]struct{ text, want string }{
		"empty":            {"", "flow.yaml is empty"},
		"no yaml":          {"name: [", "flow.yaml:1: "},
		"a list":           {"- a\n", "flow.yaml:1:1: the scenario has to be a list of keys and values"},
		"unknown key":      {"nam: x\n", `flow.yaml:1:1: the scenario has no key "nam"; did you mean "name"?`},
		"a key twice":      {"name: x\nname: y\n", `flow.yaml:2:1: the scenario has the key "name" twice`},
		"two documents":    {head + "steps: [{event: update_status}]\n---\nname: y\n", "more than one document"},
		"no title":         {"name: x\n", "flow.yaml:1:1: the scenario has no title"},
		"a bad name":       {"name: Ä b\n", `flow.yaml:1:7: the name "Ä b" is not made of small letters`},
		"a third language": {"title: {fr: Bonjour}\n", `has no key "fr"; there are: en, vi`},
		"no language":      {"title: {}\n", "flow.yaml:1:8: a text for people"},
		"unknown provider": {"provider: superia\n", `flow.yaml:1:11: unknown provider "superia"; did you mean "superai"?`},
		"no steps":         {head + "steps: []\n", "flow.yaml:4:8: steps has to be a list"},
		"nothing sent":     {head + "steps: [{note: hm}]\n", "no step sends an event"},
		"unknown step key": {head + "steps:\n  - evnt: update_status\n", `flow.yaml:5:5: a step has no key "evnt"; did you mean "event"?`},
		"unknown event":    {head + "steps:\n  - event: update_stats\n", `flow.yaml:5:12: SuperAI has no event or sample "update_stats"; did you mean "update_status"?`},
		"unknown member":   {head + "steps:\n  - {event: update_status, data: {statsu: 12}}\n", `flow.yaml:5:35: data: the event has no member "statsu"; did you mean "status"? ("/statsu" adds one)`},
		"no such place":    {head + "steps:\n  - {event: update_status, data: {/a/b: 12}}\n", `the event has no place for "/a/b"`},
		"unknown fault":    {head + "steps:\n  - {event: update_status, fault: refusd}\n", `flow.yaml:5:35: there is no fault "refusd"; did you mean "refused"?`},
		"a bad wait":       {head + "steps:\n  - {event: update_status, wait: soon}\n", `flow.yaml:5:34: "soon" is not a length of time`},
		"a wait below 0":   {head + "steps:\n  - {event: update_status, wait: -5m}\n", `"-5m" is not a length of time`},
		"too long a wait":  {head + "steps:\n  - {event: update_status, wait: 9000h}\n", "up to 720h"},
		"again, first":     {head + "steps:\n  - again: true\n", "flow.yaml:5:5: again: there is no event before"},
		"again and event":  {head + "steps:\n  - {event: update_status, again: true}\n", "this step has an event of its own"},
		"again, a word":    {head + "steps:\n  - {again: perhaps}\n", `"perhaps" is not true or false`},
		"data alone":       {head + "steps:\n  - {data: {status: 1}}\n", "data changes an event, and this step has none"},
		"ago alone":        {head + "steps:\n  - {ago: 5m}\n", "ago is about an event"},
		"fault alone":      {head + "steps:\n  - {fault: reset}\n", "this step sends nothing"},
		"an alias":         {head + "steps:\n  - {event: update_status, data: {status: &a x, code: *a}}\n", "anchors and aliases"},
		"an odd tag":       {head + "steps:\n  - {event: update_status, data: {status: !!binary aGk=}}\n", "the tag !!binary has no meaning"},
		"an odd number":    {head + "steps:\n  - {event: update_status, data: {weight: 0x1F}}\n", `"0x1F" is not a number as JSON writes it`},
		"not a number":     {head + "steps:\n  - {event: update_status, data: {weight: .nan}}\n", `".nan" is not a number`},
		"a key that is no": {head + "steps:\n  - {event: update_status, data: {[a]: 1}}\n", "data has a key that is no text"},
		"a list in query":  {"name: x\ntitle: X\nprovider: esms\nsteps:\n  - {event: viber, data: {TypeId: [1]}}\n", "flow.yaml:5:35: a query parameter has to be a text"},
		"a step that is no list": {
			head + "steps: [x]\n", "flow.yaml:4:9: a step has to be a list of keys and values",
		},
	} {
		if _, err := scenario.Parse("flow.yaml", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	_, err := scenario.Parse("flow.yaml", []byte("name: x\ntitle: X\nprovider: superai\nsteps:\n  - {event: nope, wait: x}\n  - {event: update_status, data: {nope: 1}}\n"))
	if err == nil || strings.Count(err.Error(), "flow.yaml:") != 3 {
		t.Errorf("said %v", err)
	}
}

func TestAFolderOfFlows(t *testing.T) {
	const flow = "title: X\nprovider: superai\nsteps: [{event: update_status}]\n"
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := scenario.ReadDir(dir); err == nil || !strings.Contains(err.Error(), "there is no scenario in "+dir) {
		t.Errorf("empty: %v", err)
	}
	write("b.yml", "name: bee\n"+flow)
	write("z.yaml", "name: ant\n"+flow)
	write("README.md", "no flow")
	all, err := scenario.ReadDir(dir)
	if err != nil || len(all) != 2 || all[0].Name != "ant" || all[1].Name != "bee" {
		t.Fatalf("read %v, %v", all, err)
	}
	if one, err := scenario.ReadFile(filepath.Join(dir, "b.yml")); err != nil || one.Name != "bee" {
		t.Errorf("one: %v, %v", one, err)
	}
	write("c.yaml", "name: ant\n"+flow)
	write("d.yaml", "nam: x\n")
	write("e.yaml", strings.Repeat("#", 1<<20+1))
	_, err = scenario.ReadDir(dir)
	for _, want := range []string{
		`the name "ant" is taken by ` + filepath.Join(dir, "c.yaml"), filepath.Join(dir, "d.yaml") + ":1:1: ", "e.yaml has 1048577 bytes",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("said %v\nwant %s", err, want)
		}
	}
	for want, path := range map[string]string{"no such file": filepath.Join(dir, "nowhere"), "is a file, and a folder is wanted": filepath.Join(dir, "z.yaml")} {
		if _, err := scenario.ReadDir(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

func TestReadFromAnyFileSystem(t *testing.T) {
	files := fstest.MapFS{"x.yaml": {Data: []byte("name: x\n")}}
	if _, err := scenario.Read(files); err == nil || !strings.HasPrefix(err.Error(), "x.yaml:1:1: ") {
		t.Errorf("said %v", err)
	}
}

func FuzzParse(f *testing.F) {
	entries, err := fs.ReadDir(scenarios.Files(), ".")
	if err != nil {
		f.Fatal(err)
	}
	for _, entry := range entries {
		text, err := fs.ReadFile(scenarios.Files(), entry.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(pickup))
	f.Add([]byte("name: x\ntitle: X\nprovider: mobio\nsteps: [{event: sale_create_deal, data: {/data_event/fields/-: {a: [1, ~]}, \"\": 0}}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := scenario.Parse("flow.yaml", text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "flow.yaml") {
				t.Fatalf("the error does not name the file: %v", err)
			}
			return
		}
		synctest.Test(t, func(t *testing.T) { // what was read can be played
			runner := scenario.New(&partner{}, []scenario.Scenario{s})
			defer runner.Close()
			if run := over(t, runner, started(t, runner, s, 1).ID); run.State != scenario.Done {
				t.Fatalf("%s: %s\n%s", run.State, run.Error, text)
			}
		})
	})
}

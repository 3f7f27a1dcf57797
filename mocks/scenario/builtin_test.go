package scenario_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/khop-dev/khop/fixtures/scenarios"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/schemas"
)

func TestEveryFlowIsToldInBothLanguagesUnderItsFilesName(t *testing.T) {
	files, err := fs.Glob(scenarios.Files(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range scenario.Builtin() {
		names = append(names, s.Name+".yaml")
		if !strings.HasPrefix(s.Name, s.Provider+"-") {
			t.Errorf("%s is a flow of %s, and its name does not say so", s.Name, s.Provider)
		}
		told := map[string][2]string{"title": {s.Title, s.TitleVi}, "about": {s.About, s.AboutVi}}
		for _, step := range s.Steps {
			told["note of "+step.Event+" "+step.Note] = [2]string{step.Note, step.NoteVi}
		}
		for what, text := range told {
			if text[0] == "" || text[0] == text[1] {
				t.Errorf("%s: %s is not there in both languages: %q", s.Name, what, text)
			}
		}
	}
	if !slices.Equal(names, files) {
		t.Errorf("the flows are %q, the files %q", names, files)
	}
}

func TestEveryEventOfAFlowFitsItsSchemaAndIsAboutOneThing(t *testing.T) {
	for _, s := range scenario.Builtin() {
		t.Run(s.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				outbox := &partner{}
				runner := scenario.New(outbox, []scenario.Scenario{s})
				defer runner.Close()
				if run := over(t, runner, started(t, runner, s, 60).ID); run.State != scenario.Done {
					t.Fatalf("the run has %s: %s", run.State, run.Error)
				}
				provider, err := mocks.Lookup(s.Provider)
				if err != nil {
					t.Fatal(err)
				}
				things := map[string]bool{}
				for i, event := range outbox.events {
					fits(t, provider, event)
					things[content(outbox.payloads()[i], thing[s.Provider])] = true
				}
				if len(things) != 1 {
					t.Errorf("the flow is about %d things: %v", len(things), things)
				}
			})
		})
	}
}

// thing is where a provider's events say what they are about.
var thing = map[string]string{"superai": "/code", "abaha": "/id", "mobio": "/data_event/deal_id", "esms": "/SMSID"}

func fits(t *testing.T, provider *mocks.Provider, event outbox.Event) {
	t.Helper()
	sample, err := provider.Event(event.Type)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemas.Lookup(sample.Schema)
	if err != nil {
		t.Fatal(err)
	}
	document := event.Body
	if provider.Query {
		if document, err = schemas.FromQuery(string(event.Body)); err != nil {
			t.Fatal(err)
		}
	}
	problems, err := schema.Validate(document)
	if err != nil || len(problems) > 0 {
		t.Errorf("%s does not fit: %v %v\n%s", event.Type, problems, err, document)
	}
}

// The flows that khop promises are there, with the states that tell them.
func TestWhatTheFlowsTell(t *testing.T) {
	for name, c := range map[string]struct {
		member string
		want   []string
	}{
		"superai-partial-delivery": {"/status", []string{"2", "3", "4", "8", "8", "11", "14", "11", "13", "18", "20", "21"}},
		"superai-duplicates":       {"/status", []string{"4", "4", "11", "12", "8", "8"}},
		"abaha-paid-order":         {"/status", []string{"1", "5", "10", "15", "20", "25", "30"}},
		"mobio-won-deal":           {"/data_event/fields/0/add/0/state_ratio", []string{"", "", "", "30", "60", "100"}},
		"esms-zalo-then-sms":       {"/SendSuccess", []string{"0", "0", "0", "1"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			outbox := &partner{}
			runner := scenario.New(outbox, scenario.Builtin())
			defer runner.Close()
			s, err := runner.Scenario(name)
			if err != nil {
				t.Fatal(err)
			}
			over(t, runner, started(t, runner, s, 1).ID)
			var got []string
			for _, payload := range outbox.payloads() {
				got = append(got, content(payload, c.member))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %s is %q, want %q", name, c.member, got, c.want)
			}
		})
	}
}

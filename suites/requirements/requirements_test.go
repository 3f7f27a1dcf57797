package requirements

import (
	"strings"
	"testing"
)

const sound = `- id: answer-200
  says: Every event is answered with 200.
  source: https://docs.example.vn/webhooks, Response
  level: MUST
  checks: [example.response.success-status]
`

func TestEveryListCanBeRead(t *testing.T) {
	for _, provider := range Providers() {
		list, err := Load(provider)
		if err != nil {
			t.Error(err)
		}
		if len(list) == 0 {
			t.Errorf("%s.yaml is empty", provider)
		}
	}
}

func TestAnUnknownProviderIsToldWhichThereAre(t *testing.T) {
	_, err := Load("momo")
	if err == nil || !strings.Contains(err.Error(), "mobio, superai") {
		t.Errorf("got %v", err)
	}
}

func TestASoundEntryIsRead(t *testing.T) {
	list, err := parse([]byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].ID != "answer-200" || list[0].Level != Must ||
		len(list[0].Checks) != 1 || list[0].Checks[0] != "example.response.success-status" {
		t.Errorf("got %+v", list)
	}
}

func TestAnUnsoundEntryIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown key":              {"level:", "weight:", "field weight not found"},
		"id not in kebab-case":     {"id: answer-200", "id: Answer 200", "kebab-case"},
		"no sentence":              {"with 200.", "with 200", "full stop"},
		"address without section":  {", Response", "", "without a section"},
		"source that is no source": {"https://docs.example.vn/webhooks, Response", "the document", "has to begin with"},
		"level in lower case":      {"MUST", "must", "MUST or SHOULD"},
		"neither checks nor none":  {"[example.response.success-status]", "[]", "neither"},
		"both checks and none":     {"  level: MUST", "  level: MUST\n  none: cannot be seen", "both"},
		"the same id twice":        {sound, sound + sound, "taken"},
		"a second document":        {sound, sound + "---\n" + sound, "more than one"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse([]byte(strings.Replace(sound, c.old, c.new, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

package suites

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/target"
)

// form is one genuine event in another form than the documented one, which says nothing
// else about what it is about.
type form struct {
	payload  rawjson.Value
	delivery Delivery
	reply    Reply // once it was sent
}

// generatedForms is how many generated payloads are among the forms.
const generatedForms = 20

// formsOf are forms of these events. How a body is written and how it travels has nothing
// to do with its type, so that one event is enough for those.
func (p *Probe) formsOf(events []mocks.Event) []form {
	var all []form
	if i := slices.IndexFunc(events, func(e mocks.Event) bool { return e.String() == p.Usual().String() }); i >= 0 {
		all = append(all, p.written(events[i])...)
	}
	for _, e := range events {
		all = append(all, p.worded(e)...)
		all = append(all, p.lacking(e)...)
	}
	return append(all, p.drawn(events)...)
}

// written are forms in which the same value is written, and ways in which it travels.
func (p *Probe) written(e mocks.Event) []form {
	all := []form{
		p.form(p.Fresh(e).Reversed(), "%s with its members in reverse order", e),
		p.form(p.Fresh(e).With("/khop_extra", rawjson.Text("new")), "%s with an unknown member", e),
	}
	if p.Provider.Query {
		return all
	}
	for _, style := range []rawjson.Style{rawjson.Pretty, rawjson.PHP} {
		payload := p.Fresh(e)
		all = append(all, form{payload: payload, delivery: p.Written(style, payload, "%s as %s", e, style.Name)})
	}
	chunked, labelled := p.form(p.Fresh(e), "%s", e), p.form(p.Fresh(e), "%s as application/json; charset=utf-8", e)
	chunked.delivery = chunked.delivery.In(target.Manner{Chunked: true}, "in chunks")
	labelled.delivery.Header.Set("Content-Type", "application/json; charset=utf-8")
	long := p.form(p.Fresh(e).With("/khop_notes", rawjson.Text(strings.Repeat("Đơn hàng số lượng lớn. ", 2300))), "%s of 64 KiB", e)
	return append(all, chunked, labelled, long)
}

// worded are forms with other text: long, decomposed, with an emoji.
func (p *Probe) worded(e mocks.Event) []form {
	const sentence = "Nguyễn Thị Ngọc Ánh, số 47 đường Huỳnh Văn Bánh, Phường 5, Quận Phú Nhuận, Thành phố Hồ Chí Minh; gọi trước khi giao. "
	var all []form
	for _, text := range []struct{ how, text string }{
		{"decomposed (NFD) text", norm.NFD.String("Nguyễn Thị Ngọc Ánh")},
		{"an emoji", "Đặng Thuỳ Trâm 😀"},
		{"text of 350 characters", norm.NFC.String(strings.Repeat(sentence, 3))},
	} {
		for _, member := range p.profile.texts {
			if _, there := e.Payload.Get(member); there && !slices.Contains(p.profile.fixed, member) {
				all = append(all, p.form(p.Fresh(e).With(member, rawjson.Text(text.text)), "%s with %s in %s", e, text.how, member))
			}
		}
	}
	return all
}

// lacking are forms without what need not be there, and with null where the document
// shows it.
func (p *Probe) lacking(e mocks.Event) []form {
	var all []form
	for _, member := range p.profile.spare {
		if v, there := e.Payload.Get(member); there && len(v.Items()) == 0 { // a list that says something stays
			all = append(all, p.form(p.Fresh(e).Without(member), "%s without %s", e, member))
		}
	}
	if nulled, how := p.nulled(e); how != "" {
		all = append(all, p.form(nulled, "%s with null in %s", e, how))
	}
	return all
}

// nulled is an event with null in every member for which some sample shows it.
func (p *Probe) nulled(e mocks.Event) (payload rawjson.Value, members string) {
	payload = p.Fresh(e)
	var changed []string
	for _, member := range p.nullable(e) {
		v, _ := e.Payload.Get(member)
		if p.sometimesNull(member) && v.Kind() != rawjson.Null && !slices.Contains(p.profile.fixed, member) {
			payload = payload.With(member, rawjson.Value{})
			changed = append(changed, strings.TrimPrefix(member, "/"))
		}
	}
	return payload, strings.Join(changed, ", ")
}

// drawn are generated payloads, in which whose an event is and how things stand is as in
// the documented one.
func (p *Probe) drawn(events []mocks.Event) []form {
	var all []form
	for _, drawn := range p.drawGenerated() {
		payload := p.Provider.Parse(drawn.Body)
		like := slices.IndexFunc(events, func(e mocks.Event) bool { return p.alike(e, drawn, payload) })
		if like < 0 || len(all) == generatedForms {
			continue
		}
		e := events[like]
		for _, member := range p.profile.fixed {
			if documented, there := e.Payload.Get(member); there {
				payload = payload.With(member, documented)
			}
		}
		all = append(all, p.form(p.births.fresh(p.Provider, payload), "generated %s (seed %d)", e, p.Seed))
	}
	return all
}

// alike tells whether a generated payload is of the documented one's type, and says at least
// as much: where that adds something, this does too.
func (p *Probe) alike(e mocks.Event, drawn generate.Payload, payload rawjson.Value) bool {
	kind, _ := payload.Get(p.profile.kind)
	documented, _ := e.Payload.Get(p.profile.kind)
	if e.Schema != drawn.Schema || p.profile.kind != "" && kind.Content() != documented.Content() || slices.Contains(p.profile.states, e.Type) {
		return false
	}
	return !slices.ContainsFunc(p.profile.lists, func(list string) bool {
		wanted, _ := e.Payload.Get(list)
		given, _ := payload.Get(list)
		return len(wanted.Items()) > 0 && len(given.Items()) == 0
	})
}

func (p *Probe) form(payload rawjson.Value, note string, details ...any) form {
	return form{payload: payload, delivery: p.Carrying(payload, "%s", fmt.Sprintf(note, details...))}
}

// answered are the forms that were sent, with the replies to them.
func answered(forms []form, replies []Reply) []form {
	for i, reply := range replies {
		forms[i].reply = reply
	}
	return forms[:len(replies)]
}

func deliveriesOf(forms []form) []Delivery {
	all := make([]Delivery, len(forms))
	for i, f := range forms {
		all[i] = f.delivery
	}
	return all
}

func payloadsOf(forms []form) []rawjson.Value {
	all := make([]rawjson.Value, len(forms))
	for i, f := range forms {
		all[i] = f.payload
	}
	return all
}

func repliesOf(forms []form) []Reply {
	all := make([]Reply, len(forms))
	for i, f := range forms {
		all[i] = f.reply
	}
	return all
}

package suites

import (
	"context"
	"mime"
	"net/http"
	"slices"

	"github.com/onsi/gomega"
)

// acknowledgementRules: what the body of a yes has to say, for the provider that
// reads it.
var acknowledgementRules = []rule{
	{
		Name: "acknowledgement", Area: Response,
		Title: `every event is acknowledged with a body like {"status": 200, "message": "OK"}: status the number 200, message a text`,
		Why:   "The platform reads the status in the body. A text, another member or \"200\" in quotes counts as a failure, and the event comes again.",
		Fix:   "Answer that JSON object, with status as a number.",
		For:   demands{"abaha": must(abahaAnswer)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			replies := slices.DeleteFunc(p.SendEach(ctx, p.GenuineEach()), func(r Reply) bool {
				return r.Failure == nil && r.Status != http.StatusOK // told by the check of the status
			})
			if len(replies) == 0 {
				p.Skip("no event is answered 200, which another check reports")
			}
			g.Expect(replies).To(Each(BeTakenForSuccess()))
		},
	},
	{
		Name: "content-type", Area: Response,
		Title: "the acknowledgement says that it is JSON",
		Why:   "HTTP clients parse a body by its content type; many leave text/html unparsed.",
		Fix:   "Answer with Content-Type: application/json.",
		For:   demands{"abaha": should(abahaAnswer)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			reply := p.Send(ctx, p.Genuine(p.Usual()))
			media, _, _ := mime.ParseMediaType(reply.Header.Get("Content-Type"))
			if media != "application/json" {
				reply.exchange.disappoint("Content-Type: application/json", "Content-Type: "+reply.Header.Get("Content-Type"))
			}
			g.Expect(media == "application/json").To(OrElse("the acknowledgement says Content-Type: %s", reply.Header.Get("Content-Type")))
		},
	},
}

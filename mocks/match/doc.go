// Package match holds Gomega matchers for code that takes webhooks, or sends them.
//
//	Expect(body).To(match.MatchSchema("superai/update_status"))
//	Expect(request).To(match.BeSignedBy("superai", match.Secrets{"partner_code": "P"}))
//	Expect(server).To(match.HaveReceived("postback", HaveField("Verdict", accesstrade.Accepted)))
//
// Each takes what a test has at hand (bytes, text, any value that can be written as
// JSON; a request of net/http or of mocks; an accesstrade.Server), brings it into one
// form, asks the package below that knows the answer, and says what is wrong in its
// words: schemas for the shape, mocks.Scheme and accesstrade's formulas for the
// signature, accesstrade's journal for the calls. No message shows a secret.
package match

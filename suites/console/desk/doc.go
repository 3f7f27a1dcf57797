// Package desk is what khop serve can do, apart from how it is shown: the pages and the
// API call the same operations.
//
// A Desk stands on an outbox backend, which keeps apps and events and delivers them,
// and on the AccessTrade endpoint. It makes events from documented or generated
// payloads, says beforehand what a delivery will look like, runs scenarios and the
// suites, and refuses targets that it must not send to.
//
//	pages, API ──▶ Desk ──▶ outbox.Backend, accesstrade.Endpoint, suites
package desk

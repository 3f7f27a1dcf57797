// Package accesstrade plays both sides of AccessTrade's Tracking API
// (https://docs.accesstrade.vn, Tracking API).
//
// An Endpoint is AccessTrade's side, an http.Handler: a merchant reports orders,
// asks which are pending and reports how they ended. One request goes one way:
//
//	request ──receive──▶ bytes ──read──▶ problems, or orders ──Store──▶ answer
//	                                         │
//	                                         └──▶ Journal (no secrets in it)
//
// A postback is read at a glance first, from its bytes: one that surely fits its schema
// and is signed has nothing wrong, and needs no more than that. Any other is judged at
// length, which finds out what is wrong.
//
// Every refusal names the member and the rule: "products[0].sku: required". What
// the document leaves open is an option of Config, whose comments say what holds by
// default. SetFault lets the next postbacks go wrong, to see what a merchant's
// sender makes of it.
//
// A Merchant is the other side: it builds and signs the three requests, and
// Objection reads the answers.
package accesstrade

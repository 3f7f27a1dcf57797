// Package export writes all that providers send, and all that they take, as one document
// that other tools read: OpenAPI 3.1, AsyncAPI 3.0, or a bundle of JSON Schemas.
//
//	schemas ──flatten──▶ parts ─┐
//	fixtures ──────────▶ samples ├──▶ rawjson.Value ──▶ JSON or YAML
//	facts of each provider ─────┘
//
// The payloads' schemas and samples are those of packages schemas and fixtures; what the
// documents say beside them (headers, answers, what a refusal leads to) stands in facts.
// All of it is told from the partner's side: the partner receives the four senders'
// webhooks and sends AccessTrade its postbacks. A document depends on nothing but the
// version and the providers that it is made of: the same ones give the same bytes.
package export

// Package console serves khop's desk over HTTP: the pages, the API, the AccessTrade
// endpoint, metrics and health on one address, and the locks in front of them.
//
// On a loopback address everybody on the machine may use it, and nobody else: a page of
// another site is kept out by its origin, and a name that was made to resolve to the
// loopback by its Host header. On any other address a token is needed; wrong ones wait,
// longer each time, and the right one never does. What a target is sent to is limited by
// Targets where the desk is shared.
//
//	request ──▶ locks ──▶ pages, api, metrics ──▶ desk.Desk
//	                 └──▶ AccessTrade's endpoint, which has a signature of its own
package console

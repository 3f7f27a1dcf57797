// Package scenario plays named flows of events: a parcel from its pickup to its return,
// an order from the cart to the till, an hour in which nobody can reach the target.
//
// A Scenario is read from YAML, checked against what the provider documents, and run by
// a Runner for one app. All events of a flow are about one thing, be it a parcel, an
// order, a deal or a message: the first gives it its identity, the others carry it on.
//
//	YAML ──Read──▶ Scenario ──Runner.Start──▶ Run: wait, compose, Sender.Accept ──▶ Watch
//
// # The format
//
// A file holds one flow. Texts for people are English, or both languages:
//
//	name: superai-delivered
//	title: {en: "Delivered at the second try", vi: "Giao thành công ở lần thứ hai"}
//	about: A parcel whose recipient could not be reached at first.
//	provider: superai
//	steps:
//	  - note: Nobody answers the phone.
//	    event: update_status      # a type, or the name of a documented sample
//	    data: {status: "14"}      # members in place of the sample's own
//	  - wait: 20h                 # before the step, in the provider's time
//	    event: update_status
//	    data: {status: "12", status_name: Đã Giao Hàng Toàn Bộ}
//	  - wait: 10s
//	    again: true               # the same event once more, byte for byte
//
// Members are named by their top-level name or by a JSON pointer
// (/data_event/fields/0/add/0), which also adds what is not there. What data changes
// stays changed in the flow's later events of the same sample. A value is text where the
// documented one is; an explicit tag (!!int 12) sends something else all the same.
//
// Two more keys let things go wrong. "fault: refused", "reset" or "swallowed" spoils the
// first attempt to deliver the step's event (see outbox.Fault). "ago: 40m" makes the event
// one that happened so long before it is sent, and so lets it come after a younger one.
//
// # Time
//
// Waits are told in the provider's time and pass as many times faster as the run's speed
// says. The times in the payloads lie as far apart as the waits do, and the flow's last
// event happens when it is sent, however much the flow was compressed.
package scenario

// Package pages is the console of khop serve: pages for a person, made on the server.
//
// Every page reads and every form works without scripts: a form is sent by POST and
// answered with a redirect, or shown again with what is wrong beside its fields. Where
// there are scripts, a page stays fresh: the stream at /live says that there is news of
// something that the page shows, the script asks for the page again and puts the parts
// that have changed in place.
//
//	browser ──GET, POST──▶ page ──▶ desk.Desk ──▶ template ──▶ browser
//	   ▲                                                         │
//	   └────────────── /live: "there is news of events" ─────────┘
//
// What was sent and answered is shown as text, never as markup; the content security
// policy would not run it either. Secrets are shown once, after an app was made.
package pages

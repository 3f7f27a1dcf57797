// Package inspect judges payloads wherever they are written down: in a JSON file, a list of events, an export of a
// browser, the log of a web server.
//
// Bytes go one way. Gather makes Sources of what a user named. A Source is unpacked and looked at to tell what kind
// of text it is; from then on it is a row of batches: lines, or values that were cut out of a document. Workers judge
// the batches side by side, and what they find is handed on in the order of the text:
//
//	Source ──unpack, sniff──▶ lines | values | HAR ──batch──▶ workers ──in order──▶ Report
//
// Judging has two ways. The quick one is for the payload that is in order: one look over the bytes tells what it is
// (package recognise) and that no member comes twice, and schemas.Schema.Fits that it surely fits. Everything else
// goes the thorough way, which decodes, tells every rule that is broken, and finds its line and column.
//
// Memory does not grow with the input: text is read in pieces, and a single payload has a limit.
package inspect

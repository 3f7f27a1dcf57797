// Package requirements lists what each provider's document demands of a receiver,
// and which checks hold a target to it.
//
// There is one file a provider, <provider>.yaml, in the order of the document. An
// entry says one demand in khop's own words, where it is written, how much it weighs,
// and either the checks that cover it or why none can:
//
//	document ──read by a person──▶ <provider>.yaml ──Load──▶ []Requirement
//
// Load refuses a file that says anything else. What it cannot know is the registry
// of checks, which lies above it: the tests of package suites hold the two together
// in both directions. Demands that come from HTTP, from JSON or from khop's own
// reasoning are listed as well, with that as their source.
package requirements

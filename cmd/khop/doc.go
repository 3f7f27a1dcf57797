// Command khop tells whether a webhook receiver fits the provider that it integrates
// with, and stands in for that provider meanwhile.
//
// There is one file a command, and it is thin: a struct holds its flags, run finds out
// what is wrong with them before anything is sent, and the work is done below, in suites
// and mocks. What several commands have in common is a struct that they embed:
// credentials, address, connection, output. An error is a matter of usage unless it is
// serious; a verdict ends a command that has said everything already:
//
//	arguments ──cobra──▶ flags ──run──▶ suites, mocks ──▶ report, text
//	                                                 └──▶ error ──exitCode──▶ 0, 1, 2, 3, 130
package main

// Package render writes what an inspection finds, for people and for machines.
//
// A Writer takes findings one by one and writes each at once where the format lets it, so that an inspection of a huge
// file needs little memory: text for a terminal, JSON, GitHub's workflow annotations, SARIF 2.1.0 for code scanning,
// JUnit XML for CI systems. Only JUnit waits for the end of a file, because a suite begins with its counts; it keeps
// a bounded number of failures.
package render

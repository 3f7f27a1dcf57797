// Command khop-bench measures khop against floors: programs that do less, on the same
// machine in the same minute. It is for those who work on khop, and is not shipped.
//
//	measurement ──▶ turns: khop, floor, khop, floor ... ──▶ medians ──▶ Figure ──▶ table
//
// A value alone says as much about the machine as about khop; the ratio to a floor can be
// compared with that of another day. What runs as a process is measured as one (khop as
// it is shipped, built first; a bare handler, which is this program once more; wrk).
// What runs inside comes from the packages' own Go benchmarks. What cannot be measured
// here, because a program is missing, is told as not measured, with the reason.
//
// It reads /proc, and so wants Linux.
package main

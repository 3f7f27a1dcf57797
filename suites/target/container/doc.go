// Package container runs a target in a container of its own, so that khop can do to
// it what an operator's bad day does: pause it, kill it, start it again.
//
// A Spec names an image of the local engine, or a folder to build one from. Start
// brings it up on a loopback port that stays the same over restarts, waits until it
// answers, and hands out a Container: its address, its log, and the ways to disturb
// it. Remove takes it away again; what a killed khop left behind is found by its
// labels and removed by Clean.
//
//	Spec ──Start──▶ Container ──URL──▶ the suites; Pause, Kill, Start: their outages
package container

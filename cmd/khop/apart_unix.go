//go:build unix

package main

import "syscall"

// apart keeps a process out of the group that the terminal sends its signals to.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

package main

import "syscall"

// apart keeps a process out of the group that the console sends its events to.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal tells whether somebody sits at the other end of a stream: reads along, or types.
func terminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// colored tells whether a writer is a terminal whose user has nothing against
// colours (https://no-color.org).
func colored(out io.Writer) bool {
	return terminal(out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Spec says what to run.
type Spec struct {
	Image    string            // an image of the local engine; nothing is pulled
	Build    string            // a folder with a Dockerfile, to build the image from instead
	Port     int               // on which the receiver listens inside the container
	Env      map[string]string // its environment
	WaitHTTP string            // path that answers 2xx once it is ready; empty: any answer will do
	Network  string            // a network of the engine to join, where its database is, say
	Run      string            // a name of this run, by which CleanRun finds what belongs to it; empty: one is drawn
	Within   time.Duration     // how long it may take to be ready; 0: DefaultWithin
}

// DefaultWithin is how long a container may take to be ready.
const DefaultWithin = time.Minute

// Check finds out what is wrong with a spec before anything is run.
func (s Spec) Check() error {
	switch {
	case s.Image == "" && s.Build == "":
		return errors.New("neither an image nor a folder to build one from")
	case s.Image != "" && s.Build != "":
		return errors.New("an image and a folder to build one from: one of them is enough")
	case s.Port < 1 || s.Port > 65535:
		return fmt.Errorf("port %d: say on which port, from 1 to 65535, the receiver listens in the container", s.Port)
	case s.WaitHTTP != "" && !strings.HasPrefix(s.WaitHTTP, "/"):
		return fmt.Errorf("%q is no path: it begins with /", s.WaitHTTP)
	case s.Within < 0:
		return fmt.Errorf("%s is no time to get ready in", s.Within)
	}
	if s.Build == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(s.Build, "Dockerfile")); err != nil {
		return fmt.Errorf("nothing to build in %s: %w", s.Build, err)
	}
	return nil
}

// name is what people call what is run.
func (s Spec) name() string {
	if s.Build != "" {
		return "the image built from " + s.Build
	}
	return s.Image
}

func (s Spec) within() time.Duration {
	if s.Within == 0 {
		return DefaultWithin
	}
	return s.Within
}

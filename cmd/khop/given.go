package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// given reads a file that the user has named; - is standard input.
func given(cmd *cobra.Command, file string) ([]byte, error) {
	if file == "-" {
		return typed(cmd)
	}
	return os.ReadFile(file)
}

// typed reads standard input to its end. Somebody at a terminal is told what khop waits
// for; who does not want to wait any more ends it with Ctrl-C.
func typed(cmd *cobra.Command) ([]byte, error) {
	in := cmd.InOrStdin()
	if terminal(in) {
		fmt.Fprintln(cmd.ErrOrStderr(), "khop: "+language(cmd).Text("reading the payload from the terminal, until Ctrl-D; Ctrl-C gives up"))
	}
	type end struct {
		all []byte
		err error
	}
	ended := make(chan end, 1)
	go func() {
		all, err := io.ReadAll(in)
		ended <- end{all, err}
	}()
	select {
	case e := <-ended:
		return e.all, e.err
	case <-cmd.Context().Done():
		return nil, verdict{exitInterrupted}
	}
}

// bodyGiven reads the body that --file names, as the provider can send it.
func bodyGiven(cmd *cobra.Command, provider *mocks.Provider, file string) ([]byte, error) {
	body, err := given(cmd, file)
	if err != nil {
		return nil, fmt.Errorf("--file: %w", err)
	}
	if body, err = provider.Given(body); err != nil {
		return nil, fmt.Errorf("--file %s: %w", file, err)
	}
	return body, nil
}

// changeOf reads the member and its value of a --data.
func changeOf(pair string) (member, value string, err error) {
	member, value, found := strings.Cut(pair, "=")
	if !found || member == "" {
		return "", "", errors.New("--data wants member=value, such as --data status=12")
	}
	return member, value, nil
}

// change is a --data made to a payload. The documented type decides how the value is
// read: text stays text, as in a query string all is, and anything else is JSON.
func change(provider *mocks.Provider, payload rawjson.Value, member, value string) (rawjson.Value, any, error) {
	var meant any = value
	before, there := payload.Get(mocks.Pointer(member))
	if there && before.Kind() != rawjson.String {
		if _, err := rawjson.Parse([]byte(value)); err != nil {
			return payload, nil, fmt.Errorf("--data %s: the value has to be JSON, as the member is no text: %w", member, err)
		}
		meant = json.RawMessage(value)
	}
	changed, err := provider.Change(payload, member, meant)
	if err != nil {
		return payload, nil, fmt.Errorf("--data: %w", err)
	}
	return changed, meant, nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// servedHealth is where a khop that serves says that it is well.
const servedHealth = "http://127.0.0.1:8700/healthz"

// healthPatience is how long an answer may take that still counts as health.
const healthPatience = 3 * time.Second

func healthcheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "healthcheck [URL]",
		Short:  "Tell whether something answers at an address",
		Hidden: true, // for containers, which have no curl
		Long: `GET an address and end with 0 where it answers with a 2xx, with 1 where it does not: the
health check of an image that holds nothing but khop. Without an address it asks the
khop that serves on this machine.`,
		Example: `  khop healthcheck
  khop healthcheck http://127.0.0.1:3000/applied`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("%s wants one address, such as %s", cmd.CommandPath(), servedHealth)
			}
			address := servedHealth
			if len(args) == 1 {
				address = args[0]
			}
			status, err := askHealth(cmd.Context(), address)
			switch {
			case err != nil:
				fmt.Fprintf(cmd.OutOrStdout(), "unhealthy: %v\n", err)
				return verdict{exitFailed}
			case status/100 != 2:
				fmt.Fprintf(cmd.OutOrStdout(), "unhealthy: %s answers %d\n", address, status)
				return verdict{exitFailed}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "healthy: %s answers %d\n", address, status)
			return nil
		},
	}
}

// askHealth is the status that an address answers with.
func askHealth(ctx context.Context, address string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	// A container is asked about itself: no proxy stands between.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return response.StatusCode, err
}

package testcontainer_test

import (
	"context"
	"fmt"
	"log"

	"github.com/testcontainers/testcontainers-go"

	"github.com/khop-dev/khop/mocks/testcontainer"
)

func ExampleRun() {
	ctx := context.Background()
	khop, err := testcontainer.Run(ctx, "khop:dev", testcontainer.WithAccessTrade("shop-7", "s3cret-7"))
	defer func() {
		if err := testcontainers.TerminateContainer(khop); err != nil {
			log.Print(err)
		}
	}()
	if err != nil {
		log.Print(err)
		return
	}
	address, err := khop.URL(ctx)
	if err != nil {
		log.Print(err)
		return
	}
	// Let the code under test post its orders to the address, with these keys.
	fmt.Println(address)
	calls, err := khop.Calls(ctx)
	if err != nil {
		log.Print(err)
		return
	}
	for _, call := range calls {
		fmt.Println(call.Call, call.Verdict, call.Message)
	}
}

func ExampleWithReceiver() {
	ctx := context.Background()
	khop, err := testcontainer.Run(ctx, "khop:dev",
		testcontainer.WithReceiver("superai", map[string]string{"partner_code": "PARTNER-42"}))
	defer func() {
		if err := testcontainers.TerminateContainer(khop); err != nil {
			log.Print(err)
		}
	}()
	if err != nil {
		log.Print(err)
		return
	}
	// Let the code under test send an event to khop.URL, then:
	times, err := khop.Applied(ctx, "SGNS336484LM.883568271")
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(times)
}

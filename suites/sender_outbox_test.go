package suites_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/report"
)

// Merchants that do not try again at once are right as well.
func TestOrdersThatComeLaterAreNotLost(t *testing.T) {
	t.Parallel()
	for name, merchant := range map[string]func(address string) func(context.Context, io.Writer) error{
		"an outbox that fails while something waits": func(address string) func(context.Context, io.Writer) error {
			box := &outbox{address: address}
			return func(ctx context.Context, _ io.Writer) error {
				box.add()
				return box.send(ctx)
			}
		},
		"an outbox that says nothing": func(address string) func(context.Context, io.Writer) error {
			box := &outbox{address: address}
			return func(ctx context.Context, _ io.Writer) error {
				box.add()
				_ = box.send(ctx)
				return nil
			}
		},
		"a queue whose trigger does not wait": func(address string) func(context.Context, io.Writer) error {
			box := &outbox{address: address}
			return func(context.Context, io.Writer) error {
				box.add()
				go func() {
					for box.send(t.Context()) != nil && t.Context().Err() == nil {
						<-time.After(400 * time.Millisecond) // longer than the quiet that ends an act
					}
				}()
				return nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := judgeSender(t, merchant)
			if r.Verdict != report.Passed || r.Counts[report.Fail]+r.Counts[report.Warn] > 0 {
				t.Errorf("verdict %s, %v:\n%s", r.Verdict, r.Counts, complaints(r))
			}
		})
	}
}

// Whoever is always refused is not shown what faults do: it would prove nothing.
func TestFaultsAreNotPlayedToWhoIsAlwaysRefused(t *testing.T) {
	t.Parallel()
	if r := verifySender(t, "secret-first"); r.Deliveries != 3 {
		t.Errorf("%d deliveries of 3 orders:\n%s", r.Deliveries, complaints(r))
	}
}

// outbox sends its orders one after the other, oldest first, and keeps what was not taken.
type outbox struct {
	address string

	mu      sync.Mutex
	made    int
	waiting []rawjson.Value
}

func (o *outbox) add() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.made++
	o.waiting = append(o.waiting, rawjson.MustParse(fmt.Appendf(nil, `{"access_key": "", "signature": "", "transaction_id": "BOX-%d",
		"transaction_time": %d, "transaction_value": 90000, "transaction_status": 0,
		"products": [{"sku": "T1", "price": 45000, "quantity": 2, "category_id": "3", "status": 0}]}`, o.made, time.Now().UnixMilli())))
}

func (o *outbox) send(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.waiting) > 0 {
		if err := o.post(ctx, o.waiting[0]); err != nil {
			return err
		}
		o.waiting = o.waiting[1:]
	}
	return nil
}

func (o *outbox) post(ctx context.Context, order rawjson.Value) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	keys := secrets["accesstrade"]
	request, err := accesstrade.Merchant{AccessKey: keys["access_key"], SecretKey: keys["secret_key"]}.Postback(order).To(ctx, o.address)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if objection := accesstrade.Objection(response.StatusCode, body); objection != "" {
		return errors.New(objection)
	}
	return nil
}

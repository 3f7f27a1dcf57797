package sqlite

import "container/heap"

// waitingList is events in the order in which they are due; of two that are due together
// the older one comes first.
type waitingList []*entry

func (w *waitingList) add(e *entry) { heap.Push((*order)(w), e) }

// first takes away the event that is due first.
func (w *waitingList) first() *entry { return heap.Pop((*order)(w)).(*entry) }

// moved puts an event in order again that is due at another time now.
func (w *waitingList) moved(e *entry) { heap.Fix((*order)(w), e.place) }

// order is the list as container/heap wants it. Every entry knows its place.
type order waitingList

func (o order) Len() int { return len(o) }

func (o order) Less(i, j int) bool {
	a, b := o[i].event, o[j].event
	return a.Next.Before(b.Next) || a.Next.Equal(b.Next) && a.ID < b.ID
}

func (o order) Swap(i, j int) {
	o[i], o[j] = o[j], o[i]
	o[i].place, o[j].place = i, j
}

func (o *order) Push(x any) {
	e := x.(*entry)
	e.place = len(*o)
	*o = append(*o, e)
}

func (o *order) Pop() any {
	last := len(*o) - 1
	e := (*o)[last]
	(*o)[last] = nil
	*o = (*o)[:last]
	e.place = -1
	return e
}

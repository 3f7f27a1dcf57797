package report

import (
	"fmt"
	"strings"

	"github.com/khop-dev/khop/suites/lang"
)

// countOrder is the order in which results are counted: what is wrong, then what is right,
// then what is unknown.
var countOrder = []Status{Error, Fail, Warn, Known, Pass, NotObservable, Skip}

// tally counts in words: "1 failed, 4 passed".
func tally(language lang.Language, counts map[Status]int) string {
	var parts []string
	for _, status := range countOrder {
		if n := counts[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, amount(language, n, status)))
		}
	}
	return strings.Join(parts, ", ")
}

// amount is the word for so many checks of a status behind their number.
func amount(language lang.Language, n int, status Status) string {
	if status == Error && n != 1 {
		return language.Text("errors")
	}
	return Counted(language, status)
}

// Counted is the word for a check of a status.
func Counted(language lang.Language, status Status) string {
	switch status {
	case Error:
		return language.Text("error")
	case Fail:
		return language.Text("failed")
	case Warn:
		return language.Text("warned")
	case Known:
		return language.Text("known")
	case Pass:
		return language.Text("passed")
	case NotObservable:
		return language.Text("not observable")
	}
	return language.Text("skipped")
}

func rank(s Status) int {
	for i, status := range Statuses {
		if s == status {
			return i
		}
	}
	return len(Statuses)
}

// Package browsertest opens pages in Chromium for tests. A test that has none is skipped.
// A tab watches that its pages ask nobody else for anything and complain about nothing:
//
//	browser := browsertest.Start(t)
//	tab := browsertest.Open(t, browser, func(url string) bool { return url == page })
//	tab.Do(chromedp.Navigate(page))
//	title := browsertest.Eval[string](tab, "document.title")
package browsertest

package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Append adds the pages and entries of another archive, entry by entry, so that its
// size does not matter. Its pages stay apart from those that have the same id. Where
// it breaks off, what came before is in, and this archive is whole.
func (h *HAR) Append(archive io.Reader) error {
	p := harPart{into: h, decoder: json.NewDecoder(archive), renamed: map[string]string{}}
	if err := p.copy(); err != nil {
		return fmt.Errorf("appending an archive: %w", err)
	}
	return nil
}

// harPart is one archive on its way into another.
type harPart struct {
	into    *HAR
	decoder *json.Decoder
	renamed map[string]string // ids of its pages, in the archive that they go into
}

// errNoArchive is what a file gets that is JSON, and no archive.
var errNoArchive = errors.New(`it is no HTTP archive: {"log": {"entries": [...]}} is wanted`)

func (p *harPart) copy() error {
	found := false
	err := p.members(func(name string) error {
		if name != "log" {
			return p.skip()
		}
		return p.members(func(name string) error {
			switch name {
			case "entries":
				found = true
				return p.elements(p.entry)
			case "pages":
				return p.elements(p.page)
			}
			return p.skip()
		})
	})
	if err == nil && !found {
		err = errNoArchive
	}
	return err
}

// entry copies one entry, under the page's new id.
func (p *harPart) entry() error {
	var entry map[string]json.RawMessage
	if err := p.decoder.Decode(&entry); err != nil {
		return fmt.Errorf("reading an entry: %w", err)
	}
	if reference, ok := entry["pageref"]; ok {
		var id string
		if err := json.Unmarshal(reference, &id); err != nil {
			return fmt.Errorf("reading an entry's pageref: %w", err)
		}
		renamed, err := json.Marshal(p.rename(id))
		if err != nil {
			return err
		}
		entry["pageref"] = renamed
	}
	p.into.entry(entry)
	return p.into.err
}

func (p *harPart) page() error {
	var page harPage
	if err := p.decoder.Decode(&page); err != nil {
		return fmt.Errorf("reading a page: %w", err)
	}
	page.ID = p.rename(page.ID)
	p.into.pages = append(p.into.pages, page)
	return nil
}

// rename gives a page the id that it has in the joined archive, always the same one.
func (p *harPart) rename(id string) string {
	if _, ok := p.renamed[id]; !ok {
		p.renamed[id] = p.into.unique(id)
	}
	return p.renamed[id]
}

// members goes through an object; each has to take its value.
func (p *harPart) members(each func(name string) error) error {
	return p.inside('{', func() error {
		name, err := p.decoder.Token()
		if err != nil {
			return unreadable(err)
		}
		return each(name.(string)) // a key is a string, or the decoder had complained
	})
}

// elements goes through an array; each has to take its value.
func (p *harPart) elements(each func() error) error { return p.inside('[', each) }

func (p *harPart) inside(opening json.Delim, each func() error) error {
	token, err := p.decoder.Token()
	switch {
	case err != nil:
		return unreadable(err)
	case token != opening:
		return errNoArchive
	}
	for p.decoder.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err = p.decoder.Token()
	return unreadable(err)
}

// skip passes over a value.
func (p *harPart) skip() error {
	var ignored json.RawMessage
	return unreadable(p.decoder.Decode(&ignored))
}

// unreadable tells what is wrong with an archive that cannot be read on.
func unreadable(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends in the middle: the run that wrote it was cut off")
	}
	return fmt.Errorf("it is no HTTP archive: %w", err)
}

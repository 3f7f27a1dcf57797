// Package lang lets khop speak the language of the person who reads.
//
// English is what the code is written in, and an English text is the key to its
// translation: vi/*.yaml hold the Vietnamese, one file a part of khop. A text that
// has been changed in English has lost its translation, and the tests say so. What
// machines read (report.json, JUnit, SARIF) stays English, so that it can be
// compared; what people read is put through Text and Textf when it is shown.
//
//	LANG, --lang, Accept-Language ──▶ Language ──Text(english)──▶ the words on the page
package lang

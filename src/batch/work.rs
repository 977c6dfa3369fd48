//! One page or a run of records through the cleaner: bytes in, bytes out, and what there is to say about them.
//!
//! Runs on any thread and knows nothing of the others.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::{Event, Job};
use crate::cleaner::{Cleaned, PageFacts};
use crate::decode::{Decoded, Hints, decode};
use crate::edit::{Note, Span};
use crate::error::{Error, printable};
use crate::input::{JsonString, Record, Separator, has_html_name, host_of, is_text, splice};
use crate::names::Verdict;
use crate::render::{Show, diff};

/// What came of some pages.
#[derive(Debug, Default)]
pub struct Done {
    /// What is to be written.
    pub bytes: Vec<u8>,
    /// Pages that have edits.
    pub changed: usize,
    /// Pages that are left out because of their verdict.
    pub dropped: Vec<Verdict>,
    /// Pages that are left out, for whatever reason.
    pub left_out: usize,
    /// What failed and what was odd, in the order of the pages.
    pub events: Vec<Event>,
}

/// A cleaned page, as far as writing it goes.
enum Outcome {
    Cleaned(Cleaned),
    /// It passes as it came.
    Passes,
    Dropped,
}

/// One of a record's texts.
struct RecordText<'t> {
    name: PathBuf,
    span: Span,
    string: JsonString<'t>,
    /// What it was cleaned to, if that is something else.
    cleaned: Option<Cleaned>,
}

impl Job<'_> {
    /// Cleans one text page.
    pub fn page(&self, bytes: Vec<u8>, name: &Path) -> Done {
        let mut done = Done::default();
        if bytes.len() > self.page_bytes_max() {
            done.note(self.too_long(name));
            self.pass(bytes, &mut done);
        } else if is_text(&bytes) {
            self.text(bytes, name, &mut done);
        } else {
            done.note(Error::page("not text, passed unchanged").in_file(name));
            self.pass(bytes, &mut done);
        }
        done
    }

    /// Cleans pages that end in NUL, or records that end in a line end; `first` is the number of the first one.
    pub fn several(&self, bytes: &[u8], separator: Separator, first: usize, label: &Path) -> Done {
        let mut all = Done::default();
        let ends = separator.byte().into_iter().flat_map(|byte| memchr::memchr_iter(byte, bytes)).map(|i| i + 1);
        let mut from = 0;
        for (i, end) in ends.chain([bytes.len()]).enumerate() {
            if from < end {
                match separator {
                    Separator::Newline => self.record(&bytes[from..end], first + i, label, &mut all),
                    Separator::Nul | Separator::End => self.null_page(&bytes[from..end], first + i, label, &mut all),
                }
            }
            from = end;
        }
        all
    }

    /// The note about a page that is too long to be cleaned.
    pub fn too_long(&self, name: &Path) -> Error {
        let max = self.page_bytes_max();
        Error::page(format!("longer than {max} bytes, passed unchanged"))
            .in_file(name)
            .help("`--set page-bytes-max=SIZE` sets the limit")
    }

    fn null_page(&self, bytes: &[u8], number: usize, label: &Path, all: &mut Done) {
        let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
        let mut done = self.page(bytes.to_vec(), &numbered(label, number));
        if self.show == Show::Text && done.dropped.is_empty() {
            done.bytes.push(0);
        }
        all.add(done);
    }

    fn text(&self, bytes: Vec<u8>, name: &Path, done: &mut Done) {
        let Decoded { text, bom, notes, .. } = decode(&bytes, &self.hints(name));
        let outcome = self.clean(&text, &PageFacts::default(), name, true, done);
        if !matches!(outcome, Outcome::Dropped) {
            notes.into_iter().for_each(|note| done.note(note_at(note, name)));
        }
        match outcome {
            Outcome::Cleaned(cleaned) if !cleaned.edits.is_empty() => {
                done.changed += 1;
                self.put(name, &text, &cleaned, done);
            }
            // Bytes that are their own text are not copied; a mark before them is no part of the text.
            Outcome::Cleaned(_) if matches!(text, Cow::Borrowed(_)) && !bom => self.pass(bytes, done),
            Outcome::Cleaned(_) => self.pass(text.into_owned().into_bytes(), done),
            Outcome::Passes => self.pass(bytes, done),
            Outcome::Dropped => {}
        }
    }

    /// What is known of a file's encoding.
    fn hints(&self, name: &Path) -> Hints<'_> {
        let host = self.cleaner.settings().host.as_deref();
        Hints { declared: self.encoding, html: has_html_name(name), host }
    }

    fn record(&self, line: &[u8], number: usize, label: &Path, done: &mut Done) {
        let ended = line.strip_suffix(b"\n").map_or(line, |l| l.strip_suffix(b"\r").unwrap_or(l));
        if ended.len() > self.page_bytes_max() {
            done.note(self.too_long(&numbered(label, number)));
            return self.pass(line.to_vec(), done);
        }
        // A byte order mark is no part of the first record.
        let (line, ended) = match ended.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if number == 1 => (&line[ended.len() - rest.len()..], rest),
            _ => (line, ended),
        };
        if ended.trim_ascii().is_empty() {
            return self.pass(line.to_vec(), done);
        }
        let (text, record) = match self.read_record(ended) {
            Ok(read) => read,
            Err((error, column)) => {
                done.events.push(Event::Failed(error.at(label, number, column)));
                return if self.drop_failed { done.left_out += 1 } else { self.pass(line.to_vec(), done) };
            }
        };
        for note in record.notes(&self.fields) {
            done.note(Error::page(note).at(label, number, 1));
        }
        self.texts(line, text, &record, &numbered(label, number), done);
    }

    /// Cleans the texts of a record, each by itself; the verdict on the longest one is that on the record.
    fn texts(&self, line: &[u8], text: &str, record: &Record, name: &Path, done: &mut Done) {
        let facts = PageFacts { host: record.url.as_deref().and_then(host_of), title: record.title.clone(), lang: None };
        let read = |(field, span): (usize, Span)| RecordText {
            name: self.text_name(name, field),
            span,
            string: JsonString::new(span.of(text)),
            cleaned: None,
        };
        let mut texts: Vec<_> = record.spans().map(read).collect();
        // The longest comes first, since with it the record may go.
        let longest = (0..texts.len()).rev().max_by_key(|&i| texts[i].string.text().len());
        for i in longest.into_iter().chain((0..texts.len()).filter(|i| Some(*i) != longest)) {
            let RecordText { name, string, cleaned, .. } = &mut texts[i];
            match self.clean(string.text(), &facts, name, Some(i) == longest, done) {
                Outcome::Cleaned(new) if !new.edits.is_empty() => *cleaned = Some(new),
                Outcome::Cleaned(_) | Outcome::Passes => {}
                Outcome::Dropped => return,
            }
        }
        let changed = texts.iter().filter_map(|text| Some((text, text.cleaned.as_ref()?)));
        match self.show {
            _ if changed.clone().next().is_none() => return self.pass(line.to_vec(), done),
            Show::Text => {
                let new = changed.map(|(text, cleaned)| (text.span, text.string.splice(&cleaned.edits)));
                splice(line, new.collect(), &mut done.bytes);
            }
            Show::Diff => changed.for_each(|(text, cleaned)| self.put(&text.name, text.string.text(), cleaned, done)),
            Show::Names => changed.take(1).for_each(|(text, cleaned)| self.put(name, text.string.text(), cleaned, done)),
        }
        done.changed += 1;
    }

    /// What messages call a text of a record: by its field, if there can be others.
    fn text_name(&self, record: &Path, field: usize) -> PathBuf {
        let mut name = record.as_os_str().to_owned();
        match self.fields.texts.as_slice() {
            [one] if !one.is_many() => {}
            several => name.push(format!(":{}", several[field].name())),
        }
        name.into()
    }

    /// Reads a record that has a text, or null in its place; else the error and its column.
    fn read_record<'l>(&self, line: &'l [u8]) -> Result<(&'l str, Record), (Error, usize)> {
        let column = |at: usize| String::from_utf8_lossy(&line[..at.min(line.len())]).chars().count() + 1;
        let text =
            std::str::from_utf8(line).map_err(|error| (Error::page("broken record: not UTF-8"), column(error.valid_up_to())))?;
        let record = Record::parse(text, &self.fields).map_err(|(message, at)| (Error::page(message), column(at)))?;
        record.fault(text, &self.fields).map_or(Ok((text, record)), |fault| Err((fault, 1)))
    }

    /// Cleans a text; a page that makes the cleaner stumble passes and is listed. Its verdict counts if it is the page's.
    fn clean(&self, text: &str, facts: &PageFacts, name: &Path, is_page: bool, done: &mut Done) -> Outcome {
        // Cleaning only reads what it shares, so nothing is left half-done.
        let Ok(cleaned) = catch_unwind(AssertUnwindSafe(|| self.cleaner.clean(text, facts))) else {
            done.events.push(Event::Failed(Error::page("internal error while cleaning, passed unchanged").in_file(name)));
            return Outcome::Passes;
        };
        if is_page && self.drop.contains(&cleaned.verdict) {
            done.dropped.push(cleaned.verdict);
            done.left_out += 1;
            return Outcome::Dropped;
        }
        cleaned.notes.iter().cloned().for_each(|note| done.note(note_at(note, name)));
        if cleaned.verdict == Verdict::NotText { Outcome::Passes } else { Outcome::Cleaned(cleaned) }
    }

    /// Writes a page that has edits.
    fn put(&self, name: &Path, text: &str, cleaned: &Cleaned, done: &mut Done) {
        let new = cleaned.text(text);
        let shown = name.to_string_lossy();
        match self.show {
            Show::Text => done.bytes.extend_from_slice(new.as_bytes()),
            Show::Diff => done.bytes.extend(diff(&shown, text, &new, &cleaned.edits, self.colour).into_bytes()),
            Show::Names => done.bytes.extend(format!("{}\n", printable(&shown)).into_bytes()),
        }
    }

    /// Writes bytes that stay as they are.
    fn pass(&self, bytes: Vec<u8>, done: &mut Done) {
        match self.show {
            Show::Text if done.bytes.is_empty() => done.bytes = bytes,
            Show::Text => done.bytes.extend_from_slice(&bytes),
            Show::Diff | Show::Names => {}
        }
    }
}

impl Done {
    fn add(&mut self, other: Done) {
        self.bytes.extend(other.bytes);
        self.changed += other.changed;
        self.dropped.extend(other.dropped);
        self.left_out += other.left_out;
        self.events.extend(other.events);
    }

    /// Adds something odd.
    pub fn note(&mut self, note: Error) {
        self.events.push(Event::Note(note));
    }
}

fn note_at(note: Note, name: &Path) -> Error {
    Error::page(note.0).in_file(name)
}

/// How one page of several in a file is called.
pub fn numbered(label: &Path, number: usize) -> PathBuf {
    let mut name = label.as_os_str().to_owned();
    name.push(format!(":{number}"));
    name.into()
}

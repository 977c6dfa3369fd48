//! One page or a run of records through the cleaner: bytes in, bytes out, and what there is to say about them.
//!
//! Runs on any thread and knows nothing of the others.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::{Event, Job};
use crate::cleaner::{Cleaned, PageFacts};
use crate::decode::{Decoded, Hints, decode};
use crate::edit::Note;
use crate::error::{Error, printable};
use crate::input::{JsonString, Record, Separator, Value, has_html_name, host_of, is_text};
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
        let outcome = self.clean(&text, &PageFacts::default(), name, done);
        if !matches!(outcome, Outcome::Dropped) {
            notes.into_iter().for_each(|note| done.note(note_at(note, name)));
        }
        match outcome {
            Outcome::Cleaned(cleaned) if !cleaned.edits.is_empty() => self.put(name, &text, &cleaned, done),
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
        if record.repeated {
            let note = format!("the field `{}` stands more than once, the last one counts", self.fields.text);
            done.note(Error::page(note).at(label, number, 1));
        }
        let Value::Text(span) = record.text else {
            done.note(Error::page(format!("the field `{}` is null, passed unchanged", self.fields.text)).at(label, number, 1));
            return self.pass(line.to_vec(), done);
        };
        let string = JsonString::new(span.of(text));
        let facts = PageFacts { host: record.url.as_deref().and_then(host_of), title: record.title, lang: None };
        let name = numbered(label, number);
        match self.clean(string.text(), &facts, &name, done) {
            Outcome::Cleaned(cleaned) if !cleaned.edits.is_empty() && self.show == Show::Text => {
                done.changed += 1;
                done.bytes.extend_from_slice(&line[..span.start]);
                done.bytes.extend_from_slice(string.splice(&cleaned.edits).as_bytes());
                done.bytes.extend_from_slice(&line[span.end..]);
            }
            Outcome::Cleaned(cleaned) if !cleaned.edits.is_empty() => self.put(&name, string.text(), &cleaned, done),
            Outcome::Cleaned(_) | Outcome::Passes => self.pass(line.to_vec(), done),
            Outcome::Dropped => {}
        }
    }

    /// Reads a record whose text is a string or null; else the error and its column.
    fn read_record<'l>(&self, line: &'l [u8]) -> Result<(&'l str, Record), (Error, usize)> {
        let column = |at: usize| String::from_utf8_lossy(&line[..at.min(line.len())]).chars().count() + 1;
        let text =
            std::str::from_utf8(line).map_err(|error| (Error::page("broken record: not UTF-8"), column(error.valid_up_to())))?;
        let record = Record::parse(text, &self.fields).map_err(|(message, at)| (Error::page(message), column(at)))?;
        let field = &self.fields.text;
        match record.text {
            Value::Missing => Err((Record::missing(text, field), 1)),
            Value::Other(kind) => Err((Error::page(format!("the field `{field}` is {kind}, expected a string")), 1)),
            Value::Null | Value::Text(_) => Ok((text, record)),
        }
    }

    /// Cleans a text; a page that makes the cleaner stumble passes and is listed.
    fn clean(&self, text: &str, facts: &PageFacts, name: &Path, done: &mut Done) -> Outcome {
        // Cleaning only reads what it shares, so nothing is left half-done.
        let Ok(cleaned) = catch_unwind(AssertUnwindSafe(|| self.cleaner.clean(text, facts))) else {
            done.events.push(Event::Failed(Error::page("internal error while cleaning, passed unchanged").in_file(name)));
            return Outcome::Passes;
        };
        if self.drop.contains(&cleaned.verdict) {
            done.dropped.push(cleaned.verdict);
            done.left_out += 1;
            return Outcome::Dropped;
        }
        cleaned.notes.iter().cloned().for_each(|note| done.note(note_at(note, name)));
        if cleaned.verdict == Verdict::NotText { Outcome::Passes } else { Outcome::Cleaned(cleaned) }
    }

    /// Writes a page that has edits.
    fn put(&self, name: &Path, text: &str, cleaned: &Cleaned, done: &mut Done) {
        done.changed += 1;
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

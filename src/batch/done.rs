//! What came of some pages: bytes to be written, numbers, and what there is to say.

use std::path::Path;

use super::Event;
use crate::edit::Note;
use crate::error::Error;
use crate::render::{Audited, Counts, PageTally, place_of};

/// What came of some pages.
#[derive(Debug, Default)]
pub struct Done {
    /// What is to be written.
    pub bytes: Vec<u8>,
    /// The numbers.
    pub counts: Counts,
    /// The numbers of each page, where they are asked for.
    pub pages: Vec<PageTally>,
    /// Pages that are left out, for whatever reason.
    pub left_out: usize,
    /// The last byte of what is to be written, before it was compressed.
    pub last_byte: Option<u8>,
    /// Whether the bytes differ from those that came in.
    pub is_changed: bool,
    /// What failed and what was odd, in the order of the pages.
    pub events: Vec<Event>,
    /// The pages' lines of the audit.
    pub audit: Vec<u8>,
}

/// How messages call a page: its file, and its number there if it is one of several.
#[derive(Debug, Clone, Copy)]
pub struct PageName<'n> {
    pub label: &'n Path,
    pub number: Option<usize>,
    /// The field, if the record has others.
    pub field: Option<&'n str>,
    /// The file that it is written to, if it is one.
    pub output: Option<&'n Path>,
    /// The record as it came, where that is text.
    pub raw: Option<&'n str>,
}

impl<'n> PageName<'n> {
    /// A page of a file, written to another; its number, if it is one of several.
    pub fn new(label: &'n Path, output: Option<&'n Path>, number: Option<usize>) -> Self {
        PageName { label, number, field: None, output, raw: None }
    }
}

impl PageName<'_> {
    /// An error with this place.
    pub fn error(&self, error: Error) -> Error {
        let error = self.field.iter().fold(error, |error, field| error.prefixed(&format!("in `{field}`: ")));
        match self.number {
            Some(number) => error.in_record(self.label, number),
            None => error.in_file(self.label),
        }
    }

    /// The page as an audit names it.
    pub fn audited(&self) -> Audited<'_> {
        Audited {
            path: self.label.to_string_lossy(),
            record: self.number,
            field: self.field,
            output: self.output.map(Path::to_string_lossy),
            ..Audited::default()
        }
    }

    /// The page's place among all pages, for samples.
    pub fn place(&self) -> u64 {
        let number = self.number.map_or(0, |number| number as u64).to_le_bytes();
        let field = self.field.unwrap_or_default().as_bytes();
        place_of(&[self.label.as_os_str().as_encoded_bytes(), &number, field])
    }

    /// The name by itself: `pages.jsonl:7`.
    pub fn shown(&self) -> String {
        let mut name = self.label.to_string_lossy().into_owned();
        name.extend(self.number.map(|number| format!(":{number}")));
        name.extend(self.field.map(|field| format!(":{field}")));
        name
    }
}

impl Done {
    /// Adds something odd.
    pub fn note(&mut self, note: Error) {
        self.events.push(Event::Note(note));
    }

    /// Adds what was odd about a page.
    pub fn notes(&mut self, notes: Vec<Note>, name: PageName<'_>) {
        self.events.extend(notes.into_iter().map(|note| Event::Note(name.error(Error::page(note.0)))));
    }

    /// Adds a page that failed.
    pub fn failed(&mut self, error: Error) {
        self.events.push(Event::Failed(error));
    }
}

//! What a worker does with a task: a file of one page from its bytes to its place, a piece of a stream record by record.
//!
//! Runs on any thread and knows nothing of the others.

use std::io::{self, Read, Write};
use std::sync::Arc;

use super::done::{Done, PageName};
use super::form::Form;
use super::{Back, Event, Job, Task};
use crate::error::{Error, Result};
use crate::input::{Cutter, Opened, Piece, Source};
use crate::names::{Compression, Container};
use crate::render::Show;
use crate::sink::{Place, WholeFile};

impl Job<'_> {
    /// Does a task.
    pub(super) fn work(&self, source: &Source, task: Task) -> Back {
        match task {
            Task::Open(form) => Back::Open(form),
            Task::Close(end) => Back::Close(end),
            Task::Failed(error) => Back::Failed(error),
            Task::Note(note) => Back::Note(note),
            Task::NotText => Back::NotText,
            Task::Skipped => Back::Skipped,
            Task::Piece(piece, form) => {
                let end = piece.end;
                Back::Pages(self.piece(source, piece, &form), end)
            }
            #[cfg(feature = "parquet")]
            Task::Rows(batch, form) => self.rows(source, batch, &form),
            Task::File(opened, form) => self.file(source, opened, &form).unwrap_or_else(Back::Failed),
        }
    }

    /// Cleans a piece of a stream, and compresses what comes of it.
    fn piece(&self, source: &Source, piece: Piece, form: &Form) -> Done {
        let mut done = Done::default();
        done.counts.bytes_in += piece.bytes.len() as u64;
        let output = self.audited_output(source);
        let file = PageName::new(source.label(), output.as_deref(), None);
        match (piece.overlong, form.cutter()) {
            (Some(is_first), _) => self.overlong(file, piece, is_first, form, &mut done),
            (None, Cutter::Whole) => self.page(piece.bytes.into(), form, file, &mut done),
            (None, cutter) => {
                for (i, record) in cutter.records(&piece.bytes).enumerate() {
                    let start = done.bytes.len();
                    self.one(record, form, PageName { number: Some(piece.first + i), ..file }, &mut done);
                    if form.is_member_each() {
                        self.compress_from(start, form, &mut done);
                    }
                }
                if form.is_member_each() {
                    self.compress_audit(&mut done);
                    return done;
                }
            }
        }
        self.compressed(done, form)
    }

    /// Cleans one record.
    fn one(&self, record: &[u8], form: &Form, name: PageName<'_>, done: &mut Done) {
        match form.container {
            Container::Jsonl => self.json_record(record, form, name, done),
            Container::Csv => self.row(record, form, name, done),
            Container::Warc => self.crawled(record, form, name, done),
            Container::Text | Container::Parquet => self.null_page(record, form, name, done),
        }
    }

    /// A part of a record that is too long to be held.
    fn overlong(&self, file: PageName<'_>, piece: Piece, is_first: bool, form: &Form, done: &mut Done) {
        if is_first {
            let number = (form.container != Container::Text || form.null).then_some(piece.first);
            let name = PageName { number, ..file };
            done.note(match form.container {
                Container::Text => self.too_long(name),
                _ => longer_than(self.cleaner.settings().limits.record_bytes_max, "record-bytes-max", name),
            });
        }
        if self.show == Show::Text && form.is_same() {
            done.bytes = piece.bytes;
        } else {
            done.left_out += usize::from(is_first);
        }
    }

    /// The note about a page that is too long to be cleaned.
    pub(super) fn too_long(&self, name: PageName<'_>) -> Error {
        longer_than(self.page_bytes_max(), "page-bytes-max", name)
    }

    /// Counts what comes out, and compresses it and its lines of the audit as members of their own.
    pub(super) fn compressed(&self, mut done: Done, form: &Form) -> Done {
        self.compress_audit(&mut done);
        self.compress_from(0, form, &mut done);
        done
    }

    /// Compresses lines of the audit, if its name says so.
    pub(super) fn compress_audit(&self, done: &mut Done) {
        let Some((compression, _)) = self.audit.as_deref().map(Compression::of_name) else { return };
        let lines = std::mem::take(&mut done.audit);
        done.audit = member(compression, lines, "this part of the audit", done);
    }

    /// Counts and compresses what stands behind a place of the output.
    fn compress_from(&self, start: usize, form: &Form, done: &mut Done) {
        let bytes = done.bytes.split_off(start);
        done.last_byte = bytes.last().copied().or(done.last_byte);
        done.counts.bytes_out += bytes.len() as u64;
        let mut compressed = member(form.compression, bytes, "this part", done);
        if done.bytes.is_empty() { done.bytes = compressed } else { done.bytes.append(&mut compressed) }
    }

    /// A regular text file: read here, cleaned, and written here if it has a place.
    fn file(&self, source: &Source, mut opened: Opened, form: &Arc<Form>) -> Result<Back> {
        if opened.bytes.is_some_and(|bytes| bytes > self.page_bytes_max() as u64) {
            return self.overlong_file(source, opened, form);
        }
        let mut bytes = Vec::with_capacity(opened.bytes.unwrap_or(0) as usize + 1);
        opened.reader.read_to_end(&mut bytes).map_err(|error| Error::io(source.label(), "reading", &error))?;
        let mut done = Done::default();
        done.counts.bytes_in += bytes.len() as u64;
        let output = self.audited_output(source);
        self.page(bytes.into(), form, PageName::new(source.label(), output.as_deref(), None), &mut done);
        let place = self.place(source);
        if let Some(change) = Self::change(source, form) {
            if matches!(place, Some(Place::Origin(_))) {
                return Err(change);
            }
            done.note(change);
        }
        if place.is_none()
            && self.null
            && form.to == Container::Text
            && form.is_same()
            && self.show == Show::Text
            && done.left_out == 0
        {
            done.bytes.push(0);
        }
        done = self.compressed(done, form);
        let Some(place) = place else { return Ok(Back::Pages(done, None)) };
        let unchanged_in_place = !done.is_changed && matches!(place, Place::Origin(_));
        if !unchanged_in_place && done.left_out == 0 {
            if done.bytes.is_empty() {
                done.bytes = self.nothing(form);
            }
            write_whole(&place, self.resume.is_some(), |file| file.write_all(&done.bytes))?;
        }
        done.bytes = Vec::new();
        Ok(Back::Placed(done, form.clone()))
    }

    /// What there is to say of a file that is no longer what it was when it was opened; in place, it must not be written over.
    pub(super) fn change(source: &Source, form: &Form) -> Option<Error> {
        let is_changed = form.stamp.is_some() && source.stamp() != form.stamp;
        is_changed.then(|| Error::page("changed while it was read").in_file(source.label()))
    }

    /// How a file is written in which nothing is: an empty file is not what a decoder expects.
    pub(super) fn nothing(&self, form: &Form) -> Vec<u8> {
        match form.compression {
            Compression::None => Vec::new(),
            other => other.compress(b"").unwrap_or_default(),
        }
    }

    /// A file that is too long to be cleaned: it is copied, if it goes anywhere, and never held.
    fn overlong_file(&self, source: &Source, mut opened: Opened, form: &Arc<Form>) -> Result<Back> {
        let note = self.too_long(PageName::new(source.label(), None, None));
        let done = Done { events: vec![Event::Note(note)], ..Done::default() };
        match self.place(source) {
            None if self.show != Show::Text => Ok(Back::Pages(done, None)),
            Some(Place::Origin(_)) => Ok(Back::Placed(done, form.clone())),
            Some(place) => {
                write_whole(&place, self.resume.is_some(), |file| io::copy(&mut opened.reader, file).map(drop))?;
                Ok(Back::Placed(done, form.clone()))
            }
            None => Ok(Back::Copy(opened, done)),
        }
    }
}

/// The note about something that is longer than a limit of this key.
fn longer_than(bytes_max: usize, key: &str, name: PageName<'_>) -> Error {
    let note = name.error(Error::page(format!("longer than {bytes_max} bytes, passed unchanged")));
    note.help(format!("`--set {key}=SIZE` sets the limit"))
}

/// The bytes as a member of their own; nothing stays nothing.
fn member(compression: Compression, bytes: Vec<u8>, what: &str, done: &mut Done) -> Vec<u8> {
    if compression == Compression::None || bytes.is_empty() {
        return bytes;
    }
    compression.compress(&bytes).unwrap_or_else(|error| {
        // Encoders fail for want of memory only.
        done.failed(Error::page(format!("compressing: {error}; {what} is left out")));
        Vec::new()
    })
}

/// Writes a file of its own; one that `stays` is found again by the next run, if this one is killed here.
fn write_whole(place: &Place, stays: bool, fill: impl FnOnce(&mut WholeFile) -> io::Result<()>) -> Result<()> {
    let write = || {
        let mut file = if stays { WholeFile::resume(place, 0)? } else { WholeFile::create(place)? };
        fill(&mut file)?;
        // Millions of pages that each wait for the disk would take days; a run that can go on brings all of them there at once.
        file.finish(!matches!(place, Place::Mirrored(_)))
    };
    // A pipe that closes is this file's failure, not the end of the run.
    write().map_err(|error| Error::io(place.path(), "writing", &error))
}

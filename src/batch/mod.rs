//! Many pages: reads ahead, cleans on several threads, writes in order, and goes on where a page fails.
//!
//! What a page's bytes become is `work`; here is only which bytes go where, and when.

mod in_order;
mod output;
mod read;
mod work;

use std::io::{self, Write};

use crate::cleaner::Cleaner;
use crate::decode::Charset;
use crate::error::{Error, Result};
use crate::input::{Fields, Found, Kind, Opened, Piece, Separator, Source};
use crate::names::Verdict;
use crate::render::Show;
use crate::sink::{Place, Target, WholeFile};

use in_order::{Bounds, Step, in_order};
use output::Output;
use work::{Done, numbered};

/// How many pages of the largest size may be under way at a time.
const PAGES_UNDER_WAY: usize = 4;

/// However small pages are held to be, so many bytes may be under way.
const BYTES_UNDER_WAY_MIN: usize = 16 << 20;

/// A task or result with the number of its source.
type Numbered<T> = (usize, T);

/// What a run does with every page.
pub struct Job<'c> {
    /// Cleans them.
    pub cleaner: &'c Cleaner,
    /// What comes out.
    pub show: Show,
    /// Where it goes.
    pub target: Target,
    /// The kind that was asked for, if it was.
    pub kind: Option<Kind>,
    /// The encoding of text pages that are not UTF-8, if it was named.
    pub encoding: Option<Charset>,
    /// The fields of records.
    pub fields: Fields,
    /// Whether text pages on standard input and output end in NUL.
    pub null: bool,
    /// How many threads clean.
    pub jobs: usize,
    /// Whether a record that fails is left out.
    pub drop_failed: bool,
    /// Pages of these verdicts are left out.
    pub drop: Vec<Verdict>,
    /// Whether a diff has colours.
    pub colour: bool,
}

/// What a run says while it works.
#[derive(Debug)]
pub enum Event {
    /// A page failed.
    Failed(Error),
    /// Something is odd about a page.
    Note(Error),
}

/// What a run did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages that have edits.
    pub changed: usize,
    /// Pages, records and files that failed.
    pub failed: usize,
    /// Pages that were left out because of their verdict.
    pub dropped: Vec<Verdict>,
    /// Files of folders that hold no text.
    pub not_text: usize,
}

/// What a worker is given, with the number of its source.
enum Task {
    /// A stream begins; whether it is one of records.
    Open(Kind),
    /// A part of a stream.
    Piece(Piece, Separator),
    /// A stream ends; whether it was read to its end.
    Close(bool),
    /// A text file.
    File(Opened),
    /// A source that cannot be read.
    Failed(Error),
    /// A file of a folder that holds no text.
    NotText,
}

/// What comes back.
enum Back {
    Open(Kind),
    Pages(Done),
    Close(bool),
    /// Pages that are already in their place.
    Placed(Done),
    /// A file that goes to standard output as it is.
    Copy(Opened, Done),
    Failed(Error),
    NotText,
}

impl Job<'_> {
    /// Cleans all that was found and writes it, the results that have no file of their own to `stdout`.
    ///
    /// `Err` means that `stdout` failed and the run stopped; all other failures are events.
    pub fn run(&self, found: &Found, stdout: &mut dyn Write, tell: &mut dyn FnMut(Event)) -> Result<Summary> {
        let mut output = Output::new(self, &found.sources, stdout, tell);
        let bytes_max = self.page_bytes_max().saturating_mul(PAGES_UNDER_WAY).max(BYTES_UNDER_WAY_MIN);
        in_order(
            Bounds { jobs: self.jobs, bytes_max },
            |tasks| self.read_all(&found.sources, tasks),
            |(i, task)| (i, self.work(&found.sources[i], task)),
            |step| match step {
                Step::Result((i, back)) => output.take(i, back),
                Step::Waiting => output.flush(),
            },
        )?;
        output.finish()
    }

    /// Where the pages of a source go; nowhere but to standard output if they are only shown.
    fn place(&self, source: &Source) -> Option<Place> {
        if self.show == Show::Text { self.target.place(source) } else { None }
    }

    /// Does a task; runs on any thread.
    fn work(&self, source: &Source, task: Task) -> Back {
        match task {
            Task::Open(kind) => Back::Open(kind),
            Task::Close(read_all) => Back::Close(read_all),
            Task::Failed(error) => Back::Failed(error),
            Task::NotText => Back::NotText,
            Task::Piece(piece, separator) => Back::Pages(self.piece(source, piece, separator)),
            Task::File(opened) => self.file(source, opened).unwrap_or_else(Back::Failed),
        }
    }

    fn piece(&self, source: &Source, piece: Piece, separator: Separator) -> Done {
        match (piece.overlong, separator) {
            (None, Separator::End) => self.page(piece.bytes, source.label()),
            (None, _) => self.several(&piece.bytes, separator, piece.first, source.label()),
            (Some(is_first), _) => {
                let name = if separator == Separator::End {
                    source.label().to_path_buf()
                } else {
                    numbered(source.label(), piece.first)
                };
                let events = if is_first { vec![Event::Note(self.too_long(&name))] } else { Vec::new() };
                let bytes = if self.show == Show::Text { piece.bytes } else { Vec::new() };
                Done { bytes, events, ..Done::default() }
            }
        }
    }

    /// A regular text file: read here, cleaned, and written here if it has a place.
    fn file(&self, source: &Source, mut opened: Opened) -> Result<Back> {
        if opened.bytes.is_some_and(|bytes| bytes > self.page_bytes_max() as u64) {
            return self.overlong_file(source, opened);
        }
        let mut bytes = Vec::with_capacity(opened.bytes.unwrap_or(0) as usize + 1);
        opened.reader.read_to_end(&mut bytes).map_err(|error| Error::io(source.label(), "reading", &error))?;
        let mut done = self.page(bytes, source.label());
        let Some(place) = self.place(source) else {
            if self.null && self.show == Show::Text && done.left_out == 0 {
                done.bytes.push(0);
            }
            return Ok(Back::Pages(done));
        };
        let unchanged_in_place = done.changed == 0 && matches!(place, Place::Origin(_));
        if !unchanged_in_place && done.left_out == 0 {
            write_whole(&place, |file| file.write_all(&done.bytes))?;
        }
        done.bytes = Vec::new();
        Ok(Back::Placed(done))
    }

    /// A file that is too long to be cleaned: it is copied, if it goes anywhere, and never held.
    fn overlong_file(&self, source: &Source, mut opened: Opened) -> Result<Back> {
        let done = Done { events: vec![Event::Note(self.too_long(source.label()))], ..Done::default() };
        match self.place(source) {
            Some(Place::Origin(_)) => Ok(Back::Placed(done)),
            Some(place) => {
                write_whole(&place, |file| io::copy(&mut opened.reader, file).map(drop))?;
                Ok(Back::Placed(done))
            }
            None if self.show == Show::Text => Ok(Back::Copy(opened, done)),
            None => Ok(Back::Pages(done)),
        }
    }

    fn page_bytes_max(&self) -> usize {
        self.cleaner.settings().limits.page_bytes_max
    }
}

fn write_whole(place: &Place, fill: impl FnOnce(&mut WholeFile) -> io::Result<()>) -> Result<()> {
    let write = || {
        let mut file = WholeFile::create(place)?;
        fill(&mut file)?;
        file.finish()
    };
    // A pipe that closes is this file's failure, not the end of the run.
    write().map_err(|error| Error::io(place.path(), "writing", &error))
}

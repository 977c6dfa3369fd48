//! Many pages: reads ahead, cleans on several threads, writes in order, and goes on where a page fails.
//!
//! Which bytes go where, and when, is here; what a page's bytes become is told by `clean`, and by a file for each container.

mod clean;
mod crawl;
mod done;
mod form;
mod in_order;
mod output;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod read;
mod records;
mod resume;
mod rows;
mod side;
mod table;
mod work;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crate::cleaner::Cleaner;
use crate::decode::Charset;
use crate::error::{Error, Result};
use crate::input::{Fields, Found, Opened, Piece, Sniff, Source};
use crate::names::{Container, Content, Verdict};
use crate::render::{Collector, Counts, Show};
use crate::sink::{Place, Target, To, output_name};

pub use resume::{Identity, Resume};

use done::Done;
use form::Form;
use in_order::{Bounds, Step, in_order};
use output::Output;

/// How many pages of the largest size may be under way at a time.
const PAGES_UNDER_WAY: usize = 4;

/// However small pages are held to be, so many bytes may be under way.
const BYTES_UNDER_WAY_MIN: usize = 16 << 20;

/// How often a run tells where it is.
const TOLD_EVERY: Duration = Duration::from_millis(100);

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
    /// In which form it is written, where that was said.
    pub to: To,
    /// How files hold their pages, where that was said.
    pub container: Option<Container>,
    /// What pages are written in.
    pub content: Content,
    /// The encoding of text pages that are not UTF-8, if it was named.
    pub encoding: Option<Charset>,
    /// The fields of records.
    pub fields: Fields,
    /// What stands between the fields of a table, if it was said.
    pub csv_delimiter: Option<u8>,
    /// Whether the first row of a table has the names of its columns.
    pub csv_header: bool,
    /// The field that a page's verdict is written to, if there is one.
    pub verdict_field: Option<String>,
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
    /// Whether standard output is a terminal.
    pub is_watched: bool,
    /// The file that failures are written to, if there is one.
    pub errors: Option<PathBuf>,
    /// The file that the audit is written to, if there is one.
    pub audit: Option<PathBuf>,
    /// What an earlier run has done, where this one is to go on.
    pub resume: Option<Resume>,
    /// How often it is written down what is done.
    pub resume_every: Duration,
    /// Takes down what is done page by page, where it is asked for.
    pub tally: Option<Collector>,
    /// Counts the bytes that are read, as they are on the disk.
    pub read_count: Arc<AtomicU64>,
}

/// What a run says while it works.
#[derive(Debug)]
pub enum Event {
    /// A page failed.
    Failed(Error),
    /// Something is odd about a page.
    Note(Error),
    /// Where the run is: pages cleaned, sources done.
    At {
        /// Pages cleaned.
        pages: u64,
        /// Sources done.
        sources: u64,
    },
}

/// What a worker is given, with the number of its source.
enum Task {
    /// A stream begins.
    Open(Arc<Form>),
    /// A part of a stream.
    Piece(Piece, Arc<Form>),
    /// A stream ends.
    Close(End),
    /// Some rows of a Parquet file.
    #[cfg(feature = "parquet")]
    Rows(Box<crate::input::parquet::Batch>, Arc<Form>),
    /// A text file.
    File(Opened, Arc<Form>),
    /// A source that cannot be read.
    Failed(Error),
    /// Something is odd about a source.
    Note(Error),
    /// A file of a folder that holds no text.
    NotText,
    /// A source that an earlier run has done.
    Skipped,
}

/// How reading a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With its last byte.
    Read,
    /// With a fault of the medium: the rest may be readable at another time.
    Failed,
    /// With a fault of the content: there is no more to be read.
    Broken,
}

/// What comes back.
enum Back {
    Open(Arc<Form>),
    /// Pages of a stream, and where in it they end, if with a record.
    Pages(Done, Option<u64>),
    Close(End),
    /// Rows that are written with the columns that are not read.
    #[cfg(feature = "parquet")]
    Rows(Box<crate::input::parquet::Batch>, Done),
    /// Pages that are already in their place.
    Placed(Done, Arc<Form>),
    /// A file that goes to standard output as it is.
    Copy(Opened, Done),
    Failed(Error),
    Note(Error),
    NotText,
    Skipped,
}

impl Job<'_> {
    /// Cleans all that was found and writes it, the results that have no file of their own to `stdout`.
    ///
    /// `Err` means that `stdout`, the list of failures or the manifest failed and the run stopped; all other failures are events.
    pub fn run(&self, found: &Found, stdout: &mut dyn Write, tell: &mut dyn FnMut(Event)) -> Result<Counts> {
        let mut output = Output::new(self, found, stdout, tell)?;
        let bytes_max = self.page_bytes_max().saturating_mul(PAGES_UNDER_WAY).max(BYTES_UNDER_WAY_MIN);
        in_order(
            Bounds { jobs: self.jobs, bytes_max, tasks_max: self.cleaner.settings().limits.open_files_max },
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
        if self.show == Show::Text { self.target.place(source, &self.name(source)) } else { None }
    }

    /// The file that an audit says a source's pages went to.
    fn audited_output(&self, source: &Source) -> Option<PathBuf> {
        self.audit.as_ref().and_then(|_| Some(self.place(source)?.path().to_path_buf()))
    }

    /// How a file holds its pages; `None` if it holds no text, or cannot be read.
    pub fn container_of(&self, source: &Source) -> Option<Container> {
        // What is only looked at is not counted as read.
        let sniff = Sniff { count: None, ..self.sniff() };
        sniff.open(source).ok()?.container
    }

    /// Goes on where an earlier run with the same output was stopped, if there was one.
    ///
    /// # Errors
    /// The output cannot be gone on with, or the earlier run was another one.
    pub fn go_on(&mut self, identity: Identity, found: &Found) -> Result<()> {
        let mut resume = Resume::load(&self.target, identity)?;
        resume.check(|name| {
            let source = found.sources.iter().find(|source| resume::name_of(source) == name)?;
            Some((self.place(source)?.path().to_path_buf(), source.stamp()))
        });
        self.resume = Some(resume);
        Ok(())
    }

    /// What a source is called below an output folder.
    pub fn name(&self, source: &Source) -> PathBuf {
        output_name(&source.name, self.to, self.content != Content::Text)
    }
}

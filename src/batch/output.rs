//! The writing end of a run: results in order, each to its file or to standard output, and the counting.

use std::io::{self, Write};

use super::{Back, Event, Job, Summary};
use crate::batch::work::Done;
use crate::error::{Error, Result};
use crate::input::{Kind, Source};
use crate::render::Show;
use crate::sink::{Place, WholeFile};

/// How messages call standard output.
const STDOUT_LABEL: &str = "<stdout>";

/// Takes results in order.
pub struct Output<'r> {
    job: &'r Job<'r>,
    sources: &'r [Source],
    stdout: &'r mut dyn Write,
    tell: &'r mut dyn FnMut(Event),
    summary: Summary,
    /// Whether standard output has something that was not passed on.
    is_pending: bool,
    /// The last byte of records on standard output, so that the next file's first record begins a line.
    last_byte: Option<u8>,
    stream: Stream,
}

/// Where the pieces of the stream go that is being written.
enum Stream {
    Stdout,
    File {
        file: Box<WholeFile>,
        place: Place,
        touched: usize,
    },
    /// Its file failed; what is left of it goes nowhere.
    Lost,
}

impl<'r> Output<'r> {
    pub fn new(job: &'r Job<'r>, sources: &'r [Source], stdout: &'r mut dyn Write, tell: &'r mut dyn FnMut(Event)) -> Self {
        let (summary, stream) = (Summary::default(), Stream::Stdout);
        Output { job, sources, stdout, tell, summary, is_pending: false, last_byte: None, stream }
    }

    /// Takes the next result; `Err` if standard output failed.
    pub fn take(&mut self, source: usize, back: Back) -> Result<()> {
        match back {
            Back::Open(kind) => return self.open(source, kind),
            Back::Close(read_all) => self.close(read_all),
            Back::Failed(error) => self.failed(error),
            Back::NotText => self.summary.not_text += 1,
            Back::Placed(done) => drop(self.count(done)),
            Back::Pages(done) => {
                let changed = done.changed + done.left_out;
                let bytes = self.count(done);
                return self.write(&bytes, changed);
            }
            Back::Copy(mut opened, done) => {
                self.count(done);
                self.is_pending = true;
                io::copy(&mut opened.reader, &mut self.stdout).map_err(stdout_failed)?;
                return if self.job.null { self.stdout.write_all(b"\0").map_err(stdout_failed) } else { Ok(()) };
            }
        }
        Ok(())
    }

    /// Passes on what was written.
    pub fn flush(&mut self) -> Result<()> {
        if std::mem::take(&mut self.is_pending) { self.stdout.flush().map_err(stdout_failed) } else { Ok(()) }
    }

    /// The end of the run.
    pub fn finish(mut self) -> Result<Summary> {
        self.flush()?;
        Ok(self.summary)
    }

    fn open(&mut self, source: usize, kind: Kind) -> Result<()> {
        let Some(place) = self.job.place(&self.sources[source]) else {
            self.stream = Stream::Stdout;
            let needs_line_end =
                kind == Kind::Records && self.job.show == Show::Text && self.last_byte.is_some_and(|b| b != b'\n');
            return if needs_line_end { self.write(b"\n", 0) } else { Ok(()) };
        };
        self.stream = match WholeFile::create(&place) {
            Ok(file) => Stream::File { file: Box::new(file), place, touched: 0 },
            Err(error) => {
                self.failed(Error::io(place.path(), "writing", &error));
                Stream::Lost
            }
        };
        Ok(())
    }

    fn write(&mut self, bytes: &[u8], changed: usize) -> Result<()> {
        match &mut self.stream {
            Stream::Stdout if bytes.is_empty() => {}
            Stream::Stdout => {
                self.is_pending = true;
                self.last_byte = bytes.last().copied();
                self.stdout.write_all(bytes).map_err(stdout_failed)?;
            }
            Stream::File { file, place, touched } => {
                *touched += changed;
                if let Err(error) = file.write_all(bytes) {
                    let error = Error::io(place.path(), "writing", &error);
                    self.stream = Stream::Lost;
                    self.failed(error);
                }
            }
            Stream::Lost => {}
        }
        Ok(())
    }

    fn close(&mut self, read_all: bool) {
        let Stream::File { file, place, touched } = std::mem::replace(&mut self.stream, Stream::Stdout) else { return };
        let is_unchanged = touched == 0 && matches!(place, Place::Origin(_));
        if !read_all || is_unchanged {
            return;
        }
        if let Err(error) = file.finish() {
            self.failed(Error::io(place.path(), "writing", &error));
        }
    }

    /// Counts and tells; what is left are the bytes.
    fn count(&mut self, done: Done) -> Vec<u8> {
        self.summary.changed += done.changed;
        self.summary.dropped.extend(done.dropped);
        for event in done.events {
            self.summary.failed += usize::from(matches!(event, Event::Failed(_)));
            (self.tell)(event);
        }
        done.bytes
    }

    fn failed(&mut self, error: Error) {
        self.summary.failed += 1;
        (self.tell)(Event::Failed(error));
    }
}

fn stdout_failed(error: io::Error) -> Error {
    Error::io(STDOUT_LABEL, "writing", &error)
}

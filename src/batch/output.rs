//! The writing end of a run: results in order, each to its file or to standard output, the counting, and what is written down of it.

use std::io::{self, Write};
#[cfg(feature = "parquet")]
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::done::Done;
use super::form::Form;
#[cfg(feature = "parquet")]
use super::parquet::Written;
use super::resume::{Log, Sides};
use super::side::SideFile;
use super::{Back, End, Event, Job, TOLD_EVERY};
use crate::error::{Error, Result};
use crate::input::{Found, Source, Stamp};
use crate::names::Container;
use crate::render::{Counts, Show, failure};
use crate::sink::{Place, WholeFile};

/// How messages call standard output.
const STDOUT_LABEL: &str = "<stdout>";

/// Takes results in order.
pub struct Output<'r> {
    job: &'r Job<'r>,
    sources: &'r [Source],
    stdout: &'r mut dyn Write,
    tell: &'r mut dyn FnMut(Event),
    counts: Counts,
    /// Files that failed as a whole: the run is not done while there are any.
    sources_failed: u64,
    /// Whether standard output has something that was not passed on.
    is_pending: bool,
    /// The last byte of records on standard output, so that the next file's first record begins a line.
    last_byte: Option<u8>,
    stream: Stream,
    errors: Option<SideFile>,
    audit: Option<SideFile>,
    log: Option<Log>,
    /// Files that failed in a run that can be gone on with: the next one tries them again, so they are told at the end, behind what
    /// that one finds written down.
    deferred: Vec<Error>,
    told: Instant,
}

/// Where the pieces of the stream go that is being written.
enum Stream {
    Stdout,
    File(Box<Streamed>),
    #[cfg(feature = "parquet")]
    Parquet(usize, Arc<Form>, Box<Written>),
    /// Its file failed; what is left of it goes nowhere.
    Lost,
}

struct Streamed {
    source: usize,
    file: WholeFile,
    place: Place,
    form: Arc<Form>,
    is_changed: bool,
    written_bytes: u64,
}

impl<'r> Output<'r> {
    pub fn new(job: &'r Job<'r>, found: &'r Found, stdout: &'r mut dyn Write, tell: &'r mut dyn FnMut(Event)) -> Result<Self> {
        let resume = job.resume.as_ref();
        let (sides, counts) = resume.map_or_else(Default::default, |r| (r.side_bytes(), r.counts().clone()));
        // First of all, for it tells whether another run writes here.
        let log = resume.map(|resume| Log::open(resume, job.resume_every)).transpose()?;
        let side = |path: &Option<PathBuf>, kept| path.as_ref().map(|path| SideFile::open(path, kept)).transpose();
        let mut output = Output {
            job,
            sources: &found.sources,
            stdout,
            tell,
            counts,
            sources_failed: 0,
            is_pending: false,
            last_byte: None,
            stream: Stream::Stdout,
            errors: side(&job.errors, sides.errors)?,
            audit: side(&job.audit, sides.audit)?,
            log,
            deferred: Vec::new(),
            told: Instant::now(),
        };
        for error in &found.failed {
            output.source_failed(error.clone())?;
        }
        Ok(output)
    }

    /// Takes the next result; `Err` if the run cannot go on.
    pub fn take(&mut self, source: usize, back: Back) -> Result<()> {
        if self.told.elapsed() >= TOLD_EVERY {
            self.told = Instant::now();
            (self.tell)(Event::At { pages: self.counts.pages, sources: source as u64 });
        }
        match back {
            Back::Open(form) => self.open(source, form),
            Back::Close(end) => self.close(end),
            Back::Failed(error) => self.source_failed(error),
            Back::NotText => {
                self.counts.not_text += 1;
                self.done(source, self.sources[source].stamp(), false)
            }
            Back::Skipped => Ok(()),
            Back::Note(note) => {
                (self.tell)(Event::Note(note));
                Ok(())
            }
            #[cfg(feature = "parquet")]
            Back::Rows(batch, done) => self.rows(&batch, done),
            Back::Placed(done, form) => {
                let is_written = done.left_out == 0;
                self.count(done)?;
                self.done(source, form.stamp, is_written)
            }
            Back::Pages(done, end) => {
                let is_changed = done.is_changed || done.left_out > 0;
                self.last_byte = done.last_byte.or(self.last_byte);
                let bytes = self.count(done)?;
                self.write(&bytes, is_changed)?;
                end.map_or(Ok(()), |end| self.write_down(end))
            }
            Back::Copy(mut opened, done) => {
                self.count(done)?;
                self.is_pending = true;
                io::copy(&mut opened.reader, &mut self.stdout).map_err(stdout_failed)?;
                if self.job.null { self.stdout.write_all(b"\0").map_err(stdout_failed) } else { Ok(()) }
            }
        }
    }

    /// Passes on what was written.
    pub fn flush(&mut self) -> Result<()> {
        if std::mem::take(&mut self.is_pending) { self.stdout.flush().map_err(stdout_failed) } else { Ok(()) }
    }

    /// The end of the run.
    pub fn finish(mut self) -> Result<Counts> {
        self.flush()?;
        let sides = self.sync_sides()?;
        if let Some(log) = &mut self.log {
            log.so_far(&self.counts, sides)?;
        }
        for error in std::mem::take(&mut self.deferred) {
            self.failed(error)?;
        }
        self.sync_sides()?;
        // Files that failed are tried again by the next run that goes on.
        match self.log {
            Some(log) if self.sources_failed == 0 => log.remove()?,
            _ => {}
        }
        Ok(self.counts)
    }

    fn open(&mut self, source: usize, form: Arc<Form>) -> Result<()> {
        #[cfg(feature = "parquet")]
        if form.parquet.is_some() && form.is_same() && self.job.show == Show::Text {
            return self.open_parquet(source, form);
        }
        let Some(place) = self.job.place(&self.sources[source]) else {
            self.stream = Stream::Stdout;
            let are_lines = matches!(form.to, Container::Jsonl | Container::Csv) && self.job.show == Show::Text;
            let needs_line_end = are_lines && self.last_byte.take().is_some_and(|b| b != b'\n');
            // So little can always be compressed.
            let line_end = || form.compression.compress(b"\n").unwrap_or_default();
            return if needs_line_end { self.write(&line_end(), false) } else { Ok(()) };
        };
        let resume = self.job.resume.as_ref();
        let written_bytes = resume.map_or(0, |resume| resume.written_bytes(&self.sources[source], form.stamp));
        let file = match resume {
            Some(_) => WholeFile::resume(&place, written_bytes),
            None => WholeFile::create(&place),
        };
        match file {
            Ok(file) => {
                let is_changed = written_bytes > 0;
                self.stream = Stream::File(Box::new(Streamed { source, file, place, form, is_changed, written_bytes }));
                Ok(())
            }
            Err(error) => {
                self.stream = Stream::Lost;
                self.source_failed(Error::io(place.path(), "writing", &error))
            }
        }
    }

    fn write(&mut self, bytes: &[u8], is_changed: bool) -> Result<()> {
        match &mut self.stream {
            Stream::Stdout if bytes.is_empty() => Ok(()),
            Stream::Stdout => {
                self.is_pending = true;
                self.stdout.write_all(bytes).map_err(stdout_failed)
            }
            Stream::File(streamed) => {
                streamed.is_changed |= is_changed;
                streamed.written_bytes += bytes.len() as u64;
                match streamed.file.write_all(bytes) {
                    Ok(()) => Ok(()),
                    Err(error) => self.lost(&error),
                }
            }
            #[cfg(feature = "parquet")]
            Stream::Parquet(..) => Ok(()),
            Stream::Lost => Ok(()),
        }
    }

    /// Writes down that the stream is in the output up to this place, if it is time.
    fn write_down(&mut self, read_bytes: u64) -> Result<()> {
        if !self.log.as_ref().is_some_and(Log::is_due) {
            return Ok(());
        }
        let Stream::File(streamed) = &mut self.stream else { return Ok(()) };
        if let Err(error) = streamed.file.sync() {
            return self.lost(&error);
        }
        let sides = self.sync_sides()?;
        let (Some(log), Stream::File(streamed)) = (&mut self.log, &self.stream) else { return Ok(()) };
        log.so_far(&self.counts, sides)?;
        let bytes = (read_bytes, streamed.written_bytes);
        log.at(&self.sources[streamed.source], &streamed.form, bytes, &self.counts, sides)
    }

    fn close(&mut self, end: End) -> Result<()> {
        let streamed = match std::mem::replace(&mut self.stream, Stream::Stdout) {
            Stream::File(streamed) => streamed,
            #[cfg(feature = "parquet")]
            Stream::Parquet(source, form, written) => return self.close_parquet(source, &form, *written, end),
            Stream::Stdout | Stream::Lost => return Ok(()),
        };
        let Streamed { source, mut file, place, form, is_changed, written_bytes } = *streamed;
        let is_origin = matches!(place, Place::Origin(_));
        if end == End::Failed || (is_origin && (end != End::Read || !is_changed)) {
            return Ok(());
        }
        let write = || {
            if written_bytes == 0 {
                file.write_all(&self.job.nothing(&form))?;
            }
            file.finish(true)
        };
        match write() {
            // The rest of a file that breaks off may come yet.
            Ok(()) if end == End::Broken => Ok(()),
            Ok(()) => self.done(source, form.stamp, true),
            Err(error) => self.source_failed(Error::io(place.path(), "writing", &error)),
        }
    }

    #[cfg(feature = "parquet")]
    fn open_parquet(&mut self, source: usize, form: Arc<Form>) -> Result<()> {
        let place = self.job.place(&self.sources[source]);
        if place.is_none() && self.sources.len() > 1 {
            self.stream = Stream::Lost;
            let error = Error::page("several Parquet files cannot be one").help("use `-o FOLDER` or `--set to=jsonl`");
            return self.source_failed(error.in_file(self.sources[source].label()));
        }
        let label = place.as_ref().map_or(STDOUT_LABEL.as_ref(), |place| place.path()).to_path_buf();
        let Some(file) = &form.parquet else { return Ok(()) };
        match Written::create(file, place) {
            Ok(written) => {
                self.stream = Stream::Parquet(source, form, Box::new(written));
                Ok(())
            }
            Err(error) => {
                self.stream = Stream::Lost;
                self.source_failed(Error::io(label, "writing", &error))
            }
        }
    }

    #[cfg(feature = "parquet")]
    fn rows(&mut self, batch: &crate::input::parquet::Batch, done: Done) -> Result<()> {
        self.count(done)?;
        let Stream::Parquet(source, _, written) = &mut self.stream else { return Ok(()) };
        let Err(error) = written.push(batch) else { return Ok(()) };
        let error = error.in_file(self.sources[*source].label());
        self.stream = Stream::Lost;
        self.source_failed(error)
    }

    #[cfg(feature = "parquet")]
    fn close_parquet(&mut self, source: usize, form: &Form, written: Written, end: End) -> Result<()> {
        // Without its end there is no such file.
        if end != End::Read {
            return Ok(());
        }
        self.is_pending = true;
        match written.finish(self.stdout) {
            Ok(()) => self.done(source, form.stamp, true),
            Err(error) if error.path().is_some_and(|path| path == Path::new(STDOUT_LABEL)) => Err(error),
            Err(error) if error.path().is_some() => self.source_failed(error),
            Err(error) => self.source_failed(error.in_file(self.sources[source].label())),
        }
    }

    /// A source is done, and in its place if anything of it is written.
    fn done(&mut self, source: usize, stamp: Option<Stamp>, is_written: bool) -> Result<()> {
        let Some(log) = &mut self.log else { return Ok(()) };
        log.done(&self.sources[source], stamp, is_written)?;
        if log.is_due() {
            let sides = self.sync_sides()?;
            self.log.as_mut().map_or(Ok(()), |log| log.so_far(&self.counts, sides))?;
        }
        Ok(())
    }

    /// Counts and tells; what is left are the bytes.
    fn count(&mut self, mut done: Done) -> Result<Vec<u8>> {
        self.counts += &done.counts;
        self.job.tally.iter().for_each(|tally| tally.add(&mut done.pages));
        if let Some(audit) = &mut self.audit {
            audit.put(&done.audit)?;
        }
        for event in done.events {
            match event {
                Event::Failed(error) => self.failed(error)?,
                other => (self.tell)(other),
            }
        }
        Ok(done.bytes)
    }

    /// The stream's file failed.
    fn lost(&mut self, error: &io::Error) -> Result<()> {
        match std::mem::replace(&mut self.stream, Stream::Lost) {
            Stream::File(streamed) => self.source_failed(Error::io(streamed.place.path(), "writing", error)),
            _ => Ok(()),
        }
    }

    fn source_failed(&mut self, error: Error) -> Result<()> {
        self.sources_failed += 1;
        if self.log.is_some() {
            self.deferred.push(error);
            return Ok(());
        }
        self.failed(error)
    }

    fn failed(&mut self, error: Error) -> Result<()> {
        self.counts.failed += 1;
        match &mut self.errors {
            Some(errors) => errors.put(failure(&error).as_bytes()),
            None => {
                (self.tell)(Event::Failed(error));
                Ok(())
            }
        }
    }

    /// Brings to the disk what is written beside the output; how long that is.
    fn sync_sides(&mut self) -> Result<Sides> {
        let sync = |side: &mut Option<SideFile>| side.as_mut().map_or(Ok(0), SideFile::sync);
        Ok(Sides { errors: sync(&mut self.errors)?, audit: sync(&mut self.audit)? })
    }
}

fn stdout_failed(error: io::Error) -> Error {
    Error::io(STDOUT_LABEL, "writing", &error)
}

//! Rows of Parquet files: read in batches, each text cleaned by itself, and set back among columns that stay as they are.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::clean::Page;
use super::done::{Done, PageName};
use super::form::Form;
use super::read::{Pushed, Queue};
use super::{Back, End, Job, Task};
use crate::cleaner::PageFacts;
use crate::error::{Error, Result};
use crate::input::parquet::{Answer, Batch, Cell, ParquetFile, Row};
use crate::input::{Opened, Source, host_of};
use crate::names::Compression;
use crate::render::Show;
use crate::sink::parquet::ParquetSink;
use crate::sink::{Place, WholeFile};

impl Job<'_> {
    /// Makes tasks of a file's rows.
    pub(super) fn read_parquet(&self, i: usize, source: &Source, opened: Opened, form: Form, tasks: &Queue) -> Pushed {
        let failed = |error: Error| tasks.push((i, Task::Failed(error.in_file(source.label()))), 0);
        let bytes = opened.bytes.unwrap_or(0);
        let file = match self.open_parquet(source, opened, &form) {
            Ok(file) => file,
            Err(error) => return failed(error),
        };
        let rows_all = file.metadata().file_metadata().num_rows().max(1) as u64;
        let mut rows = file.rows();
        let form = Arc::new(Form { parquet: Some(file), ..form });
        tasks.push((i, Task::Open(form.clone())), 0)?;
        let end = loop {
            match rows.next() {
                Ok(Some(batch)) => {
                    // Columns that are not read count as well, as far as their rows are done.
                    let read = u128::from(bytes) * batch.rows() as u128 / u128::from(rows_all);
                    self.read_count.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
                    let held = batch.bytes();
                    tasks.push((i, Task::Rows(Box::new(batch), form.clone())), held)?;
                }
                Ok(None) => break End::Read,
                Err(error) => {
                    failed(error)?;
                    break End::Broken;
                }
            }
        };
        tasks.push((i, Task::Close(end)), 0)
    }

    fn open_parquet(&self, source: &Source, mut opened: Opened, form: &Form) -> Result<ParquetFile> {
        if form.is_same() && self.show == Show::Text {
            if form.compression != Compression::None {
                return Err(Error::page("Parquet is compressed inside, expected a file that is not compressed as a whole"));
            }
            if self.verdict_field.is_some() {
                return Err(Error::page("a verdict cannot be added to Parquet").help("use `--set to=jsonl`"));
            }
            if self.is_watched && self.place(source).is_none() {
                return Err(Error::page("Parquet is nothing for a terminal").help("use `-o`, `-w` or `--set to=jsonl`"));
            }
        }
        let reading = |error| Error::io(source.label(), "reading", &error);
        let file = match &source.path {
            Some(path) if opened.bytes.is_some() => File::open(path).map_err(reading)?,
            // The end comes first in this format, so what comes through a pipe has to be held.
            _ => {
                let mut held = tempfile::tempfile().map_err(reading)?;
                io::copy(&mut opened.reader, &mut held).map_err(reading)?;
                held
            }
        };
        ParquetFile::open(file, &self.fields)
    }

    /// Cleans some rows.
    pub(super) fn rows(&self, source: &Source, mut batch: Box<Batch>, form: &Form) -> Back {
        let mut done = Done::default();
        done.counts.bytes_in += batch.bytes() as u64;
        let output = self.audited_output(source);
        let file = PageName::new(source.label(), output.as_deref(), None);
        batch.clean(&mut |row| self.parquet_row(&row, form, file, &mut done));
        if form.is_same() && self.show == Show::Text {
            self.compress_audit(&mut done);
            done.counts.bytes_out += batch.text_bytes();
            return Back::Rows(batch, done);
        }
        Back::Pages(self.compressed(done, form), None)
    }

    fn parquet_row(&self, row: &Row<'_>, form: &Form, file: PageName<'_>, done: &mut Done) -> Answer {
        let number = usize::try_from(row.number).unwrap_or(usize::MAX);
        let name = PageName { number: Some(number), ..file };
        let left_out = |done: &mut Done| {
            done.left_out += 1;
            Answer::Out
        };
        let pass = |done: &mut Done| if form.is_same() { Answer::Same } else { left_out(done) };
        let is_one = matches!(self.fields.texts.as_slice(), [one] if !one.is_many());
        let (mut texts, mut places) = (Vec::new(), Vec::new());
        for (place, (field, cell)) in row.texts.iter().enumerate() {
            let field = self.fields.texts[*field].name();
            match cell {
                Cell::Null => {}
                Cell::Broken(_) => {
                    done.failed(name.error(Error::page(format!("the text in `{field}` is not UTF-8"))));
                    return if self.drop_failed { left_out(done) } else { pass(done) };
                }
                Cell::Text(text) if text.len() > self.page_bytes_max() => {
                    done.note(self.too_long(name));
                    return pass(done);
                }
                Cell::Text(text) => {
                    texts.push((Cow::Borrowed(*text), (!is_one).then_some(field)));
                    places.push(place);
                }
            }
        }
        if texts.is_empty() {
            done.note(name.error(Error::page(format!("null in {}, passed unchanged", self.fields.names()))));
            return pass(done);
        }
        let fields: Vec<_> = texts.iter().map(|(_, field)| *field).collect();
        let title = row.title.filter(|title| !title.trim().is_empty()).map(str::to_owned);
        let facts = PageFacts { host: row.url.and_then(host_of), title, ..PageFacts::default() };
        let Some(pages) = self.clean_all(texts, &facts, name, done) else { return Answer::Out };
        let is_changed = pages.iter().flatten().any(Page::is_changed);
        done.counts.changed += u64::from(is_changed);
        let changed =
            |page: &Option<Page<'_>>| page.as_ref().filter(|page| page.is_changed()).map(|page| page.new_text().into_owned());
        let shown =
            pages.iter().zip(&fields).filter_map(|(page, field)| Some((page.as_ref().filter(|p| p.is_changed())?, *field)));
        match self.show {
            Show::Diff => shown.for_each(|(page, field)| self.show(PageName { field, ..name }, page, done)),
            Show::Names => shown.take(1).for_each(|(page, _)| self.show(name, page, done)),
            Show::Text if form.is_same() && is_changed => {
                done.is_changed = true;
                let mut new = vec![None; row.texts.len()];
                pages.iter().zip(places).for_each(|(page, place)| new[place] = changed(page));
                return Answer::New(new);
            }
            Show::Text if form.is_same() => {}
            Show::Text => {
                let url = row.url.map(|url| ("url", url));
                let title = row.title.map(|title| ("title", title));
                let sides: Vec<_> = url.into_iter().chain(title).collect();
                pages.iter().flatten().for_each(|page| self.put_row(&sides, page, form, done));
            }
        }
        Answer::Same
    }
}

/// A Parquet file that is being written.
pub struct Written {
    sink: ParquetSink<To>,
    place: Option<Place>,
}

/// Where it goes: to its place, or, on the way to standard output, to a file without a name.
enum To {
    Place(WholeFile),
    Held(File),
}

impl Write for To {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            To::Place(file) => file.write(bytes),
            To::Held(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            To::Place(file) => file.flush(),
            To::Held(file) => file.flush(),
        }
    }
}

impl Written {
    /// Begins a file like the one that was read.
    pub fn create(from: &ParquetFile, place: Option<Place>) -> io::Result<Written> {
        let to = match &place {
            Some(place) => To::Place(WholeFile::create(place)?),
            None => To::Held(tempfile::tempfile()?),
        };
        Ok(Written { sink: ParquetSink::new(from, to), place })
    }

    /// Writes the next rows.
    pub fn push(&mut self, batch: &Batch) -> Result<()> {
        self.sink.push(batch)
    }

    /// Brings the file to its place, or writes it to `stdout`; a file in its own place is not touched if nothing changed.
    pub fn finish(mut self, stdout: &mut dyn Write) -> Result<()> {
        if !self.sink.end()? && matches!(self.place, Some(Place::Origin(_))) {
            return Ok(());
        }
        let label = self.place.as_ref().map_or("<stdout>".as_ref(), |place| place.path()).to_path_buf();
        let writing = |error| Error::io(&label, "writing", &error);
        match self.sink.finish()? {
            To::Place(file) => file.finish(true).map_err(writing),
            To::Held(mut file) => file.rewind().and_then(|()| io::copy(&mut file, stdout)).map(drop).map_err(writing),
        }
    }
}

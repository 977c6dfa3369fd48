//! The reading end of a run: sources become tasks, as fast as they are taken.
//!
//! Text files are only opened here and read by the workers; streams, whose pieces must stay in order, are read here.

use std::sync::Arc;

use super::form::{Form, Table};
use super::in_order::{Stopped, Tasks};
use super::resume::Behind;
use super::{Back, End, Job, Numbered, Task};
use crate::error::Error;
use crate::input::csv::{self, Columns, Dialect};
use crate::input::{Bounds, Opened, Pace, Piece, Pieces, Sniff, Source};
use crate::names::{Compression, Container};
use crate::sink::Target;

/// A table whose first line is longer has its columns told apart by what is there of it.
const HEADER_BYTES_MAX: usize = 64 << 10;

pub(super) type Queue<'t> = Tasks<'t, Numbered<Task>, Numbered<Back>>;

pub(super) type Pushed = Result<(), Stopped>;

impl Job<'_> {
    /// Makes tasks of all sources, until there are no more or nobody waits for them.
    pub(super) fn read_all(&self, sources: &[Source], tasks: &Queue) {
        let mut stdout = None;
        for (i, source) in sources.iter().enumerate() {
            if self.read(i, source, &mut stdout, tasks).is_err() {
                return;
            }
        }
    }

    /// What tells how a source is read.
    pub(crate) fn sniff(&self) -> Sniff<'_> {
        let limits = &self.cleaner.settings().limits;
        Sniff {
            asked: self.container,
            fields: &self.fields,
            line_bytes_max: limits.page_bytes_max,
            null: self.null,
            bounds: Bounds { bytes_max: limits.decompressed_bytes_max as u64, ratio_max: limits.decompressed_ratio_max as u64 },
            count: Some(&self.read_count),
        }
    }

    fn read(&self, i: usize, source: &Source, stdout: &mut Option<Compression>, tasks: &Queue) -> Pushed {
        let behind = self.behind(source);
        if behind == Behind::All {
            return tasks.push((i, Task::Skipped), 0);
        }
        let mut opened = match self.sniff().open(source) {
            Ok(opened) => opened,
            Err(error) => return tasks.push((i, Task::Failed(Error::io(source.label(), "reading", &error))), 0),
        };
        if opened.container.is_none() && source.in_folder {
            return tasks.push((i, Task::NotText), 0);
        }
        let form = self.form(source, &opened, stdout).and_then(|form| self.with_dialect(source, &mut opened, form));
        let form = match form {
            Ok(form) if form.container == Container::Parquet => return self.read_parquet(i, source, opened, form, tasks),
            Ok(form) => Arc::new(form),
            Err(error) => return tasks.push((i, Task::Failed(error.in_file(source.label()))), 0),
        };
        match opened.bytes {
            Some(bytes) if form.container == Container::Text && !form.null && self.is_held_or_copied(bytes, &form) => {
                // A file that is too long is never held.
                let held = if bytes <= self.page_bytes_max() as u64 { bytes as usize } else { 0 };
                tasks.push((i, Task::File(opened, form)), held)
            }
            _ => self.read_stream(i, source, opened, form, behind, tasks),
        }
    }

    #[cfg(not(feature = "parquet"))]
    fn read_parquet(&self, i: usize, source: &Source, _opened: Opened, _form: Form, tasks: &Queue) -> Pushed {
        let error = Error::page("this build does not read Parquet").help("build it with `--features parquet`");
        tasks.push((i, Task::Failed(error.in_file(source.label()))), 0)
    }

    fn is_held_or_copied(&self, bytes: u64, form: &Form) -> bool {
        bytes <= self.page_bytes_max() as u64 || (form.compression == Compression::None && form.is_same())
    }

    fn read_stream(&self, i: usize, source: &Source, opened: Opened, form: Arc<Form>, behind: Behind, tasks: &Queue) -> Pushed {
        tasks.push((i, Task::Open(form.clone())), 0)?;
        let mut passes = matches!(form.container, Container::Jsonl | Container::Csv) && opened.utf16;
        if passes {
            let error = Error::page("UTF-16, expected UTF-8 for records; passed unchanged").in_file(source.label());
            tasks.push((i, Task::Failed(error)), 0)?;
        }
        // What is read as it comes is written as it comes; what is compressed in parts must have the same parts each time.
        let is_pipe = opened.bytes.is_none() && opened.compression == Compression::None;
        let pace = if is_pipe && form.compression == Compression::None { Pace::Eager } else { Pace::Steady };
        let limits = &self.cleaner.settings().limits;
        let bytes_max = if form.container == Container::Text { limits.page_bytes_max } else { limits.record_bytes_max };
        let mut pieces = Pieces::new(opened.reader, form.cutter(), pace, bytes_max);
        let done_bytes = if let Behind::Bytes(bytes) = behind { bytes } else { 0 };
        let mut at = 0;
        let mut push = |piece: Piece| {
            let bytes = piece.bytes.len();
            if form.container == Container::Csv
                && at == 0
                && !passes
                && let Err(error) = self.read_header(&piece, &form)
            {
                passes = true;
                let error = Error::page(format!("{}; passed unchanged", error.message())).at(source.label(), 1, 1);
                tasks.push((i, Task::Failed(error)), 0)?;
            }
            if at == 0 && form.table.get().is_some_and(|table| table.verdict_field != self.verdict_field) {
                let field = self.verdict_field.as_deref().unwrap_or_default();
                let note = Error::page(format!("the table has a column `{field}` already, verdicts are left out"));
                tasks.push((i, Task::Note(note.in_file(source.label()))), 0)?;
            }
            at += bytes as u64;
            if at <= done_bytes {
                return Ok(());
            }
            let overlong = if passes { Some(false) } else { piece.overlong };
            tasks.push((i, Task::Piece(Piece { overlong, ..piece }, form.clone())), bytes)
        };
        let end = loop {
            match pieces.next() {
                Ok(Some(piece)) => push(piece)?,
                Ok(None) => break End::Read,
                Err(error) => {
                    // What came before the fault is not lost.
                    let rest = pieces.rest();
                    if !rest.bytes.is_empty() {
                        push(Piece { end: None, ..rest })?;
                    }
                    tasks.push((i, Task::Failed(Error::io(source.label(), "reading", &error))), 0)?;
                    break if opened.compression == Compression::None { End::Failed } else { End::Broken };
                }
            }
        };
        let end = match Self::change(source, &form) {
            Some(change) if self.target == Target::InPlace => {
                tasks.push((i, Task::Failed(change)), 0)?;
                End::Failed
            }
            Some(change) => {
                tasks.push((i, Task::Note(change)), 0)?;
                end
            }
            None => end,
        };
        tasks.push((i, Task::Close(end)), 0)
    }

    /// Tells what stands between the fields of a table, from its name and first line.
    fn with_dialect(&self, source: &Source, opened: &mut Opened, form: Form) -> Result<Form, Error> {
        if form.container != Container::Csv {
            return Ok(form);
        }
        let reading = |error| Error::io(source.label(), "reading", &error);
        let head = opened.first_line(HEADER_BYTES_MAX).map_err(reading)?;
        let (_, name) = Compression::of_name(&source.name);
        let dialect = Dialect::of(&name, &head);
        Ok(Form { dialect: Dialect { delimiter: self.csv_delimiter.unwrap_or(dialect.delimiter), ..dialect }, ..form })
    }

    /// Finds the columns by the first row, which is in the first piece.
    fn read_header(&self, piece: &Piece, form: &Form) -> Result<(), Error> {
        let rows = form.cutter().records(&piece.bytes);
        let (number, header) = (piece.first..).zip(rows).find(|(_, row)| !csv::is_blank(row)).unwrap_or_default();
        let columns = Columns::of(header.trim_ascii_end(), form.dialect, self.csv_header, &self.fields)?;
        // A second column of a name would be in the way of those who read the first.
        let verdict_field = self.verdict_field.clone().filter(|field| !columns.names.contains(field));
        let table = Table { columns, header: self.csv_header.then_some(number), verdict_field };
        // Set once, for there is one first piece.
        let _ = form.table.set(table);
        Ok(())
    }
}

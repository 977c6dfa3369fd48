//! How a source's pages are read, and how they are written.

use super::Job;
use crate::error::{Error, Result};
use crate::input::csv::{Columns, CsvCutter, Dialect};
use crate::input::{Cutter, Opened, Source, Stamp};
use crate::names::{Compression, Container};
use crate::render::Show;
use crate::sink::Target;
use std::sync::OnceLock;

/// What the header of a table says.
pub struct Table {
    /// The columns that are read.
    pub columns: Columns,
    /// The number of the row that has the columns' names; none if no row has.
    pub header: Option<usize>,
    /// What a column for verdicts is called that is added, if one is.
    pub verdict_field: Option<String>,
}

/// How a source's pages are read and written.
pub struct Form {
    /// How they are held.
    pub container: Container,
    /// How they will be held.
    pub to: Container,
    /// How the output is compressed.
    pub compression: Compression,
    /// Whether pages that are read end in NUL.
    pub null: bool,
    /// What the file is like, if it is one.
    pub stamp: Option<Stamp>,
    /// What stands between the fields of a table.
    pub dialect: Dialect,
    /// What a table's header says, as soon as that is read.
    pub table: OnceLock<Table>,
    /// The file itself, where columns that are not read are copied.
    #[cfg(feature = "parquet")]
    pub parquet: Option<crate::input::parquet::ParquetFile>,
}

impl Form {
    /// Finds the ends of its records.
    pub fn cutter(&self) -> Cutter {
        match self.container {
            Container::Text if self.null => Cutter::Byte(0),
            Container::Text | Container::Parquet => Cutter::Whole,
            Container::Jsonl => Cutter::Byte(b'\n'),
            Container::Csv => Cutter::Csv(CsvCutter::new(self.dialect)),
            Container::Warc => Cutter::Warc(Box::default()),
        }
    }

    /// Whether each record is compressed by itself, as readers of crawls expect, who jump from record to record.
    pub fn is_member_each(&self) -> bool {
        self.to == Container::Warc && matches!(self.compression, Compression::Gzip | Compression::Zstd)
    }

    /// Whether records go out as they came in, but for their texts.
    pub fn is_same(&self) -> bool {
        self.container == self.to
    }
}

impl Job<'_> {
    /// How to read and write a source that is opened; standard output has one compression for all, that of the first.
    pub(super) fn form(&self, source: &Source, opened: &Opened, stdout: &mut Option<Compression>) -> Result<Form> {
        let container = opened.container.unwrap_or(Container::Text);
        let null = self.null && source.path.is_none();
        let (to, compression) = match self.show {
            Show::Text => (self.to.container.unwrap_or(container), self.compression(opened, stdout)),
            Show::Diff | Show::Names => (container, Compression::None),
        };
        if to != container && !matches!(to, Container::Jsonl | Container::Text) {
            return Err(Error::page(format!("`{container}` cannot be written as `{to}`, expected `jsonl` or `text`")));
        }
        if to == Container::Text && container != to && !self.null {
            return Err(Error::page("pages of text in one file could not be told apart").help("use `-0`, or `--set to=jsonl`"));
        }
        let (dialect, table) = (Dialect::default(), OnceLock::new());
        Ok(Form {
            container,
            to,
            compression,
            null,
            stamp: opened.stamp,
            dialect,
            table,
            #[cfg(feature = "parquet")]
            parquet: None,
        })
    }

    fn compression(&self, opened: &Opened, stdout: &mut Option<Compression>) -> Compression {
        match (self.to.compression, &self.target) {
            (Some(said), _) => said,
            (None, Target::Stdout) if self.is_watched => Compression::None,
            (None, Target::Stdout) => *stdout.get_or_insert(opened.compression),
            (None, _) => opened.compression,
        }
    }
}

//! The rows of a Parquet file, in batches that are worked on one by one.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::ByteArrayType;

use super::{Batch, Cells, ParquetFile, guarded};
use crate::error::{Error, Result};

/// A batch holds about so many bytes; a row that is longer goes alone.
const BATCH_BYTES: usize = 2 << 20;

/// Short texts are read so many at a time.
const STEP_ROWS_MAX: usize = 256;

/// However short its texts are, a batch holds no more rows.
const BATCH_ROWS_MAX: usize = 8192;

/// Reads batch after batch; a batch holds rows of one group only.
pub struct Rows {
    from: ParquetFile,
    /// The group that comes next.
    next: usize,
    /// The row that comes next, from 1, in the file.
    row: u64,
    group: Option<Group>,
}

/// The columns of one group of rows, all at the same row.
struct Group {
    index: usize,
    /// Rows that are still to come.
    left: usize,
    /// How many rows are read at a time.
    step: usize,
    texts: Vec<Column>,
    url: Option<Column>,
    title: Option<Column>,
}

impl Rows {
    pub(super) fn new(from: ParquetFile) -> Self {
        Rows { from, next: 0, row: 1, group: None }
    }

    /// The next batch, or `None` at the end.
    pub fn next(&mut self) -> Result<Option<Batch>> {
        loop {
            if let Some(group) = self.group.as_mut().filter(|group| group.left > 0) {
                let batch = group.read(self.row)?;
                self.row += batch.rows() as u64;
                return Ok(Some(batch));
            }
            if self.next == self.from.metadata().num_row_groups() {
                return Ok(None);
            }
            self.group = Some(Group::open(&self.from, self.next)?);
            self.next += 1;
        }
    }
}

impl Group {
    fn open(from: &ParquetFile, index: usize) -> Result<Group> {
        let column = |leaf| Column::open(from, index, leaf);
        let leaves = from.leaves();
        let metadata = from.metadata().row_group(index);
        let left = usize::try_from(metadata.num_rows()).map_err(|_| Error::page("broken Parquet: a number of rows below 0"))?;
        let bytes: i64 = leaves.texts.iter().map(|leaf| metadata.column(*leaf).uncompressed_size().max(0)).sum();
        let row_bytes = usize::try_from(bytes).unwrap_or(usize::MAX) / left.max(1);
        Ok(Group {
            index,
            left,
            step: (BATCH_BYTES / row_bytes.max(1)).clamp(1, STEP_ROWS_MAX),
            texts: leaves.texts.iter().copied().map(column).collect::<Result<_>>()?,
            url: leaves.url.map(column).transpose()?,
            title: leaves.title.map(column).transpose()?,
        })
    }

    fn read(&mut self, first: u64) -> Result<Batch> {
        let new = |column: &Column| column.empty.clone();
        let mut texts: Vec<_> = self.texts.iter().map(new).collect();
        let (mut url, mut title) = (self.url.as_ref().map(new), self.title.as_ref().map(new));
        let (mut rows, mut bytes) = (0, 0);
        while self.left > 0 && bytes < BATCH_BYTES && rows < BATCH_ROWS_MAX {
            let step = self.step.min(self.left);
            for (column, cells) in self.texts.iter_mut().zip(&mut texts) {
                bytes += column.read(step, cells)?;
            }
            for (column, cells) in self.url.iter_mut().zip(&mut url).chain(self.title.iter_mut().zip(&mut title)) {
                bytes += column.read(step, cells)?;
            }
            rows += step;
            self.left -= step;
        }
        Ok(Batch::new(self.index, first, rows, bytes, texts, url, title))
    }
}

struct Column {
    reader: ColumnReaderImpl<ByteArrayType>,
    empty: Cells,
}

impl Column {
    fn open(from: &ParquetFile, group: usize, leaf: usize) -> Result<Column> {
        let ColumnReader::ByteArrayColumnReader(reader) = from.column(group, leaf)? else {
            return Err(Error::page("broken Parquet: a column changes its type"));
        };
        let described = from.metadata().file_metadata().schema_descr().column(leaf);
        Ok(Column { reader, empty: Cells::new(described.max_def_level(), described.max_rep_level()) })
    }

    /// Reads so many rows; returns how many bytes their values have.
    fn read(&mut self, rows: usize, cells: &mut Cells) -> Result<usize> {
        let before = cells.values.len();
        let read = guarded(|| {
            let (is_nullable, is_repeated) = (cells.is_nullable(), cells.is_repeated());
            let (def, rep) = (is_nullable.then_some(&mut cells.def), is_repeated.then_some(&mut cells.rep));
            self.reader.read_records(rows, def, rep, &mut cells.values)
        })?;
        if read.0 != rows {
            return Err(Error::page("broken Parquet: a column has fewer rows than its group"));
        }
        Ok(cells.values[before..].iter().map(|value| value.len()).sum())
    }
}

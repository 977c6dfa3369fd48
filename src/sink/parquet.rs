//! Writes a Parquet file that differs from the one that was read in its texts alone.
//!
//! Columns that do not change are copied as they are encoded, with their statistics and indexes: times in old forms, decimals, maps
//! and types that are not known here come out byte for byte. Groups of rows, the schema and what is noted in the file stay.

use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, ColumnWriterImpl, get_column_writer, get_typed_column_writer};
use parquet::data_type::{ByteArrayType, DataType};
use parquet::errors::Result as Parquet;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::reader::ChunkReader;
use parquet::file::writer::{
    SerializedColumnWriter, SerializedFileWriter, SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite,
};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::input::parquet::{Batch, ParquetFile, guarded, sound};

/// How many rows are copied at a time where some are left out.
const COPY_ROWS: usize = 1024;

/// The writing end: batches in their order, each group's columns when the group is complete.
pub struct ParquetSink<W: Write + Send> {
    from: ParquetFile,
    to: To<W>,
    properties: WriterPropertiesPtr,
    /// How many groups are written; before the next one that changed, those between are copied.
    done: usize,
    group: Option<Group>,
}

enum To<W: Write + Send> {
    /// Nothing is written yet: a file in which nothing changes is copied whole.
    Idle(W),
    Begun(Box<SerializedFileWriter<W>>),
    /// Beginning failed.
    Lost,
}

/// The group of rows that is being written; its texts are held in memory, encoded and compressed.
struct Group {
    index: usize,
    texts: Vec<Encoder>,
    keep: Vec<bool>,
    is_changed: bool,
}

impl<W: Write + Send> ParquetSink<W> {
    /// Will write a file like `from`.
    pub fn new(from: &ParquetFile, to: W) -> Self {
        let properties = Arc::new(properties(from.metadata()));
        ParquetSink { from: from.clone(), to: To::Idle(to), properties, done: 0, group: None }
    }

    /// Takes the next batch.
    pub fn push(&mut self, batch: &Batch) -> Result<()> {
        if self.group.as_ref().is_none_or(|group| group.index != batch.group) {
            self.end_group()?;
            self.group = Some(Group::new(&self.from, batch.group, &self.properties));
        }
        match &mut self.group {
            Some(group) => guarded(|| group.push(batch)),
            None => Ok(()),
        }
    }

    /// Ends with the last batch; whether anything changed.
    pub fn end(&mut self) -> Result<bool> {
        self.end_group()?;
        Ok(matches!(self.to, To::Begun(_)))
    }

    /// Writes what is left.
    pub fn finish(mut self) -> Result<W> {
        if self.end()? {
            self.copy_groups(self.from.metadata().num_row_groups())?;
        }
        match self.to {
            To::Begun(writer) => guarded(|| writer.into_inner()),
            To::Idle(mut to) => guarded(|| {
                io::copy(&mut self.from.file().get_read(0)?, &mut to)?;
                Ok(to)
            }),
            To::Lost => Err(Error::page("writing Parquet failed before")),
        }
    }

    /// Writes the group whose batches are all there, if it changed.
    fn end_group(&mut self) -> Result<()> {
        let Some(group) = self.group.take().filter(|group| group.is_changed || group.keep.contains(&false)) else {
            return Ok(());
        };
        self.copy_groups(group.index)?;
        self.done += 1;
        // A group that lost all its rows is no more.
        if !group.keep.contains(&true) {
            return Ok(());
        }
        let (from, writer) = (&self.from, self.to.begun(&self.from, &self.properties)?);
        guarded(|| group.write(from, writer.next_row_group()?))
    }

    /// Copies the groups up to this one as they are.
    fn copy_groups(&mut self, end: usize) -> Result<()> {
        let writer = self.to.begun(&self.from, &self.properties)?;
        for group in self.done..end {
            guarded(|| {
                let mut to = writer.next_row_group()?;
                let columns = self.from.metadata().row_group(group).num_columns();
                (0..columns).try_for_each(|leaf| copy_column(&self.from, group, leaf, &mut to))?;
                to.close().map(drop)
            })?;
        }
        self.done = end;
        Ok(())
    }
}

impl<W: Write + Send> To<W> {
    fn begun(&mut self, from: &ParquetFile, properties: &WriterPropertiesPtr) -> Result<&mut SerializedFileWriter<W>> {
        if matches!(self, To::Idle(_))
            && let To::Idle(to) = std::mem::replace(self, To::Lost)
        {
            let schema = from.metadata().file_metadata().schema_descr().root_schema_ptr();
            *self = To::Begun(Box::new(guarded(|| SerializedFileWriter::new(to, schema, properties.clone()))?));
        }
        match self {
            To::Begun(writer) => Ok(writer),
            To::Idle(_) | To::Lost => Err(Error::page("writing Parquet failed before")),
        }
    }
}

impl Group {
    fn new(from: &ParquetFile, index: usize, properties: &WriterPropertiesPtr) -> Self {
        let texts = from.leaves().texts.iter().map(|leaf| Encoder::new(from, *leaf, properties.clone())).collect();
        Group { index, texts, keep: Vec::new(), is_changed: false }
    }

    fn push(&mut self, batch: &Batch) -> Parquet<()> {
        let is_all = !batch.keep.contains(&false);
        for (encoder, cells) in self.texts.iter_mut().zip(&batch.texts) {
            let kept;
            let cells = if is_all {
                cells
            } else {
                kept = cells.kept(&batch.keep);
                &kept
            };
            let (def, rep) = (cells.is_nullable().then_some(&*cells.def), cells.is_repeated().then_some(&*cells.rep));
            encoder.writer.write_batch(&cells.values, def, rep)?;
        }
        self.keep.extend_from_slice(&batch.keep);
        self.is_changed |= batch.is_changed;
        Ok(())
    }

    fn write<W: Write + Send>(self, from: &ParquetFile, mut to: SerializedRowGroupWriter<'_, W>) -> Parquet<()> {
        let texts = &from.leaves().texts;
        let mut encoders: Vec<_> = self.texts.into_iter().map(Some).collect();
        let is_all = !self.keep.contains(&false);
        for leaf in 0..from.metadata().row_group(self.index).num_columns() {
            let encoder = texts.iter().position(|text| *text == leaf).and_then(|i| encoders[i].take());
            match encoder {
                Some(encoder) => {
                    let (bytes, close) = encoder.close()?;
                    to.append_column(&bytes, close)?;
                }
                _ if is_all => copy_column(from, self.index, leaf, &mut to)?,
                _ => {
                    let reader =
                        from.column(self.index, leaf).map_err(|error| parquet::errors::ParquetError::External(error.into()))?;
                    // The columns that are written are those that are read.
                    let Some(mut column) = to.next_column()? else { break };
                    copy_kept(reader, &mut column, &self.keep)?;
                    column.close()?;
                }
            }
        }
        to.close().map(drop)
    }
}

/// Copies a column of a group as it is encoded.
fn copy_column<W: Write + Send>(
    from: &ParquetFile,
    group: usize,
    leaf: usize,
    to: &mut SerializedRowGroupWriter<'_, W>,
) -> Parquet<()> {
    let row_group = from.metadata().row_group(group);
    let chunk = sound(row_group.column(leaf))?;
    let (column_index, offset_index) = (from.metadata().column_index(), from.metadata().offset_index());
    let close = ColumnCloseResult {
        bytes_written: u64::try_from(chunk.compressed_size()).unwrap_or_default(),
        rows_written: u64::try_from(row_group.num_rows()).unwrap_or_default(),
        bloom_filter: Sbbf::read_from_column_chunk(&chunk, &**from.file()).ok().flatten(),
        column_index: column_index.and_then(|index| index.get(group)?.get(leaf).cloned()),
        offset_index: offset_index.and_then(|index| index.get(group)?.get(leaf).cloned()),
        metadata: chunk,
    };
    to.append_column(&**from.file(), close)
}

/// Copies the rows of a column that are kept.
fn copy_kept(from: ColumnReader, to: &mut SerializedColumnWriter<'_>, keep: &[bool]) -> Parquet<()> {
    match from {
        ColumnReader::BoolColumnReader(from) => copy_typed(from, to.typed(), keep),
        ColumnReader::Int32ColumnReader(from) => copy_typed(from, to.typed(), keep),
        ColumnReader::Int64ColumnReader(from) => copy_typed(from, to.typed(), keep),
        ColumnReader::Int96ColumnReader(from) => copy_typed(from, to.typed(), keep),
        ColumnReader::FloatColumnReader(from) => copy_typed(from, to.typed(), keep),
        ColumnReader::DoubleColumnReader(from) => copy_typed(from, to.typed(), keep),
        ColumnReader::ByteArrayColumnReader(from) => copy_typed(from, to.typed(), keep),
        ColumnReader::FixedLenByteArrayColumnReader(from) => copy_typed(from, to.typed(), keep),
    }
}

fn copy_typed<T: DataType>(mut from: ColumnReaderImpl<T>, to: &mut ColumnWriterImpl<'_, T>, keep: &[bool]) -> Parquet<()> {
    let described = to.get_descriptor().clone();
    let (def_max, rep_max) = (described.max_def_level(), described.max_rep_level());
    let (mut values, mut def, mut rep) = (Vec::new(), Vec::new(), Vec::new());
    let (mut kept, mut kept_def, mut kept_rep) = (Vec::new(), Vec::new(), Vec::new());
    for keep in keep.chunks(COPY_ROWS) {
        values.clear();
        kept.clear();
        for levels in [&mut def, &mut rep, &mut kept_def, &mut kept_rep] {
            levels.clear();
        }
        from.read_records(keep.len(), (def_max > 0).then_some(&mut def), (rep_max > 0).then_some(&mut rep), &mut values)?;
        let levels = if def_max > 0 { def.len() } else { values.len() };
        let (mut row, mut value) = (0, 0);
        for level in 0..levels {
            row += usize::from(level > 0 && rep.get(level).is_none_or(|rep| *rep == 0));
            let is_there = def.get(level).is_none_or(|def| *def == def_max);
            if keep.get(row) == Some(&true) {
                kept_def.extend(def.get(level));
                kept_rep.extend(rep.get(level));
                kept.extend(values.get(value).filter(|_| is_there).cloned());
            }
            value += usize::from(is_there);
        }
        to.write_batch(&kept, (def_max > 0).then_some(&*kept_def), (rep_max > 0).then_some(&*kept_rep))?;
    }
    Ok(())
}

/// How columns that change are written: as far as the file tells, as they were.
fn properties(from: &ParquetMetaData) -> WriterProperties {
    let file = from.file_metadata();
    let first = from.row_groups().first();
    let chunks = first.map(|group| group.columns()).unwrap_or_default();
    let has_index = chunks.iter().any(|chunk| chunk.offset_index_offset().is_some());
    let mut properties = WriterProperties::builder()
        .set_key_value_metadata(file.key_value_metadata().cloned())
        .set_sorting_columns(first.and_then(|group| group.sorting_columns().cloned()))
        .set_offset_index_disabled(!has_index);
    for chunk in chunks {
        let path = chunk.column_path().clone();
        let has = |wanted: &[Encoding]| chunk.encodings().find(|encoding| wanted.contains(encoding));
        properties = properties
            .set_column_compression(path.clone(), compression(chunk))
            .set_column_dictionary_enabled(path.clone(), has(&[Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY]).is_some())
            .set_column_statistics_enabled(path.clone(), statistics(chunk, has_index))
            .set_column_bloom_filter_enabled(path.clone(), chunk.bloom_filter_offset().is_some());
        let deltas = [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BINARY_PACKED];
        if let Some(encoding) = has(&deltas) {
            properties = properties.set_column_encoding(path, encoding);
        }
    }
    properties.build()
}

fn statistics(chunk: &ColumnChunkMetaData, has_index: bool) -> EnabledStatistics {
    match chunk.statistics() {
        Some(_) if has_index => EnabledStatistics::Page,
        Some(_) => EnabledStatistics::Chunk,
        None => EnabledStatistics::None,
    }
}

/// The compression of a column; the form of LZ4 that is no longer written becomes the one that replaced it.
fn compression(chunk: &ColumnChunkMetaData) -> Compression {
    match chunk.compression() {
        Compression::LZ4 => Compression::LZ4_RAW,
        Compression::LZO => Compression::SNAPPY,
        other => other,
    }
}

/// Encodes a column of texts in memory.
struct Encoder {
    writer: ColumnWriterImpl<'static, ByteArrayType>,
    pages: Buffer,
}

impl Encoder {
    fn new(from: &ParquetFile, leaf: usize, properties: WriterPropertiesPtr) -> Self {
        let pages = Buffer::default();
        let to = Pages(TrackedWrite::new(pages.clone()));
        let described = from.metadata().file_metadata().schema_descr().column(leaf);
        let writer: ColumnWriter<'static> = get_column_writer(described, properties, Box::new(to));
        Encoder { writer: get_typed_column_writer(writer), pages }
    }

    fn close(self) -> Parquet<(Bytes, ColumnCloseResult)> {
        let close = self.writer.close()?;
        let bytes = std::mem::take(&mut *self.pages.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((bytes.into(), close))
    }
}

/// Bytes that are written by one and taken by another.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes pages as the crate does, but holds what it writes to.
struct Pages(TrackedWrite<Buffer>);

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Parquet<PageWriteSpec> {
        SerializedPageWriter::new(&mut self.0).write_page(page)
    }

    fn close(&mut self) -> Parquet<()> {
        SerializedPageWriter::new(&mut self.0).close()
    }
}

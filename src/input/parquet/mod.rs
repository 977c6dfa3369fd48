//! Parquet files: which columns hold what is read, and their rows, batch after batch.
//!
//! Only these columns are decoded, and as the format keeps them: values with levels that say where rows, lists and nulls are. So
//! whatever types and encodings the others have, `sink` can copy them byte for byte.

mod batch;
mod file;
mod names;
mod rows;

use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::serialized_reader::SerializedPageReader;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Fields;
use crate::error::{Error, Result, printable};

pub use batch::{Answer, Batch, Cell, Cells, Row};
pub use file::SharedFile;
pub use rows::Rows;

/// What a file begins and ends with.
const MAGIC: &[u8] = b"PAR1";

/// The columns that are read, by their places among those that hold values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaves {
    /// Those that hold text, in the order of the fields that were named.
    pub texts: Vec<usize>,
    /// The page's address, if there is such a column.
    pub url: Option<usize>,
    /// The page's title, if there is such a column.
    pub title: Option<usize>,
}

/// An opened file.
#[derive(Clone)]
pub struct ParquetFile {
    file: Arc<SharedFile>,
    metadata: Arc<ParquetMetaData>,
    leaves: Leaves,
}

impl ParquetFile {
    /// Reads what the file says of itself, and finds the named columns.
    pub fn open(file: File, fields: &Fields) -> Result<ParquetFile> {
        let file = SharedFile::new(file).and_then(|file| file.has_ends(MAGIC).map(|ends| (file, ends)));
        let (file, ends) = file.map_err(|error| Error::page(format!("reading: {error}")))?;
        match ends {
            (true, true) => {}
            (true, false) => return Err(Error::page("a Parquet file that is cut short: it does not end with `PAR1`")),
            (false, _) => return Err(Error::page("no Parquet file, expected one that begins with `PAR1`")),
        }
        let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = guarded(|| reader.parse_and_finish(&file))?;
        let leaves = names::leaves(metadata.file_metadata().schema_descr(), fields)?;
        let elsewhere = metadata.row_groups().iter().flat_map(|group| group.columns()).any(|chunk| chunk.file_path().is_some());
        if elsewhere {
            return Err(Error::page("a Parquet file whose columns are in other files, expected one that holds them"));
        }
        Ok(ParquetFile { file: Arc::new(file), metadata: Arc::new(metadata), leaves })
    }

    /// The file's bytes.
    pub fn file(&self) -> &Arc<SharedFile> {
        &self.file
    }

    /// What the file says of itself.
    pub fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    /// The columns that are read.
    pub fn leaves(&self) -> &Leaves {
        &self.leaves
    }

    /// The rows of all groups.
    pub fn rows(&self) -> Rows {
        Rows::new(self.clone())
    }

    /// A reader of one column in one group of rows, whatever its type.
    pub fn column(&self, group: usize, leaf: usize) -> Result<ColumnReader> {
        let rows = usize::try_from(self.metadata.row_group(group).num_rows()).unwrap_or_default();
        let chunk = sound(self.metadata.row_group(group).column(leaf));
        let pages = guarded(|| SerializedPageReader::new(self.file.clone(), &chunk?, rows, None))?;
        let described = self.metadata.file_metadata().schema_descr().column(leaf);
        Ok(get_column_reader(described, Box::new(pages)))
    }
}

/// What is known of a column in a group of rows. Some writers say 0 for the place of a dictionary that there is not.
pub fn sound(chunk: &ColumnChunkMetaData) -> parquet::errors::Result<ColumnChunkMetaData> {
    match chunk.dictionary_page_offset() {
        Some(0) => chunk.clone().into_builder().set_dictionary_page_offset(None).build(),
        _ => Ok(chunk.clone()),
    }
}

/// Does what may find the file broken; the decoder is not trusted to say so in good manners.
pub fn guarded<T>(work: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(ParquetError::External(error))) => Err(Error::page(format!("Parquet: {}", printable(&error.to_string())))),
        Ok(Err(error)) => {
            let message = error.to_string();
            let message = message.split_once("arquet error: ").map_or(&*message, |(_, message)| message);
            Err(Error::page(format!("broken Parquet: {}", printable(message))))
        }
        Err(_) => Err(Error::page("broken Parquet: the decoder gave up")),
    }
}

//! A file that several can read in, each at a place of its own.

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// What is read of a column at once.
const CHUNK_BYTES: usize = 64 << 10;

/// A file whose place is set anew for each read, so that columns, and threads, do not disturb one another.
pub struct SharedFile {
    file: Arc<Mutex<File>>,
    bytes: u64,
}

impl SharedFile {
    /// Takes a file that can be sought in.
    pub fn new(mut file: File) -> io::Result<Self> {
        let bytes = file.seek(SeekFrom::End(0))?;
        Ok(SharedFile { file: Arc::new(Mutex::new(file)), bytes })
    }

    /// Whether it begins, and whether it ends with these bytes; they do not overlap.
    pub fn has_ends(&self, magic: &[u8]) -> io::Result<(bool, bool)> {
        let at = |offset| {
            let mut found = vec![0; magic.len()];
            self.from(offset).read_exact(&mut found).map(|()| found == magic)
        };
        let length = magic.len() as u64;
        let begins = self.bytes >= length && at(0)?;
        Ok((begins, self.bytes >= 2 * length && at(self.bytes - length)?))
    }

    fn from(&self, offset: u64) -> From {
        From { file: self.file.clone(), offset }
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(CHUNK_BYTES, self.from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // What a broken file says of lengths is not believed before there are bytes.
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} are not in the file")));
        }
        let mut bytes = vec![0; length];
        self.from(start).read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads on from a place.
pub struct From {
    file: Arc<Mutex<File>>,
    offset: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.offset))?;
        let read = file.read(buffer)?;
        self.offset += read as u64;
        Ok(read)
    }
}

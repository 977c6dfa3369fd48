//! A file beside the output that grows while the run goes on: the list of failures, the audit.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Such a file.
pub struct SideFile {
    path: PathBuf,
    file: BufWriter<File>,
    bytes: u64,
}

impl SideFile {
    /// Begins the file, or goes on behind so many bytes of it.
    pub fn open(path: &Path, kept_bytes: u64) -> Result<SideFile> {
        let open = || {
            let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
            if file.metadata()?.is_file() {
                file.set_len(kept_bytes)?;
                file.seek(SeekFrom::End(0))?;
            }
            Ok(file)
        };
        let file = open().map_err(|error: io::Error| Error::io(path, "writing", &error).into_usage())?;
        Ok(SideFile { path: path.to_path_buf(), file: BufWriter::new(file), bytes: kept_bytes })
    }

    /// Writes more of it.
    pub fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|error| Error::io(&self.path, "writing", &error))
    }

    /// Brings it to the disk; how long it is.
    pub fn sync(&mut self) -> Result<u64> {
        let is_file = self.file.get_ref().metadata().is_ok_and(|data| data.is_file());
        let synced = self.file.flush().and_then(|()| if is_file { self.file.get_ref().sync_data() } else { Ok(()) });
        synced.map_err(|error| Error::io(&self.path, "writing", &error))?;
        Ok(self.bytes)
    }
}

//! A file that appears whole or not at all.

use std::fs::{self, File, FileTimes, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// The place of a file to be written, and how it is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file that was named: links are followed, and a device or pipe is written to directly.
    File(PathBuf),
    /// A file below an output folder, which is made as needed; a link there is replaced.
    Mirrored(PathBuf),
    /// The file that the page came from: links are followed, mode, owner and times stay.
    Origin(PathBuf),
}

impl Place {
    /// The path as it was named.
    pub fn path(&self) -> &Path {
        match self {
            Place::File(path) | Place::Mirrored(path) | Place::Origin(path) => path,
        }
    }
}

/// A file being written.
pub struct WholeFile {
    inner: Inner,
}

enum Inner {
    /// Written beside its place; renamed at the end.
    Beside(Box<Beside>),
    /// A device or pipe, which cannot be replaced.
    Direct(BufWriter<File>),
}

struct Beside {
    file: BufWriter<NamedTempFile>,
    place: PathBuf,
    /// What the file at the place was, if there is one.
    replaced: Option<Metadata>,
    in_place: bool,
}

impl WholeFile {
    /// Begins a file; nothing is seen of it at its place until [`finish`](WholeFile::finish).
    pub fn create(place: &Place) -> io::Result<WholeFile> {
        let (path, follow, in_place) = match place {
            Place::File(path) => (path, true, false),
            Place::Mirrored(path) => (path, false, false),
            Place::Origin(path) => (path, true, true),
        };
        if let Place::Mirrored(path) = place {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
        }
        let target = if follow { fs::canonicalize(path).unwrap_or_else(|_| path.clone()) } else { path.clone() };
        let replaced = if follow { target.metadata().ok() } else { target.symlink_metadata().ok().filter(Metadata::is_file) };
        if follow && replaced.as_ref().is_some_and(|data| !data.is_file()) {
            let file = OpenOptions::new().write(true).open(&target)?;
            return Ok(WholeFile { inner: Inner::Direct(BufWriter::new(file)) });
        }
        if in_place && replaced.as_ref().is_some_and(|data| data.permissions().readonly()) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
        }
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A hidden name, so that a run over this folder at the same time does not take it for a page.
        let mut builder = Builder::new();
        builder.prefix(".unchaff-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(NEW_FILE_MODE));
        let file = BufWriter::new(builder.tempfile_in(folder)?);
        let beside = Beside { file, place: target, replaced, in_place };
        Ok(WholeFile { inner: Inner::Beside(Box::new(beside)) })
    }

    /// Makes the file appear.
    pub fn finish(self) -> io::Result<()> {
        match self.inner {
            Inner::Direct(mut file) => file.flush(),
            Inner::Beside(beside) => {
                let Beside { file, place, replaced, in_place } = *beside;
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                if let Some(data) = replaced {
                    keep_attributes(file.as_file(), &data, in_place)?;
                }
                if in_place {
                    // The page as it was is about to go: what replaces it must have reached the disk.
                    file.as_file().sync_data()?;
                }
                file.persist(place).map(drop).map_err(|error| error.error)
            }
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.inner {
            Inner::Beside(beside) => beside.file.write(bytes),
            Inner::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.inner {
            Inner::Beside(beside) => beside.file.flush(),
            Inner::Direct(file) => file.flush(),
        }
    }
}

/// What a new file may be at most; the process' mask takes from it.
#[cfg(unix)]
const NEW_FILE_MODE: u32 = 0o666;

/// Gives the file that replaces another its mode, and in place its owner and times as well.
fn keep_attributes(file: &File, replaced: &Metadata, in_place: bool) -> io::Result<()> {
    #[cfg(unix)]
    if in_place {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only the superuser may give files away; for all others the writer becomes the owner, as with any editor.
        let _ = fchown(file, Some(replaced.uid()), Some(replaced.gid()));
    }
    file.set_permissions(replaced.permissions())?;
    if in_place {
        let times = FileTimes::new().set_accessed(replaced.accessed()?).set_modified(replaced.modified()?);
        file.set_times(times)?;
    }
    Ok(())
}

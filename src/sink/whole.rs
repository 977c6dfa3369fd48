//! A file that appears whole or not at all.

use std::fs::{self, File, FileTimes, Metadata, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempPath};

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

impl Inner {
    fn file(&mut self) -> &mut BufWriter<File> {
        match self {
            Inner::Beside(beside) => &mut beside.file,
            Inner::Direct(file) => file,
        }
    }
}

struct Beside {
    file: BufWriter<File>,
    temporary: Temporary,
    place: PathBuf,
    /// What the file at the place was, if there is one.
    replaced: Option<Metadata>,
    in_place: bool,
}

/// What is left of a file that is not finished.
enum Temporary {
    /// Nothing.
    Gone(TempPath),
    /// The file under this name, so that another run can go on with it.
    Stays(PathBuf),
}

impl WholeFile {
    /// Begins a file; nothing is seen of it at its place until [`finish`](WholeFile::finish).
    pub fn create(place: &Place) -> io::Result<WholeFile> {
        Self::begin(place, |folder, _| {
            // A hidden name, so that a run over this folder at the same time does not take it for a page.
            let mut builder = Builder::new();
            builder.prefix(".unchaff-");
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(NEW_FILE_MODE));
            let (file, path) = builder.tempfile_in(folder)?.into_parts();
            Ok((file, Temporary::Gone(path)))
        })
    }

    /// Begins a file that stays, under a hidden name beside its place, if the run is stopped; of one that is there already, the first
    /// `kept_bytes` bytes are kept and written on.
    pub fn resume(place: &Place, kept_bytes: u64) -> io::Result<WholeFile> {
        Self::begin(place, |_, target| {
            let path = partial_path(target);
            let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
            file.set_len(kept_bytes)?;
            file.seek(SeekFrom::End(0))?;
            Ok((file, Temporary::Stays(path)))
        })
    }

    fn begin(place: &Place, open: impl FnOnce(&Path, &Path) -> io::Result<(File, Temporary)>) -> io::Result<WholeFile> {
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
        let (file, temporary) = open(folder_of(&target), &target)?;
        let beside = Beside { file: BufWriter::new(file), temporary, place: target, replaced, in_place };
        Ok(WholeFile { inner: Inner::Beside(Box::new(beside)) })
    }

    /// Brings to the disk what was written so far.
    pub fn sync(&mut self) -> io::Result<()> {
        let file = self.inner.file();
        file.flush()?;
        file.get_ref().sync_data()
    }

    /// Makes the file appear; `durable` waits until it has reached the disk before it takes its place.
    pub fn finish(self, durable: bool) -> io::Result<()> {
        match self.inner {
            Inner::Direct(mut file) => file.flush(),
            Inner::Beside(beside) => {
                let Beside { file, temporary, place, replaced, in_place } = *beside;
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                if let Some(data) = replaced {
                    keep_attributes(&file, &data, in_place)?;
                }
                if durable || in_place {
                    // What was at the place is about to go: what replaces it must have reached the disk.
                    file.sync_data()?;
                }
                match temporary {
                    Temporary::Gone(path) => path.persist(place).map_err(|error| error.error),
                    Temporary::Stays(path) => fs::rename(path, place),
                }
            }
        }
    }
}

/// The name under which a file that is written on later waits: hidden, beside its place.
pub fn partial_path(target: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".unchaff-part");
    target.with_file_name(name)
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.file().flush()
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

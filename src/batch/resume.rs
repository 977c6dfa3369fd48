//! A run that was stopped goes on where it was: what is done is written down beside the output.
//!
//! The manifest is JSON Lines. The first line says what the run is: program, rules, settings. Each further line says what was done
//! by then: a file that is finished, or a place in one, up to which the records of the input are in the output. A line that was cut off
//! by the end of the process is as good as not written. What the lines speak of has reached the disk before they do.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Job;
use super::form::Form;
use crate::error::{Error, Result, printable};
use crate::input::{Source, Stamp};
use crate::render::Counts;
use crate::sink::{Target, partial_path};

/// What makes a run: each setting by its name.
pub type Identity = BTreeMap<String, String>;

/// How much of a source lies behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    Nothing,
    /// So many bytes of what it holds, decompressed.
    Bytes(u64),
    All,
}

/// What an earlier run has done.
#[derive(Debug)]
pub struct Resume {
    manifest: PathBuf,
    identity: Identity,
    /// Hashes of the sources that are finished, and whether anything of each is written; names would take too much memory for millions.
    done: HashMap<u64, bool>,
    at: Option<At>,
    so_far: SoFar,
    /// How much of the manifest is whole lines.
    whole_bytes: u64,
}

/// A place in a source.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct At {
    name: String,
    #[serde(flatten)]
    stamp: Stamp,
    /// Bytes of the input, decompressed, that are in the output.
    read_bytes: u64,
    /// Bytes of the output.
    written_bytes: u64,
    #[serde(flatten)]
    so_far: SoFar,
}

/// What the run has counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct SoFar {
    counts: Counts,
    /// How much was written beside the output.
    side_bytes: Sides,
}

/// How long the files are that are written beside the output.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Sides {
    /// The list of failures.
    pub errors: u64,
    /// The audit.
    pub audit: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Entry {
    Run(Identity),
    Done {
        name: String,
        /// Whether anything of it is written; pages may be left out.
        written: bool,
        #[serde(flatten)]
        stamp: Stamp,
    },
    SoFar(SoFar),
    At(At),
}

impl Resume {
    /// Reads what an earlier run into the same output has done; nothing if there was none.
    ///
    /// # Errors
    /// The earlier run was another one: its rules or settings differ.
    pub fn load(target: &Target, identity: Identity) -> Result<Resume> {
        let manifest = match target {
            Target::Folder(folder) => folder.join(".unchaff-resume"),
            Target::File(file) => {
                let mut name = std::ffi::OsString::from(".");
                name.push(file.file_name().unwrap_or_default());
                name.push(".unchaff-resume");
                file.with_file_name(name)
            }
            Target::Stdout | Target::InPlace => {
                return Err(Error::usage("`--resume` goes on with an output, expected `-o PATH`"));
            }
        };
        let mut resume = Resume { manifest, identity, done: HashMap::new(), at: None, so_far: SoFar::default(), whole_bytes: 0 };
        let path = resume.manifest.clone();
        let reading = |error| Error::io(&path, "reading", &error).into_usage();
        match File::open(&path) {
            Ok(file) => {
                let mut reader = BufReader::new(file);
                let mut line = Vec::new();
                while reader.read_until(b'\n', &mut line).map_err(reading)? > 0 && line.ends_with(b"\n") {
                    resume.read(&line)?;
                    resume.whole_bytes += line.len() as u64;
                    line.clear();
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(reading(error)),
        }
        Ok(resume)
    }

    fn read(&mut self, line: &[u8]) -> Result<()> {
        let entry = serde_json::from_slice(line).map_err(|error| self.usage(&format!("broken manifest: {error}")))?;
        match entry {
            Entry::Run(earlier) => self.compare(&earlier)?,
            Entry::Done { name, stamp, written } => {
                self.done.insert(hash(&name, stamp), written);
                self.at = self.at.take().filter(|at| at.name != name);
            }
            Entry::SoFar(so_far) => self.so_far = so_far,
            Entry::At(at) => self.at = Some(at),
        }
        Ok(())
    }

    /// Settings that differ must not be mixed in one output.
    fn compare(&self, earlier: &Identity) -> Result<()> {
        let names = earlier.keys().chain(self.identity.keys());
        let differing = names.filter(|name| earlier.get(*name) != self.identity.get(*name)).min();
        let Some(name) = differing else { return Ok(()) };
        let shown =
            |value: Option<&String>| value.map_or_else(|| "not there".to_owned(), |value| format!("`{}`", printable(value)));
        let (was, is) = (shown(earlier.get(name)), shown(self.identity.get(name)));
        Err(self.usage(&format!("the run that was stopped had other settings: `{name}` was {was}, is {is}")))
    }

    fn usage(&self, message: &str) -> Error {
        Error::usage(message).in_file(&self.manifest).help("remove this file to begin anew")
    }

    /// Sees to it that the output that is to be written on is there, and the input still the same; there is none if the run ended between
    /// its last two steps.
    pub fn check(&mut self, place: impl Fn(&str) -> Option<(PathBuf, Option<Stamp>)>) {
        let is_there = |at: &At| {
            let now = place(&at.name).filter(|(_, stamp)| *stamp == Some(at.stamp));
            let partial = now.and_then(|(path, _)| partial_path(&path).metadata().ok());
            partial.is_some_and(|data| data.len() >= at.written_bytes)
        };
        self.at = self.at.take().filter(is_there);
        if let Some(at) = &self.at {
            self.so_far = at.so_far.clone();
        }
    }

    /// What was counted before.
    pub fn counts(&self) -> &Counts {
        &self.so_far.counts
    }

    /// How much is to be kept of what was written beside the output.
    pub fn side_bytes(&self) -> Sides {
        self.so_far.side_bytes
    }

    /// How much of the output of a source is there.
    pub fn written_bytes(&self, source: &Source, stamp: Option<Stamp>) -> u64 {
        self.at_of(source, stamp).map_or(0, |at| at.written_bytes)
    }

    fn at_of(&self, source: &Source, stamp: Option<Stamp>) -> Option<&At> {
        self.at.as_ref().filter(|at| at.name == name_of(source) && Some(at.stamp) == stamp)
    }
}

impl Job<'_> {
    /// How much of a source an earlier run has done.
    pub(super) fn behind(&self, source: &Source) -> Behind {
        let Some(resume) = &self.resume else { return Behind::Nothing };
        let stamp = source.stamp();
        let is_done = stamp.and_then(|stamp| resume.done.get(&hash(&name_of(source), stamp)));
        let is_there = || self.place(source).is_some_and(|place| place.path().symlink_metadata().is_ok());
        let is_done = is_done.is_some_and(|is_written| !is_written || is_there());
        match resume.at_of(source, stamp) {
            _ if is_done => Behind::All,
            Some(at) => Behind::Bytes(at.read_bytes),
            None => Behind::Nothing,
        }
    }
}

/// Writes down what is done.
pub struct Log {
    file: BufWriter<File>,
    path: PathBuf,
    folder: PathBuf,
    last: Instant,
    /// What is done is written down so often: a run that is killed loses as much.
    every: Duration,
    /// Lines on sources that are done since then: they are written once those have reached the disk.
    pending: Vec<u8>,
}

impl Log {
    /// Goes on with the manifest, or begins it.
    pub fn open(resume: &Resume, every: Duration) -> Result<Log> {
        let path = resume.manifest.clone();
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
        let open = || {
            fs::create_dir_all(&folder)?;
            let mut file = OpenOptions::new().read(true).create(true).append(true).open(&path)?;
            // Two runs that write on one output would spoil it.
            file.try_lock().map_err(|_| io::Error::other("another run has this output in hand"))?;
            file.set_len(resume.whole_bytes)?;
            if resume.whole_bytes == 0 {
                put(&mut file, &Entry::Run(resume.identity.clone()))?;
                file.sync_data()?;
            }
            Ok(file)
        };
        let file = open().map_err(|error: io::Error| Error::io(&path, "writing", &error))?;
        Ok(Log { file: BufWriter::new(file), path, folder, last: Instant::now(), every, pending: Vec::new() })
    }

    /// Whether it is time to write down a place.
    pub fn is_due(&self) -> bool {
        self.last.elapsed() >= self.every
    }

    /// A source is finished.
    pub fn done(&mut self, source: &Source, stamp: Option<Stamp>, written: bool) -> Result<()> {
        let Some(stamp) = stamp else { return Ok(()) };
        let entry = Entry::Done { name: name_of(source), written, stamp };
        put(&mut self.pending, &entry).map_err(|error| Error::io(&self.path, "writing", &error))
    }

    /// So far a source is in the output, which has reached the disk.
    pub fn at(&mut self, source: &Source, form: &Form, bytes: (u64, u64), counts: &Counts, side_bytes: Sides) -> Result<()> {
        let Some(stamp) = form.stamp else { return Ok(()) };
        let so_far = SoFar { counts: counts.clone(), side_bytes };
        let (read_bytes, written_bytes) = bytes;
        self.put(&Entry::At(At { name: name_of(source), stamp, read_bytes, written_bytes, so_far }))?;
        self.flush()
    }

    /// Brings to the disk what is done, and then that it is.
    pub fn so_far(&mut self, counts: &Counts, side_bytes: Sides) -> Result<()> {
        if !self.pending.is_empty() {
            sync_all(&self.folder).map_err(|error| Error::io(&self.folder, "writing", &error))?;
            let pending = std::mem::take(&mut self.pending);
            self.file.write_all(&pending).map_err(|error| Error::io(&self.path, "writing", &error))?;
            self.put(&Entry::SoFar(SoFar { counts: counts.clone(), side_bytes }))?;
            self.flush()?;
        }
        Ok(())
    }

    /// The run is done: nothing is left to go on with.
    pub fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).map_err(|error| Error::io(&self.path, "removing", &error))
    }

    fn put(&mut self, entry: &Entry) -> Result<()> {
        put(&mut self.file, entry).map_err(|error| Error::io(&self.path, "writing", &error))
    }

    fn flush(&mut self) -> Result<()> {
        let flush = |file: &mut BufWriter<File>| file.flush().and_then(|()| file.get_ref().sync_data());
        self.last = Instant::now();
        flush(&mut self.file).map_err(|error| Error::io(&self.path, "writing", &error))
    }
}

fn put(file: &mut impl Write, entry: &Entry) -> io::Result<()> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Brings all of a file system to the disk: cheaper than a wait for each of many small files.
fn sync_all(folder: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(File::open(folder)?)?;
    #[cfg(not(target_os = "linux"))]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// What a source is called in the manifest: names that are not UTF-8 by their bytes.
pub(super) fn name_of(source: &Source) -> String {
    match source.name.to_str() {
        Some(name) => name.to_owned(),
        None => source.name.as_os_str().as_encoded_bytes().escape_ascii().to_string(),
    }
}

fn hash(name: &str, stamp: Stamp) -> u64 {
    use xxhash_rust::xxh3::xxh3_64_with_seed;
    xxh3_64_with_seed(name.as_bytes(), stamp.bytes ^ stamp.modified_ns.rotate_left(32))
}

//! What goes in: which files a person named, what kind of content each holds, and how it is cut into pages.
//!
//! Nothing here cleans or writes. Decoding bytes is `decode`'s work.

mod codec;
pub mod csv;
mod cutter;
mod field;
mod json_string;
mod lookup;
#[cfg(feature = "parquet")]
pub mod parquet;
mod pieces;
mod record;
mod sniff;
mod walk;
mod warc;

use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::names::Compression;

pub use codec::Bounds;
pub use cutter::Cutter;
pub use field::{FieldPath, Fields};
pub use json_string::JsonString;
pub use pieces::{Pace, Piece, Pieces};
pub use record::{Record, host_of, splice};
pub use sniff::{Opened, Sniff, container_of_name, is_text};
pub use walk::{Found, Include, Skipped, find};
pub use warc::{Payload, WarcRecord};

/// How standard input is called in messages.
pub const STDIN_LABEL: &str = "<stdin>";

/// One file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file; `None` is standard input.
    pub path: Option<PathBuf>,
    /// What it is called below an output folder: the file's name, or its path inside the folder that was named.
    pub name: PathBuf,
    /// Whether it was found in a folder rather than named.
    pub in_folder: bool,
}

/// What tells whether a file is still the one that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its size.
    pub bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified_ns: u64,
}

impl Stamp {
    /// The stamp of a regular file.
    pub fn of(data: &Metadata) -> Option<Stamp> {
        let since = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        data.is_file().then_some(Stamp { bytes: data.len(), modified_ns: since.as_nanos() as u64 })
    }
}

impl Source {
    /// What the file is like now; `None` for what is no regular file.
    pub fn stamp(&self) -> Option<Stamp> {
        Stamp::of(&self.path.as_deref()?.metadata().ok()?)
    }

    /// How messages call it.
    pub fn label(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(STDIN_LABEL))
    }

    /// Whether its name says HTML.
    pub fn is_html(&self) -> bool {
        has_html_name(&self.name)
    }
}

/// Whether a file's name says HTML, whatever its compression.
pub fn has_html_name(name: &Path) -> bool {
    let (_, name) = Compression::of_name(name);
    has_extension(&name, &["html", "htm", "xhtml"])
}

fn has_extension(name: &Path, known: &[&str]) -> bool {
    let extension = name.extension().and_then(|e| e.to_str());
    extension.is_some_and(|e| known.iter().any(|k| k.eq_ignore_ascii_case(e)))
}

//! What goes in: which files a person named, what kind of content each holds, and how it is cut into pages.
//!
//! Nothing here cleans or writes. Decoding bytes is `decode`'s work.

mod field;
mod json_string;
mod lookup;
mod pieces;
mod record;
mod sniff;
mod walk;

use std::path::{Path, PathBuf};

pub use field::{FieldPath, Fields};
pub use json_string::JsonString;
pub use pieces::{Piece, Pieces, Separator};
pub use record::{Record, host_of, splice};
pub use sniff::{Kind, Opened, Sniff, is_text};
pub use walk::{Found, Skipped, find};

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

impl Source {
    /// How messages call it.
    pub fn label(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(STDIN_LABEL))
    }

    /// Whether its name says HTML.
    pub fn is_html(&self) -> bool {
        has_html_name(&self.name)
    }

    /// Whether its name says JSON Lines.
    pub fn is_records(&self) -> bool {
        has_extension(&self.name, &["jsonl", "ndjson"])
    }
}

/// Whether a file's name says HTML.
pub fn has_html_name(name: &Path) -> bool {
    has_extension(name, &["html", "htm"])
}

fn has_extension(name: &Path, known: &[&str]) -> bool {
    let extension = name.extension().and_then(|e| e.to_str());
    extension.is_some_and(|e| known.iter().any(|k| k.eq_ignore_ascii_case(e)))
}

//! Where it goes: standard output, one file, a mirrored folder, or in place.
//!
//! A file appears whole or not at all: it is written beside its place and renamed. What stands in it is not known here.

mod name;
#[cfg(feature = "parquet")]
pub mod parquet;
mod plan;
mod terminal;
mod whole;

use std::path::{Path, PathBuf};

use crate::input::Source;

pub use name::{To, output_name};
pub use plan::{check, check_side};
pub use terminal::Terminal;
pub use whole::{Place, WholeFile, partial_path};

/// Where cleaned pages go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output, one after the other.
    Stdout,
    /// One file.
    File(PathBuf),
    /// A folder that mirrors what came in.
    Folder(PathBuf),
    /// The files they came from.
    InPlace,
}

impl Target {
    /// The file that a source's pages go to, which is called so below a folder; `None` is standard output.
    pub fn place(&self, source: &Source, name: &Path) -> Option<Place> {
        match self {
            Target::Stdout => None,
            Target::File(path) => Some(Place::File(path.clone())),
            Target::Folder(folder) => Some(Place::Mirrored(folder.join(name))),
            Target::InPlace => source.path.clone().map(Place::Origin),
        }
    }
}

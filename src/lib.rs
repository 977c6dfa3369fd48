//! unchaff turns scraped pages into clean article bodies.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod batch;
mod cleaner;
/// The command line.
pub mod cli;
mod config;
mod decode;
/// Edits: spans of bytes with a replacement and a reason.
pub mod edit;
mod error;
mod input;
mod names;
mod render;
mod sink;

pub use cleaner::{Cleaned, Cleaner, PageFacts};
pub use config::{LIMIT_KEYS, Limits, Settings};
pub use decode::{Decoded, decode};
pub use error::{Error, ErrorKind, Result, printable};
pub use names::{Action, At, Category, Confidence, Region, Scope, Stage, Until, Verdict};

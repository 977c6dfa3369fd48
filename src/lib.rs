//! unchaff turns scraped pages into clean article bodies.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod cleaner;
mod config;
mod decode;
/// Edits: spans of bytes with a replacement and a reason.
pub mod edit;
mod error;
mod names;

pub use cleaner::{Cleaned, Cleaner, PageFacts};
pub use config::{LIMIT_KEYS, Limits, Settings};
pub use decode::{Decoded, decode};
pub use error::{Error, ErrorKind, Result, printable};
pub use names::{Action, At, Category, Confidence, Region, Scope, Stage, Until, Verdict};

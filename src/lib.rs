//! unchaff turns scraped pages into clean article bodies.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod batch;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
mod body;
mod char_table;
/// Proving rules by their examples, and counting how often they fire.
pub mod check;
mod cleaner;
/// The command line.
pub mod cli;
mod config;
mod decide;
mod decode;
#[cfg(test)]
#[path = "../tests/support/dice.rs"]
mod dice;
mod document;
/// Edits: spans of bytes with a replacement and a reason.
pub mod edit;
mod engine;
mod error;
mod hash;
mod html;
mod input;
mod names;
mod pool;
mod render;
mod repair;
mod rules;
mod sink;

pub use cleaner::{Cleaned, Cleaner, Explained, ExplainedLine, ExplainedMatch, Files, ListedRule, ModelFile, PageFacts};
pub use config::{LIMIT_KEYS, Limits, Settings};
pub use decode::{Charset, Decoded, Found, Hints, decode};
pub use document::{Line, View, lines};
pub use error::{Error, ErrorKind, Result, printable};
pub use html::{HtmlPage, Landmark, Markup, Seen, is_html, to_text as html_to_text};
pub use input::host_of;
pub use names::{Action, At, Body, Category, Confidence, Content, PageKind, Region, Repair, Scope, Stage, Until, Verdict};
pub use render::{Audited, Decoding, audit};
pub use repair::{Repaired, Suspect, repair};

//! What comes out, as bytes: the cleaned text, a diff, or the names of changed pages; and text that a terminal can be shown.
//!
//! Edits are only shown here, never made. Where the bytes go is `sink`'s work.

mod audit;
mod compare;
mod counts;
mod diff;
mod failure;
mod report;
mod restore;
mod tally;
mod visible;
mod why;

pub use audit::{Audited, Decoding, Record as AuditRecord, audit};
pub use compare::Difference;
pub use counts::Counts;
pub use diff::diff;
pub use failure::failure;
pub use report::{comparison, report};
pub use tally::{Collector, PageTally, Seen, Tally, place_of};
pub use visible::visible;
pub use why::why;

/// What a run prints of each page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// The cleaned page.
    Text,
    /// What would change.
    Diff,
    /// The names of the pages that would change.
    Names,
}

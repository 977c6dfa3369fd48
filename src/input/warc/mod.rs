//! WARC and WET: cutting a stream into records, the page in a record, and the record with other text in its place.
//!
//! All of it works on bytes in memory; reading files, gzip members around records and cleaning are others' work. What is said of
//! fields and record types follows the [WARC 1.1](https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/)
//! standard.

mod coding;
mod cutter;
mod header;
mod http;
mod media;
mod record;
mod rewrite;

pub use cutter::WarcCutter;
pub use record::{Payload, WarcRecord};

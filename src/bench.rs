//! What `benches/` measures and the library does not offer: stages of the core by themselves. Behind the feature `bench`, and no part of
//! the interface.

pub use crate::cleaner::stages::Lap;

use crate::edit::Edit;
use crate::input::{Fields, JsonString, Record, splice};

/// Reads a line of JSON Lines and writes it with the edits of its text, as the command does.
///
/// # Errors
/// What is wrong with the line, and the byte where.
pub fn splice_record(line: &str, edits: &dyn Fn(&str) -> Vec<Edit>) -> Result<Vec<u8>, (String, usize)> {
    let record = Record::parse(line, &Fields::default())?;
    let new = record.spans().map(|(_, span)| {
        let string = JsonString::new(span.of(line));
        (span, string.splice(&edits(string.text())))
    });
    let mut out = Vec::with_capacity(line.len());
    splice(line.as_bytes(), new.collect(), &mut out);
    Ok(out)
}

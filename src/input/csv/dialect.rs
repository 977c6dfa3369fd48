//! What a table puts between its fields, and around them.

use std::path::Path;

use crate::input::has_extension;

/// What can stand between fields; where a header has as many of several, the first of them it is.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What is meant by a byte of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Stands between fields.
    pub delimiter: u8,
    /// Stands around a field, and twice in it for itself; none if a quote is text like all else.
    pub quote: Option<u8>,
}

impl Default for Dialect {
    fn default() -> Self {
        Dialect { delimiter: b',', quote: Some(b'"') }
    }
}

impl Dialect {
    /// Tells the dialect from a file's name (less the ending of its compression) and its first line, of which `head` may hold more
    /// or less.
    pub fn of(name: &Path, head: &[u8]) -> Self {
        let delimiter = if has_extension(name, &["tsv", "tab"]) { b'\t' } else { commonest(head) };
        Dialect { delimiter, ..Dialect::default() }
    }
}

/// The delimiter that the first line has most of, outside quotes.
fn commonest(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut in_quotes = false;
    for &byte in head {
        match byte {
            // Two quotes that are one leave the state as it was.
            b'"' => in_quotes = !in_quotes,
            b'\n' | b'\r' if !in_quotes => break,
            _ if !in_quotes => {
                if let Some(i) = DELIMITERS.iter().position(|d| *d == byte) {
                    counts[i] += 1;
                }
            }
            _ => {}
        }
    }
    let best = (0..DELIMITERS.len()).rev().max_by_key(|&i| counts[i]).unwrap_or(0);
    DELIMITERS[best]
}

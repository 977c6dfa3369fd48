//! A failure as a line of JSON: where, and why.

use serde::Serialize;

use crate::error::Error;

#[derive(Serialize)]
struct Failure<'e> {
    /// The file; bytes that are not UTF-8 are replaced.
    path: Option<std::borrow::Cow<'e, str>>,
    /// The number of the record or line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<usize>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    error: String,
}

/// The line, with its end.
pub fn failure(error: &Error) -> String {
    let (record, column) = error.position().unzip();
    let path = error.path().map(|path| path.to_string_lossy());
    let failure = Failure { path, record, column: column.filter(|column| *column > 0), error: error.message() };
    // Strings and numbers can always be written.
    let line = serde_json::to_string(&failure).unwrap_or_default();
    line + "\n"
}

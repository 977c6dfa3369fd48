//! The audit: one line of JSON for each page, with all that was done to it, enough to put it back.
//!
//! `docs/audit.schema.json` is its schema. How an audit is read back, `restore` knows.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use crate::cleaner::Cleaned;
use crate::edit::Span;
use crate::names::{Category, Confidence, Stage, Verdict};

/// What is known of a page besides what cleaning found.
#[derive(Debug, Clone, Default)]
pub struct Audited<'p> {
    /// The page's file, as it was named.
    pub path: Cow<'p, str>,
    /// The number of its record in the file, from 1.
    pub record: Option<usize>,
    /// Its field, where a record has several.
    pub field: Option<&'p str>,
    /// The file that it was written to; none is standard output.
    pub output: Option<Cow<'p, str>>,
    /// How it was decoded.
    pub decoding: Option<Decoding>,
    /// Whether its text was made of HTML.
    pub is_html: bool,
    /// Its host.
    pub host: Option<&'p str>,
    /// The record as it came, if it was left out.
    pub dropped: Option<&'p str>,
}

/// Which encoding a page was in, and how that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Decoding {
    /// The encoding's name.
    pub name: &'static str,
    /// The step that decided on it.
    pub found: &'static str,
    /// Whether a byte order mark stood before the text.
    pub bom: bool,
}

/// A line of an audit, as it is written and read.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record<'a> {
    /// The program's version.
    pub unchaff: Cow<'a, str>,
    /// The hash of the built-in packs.
    pub rules: Cow<'a, str>,
    pub path: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub encoding: Option<Decoding>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub html: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Cow<'a, str>>,
    pub verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Cow<'a, str>>,
    pub bytes_in: usize,
    pub bytes_out: usize,
    pub edits: Vec<AuditEdit<'a>>,
    // What did not act is not needed to put a page back.
    #[serde(skip_serializing_if = "Vec::is_empty", skip_deserializing)]
    pub passed: Vec<AuditPassed<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty", skip_deserializing)]
    pub notes: Vec<Cow<'a, str>>,
}

/// An edit.
#[derive(Debug, Serialize, Deserialize)]
pub struct AuditEdit<'a> {
    /// Bytes of the decoded text.
    pub bytes: [usize; 2],
    /// Characters of it.
    pub chars: [usize; 2],
    pub removed: Cow<'a, str>,
    pub replacement: Cow<'a, str>,
    pub stage: Stage,
    pub rule: Cow<'a, str>,
    pub category: Category,
    pub confidence: Confidence,
    pub evidence: Cow<'a, str>,
}

/// A match that did not act.
#[derive(Debug, Serialize, Deserialize)]
pub struct AuditPassed<'a> {
    pub bytes: [usize; 2],
    pub chars: [usize; 2],
    pub rule: Cow<'a, str>,
    pub category: Category,
    pub confidence: Confidence,
    pub because: Cow<'a, str>,
}

/// The line on a page, with its end. `rules` is the hash of the packs.
pub fn audit(page: &Audited<'_>, text: &str, cleaned: &Cleaned, rules: &str) -> String {
    let mut places: Vec<usize> = cleaned
        .edits
        .iter()
        .map(|edit| edit.span)
        .chain(cleaned.passed.iter().map(|p| p.span))
        .flat_map(|s| [s.start, s.end])
        .collect();
    places.sort_unstable();
    places.dedup();
    let counts = char_counts(text, &places);
    let chars = |span: Span| [span.start, span.end].map(|at| places.binary_search(&at).map_or(0, |i| counts[i]));
    let edits = cleaned.edits.iter().map(|edit| AuditEdit {
        bytes: [edit.span.start, edit.span.end],
        chars: chars(edit.span),
        removed: edit.span.of(text).into(),
        replacement: (&*edit.replacement).into(),
        stage: edit.reason.stage,
        rule: (&*edit.reason.rule).into(),
        category: edit.reason.category,
        confidence: edit.reason.confidence,
        evidence: (&*edit.reason.evidence).into(),
    });
    let passed = cleaned.passed.iter().map(|passed| AuditPassed {
        bytes: [passed.span.start, passed.span.end],
        chars: chars(passed.span),
        rule: (&*passed.reason.rule).into(),
        category: passed.reason.category,
        confidence: passed.reason.confidence,
        because: (&*passed.because).into(),
    });
    let grown: usize = cleaned.edits.iter().map(|edit| edit.replacement.len()).sum();
    let taken: usize = cleaned.edits.iter().map(|edit| edit.span.len()).sum();
    let record = Record {
        unchaff: env!("CARGO_PKG_VERSION").into(),
        rules: rules.into(),
        path: (&*page.path).into(),
        record: page.record,
        field: page.field.map(Into::into),
        output: page.output.as_deref().map(Into::into),
        encoding: page.decoding,
        html: page.is_html,
        host: page.host.map(Into::into),
        verdict: cleaned.verdict,
        dropped: page.dropped.map(Into::into),
        bytes_in: text.len(),
        bytes_out: text.len() + grown - taken,
        edits: edits.collect(),
        passed: passed.collect(),
        notes: cleaned.notes.iter().map(|note| (&*note.0).into()).collect(),
    };
    // Strings, numbers and names can always be written.
    serde_json::to_string(&record).unwrap_or_default() + "\n"
}

/// How many characters stand before each of these places, which are sorted.
fn char_counts(text: &str, places: &[usize]) -> Vec<usize> {
    let (mut from, mut count) = (0, 0);
    let before = |&place: &usize| {
        count += text[from..place].chars().count();
        from = place;
        count
    };
    places.iter().map(before).collect()
}

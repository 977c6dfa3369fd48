//! `unchaff features …`: what the body finder measures, as training reads it.

use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

use super::flags::{FeaturesCommand, Flags};
use super::say::Say;
use super::{Ending, pages, print, run};
use crate::body::{MARKUP, MEASURED, MarkupFeature, Table, all};
use crate::cleaner::Cleaner;
use crate::error::{Error, Result};
use crate::html::to_text as html_to_text;

/// A page as it is printed.
#[derive(Serialize)]
struct Measured<'p> {
    lines: Vec<&'p str>,
    /// How many cells a line has.
    columns: usize,
    /// The measured columns, line after line.
    features: String,
    /// What the model says of the page: its kinds, then what the cut would do.
    model: String,
    /// How likely each line is the article's, in per mille.
    probabilities: Vec<u16>,
}

/// Prints the features of pages, or the list of features.
pub fn features(command: &FeaturesCommand, flags: &Flags, say: &mut Say) -> Result<Ending> {
    if let Some(stray) = flags.only_for_cleaning() {
        return Err(Error::usage(format!("`{stray}` is for cleaning, not for `features`")));
    }
    if command.paths.is_empty() {
        return print(&list());
    }
    let options = run::options(flags, say)?;
    let line_bytes_max = options.settings.limits.page_bytes_max;
    let cleaner = Cleaner::new(options.settings)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let failed = pages::each(&command.paths, &options.fields, line_bytes_max, &mut |page| {
        let (text, facts) = if command.html {
            let html = html_to_text(&page.text, &cleaner.settings().limits);
            (html.text.clone(), page.facts.with_page(&html))
        } else {
            (page.text, page.facts)
        };
        let line = cleaner.measured(&text, &facts, &|lines, table, finding| {
            let columns: Vec<usize> = (0..MEASURED).chain(markup_columns(command.html)).collect();
            serde_json::to_string(&Measured {
                lines,
                columns: columns.len(),
                features: cells(table, &columns),
                model: digits(table.kinds().into_iter().chain(finding.cut_cells)),
                probabilities: finding.probabilities.iter().map(|p| (1000.0 * p) as u16).collect(),
            })
        });
        let written = line.map_err(io::Error::from).and_then(|line| writeln!(out, "{line}"));
        written.map_err(|error| Error::io("<stdout>", "writing", &error))
    });
    failed.iter().for_each(|error| say.error(error));
    out.flush().map_err(|error| Error::io("<stdout>", "writing", &error))?;
    Ok(if failed.is_empty() { Ending::Done } else { Ending::SomeFailed })
}

/// A feature a line: family, name, what it is.
fn list() -> String {
    let mut out = String::new();
    for (family, name, what) in all() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{family:12}{name:22}{what}");
    }
    out
}

/// The columns that only HTML pages have.
fn markup_columns(html: bool) -> std::ops::Range<usize> {
    if html { MARKUP..MARKUP + MarkupFeature::ALL.len() } else { 0..0 }
}

/// The cells of columns, line after line.
fn cells(table: &Table, columns: &[usize]) -> String {
    digits((0..table.lines()).flat_map(|line| columns.iter().map(move |column| table.column(*column)[line])))
}

/// Two hexadecimal digits a byte.
fn digits(bytes: impl Iterator<Item = u8>) -> String {
    let mut out = String::new();
    bytes.for_each(|byte| {
        let _ = write!(out, "{byte:02x}");
    });
    out
}

//! Pages one after another, for subcommands that look at pages and write none: text files, and records.

use std::path::{Path, PathBuf};

use crate::cleaner::PageFacts;
use crate::decode::{Hints, decode};
use crate::edit::Span;
use crate::error::{Error, Result};
use crate::input::{Fields, Include, JsonString, Record, Sniff, Source, find};
use crate::names::Container;

/// A page as it was read.
pub struct Page {
    /// What messages call it: its file, and the number of its record.
    pub name: String,
    /// Its text, decoded.
    pub text: String,
    pub facts: PageFacts,
    /// Its known clean text, where a record holds it.
    pub known: Option<String>,
    /// Its file, if it is one.
    pub file: Option<PathBuf>,
}

/// Hands over every page; gives back what could not be read.
pub fn each(paths: &[PathBuf], fields: &Fields, line_bytes_max: usize, take: &mut dyn FnMut(Page) -> Result<()>) -> Vec<Error> {
    let found = find(paths, &Include::default());
    let mut failed = found.failed;
    for source in found.sources.iter().filter(|source| is_page(source.label())) {
        failed.extend(of_source(source, fields, line_bytes_max, take).err());
    }
    failed
}

fn of_source(source: &Source, fields: &Fields, line_bytes_max: usize, take: &mut dyn FnMut(Page) -> Result<()>) -> Result<()> {
    let reading = |error| Error::io(source.label(), "reading", &error);
    let sniff = Sniff { line_bytes_max, ..Sniff::new(None, fields) };
    let mut opened = sniff.open(source).map_err(reading)?;
    let mut bytes = Vec::new();
    opened.reader.read_to_end(&mut bytes).map_err(reading)?;
    let decoded = decode(&bytes, &Hints::default());
    match opened.container {
        None => Ok(()),
        Some(Container::Text) => {
            let text = decoded.text.into_owned();
            let name = source.label().to_string_lossy().into_owned();
            take(Page { name, text, facts: PageFacts::default(), known: None, file: source.path.clone() })
        }
        Some(Container::Jsonl) => {
            let label = source.label().to_string_lossy();
            let lines = decoded.text.lines().enumerate();
            lines.flat_map(|(i, line)| of_record(line, &format!("{label}:{}", i + 1), fields)).try_for_each(take)
        }
        Some(other) => {
            Err(Error::page(format!("`{other}` is not read here, expected `text` or `jsonl`")).in_file(source.label()))
        }
    }
}

/// The texts of a record, each a page; one that cannot be read is for the cleaning run to list.
fn of_record(line: &str, name: &str, fields: &Fields) -> Vec<Page> {
    let record = Record::parse(line, fields).unwrap_or_default();
    let facts = record.facts();
    // Of several texts it is not known which one the clean text is of.
    let known = record.clean.as_ref().filter(|_| record.spans().count() == 1);
    let page = |span: Span| Page {
        name: name.to_owned(),
        text: JsonString::new(span.of(line)).text().to_owned(),
        facts: facts.clone(),
        known: known.cloned(),
        file: None,
    };
    record.spans().map(|(_, span)| page(span)).collect()
}

/// Whether the file is a page, and not what is known of one.
fn is_page(path: &Path) -> bool {
    let is_clean = path.file_stem().is_some_and(|stem| Path::new(stem).extension().is_some_and(|e| e == "clean"));
    let source = path.extension().map(|extension| path.with_file_name("source").with_extension(extension));
    !is_clean && source.is_none_or(|source| source == path || !source.is_file())
}

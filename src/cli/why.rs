//! `unchaff why FILE[:RECORD][:LINE]`: what happened to the lines of a page, and why.

use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::flags::{Flags, WhyCommand};
use super::options::Options;
use super::say::Say;
use super::{Ending, colour, print, run};
use crate::cleaner::{Cleaner, PageFacts};
use crate::decode::{Hints, decode};
use crate::error::{Error, Result};
use crate::html;
use crate::input::{JsonString, Record, Sniff, Source, has_html_name};
use crate::names::{Container, Content};
use crate::render::why;

/// A page, and what is known of it.
type Page = (String, PageFacts);

/// Says why.
pub fn why_command(command: &WhyCommand, flags: &Flags, say: &mut Say) -> Result<Ending> {
    if let Some(stray) = flags.only_for_cleaning() {
        return Err(Error::usage(format!("`{stray}` is for cleaning, not for `why`")));
    }
    let options = run::options(flags, say)?;
    let (path, numbers) = place(&command.place);
    let (source, container) = (Source { path: Some(path.clone()), name: path.clone(), in_folder: false }, options.container);
    let reading = |error| Error::io(&path, "reading", &error);
    let limits = options.settings.limits;
    let sniff = Sniff { line_bytes_max: limits.page_bytes_max, ..Sniff::new(container, &options.fields) };
    let mut opened = sniff.open(&source).map_err(reading)?;
    let mut bytes = Vec::new();
    opened.reader.read_to_end(&mut bytes).map_err(reading)?;
    let usage = |message: String| Error::usage(message).in_file(&path);
    let (pages, line) = match (opened.container, numbers.as_slice()) {
        (Some(Container::Text), [] | [_]) => (vec![of_text(&bytes, &path, &options)], numbers.first().copied()),
        (Some(Container::Jsonl), [record, rest @ ..]) if rest.len() < 2 => {
            (of_record(&bytes, *record, &options).map_err(|error| error.in_record(&path, *record))?, rest.first().copied())
        }
        (Some(Container::Jsonl), []) => {
            return Err(usage("records, expected the number of one: `FILE:RECORD[:LINE]`".to_owned()));
        }
        (Some(Container::Text | Container::Jsonl), _) => {
            return Err(usage("too many numbers, expected `FILE[:RECORD][:LINE]`".to_owned()));
        }
        (other, _) => {
            let name = other.map_or("no text", Container::name);
            return Err(usage(format!("`{name}`, expected `text` or `jsonl`")));
        }
    };
    let colour = colour(flags.running.color, &std::io::stdout());
    let cleaner = Cleaner::new(options.settings)?;
    let mut out = String::new();
    for (text, facts) in pages {
        let explained = cleaner.explain(&text, &facts);
        out += &why(&text, &explained, line, colour).ok_or_else(|| {
            let count = crate::document::lines(&text).len();
            usage(format!("there is no line {}, the page has {count}", line.unwrap_or_default()))
        })?;
    }
    print(&out)
}

/// A file, and the numbers behind it.
fn place(typed: &str) -> (PathBuf, Vec<usize>) {
    let (mut path, mut numbers) = (typed, Vec::new());
    while !Path::new(path).exists()
        && let Some((before, number)) = path.rsplit_once(':')
        && let Ok(number) = number.parse()
    {
        numbers.insert(0, number);
        path = before;
    }
    (path.into(), numbers)
}

fn of_text(bytes: &[u8], path: &Path, options: &Options) -> Page {
    let said = (options.content == Content::Html || has_html_name(path)).then_some(Content::Html);
    let host = options.settings.host.as_deref();
    let text = decode(bytes, &Hints { declared: options.encoding, html: said.is_some(), host }).text;
    page(text, said, PageFacts::default(), options)
}

fn page(text: Cow<'_, str>, said: Option<Content>, facts: PageFacts, options: &Options) -> Page {
    if !html::is_html(options.content, said, &text) {
        return (text.into_owned(), facts);
    }
    let page = html::to_text(&text, &options.settings.limits);
    let facts = facts.with_page(&page);
    (page.text, facts)
}

fn of_record(bytes: &[u8], number: usize, options: &Options) -> Result<Vec<Page>> {
    let line = number.checked_sub(1).and_then(|n| bytes.split(|&byte| byte == b'\n').nth(n)).unwrap_or_default();
    let line = std::str::from_utf8(line).map_err(|_| Error::page("broken record: not UTF-8"))?;
    let record = Record::parse(line, &options.fields).map_err(|(message, _)| Error::page(message))?;
    if let Some(fault) = record.fault(line, &options.fields) {
        return Err(fault);
    }
    let facts = record.facts();
    let text = |span: crate::edit::Span| JsonString::new(span.of(line)).text().to_owned();
    Ok(record.spans().map(|(_, span)| page(text(span).into(), None, facts.clone(), options)).collect())
}

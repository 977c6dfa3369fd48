//! Records of JSON Lines: each text is cleaned by itself and set back into the line, of which every other byte stays.

use std::borrow::Cow;

use super::Job;
use super::clean::Page;
use super::done::{Done, PageName};
use super::form::Form;
use crate::edit::Span;
use crate::error::Error;
use crate::input::{JsonString, Record, splice};
use crate::names::Container;
use crate::render::Show;

/// One of a record's texts.
struct RecordText<'t> {
    /// Its field, if the record has others.
    field: Option<&'t str>,
    span: Span,
    string: JsonString<'t>,
}

/// A record that can be read.
struct Line<'l> {
    /// All of it, with its end.
    bytes: &'l [u8],
    /// The object.
    text: &'l str,
    record: Record,
}

impl Job<'_> {
    /// Cleans a line.
    pub(super) fn json_record(&self, line: &[u8], form: &Form, name: PageName<'_>, done: &mut Done) {
        let ended = line.strip_suffix(b"\n").map_or(line, |l| l.strip_suffix(b"\r").unwrap_or(l));
        // A byte order mark is no part of the first record.
        let (line, ended) = match ended.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if name.number == Some(1) => (&line[ended.len() - rest.len()..], rest),
            _ => (line, ended),
        };
        if ended.len() > self.page_bytes_max() {
            done.note(self.too_long(name));
            return self.pass_uncleaned(Cow::Borrowed(line), form, done);
        }
        if ended.trim_ascii().is_empty() {
            return self.pass_uncleaned(Cow::Borrowed(line), form, done);
        }
        let (text, record) = match self.read_record(ended) {
            Ok(read) => read,
            Err((error, column)) => {
                done.failed(error.at(name.label, name.number.unwrap_or(1), column));
                return if self.drop_failed { done.left_out += 1 } else { self.pass_uncleaned(Cow::Borrowed(line), form, done) };
            }
        };
        for note in record.notes(&self.fields) {
            done.note(Error::page(note).at(name.label, name.number.unwrap_or(1), 1));
        }
        self.texts(&Line { bytes: line, text, record }, form, name, done);
    }

    /// Cleans the texts of a record.
    fn texts(&self, line: &Line<'_>, form: &Form, name: PageName<'_>, done: &mut Done) {
        let Line { record, text, .. } = line;
        let facts = record.facts();
        let is_one = matches!(self.fields.texts.as_slice(), [one] if !one.is_many());
        let read = |(field, span): (usize, Span)| {
            let field = (!is_one).then(|| self.fields.texts[field].name());
            RecordText { field, span, string: JsonString::new(span.of(text)) }
        };
        let texts: Vec<_> = record.spans().map(read).collect();
        let named = texts.iter().map(|text| (Cow::Borrowed(text.string.text()), text.field)).collect();
        let Some(pages) = self.clean_all(named, &facts, PageName { raw: Some(text), ..name }, done) else { return };
        if form.to == Container::Text {
            pages.iter().flatten().for_each(|page| self.put_row(&[], page, form, done));
            return;
        }
        self.put_record(line, &texts, &pages, name, done);
    }

    /// Writes a record with what came of its texts.
    fn put_record(
        &self,
        line: &Line<'_>,
        texts: &[RecordText<'_>],
        pages: &[Option<Page<'_>>],
        name: PageName<'_>,
        done: &mut Done,
    ) {
        let verdict = self.verdict_of(pages);
        let both = texts.iter().zip(pages);
        let mut changed =
            both.filter_map(|(text, page)| Some((text, page.as_ref().filter(|page| page.is_changed())?))).peekable();
        let is_changed = changed.peek().is_some();
        done.counts.changed += u64::from(is_changed);
        match self.show {
            Show::Text if !is_changed && verdict.is_none() => self.pass(Cow::Borrowed(line.bytes), done),
            Show::Text => {
                done.is_changed = true;
                let written = |(text, page): (&RecordText<'_>, &Page<'_>)| match page.is_made {
                    true => (text.span, text.string.rewrite(&page.new_text())),
                    false => (text.span, text.string.splice(&page.cleaned.edits)),
                };
                let mut new: Vec<_> = changed.map(written).collect();
                new.extend(verdict.and_then(|(field, verdict)| self.verdict_at(line, field, verdict, name, done)));
                splice(line.bytes, new, &mut done.bytes);
            }
            Show::Diff => changed.for_each(|(text, page)| self.show(PageName { field: text.field, ..name }, page, done)),
            Show::Names => changed.take(1).for_each(|(_, page)| self.show(name, page, done)),
        }
    }

    /// Where and how a verdict is added to a record: before its closing bracket.
    fn verdict_at(
        &self,
        line: &Line<'_>,
        field: &str,
        verdict: &str,
        name: PageName<'_>,
        done: &mut Done,
    ) -> Option<(Span, String)> {
        let keys: std::collections::BTreeMap<String, serde::de::IgnoredAny> = serde_json::from_str(line.text).unwrap_or_default();
        if keys.contains_key(field) {
            done.note(name.error(Error::page(format!("the record has a field `{field}` already, the verdict is left out"))));
            return None;
        }
        let end = line.text.rfind('}')?;
        let field = serde_json::to_string(field).ok()?;
        let comma = if keys.is_empty() { "" } else { ", " };
        Some((Span::new(end, end), format!("{comma}{field}: \"{verdict}\"")))
    }

    /// Reads a record that has a text, or null in its place; else the error and its column.
    fn read_record<'l>(&self, line: &'l [u8]) -> Result<(&'l str, Record), (Error, usize)> {
        let column = |at: usize| String::from_utf8_lossy(&line[..at.min(line.len())]).chars().count() + 1;
        let text = simdutf8::compat::from_utf8(line)
            .map_err(|error| (Error::page("broken record: not UTF-8"), column(error.valid_up_to())))?;
        let record = Record::parse(text, &self.fields).map_err(|(message, at)| (Error::page(message), column(at)))?;
        record.fault(text, &self.fields).map_or(Ok((text, record)), |fault| Err((fault, 1)))
    }
}

//! Rows of tables: each text is cleaned by itself and set back into its row, of which every other byte stays.

use std::borrow::Cow;

use super::Job;
use super::clean::Page;
use super::done::{Done, PageName};
use super::form::{Form, Table};
use crate::cleaner::PageFacts;
use crate::edit::Span;
use crate::error::Error;
use crate::input::csv::{self, Columns};
use crate::input::{host_of, splice};
use crate::names::Container;
use crate::render::Show;

/// A row, and where its fields stand.
struct Row<'r> {
    bytes: &'r [u8],
    spans: Vec<Span>,
    /// The columns of its texts, and the names of those columns if there are several.
    texts: Vec<(usize, Option<&'r str>)>,
}

impl Job<'_> {
    /// Cleans a row; the first is the header.
    pub(super) fn row(&self, row: &[u8], form: &Form, name: PageName<'_>, done: &mut Done) {
        let Some(table) = form.table.get() else { return };
        let Table { columns, header, verdict_field } = table;
        let is_header = name.number == *header;
        if is_header || csv::is_blank(row) {
            let last = verdict_field.as_deref().filter(|_| is_header);
            if form.is_same() && self.show == Show::Text {
                self.put_fields(row, Vec::new(), form, last, done);
            }
            return;
        }
        match self.texts_of(row, columns, form) {
            Ok((row, texts, facts)) => self.clean_row(&row, texts, &facts, (table, form), name, done),
            Err((error, column)) => {
                done.failed(error.at(name.label, name.number.unwrap_or(1), column));
                match () {
                    () if self.drop_failed || !form.is_same() => done.left_out += 1,
                    () if self.show == Show::Text => {
                        self.put_fields(row, Vec::new(), form, verdict_field.as_ref().map(|_| ""), done)
                    }
                    () => {}
                }
            }
        }
    }

    /// The texts of a row and what it says of its page; else the error and its column.
    #[expect(clippy::type_complexity, reason = "three things that are read together and used apart")]
    fn texts_of<'r>(
        &'r self,
        bytes: &'r [u8],
        columns: &Columns,
        form: &Form,
    ) -> Result<(Row<'r>, Vec<Cow<'r, str>>, PageFacts), (Error, usize)> {
        let spans: Vec<_> = csv::fields(bytes, form.dialect).into_iter().map(|span| Span::new(span.start, span.end)).collect();
        let place = |at: usize| String::from_utf8_lossy(&bytes[..at]).chars().count() + 1;
        let mut texts = Vec::with_capacity(columns.texts.len());
        for (column, field) in columns.texts.iter().zip(&self.fields.texts) {
            let Some(span) = spans.get(*column) else {
                let error = format!("the row has {} columns, expected one more for `{}`", spans.len(), field.name());
                return Err((Error::page(error), 1));
            };
            let raw = &bytes[span.start..span.end];
            if !csv::is_whole(raw, form.dialect) {
                let error = format!("the text of `{}` goes on behind its closing quote", field.name());
                return Err((Error::page(error).help("a quote inside a text is expected as two"), place(span.start)));
            }
            let text = csv::text(raw, form.dialect);
            texts.push(text.map_err(|valid| (Error::page("broken row: not UTF-8"), place(span.start + valid)))?);
        }
        let side = |column: Option<usize>| {
            let span = spans.get(column?)?;
            csv::text(&bytes[span.start..span.end], form.dialect).ok().filter(|text| !text.trim().is_empty())
        };
        let host = side(columns.url).and_then(|url| host_of(&url));
        let facts = PageFacts { host, title: side(columns.title).map(Cow::into_owned), ..PageFacts::default() };
        let is_one = columns.texts.len() == 1;
        let named = columns.texts.iter().zip(&self.fields.texts);
        let named = named.map(|(column, field)| (*column, (!is_one).then(|| field.name()))).collect();
        Ok((Row { bytes, spans, texts: named }, texts, facts))
    }

    fn clean_row(
        &self,
        row: &Row<'_>,
        texts: Vec<Cow<'_, str>>,
        facts: &PageFacts,
        (table, form): (&Table, &Form),
        name: PageName<'_>,
        done: &mut Done,
    ) {
        let named = texts.into_iter().zip(&row.texts).map(|(text, (_, field))| (text, *field)).collect();
        let Some(pages) = self.clean_all(named, facts, name, done) else { return };
        let is_changed = pages.iter().flatten().any(Page::is_changed);
        done.counts.changed += u64::from(is_changed);
        let both = row.texts.iter().zip(&pages);
        let mut changed = both.filter_map(|(text, page)| Some((text, page.as_ref().filter(|page| page.is_changed())?)));
        match self.show {
            Show::Diff => changed.for_each(|((_, field), page)| self.show(PageName { field: *field, ..name }, page, done)),
            Show::Names => changed.take(1).for_each(|(_, page)| self.show(name, page, done)),
            Show::Text if form.to == Container::Text => {
                pages.iter().flatten().for_each(|page| self.put_row(&[], page, form, done))
            }
            Show::Text if !form.is_same() => self.put_object(row, &pages, (&table.columns, form), done),
            Show::Text => {
                done.is_changed |= is_changed;
                let written = changed.try_fold(Vec::new(), |mut all, ((column, _), page)| {
                    let span = row.spans[*column];
                    let old = &row.bytes[span.start..span.end];
                    all.push((span, csv::quoted(&page.new_text(), old, row.spans.len() == 1, form.dialect)?));
                    Some(all)
                });
                let verdict = table.verdict_field.as_ref().map(|_| self.verdict_of(&pages).map_or("", |(_, verdict)| verdict));
                self.put_fields(row.bytes, written.unwrap_or_default(), form, verdict, done);
            }
        }
    }

    /// Writes a row with other fields in the place of some, and one more at its end if there is one.
    fn put_fields(&self, row: &[u8], mut new: Vec<(Span, String)>, form: &Form, last: Option<&str>, done: &mut Done) {
        if let Some(last) = last {
            let end = csv::fields(row, form.dialect).last().map_or(0, |span| span.end);
            let field = csv::quoted(last, b"", false, form.dialect).unwrap_or_default();
            new.push((Span::new(end, end), format!("{}{field}", char::from(form.dialect.delimiter))));
            done.is_changed = true;
        }
        splice(row, new, &mut done.bytes);
    }

    /// Writes a row as an object of JSON: its columns by their names, each text cleaned.
    fn put_object(&self, row: &Row<'_>, pages: &[Option<Page<'_>>], (columns, form): (&Columns, &Form), done: &mut Done) {
        let texts: Vec<_> = row.texts.iter().map(|(column, _)| *column).collect();
        let raw = |span: &Span| {
            csv::text(&row.bytes[span.start..span.end], form.dialect)
                .unwrap_or_else(|_| String::from_utf8_lossy(&row.bytes[span.start..span.end]))
        };
        let name_of = |column: usize| match columns.names.get(column).map(String::as_str) {
            None | Some("") => Cow::Owned((column + 1).to_string()),
            Some(name) => Cow::Borrowed(name),
        };
        let mut fields: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::with_capacity(row.spans.len());
        for (column, span) in row.spans.iter().enumerate() {
            let page = texts.iter().position(|text| *text == column).and_then(|i| pages[i].as_ref());
            let value = page.map_or_else(|| raw(span), |page| page.new_text());
            fields.push((name_of(column), value));
        }
        let verdict = self.verdict_of(pages).map(|(field, verdict)| (Cow::Borrowed(field), Cow::Borrowed(verdict)));
        fields.extend(verdict);
        self.put_json(fields.iter().map(|(name, value)| (&**name, &**value)), done);
    }
}

//! Pages of text: a file, standard input, or several that end in NUL.

use std::borrow::Cow;

use super::Job;
use super::clean::{Known, Outcome};
use super::done::{Done, PageName};
use super::form::Form;
use crate::decode::{Charset, Decoded, Hints, decode};
use crate::error::Error;
use crate::input::{has_html_name, is_text};
use crate::names::{Container, Content};
use crate::render::{Decoding, Show};

impl Job<'_> {
    /// Cleans a page of text.
    pub(super) fn page(&self, bytes: Cow<'_, [u8]>, form: &Form, name: PageName<'_>, done: &mut Done) {
        if bytes.len() > self.page_bytes_max() {
            done.note(self.too_long(name));
            self.pass_uncleaned(bytes, form, done);
        } else if is_text(&bytes) {
            let is_html = self.content == Content::Html || has_html_name(name.label);
            let content = is_html.then_some(Content::Html);
            self.text(bytes, form, name, content, done);
        } else {
            done.note(name.error(Error::page("not text, passed unchanged")));
            self.pass_uncleaned(bytes, form, done);
        }
    }

    /// Cleans one of several pages that end in NUL.
    pub(super) fn null_page(&self, bytes: &[u8], form: &Form, name: PageName<'_>, done: &mut Done) {
        let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
        let left_out = done.left_out;
        self.page(bytes.into(), form, name, done);
        if self.show == Show::Text && done.left_out == left_out && form.to == Container::Text {
            done.bytes.push(0);
        }
    }

    fn text(&self, bytes: Cow<'_, [u8]>, form: &Form, name: PageName<'_>, content: Option<Content>, done: &mut Done) {
        let (Decoded { text, bom, notes, encoding, found }, is_own) = self.decoded(&bytes, None, content == Some(Content::Html));
        let decoding = Some(Decoding { name: encoding, found: found.name(), bom });
        let known = Known { content, decoding, ..Known::default() };
        let outcome = self.clean(Cow::Borrowed(&text), known, name, done);
        if !matches!(outcome, Outcome::Dropped) {
            done.notes(notes, name);
        }
        match outcome {
            Outcome::Cleaned(page) if !form.is_same() && self.show == Show::Text => {
                let path = name.label.to_string_lossy();
                done.counts.changed += 1;
                self.put_row(&[("path", &path)], &page, form, done);
            }
            Outcome::Cleaned(page) if page.is_changed() => {
                done.is_changed = true;
                done.counts.changed += 1;
                self.show(name, &page, done);
                if self.show == Show::Text {
                    self.pass(page.new_text().into_owned().into_bytes().into(), done);
                }
            }
            // Bytes that are their own text are not copied; a mark before them is no part of the text.
            Outcome::Cleaned(_) if is_own && !bom => self.pass(bytes, done),
            Outcome::Cleaned(_) => self.pass(text.into_owned().into_bytes().into(), done),
            Outcome::Passes => self.pass_uncleaned(bytes, form, done),
            Outcome::Dropped => {}
        }
    }

    /// The text of bytes, and whether it is the bytes themselves.
    pub(super) fn decoded<'b>(&self, bytes: &'b [u8], declared: Option<Charset>, html: bool) -> (Decoded<'b>, bool) {
        let host = self.cleaner.settings().host.as_deref();
        let decoded = decode(bytes, &Hints { declared: self.encoding.or(declared), html, host });
        let is_own = matches!(decoded.text, Cow::Borrowed(_));
        (decoded, is_own)
    }
}

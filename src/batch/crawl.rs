//! Records of a crawl: the page that a record holds is cleaned and becomes a record of text; all other records stay as they are.

use std::borrow::Cow;

use super::Job;
use super::clean::{Known, Outcome};
use super::done::{Done, PageName};
use super::form::Form;
use crate::cleaner::PageFacts;
use crate::decode::Decoded;
use crate::error::Error;
use crate::input::{Payload, WarcRecord, host_of, is_text};
use crate::names::Content;
use crate::render::{Decoding, Show};

impl Job<'_> {
    /// Cleans a record.
    pub(super) fn crawled(&self, bytes: &[u8], form: &Form, name: PageName<'_>, done: &mut Done) {
        let read = WarcRecord::parse(bytes).and_then(|record| {
            let page = record.page(self.page_bytes_max())?;
            Ok((record, page))
        });
        match read {
            Ok((record, Some(payload))) => self.payload(bytes, &record, payload, form, name, done),
            Ok((_, None)) => self.pass_uncleaned(Cow::Borrowed(bytes), form, done),
            Err(error) => {
                done.failed(name.error(error));
                if self.drop_failed { done.left_out += 1 } else { self.pass_uncleaned(Cow::Borrowed(bytes), form, done) }
            }
        }
    }

    fn payload(
        &self,
        bytes: &[u8],
        record: &WarcRecord<'_>,
        payload: Payload<'_>,
        form: &Form,
        name: PageName<'_>,
        done: &mut Done,
    ) {
        done.notes(payload.notes, name);
        if !is_text(&payload.bytes) {
            done.note(name.error(Error::page("not text, passed unchanged")));
            return self.pass_uncleaned(Cow::Borrowed(bytes), form, done);
        }
        let (Decoded { text, notes, encoding, found, bom }, is_own) = self.decoded(&payload.bytes, payload.charset, payload.html);
        let uri = record.target_uri();
        let known = Known {
            facts: PageFacts { host: uri.as_deref().and_then(host_of), ..PageFacts::default() },
            content: Some(if payload.html { Content::Html } else { Content::Text }),
            decoding: Some(Decoding { name: encoding, found: found.name(), bom }),
            is_part: false,
        };
        let outcome = self.clean(text, known, name, done);
        if !matches!(outcome, Outcome::Dropped) {
            done.notes(notes, name);
        }
        match outcome {
            Outcome::Cleaned(page) => {
                done.counts.changed += u64::from(page.is_changed());
                match self.show {
                    Show::Text if !form.is_same() => {
                        let (date, id) = (record.date(), record.record_id());
                        let fields = [("url", uri), ("date", date), ("warc_record_id", id)];
                        let fields: Vec<_> = fields.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
                        self.put_row(&fields, &page, form, done);
                    }
                    Show::Text if page.is_changed() || !is_own => {
                        done.is_changed = true;
                        done.bytes.extend_from_slice(&record.with_text(&page.new_text()));
                    }
                    Show::Text => self.pass(Cow::Borrowed(bytes), done),
                    Show::Diff | Show::Names if page.is_changed() => self.show(name, &page, done),
                    Show::Diff | Show::Names => {}
                }
            }
            Outcome::Passes => self.pass_uncleaned(Cow::Borrowed(bytes), form, done),
            Outcome::Dropped => {}
        }
    }
}

//! One text through the cleaner: whether it is HTML, what came of it, and how that is written where pages are text.
//!
//! Runs on any thread and knows nothing of the others. How a container holds its texts is its own file's business.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Job;
use super::done::{Done, PageName};
use super::form::Form;
use crate::cleaner::{Cleaned, Cleaner, PageFacts};
use crate::error::{Error, printable};
use crate::html::is_html;
use crate::names::{Content, Verdict};
use crate::render::{Audited, Decoding, Seen, Show, audit, diff};
use crate::sink::Target;

/// What came of a text.
pub enum Outcome<'t> {
    /// It was cleaned; perhaps nothing changed.
    Cleaned(Page<'t>),
    /// It passes as it came.
    Passes,
    /// It is left out.
    Dropped,
}

/// A page that was cleaned.
pub struct Page<'t> {
    /// The text that edits refer to: the page itself, or what was made of its HTML.
    pub text: Cow<'t, str>,
    /// Whether the text was made of HTML.
    pub is_made: bool,
    /// What cleaning found.
    pub cleaned: Cleaned,
    /// The title, where the page says it and its container does not.
    pub title: Option<String>,
}

impl Page<'_> {
    /// Whether something else comes out than came in.
    pub fn is_changed(&self) -> bool {
        self.is_made || !self.cleaned.edits.is_empty()
    }

    /// What comes out.
    pub fn new_text(&self) -> Cow<'_, str> {
        self.cleaned.text(&self.text)
    }
}

/// What else is known of a text.
#[derive(Debug, Default)]
pub struct Known {
    pub facts: PageFacts,
    /// What its container says that it is written in.
    pub content: Option<Content>,
    /// How its bytes were decoded, if they were.
    pub decoding: Option<Decoding>,
    /// Whether it is only a part of its page, which says nothing about the page.
    pub is_part: bool,
}

impl Job<'_> {
    /// Cleans a text; a page that makes the cleaner stumble passes and is listed.
    pub(super) fn clean<'t>(&self, text: Cow<'t, str>, known: Known, name: PageName<'_>, done: &mut Done) -> Outcome<'t> {
        let is_html = is_html(self.content, known.content, &text) && text.len() <= self.page_bytes_max();
        let Known { is_part, decoding, .. } = known;
        let is_noted = self.audit.is_some() || self.tally.is_some();
        let host = if is_noted { known.facts.host.clone() } else { None };
        if is_html && self.target == Target::InPlace {
            let error = Error::page("HTML cannot be cleaned in place: what comes out is text; passed unchanged");
            done.failed(name.error(error).help("use `-o`"));
            return Outcome::Passes;
        }
        // Cleaning only reads what it shares, so nothing is left half-done.
        let Ok((text, cleaned, title)) = catch_unwind(AssertUnwindSafe(|| self.cleaned(text, is_html, known.facts))) else {
            done.failed(name.error(Error::page("internal error while cleaning, passed unchanged")));
            return Outcome::Passes;
        };
        let is_dropped = !is_part && self.drop.contains(&cleaned.verdict);
        if self.audit.is_some() {
            let dropped = is_dropped.then(|| name.raw.unwrap_or(&text));
            let audited = Audited { decoding, host: host.as_deref(), dropped, is_html, ..name.audited() };
            done.audit.extend_from_slice(audit(&audited, &text, &cleaned, Cleaner::packs_hash()).as_bytes());
        }
        if is_dropped {
            done.counts.dropped[cleaned.verdict as usize] += 1;
            done.left_out += 1;
            return Outcome::Dropped;
        }
        done.notes(cleaned.notes.clone(), name);
        if !is_part {
            done.counts.page(cleaned.verdict);
        }
        self.take_down(&text, &cleaned, host, is_part, name, done);
        if cleaned.verdict == Verdict::NotText {
            return Outcome::Passes;
        }
        let page = Page { text, is_made: is_html, cleaned, title };
        done.counts.edits(&page.cleaned.edits);
        Outcome::Cleaned(page)
    }

    /// Takes down what was done to a page, where that is asked for.
    fn take_down(&self, text: &str, cleaned: &Cleaned, host: Option<String>, is_part: bool, name: PageName<'_>, done: &mut Done) {
        let Some(tally) = &self.tally else { return };
        let host = self.cleaner.settings().host.clone().or(host);
        let lang = cleaned.lang.clone().or_else(|| self.cleaner.lang_of(text));
        done.pages.push(tally.page(Seen { place: name.place(), name: &|| name.shown(), host, lang, is_part, text, cleaned }));
    }

    /// Cleans the texts of one record, each by itself, with the names of their fields where there are several; `None` if the record is
    /// left out. The verdict on the longest text is that on the record.
    pub(super) fn clean_all<'t>(
        &self,
        texts: Vec<(Cow<'t, str>, Option<&str>)>,
        facts: &PageFacts,
        name: PageName<'_>,
        done: &mut Done,
    ) -> Option<Vec<Option<Page<'t>>>> {
        let mut pages: Vec<Option<Page<'t>>> = texts.iter().map(|_| None).collect();
        let longest = (0..texts.len()).rev().max_by_key(|&i| texts[i].0.len());
        // The longest comes first, since with it the record may go.
        let mut texts: Vec<_> = texts.into_iter().enumerate().collect();
        texts.sort_by_key(|(i, _)| Some(*i) != longest);
        for (i, (text, field)) in texts {
            let known = Known { facts: facts.clone(), is_part: Some(i) != longest, ..Known::default() };
            match self.clean(text, known, PageName { field, ..name }, done) {
                Outcome::Cleaned(page) => pages[i] = Some(page),
                Outcome::Passes => {}
                Outcome::Dropped => return None,
            }
        }
        Some(pages)
    }

    /// The field for a record's verdict, and the verdict, if it is to be written.
    pub(super) fn verdict_of(&self, pages: &[Option<Page<'_>>]) -> Option<(&str, &'static str)> {
        let page = pages.iter().flatten().max_by_key(|page| page.text.len())?;
        Some((self.verdict_field.as_deref()?, page.cleaned.verdict.name()))
    }

    fn cleaned<'t>(&self, text: Cow<'t, str>, is_html: bool, facts: PageFacts) -> (Cow<'t, str>, Cleaned, Option<String>) {
        if !is_html {
            let cleaned = self.cleaner.clean(&text, &facts);
            return (text, cleaned, None);
        }
        let is_titled = facts.title.is_some();
        let (page, cleaned) = self.cleaner.clean_html(&text, facts);
        (Cow::Owned(page.text), cleaned, page.title.filter(|_| !is_titled))
    }

    /// Shows a page that changed, where no text comes out.
    pub(super) fn show(&self, name: PageName<'_>, page: &Page<'_>, done: &mut Done) {
        let shown = name.shown();
        match self.show {
            Show::Text => {}
            Show::Diff => {
                done.bytes.extend(diff(&shown, &page.text, &page.new_text(), &page.cleaned.edits, self.colour).into_bytes());
            }
            Show::Names => done.bytes.extend(format!("{}\n", printable(&shown)).into_bytes()),
        }
    }

    /// Writes bytes that stay as they are.
    pub(super) fn pass(&self, bytes: Cow<'_, [u8]>, done: &mut Done) {
        match self.show {
            Show::Text if done.bytes.is_empty() => done.bytes = bytes.into_owned(),
            Show::Text => done.bytes.extend_from_slice(&bytes),
            Show::Diff | Show::Names => {}
        }
    }

    /// What is not cleaned: it passes as it came where pages go out in the form they came in, and is left out where they do not.
    pub(super) fn pass_uncleaned(&self, bytes: Cow<'_, [u8]>, form: &Form, done: &mut Done) {
        if form.is_same() { self.pass(bytes, done) } else { done.left_out += 1 }
    }

    pub(super) fn page_bytes_max(&self) -> usize {
        self.cleaner.settings().limits.page_bytes_max
    }
}

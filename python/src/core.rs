//! One page through the cleaner, as the command takes it: bytes decoded, HTML told from text, a page that makes the cleaner stumble
//! passed. Knows nothing of Python.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use unchaff::edit::Note;
use unchaff::{Charset, Cleaned, Cleaner, Content, Decoding, Hints, PageFacts, Verdict, decode, is_html};

use crate::forks::at_work;

/// A cleaner, and how it reads pages.
pub struct Core {
    pub cleaner: Cleaner,
    /// What pages are written in.
    pub content: Content,
    /// The encoding of bytes that are not UTF-8, if it was named.
    pub encoding: Option<Charset>,
}

/// What came of a page.
pub struct Done {
    /// The text that edits count in, where it is another than came in: made of HTML, or decoded from other bytes.
    pub made: Option<String>,
    pub cleaned: Cleaned,
    /// The title of an HTML page.
    pub title: Option<String>,
    /// How its bytes were decoded, if they were bytes.
    pub decoding: Option<Decoding>,
    pub is_html: bool,
    /// Whether it was not cleaned: it is too long, or no text.
    pub passes: bool,
}

/// How much of a page's bytes is looked at to tell whether it is HTML.
const HEAD_BYTES: usize = 4 << 10;

impl Core {
    /// Cleans a page of text.
    pub fn text(&self, text: &str, facts: &PageFacts) -> Done {
        let _at_work = at_work();
        let is_html = self.is_html(text);
        // Cleaning only reads what it shares, so nothing is left half-done.
        let done = catch_unwind(AssertUnwindSafe(|| match is_html {
            true => {
                let (page, cleaned) = self.cleaner.clean_html(text, facts.clone());
                (Some(page.text), cleaned, page.title)
            }
            false => (None, self.cleaner.clean(text, facts), None),
        }));
        let passes_max = text.len() > self.cleaner.settings().limits.page_bytes_max;
        match done {
            Ok((made, cleaned, title)) => {
                let passes = passes_max || cleaned.verdict == Verdict::NotText;
                Done { made, cleaned, title, decoding: None, is_html, passes }
            }
            Err(_) => {
                let note = Note("internal error while cleaning, passed unchanged".to_owned());
                let cleaned = Cleaned {
                    edits: Vec::new(),
                    passed: Vec::new(),
                    verdict: Verdict::Article,
                    notes: vec![note],
                    lang: facts.lang.clone(),
                };
                Done { made: None, cleaned, title: None, decoding: None, is_html: false, passes: true }
            }
        }
    }

    /// Cleans a page of bytes.
    pub fn bytes(&self, bytes: &[u8], facts: &PageFacts) -> Done {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]);
        let host = self.cleaner.settings().host.as_deref().or(facts.host.as_deref());
        let hints = Hints { declared: self.encoding, html: is_html(self.content, None, &head), host };
        let decoded = {
            let _at_work = at_work();
            decode(bytes, &hints)
        };
        let mut done = self.text(&decoded.text, facts);
        done.decoding = Some(Decoding { name: decoded.encoding, found: decoded.found.name(), bom: decoded.bom });
        done.cleaned.notes.splice(..0, decoded.notes);
        if done.made.is_none() {
            // A mark before the text is no part of it.
            done.made = match decoded.text {
                Cow::Owned(text) => Some(text),
                Cow::Borrowed(text) if decoded.bom => Some(text.to_owned()),
                Cow::Borrowed(_) => None,
            };
        }
        done
    }

    fn is_html(&self, text: &str) -> bool {
        text.len() <= self.cleaner.settings().limits.page_bytes_max && is_html(self.content, None, text)
    }
}

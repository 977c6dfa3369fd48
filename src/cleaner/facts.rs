//! What is known of a page before it is cleaned, and what cleaning finds.

use std::borrow::Cow;

use crate::edit::{self, Edit, Note, OffsetMap, Passed};
use crate::html::{HtmlPage, Markup};
use crate::names::Verdict;

/// What is known of a page besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// The host it came from (`www.example.org`).
    pub host: Option<String>,
    /// Its language (`en`), as its markup or record says.
    pub lang: Option<String>,
    /// Its title, as its markup or record says.
    pub title: Option<String>,
    /// What its markup tells of the lines of the text that is cleaned; plain text has none.
    pub markup: Option<Markup>,
}

impl PageFacts {
    /// Adds what an HTML page says of itself; what is known already stays.
    pub fn with_page(self, page: &HtmlPage) -> PageFacts {
        PageFacts {
            host: self.host,
            lang: self.lang.or_else(|| page.lang.clone()),
            title: self.title.or_else(|| page.title.clone()),
            markup: Some(page.markup.clone()),
        }
    }

    /// What is known of what is left of an HTML page when it comes again, as plain text: with its title and language, or, which stands
    /// last to be asked and first in the list, without. Both have to leave it as it is.
    pub(super) fn later(&self) -> Vec<PageFacts> {
        if self.markup.is_none() {
            return Vec::new();
        }
        let bare = PageFacts { host: self.host.clone(), ..PageFacts::default() };
        let told = PageFacts { markup: None, ..self.clone() };
        if told == bare { vec![bare] } else { vec![bare, told] }
    }
}

/// What cleaning a page found.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaned {
    /// The edits, sorted by their start, without overlap.
    pub edits: Vec<Edit>,
    /// Matches that did not act, and why.
    pub passed: Vec<Passed>,
    /// What the page is as a whole.
    pub verdict: Verdict,
    /// What was odd.
    pub notes: Vec<Note>,
    /// The page's language (`en`), as far as it is known: told, or found because a match asked for it.
    pub lang: Option<String>,
}

impl Cleaned {
    /// The cleaned text; `original` is the text that was given to [`Cleaner::clean`](crate::Cleaner::clean).
    pub fn text<'t>(&self, original: &'t str) -> Cow<'t, str> {
        edit::apply(original, &self.edits)
    }

    /// Where places of the original stand in the cleaned text, and the other way round, so that annotations can move along.
    pub fn map(&self) -> OffsetMap {
        OffsetMap::new(&self.edits)
    }
}

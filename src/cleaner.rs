//! The whole way of one page: the only place that knows every stage.

use std::borrow::Cow;

use crate::config::Settings;
use crate::edit::{self, Edit, Note, Passed};
use crate::error::Result;
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
}

impl Cleaned {
    /// The cleaned text; `original` is the text that was given to [`Cleaner::clean`].
    pub fn text<'t>(&self, original: &'t str) -> Cow<'t, str> {
        edit::apply(original, &self.edits)
    }
}

/// Cleans pages; made once, used from any number of threads.
pub struct Cleaner {
    settings: Settings,
}

impl Cleaner {
    /// Resolves the settings and loads the rules they name.
    pub fn new(settings: Settings) -> Result<Self> {
        Ok(Cleaner { settings })
    }

    /// The settings it was made of.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Cleans one page; never fails and does no I/O.
    pub fn clean(&self, _text: &str, _facts: &PageFacts) -> Cleaned {
        Cleaned { edits: Vec::new(), passed: Vec::new(), verdict: Verdict::Article, notes: Vec::new() }
    }
}

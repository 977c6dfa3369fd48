//! How often rules fire on pages, and how often wrongly where a page's clean text is known.

use std::collections::{BTreeMap, HashSet};

use crate::cleaner::{Cleaned, Cleaner};
use crate::document::lines;
use crate::engine::fold::{scan_fold, trim_aside};

/// What one rule did over all pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Edits.
    pub hits: u64,
    /// Lines taken that stand in the known clean text.
    pub wrong: u64,
    /// Pages with an edit.
    pub pages: u64,
}

/// What all rules did over all pages.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By rule id.
    pub rules: BTreeMap<String, RuleCount>,
    /// How many pages.
    pub pages: u64,
    /// How many of them have a known clean text.
    pub known: u64,
}

impl Coverage {
    /// Starts with every rule of a cleaner, none of which has fired.
    pub fn new(cleaner: &Cleaner) -> Coverage {
        let ids = cleaner.engine().rules().filter(|r| !cleaner.is_off(*r)).map(|r| cleaner.engine().rule(r).rule.id.clone());
        Coverage { rules: ids.map(|id| (id, RuleCount::default())).collect(), pages: 0, known: 0 }
    }

    /// Counts a page; `clean` is its known clean text.
    pub fn add(&mut self, text: &str, cleaned: &Cleaned, clean: Option<&str>) {
        self.pages += 1;
        self.known += u64::from(clean.is_some());
        let fold = |line: &str| String::from_utf8_lossy(trim_aside(scan_fold(line).as_bytes())).into_owned();
        let good: HashSet<String> = clean.map(|t| t.lines().map(fold).filter(|l| !l.is_empty()).collect()).unwrap_or_default();
        let mut seen = HashSet::new();
        for edit in &cleaned.edits {
            let count = self.rules.entry(edit.reason.rule.to_string()).or_default();
            count.hits += 1;
            count.pages += u64::from(seen.insert(&edit.reason.rule));
            // A stretch of a line is wrong if the known text has the whole line with it.
            let removed = edit.span.of(text);
            let start = text[..edit.span.start].rfind('\n').map_or(0, |i| i + 1);
            let end = text[edit.span.end..].find('\n').map_or(text.len(), |i| edit.span.end + i);
            let of = if removed.contains('\n') || edit.span.end == text.len() { removed } else { &text[start..end] };
            count.wrong += lines(of).iter().filter(|line| good.contains(&fold(line.content.of(of)))).count() as u64;
        }
    }

    /// The ids of rules that have not fired.
    pub fn never_fired(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter(|(_, count)| count.hits == 0).map(|(id, _)| id.as_str())
    }
}

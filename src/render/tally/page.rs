//! What a worker takes down of a page, so that the thread that writes has little left to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::sample::Sample;
use crate::cleaner::Cleaned;
use crate::edit::{Edit, Passed};
use crate::names::{Category, Verdict};

/// How much is taken down of a removed line.
const LINE_BYTES_MAX: usize = 240;

/// Why a match did not act.
pub const PASSED: [&str; 5] = ["covered", "budget", "kept", "not", "other"];

/// How the reasons of those begin.
const BEGINNINGS: [&str; 4] = ["covered", "budget", "kept", "its `not`"];

/// What stands before the id of the rule that kept a text from another.
const KEPT_BY: &str = "kept by ";

/// A page that was cleaned.
pub struct Seen<'p> {
    /// Its place among all pages, by its name.
    pub place: u64,
    /// What messages call it; most pages are never called.
    pub name: &'p dyn Fn() -> String,
    /// The host it came from, if that is known.
    pub host: Option<String>,
    /// Its language, if that is known.
    pub lang: Option<String>,
    /// Whether it is only a further part of the page before it.
    pub is_part: bool,
    /// The text that was cleaned.
    pub text: &'p str,
    /// What cleaning found.
    pub cleaned: &'p Cleaned,
}

/// The numbers of a page.
#[derive(Debug)]
pub struct PageTally {
    /// Its place among all pages, for samples.
    pub(super) place: u64,
    pub(super) is_part: bool,
    pub(super) host: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) verdict: Verdict,
    /// Bytes of its text.
    pub(super) bytes: u64,
    pub(super) acted: Vec<Acted>,
    pub(super) passed: Vec<Left>,
    /// All lines that went, one after another.
    pub(super) text: String,
    pub(super) removed: Vec<Removed>,
    pub(super) sample: Option<Arc<Sample>>,
}

/// What one rule did on a page.
#[derive(Debug)]
pub struct Acted {
    pub rule: Arc<str>,
    pub category: Category,
    pub edits: u64,
    pub lines: u64,
    pub bytes: u64,
}

/// A match that did not act.
#[derive(Debug)]
pub struct Left {
    pub rule: Arc<str>,
    pub category: Category,
    /// Index of [`PASSED`].
    pub why: usize,
    /// The rule that kept it.
    pub kept_by: Option<Box<str>>,
}

/// A line, or what went of one.
#[derive(Debug)]
pub struct Removed {
    /// Tells it from others, together with its rule.
    pub key: u64,
    /// Index of `acted`.
    pub rule: usize,
    /// Where it ends in `text`; it begins where the one before it ends.
    pub end: usize,
}

/// What pages have to be below to be sampled. What is read here may be out of date: then a page is taken that is not chosen later.
#[derive(Debug)]
pub struct Thresholds {
    pub(super) all: AtomicU64,
    pub(super) categories: [AtomicU64; Category::ALL.len()],
    pub(super) verdicts: [AtomicU64; Verdict::ALL.len()],
}

impl Thresholds {
    /// Every page is taken, or none.
    pub fn new(samples: bool) -> Self {
        let below = || AtomicU64::new(if samples { u64::MAX } else { 0 });
        Thresholds { all: below(), categories: std::array::from_fn(|_| below()), verdicts: std::array::from_fn(|_| below()) }
    }

    fn take(&self, place: u64, verdict: Verdict, acted: &[Acted]) -> bool {
        let is_below = |threshold: &AtomicU64| place < threshold.load(Ordering::Relaxed);
        (!acted.is_empty() && is_below(&self.all))
            || is_below(&self.verdicts[verdict as usize])
            || acted.iter().any(|acted| is_below(&self.categories[acted.category as usize]))
    }
}

impl PageTally {
    /// Takes down the numbers of a page.
    pub fn new(seen: Seen<'_>, thresholds: &Thresholds) -> PageTally {
        let Seen { place, name, host, lang, is_part, text, cleaned } = seen;
        let taken: usize = cleaned.edits.iter().map(|edit| edit.span.len().min(LINE_BYTES_MAX)).sum();
        let mut page = PageTally {
            place,
            is_part,
            host,
            lang,
            verdict: cleaned.verdict,
            bytes: text.len() as u64,
            acted: Vec::new(),
            passed: cleaned.passed.iter().map(left).collect(),
            text: String::with_capacity(taken),
            removed: Vec::with_capacity(cleaned.edits.len()),
            sample: None,
        };
        cleaned.edits.iter().for_each(|edit| page.edit(edit, text));
        if thresholds.take(place, cleaned.verdict, &page.acted) {
            page.sample = Some(Arc::new(Sample::new(&name(), page.host.as_deref(), page.lang.as_deref(), text, cleaned)));
        }
        page
    }

    fn edit(&mut self, edit: &Edit, text: &str) {
        let reason = &edit.reason;
        // An edit's rule is most often that of the one before it.
        let known = self.acted.iter().rposition(|acted| {
            Arc::ptr_eq(&acted.rule, &reason.rule) || (acted.category == reason.category && acted.rule == reason.rule)
        });
        let rule = known.unwrap_or_else(|| {
            let (rule, category) = (Arc::clone(&reason.rule), reason.category);
            self.acted.push(Acted { rule, category, edits: 0, lines: 0, bytes: 0 });
            self.acted.len() - 1
        });
        let mut lines = 0;
        for line in edit.span.of(text).lines().map(str::trim).filter(|line| !line.is_empty()) {
            lines += 1;
            self.text.push_str(&line[..line.floor_char_boundary(LINE_BYTES_MAX)]);
            let key = xxh3_64_with_seed(line.as_bytes(), key_of(&reason.rule));
            self.removed.push(Removed { key, rule, end: self.text.len() });
        }
        let acted = &mut self.acted[rule];
        acted.edits += 1;
        acted.lines += lines;
        acted.bytes += edit.span.len().saturating_sub(edit.replacement.len()) as u64;
    }
}

fn key_of(rule: &str) -> u64 {
    xxh3_64_with_seed(rule.as_bytes(), 0)
}

fn left(passed: &Passed) -> Left {
    let why = BEGINNINGS.iter().position(|why| passed.because.starts_with(why)).unwrap_or(PASSED.len() - 1);
    Left {
        rule: Arc::clone(&passed.reason.rule),
        category: passed.reason.category,
        why,
        kept_by: passed.because.strip_prefix(KEPT_BY).map(Box::from),
    }
}

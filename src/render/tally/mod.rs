//! What a run did, rule by rule: pages, lines and bytes by rule, category, language, host and verdict, with examples, the most frequent
//! removed lines, and a sample of pages.
//!
//! Workers take down each page by itself ([`PageTally`]); the thread that writes adds them up in the order of the pages, so that the
//! numbers do not depend on how many workers there are. The memory is bounded, however many pages there are.

mod collector;
mod frequent;
mod groups;
mod page;
mod print;
mod sample;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::cleaner::Cleaner;
use crate::names::{Category, Verdict};
pub use collector::Collector;
use frequent::Frequent;
pub use groups::{Group, Groups, OTHERS, Taken, UNKNOWN};
use page::PASSED;
#[cfg(test)]
use page::Thresholds;
pub use page::{PageTally, Seen};
use sample::Lowest;
pub use sample::{Part, Sample, clip, place_of};

/// So many hosts are counted each by itself: the first that come.
const HOSTS_MAX: usize = 5000;

/// So many languages are counted each by itself. There are fewer; what markup says can be anything.
const LANGS_MAX: usize = 200;

/// How many pairs of host, verdict and rule are counted each by itself.
const CELLS_MAX: usize = 200_000;

/// How many different removed lines are counted at a time.
const LINES_MAX: usize = 8192;

/// How many examples a rule has.
const EXAMPLES_MAX: usize = 3;

/// How many pages are sampled: of those that have edits, and for each category and verdict.
const SAMPLES_MAX: usize = 24;
const SAMPLES_EACH_MAX: usize = 3;

/// What one rule did.
#[derive(Debug)]
pub struct RuleTally {
    /// The rule, or what else takes text.
    pub id: Arc<str>,
    /// Its category.
    pub category: Category,
    /// What it took.
    pub taken: Taken,
    /// Its matches that did not act, by why.
    pub passed: [u64; PASSED.len()],
    /// Lines that it took, or parts of them, as they were.
    pub examples: Lowest<Box<str>>,
}

/// A removed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedLine {
    /// Index of its rule.
    pub rule: usize,
    /// The line, or its beginning.
    pub text: Box<str>,
}

/// A host, a verdict and a rule, by their indices.
pub type Cell = (usize, Verdict, usize);

/// The numbers of a run.
#[derive(Debug)]
pub struct Tally {
    /// All pages.
    pub total: Group,
    /// By rule, in the order in which they were met.
    pub rules: Vec<RuleTally>,
    /// How many rules there are, with those that did nothing.
    pub rules_all: usize,
    /// By rule that keeps text: how many matches of other rules it kept from acting.
    pub protected: BTreeMap<Box<str>, u64>,
    /// By category, in the order of [`Category::ALL`].
    pub categories: [Taken; Category::ALL.len()],
    /// By verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [Group; Verdict::ALL.len()],
    /// By host.
    pub hosts: Groups,
    /// By language.
    pub langs: Groups,
    /// By host, verdict and rule.
    pub cells: HashMap<Cell, Taken>,
    /// Removed lines.
    pub lines: Frequent<RemovedLine>,
    by_id: HashMap<Arc<str>, usize>,
    samples: Samples,
    last: Last,
}

/// Sampled pages.
#[derive(Debug)]
struct Samples {
    all: Lowest<Arc<Sample>>,
    categories: [Lowest<Arc<Sample>>; Category::ALL.len()],
    verdicts: [Lowest<Arc<Sample>>; Verdict::ALL.len()],
}

/// The page that was added last, which further parts belong to.
#[derive(Debug)]
struct Last {
    host: usize,
    lang: usize,
    verdict: Verdict,
    rules: Vec<usize>,
    categories: [bool; Category::ALL.len()],
}

impl RuleTally {
    fn new(id: Arc<str>, category: Category) -> Self {
        let examples = Lowest::new(EXAMPLES_MAX);
        RuleTally { id, category, taken: Taken::default(), passed: [0; PASSED.len()], examples }
    }
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            total: Group::default(),
            rules: Vec::new(),
            rules_all: 0,
            protected: BTreeMap::new(),
            categories: Default::default(),
            verdicts: Default::default(),
            hosts: Groups::new(HOSTS_MAX),
            langs: Groups::new(LANGS_MAX),
            cells: HashMap::new(),
            lines: Frequent::new(LINES_MAX),
            by_id: HashMap::new(),
            samples: Samples {
                all: Lowest::new(SAMPLES_MAX),
                categories: std::array::from_fn(|_| Lowest::new(SAMPLES_EACH_MAX)),
                verdicts: std::array::from_fn(|_| Lowest::new(SAMPLES_EACH_MAX)),
            },
            last: Last {
                host: UNKNOWN,
                lang: UNKNOWN,
                verdict: Verdict::Article,
                rules: Vec::new(),
                categories: Default::default(),
            },
        }
    }
}

impl Tally {
    /// Begins with a cleaner's rules, none of which has acted.
    pub fn new(cleaner: &Cleaner) -> Tally {
        let rules_all = cleaner.engine().rules().filter(|rule| !cleaner.is_off(*rule)).count();
        Tally { rules_all, ..Tally::default() }
    }

    /// Adds a page; pages come in their order.
    pub fn add(&mut self, page: PageTally) {
        if !page.is_part {
            let (host, lang) = (self.hosts.index_of(page.host.as_deref()), self.langs.index_of(page.lang.as_deref()));
            self.last = Last { host, lang, verdict: page.verdict, rules: Vec::new(), categories: Default::default() };
        }
        let is_first = self.last.rules.is_empty() && !page.acted.is_empty();
        let (edits, lines, bytes) =
            page.acted.iter().fold((0, 0, 0), |(e, l, b), acted| (e + acted.edits, l + acted.lines, b + acted.bytes));
        for group in [
            &mut self.total,
            &mut self.verdicts[self.last.verdict as usize],
            &mut self.hosts.groups[self.last.host],
            &mut self.langs.groups[self.last.lang],
        ] {
            group.pages += u64::from(!page.is_part);
            group.bytes += page.bytes;
            group.taken.add(edits, lines, bytes, is_first);
        }
        let rules = self.add_acted(&page);
        self.add_removed(&page, &rules);
        for left in &page.passed {
            let rule = self.rule(&left.rule, left.category);
            self.rules[rule].passed[left.why] += 1;
            if let Some(keep) = &left.kept_by {
                *self.protected.entry(keep.clone()).or_default() += 1;
            }
        }
        if let Some(sample) = &page.sample {
            self.samples.offer(page.place, page.verdict, &page.acted, sample);
        }
    }

    /// Adds what rules did; the indices of the rules, in the order of `acted`.
    fn add_acted(&mut self, page: &PageTally) -> Vec<usize> {
        let mut rules = Vec::with_capacity(page.acted.len());
        for acted in &page.acted {
            let (edits, lines, bytes) = (acted.edits, acted.lines, acted.bytes);
            let rule = self.rule(&acted.rule, acted.category);
            let is_new = !self.last.rules.contains(&rule);
            if is_new {
                self.last.rules.push(rule);
            }
            self.rules[rule].taken.add(edits, lines, bytes, is_new);
            let category = acted.category as usize;
            let is_new_category = !std::mem::replace(&mut self.last.categories[category], true);
            self.categories[category].add(edits, lines, bytes, is_new_category);
            let mut cell = (self.last.host, self.last.verdict, rule);
            if self.cells.len() >= CELLS_MAX && !self.cells.contains_key(&cell) {
                cell.0 = OTHERS;
            }
            self.cells.entry(cell).or_default().add(edits, lines, bytes, is_new);
            rules.push(rule);
        }
        rules
    }

    fn add_removed(&mut self, page: &PageTally, rules: &[usize]) {
        let mut start = 0;
        for removed in &page.removed {
            let (rule, text) = (rules[removed.rule], &page.text[start..removed.end]);
            start = removed.end;
            self.lines.add(removed.key, || RemovedLine { rule, text: text.into() });
            self.rules[rule].examples.offer(page.place, || text.into());
        }
    }

    fn rule(&mut self, id: &Arc<str>, category: Category) -> usize {
        if let Some(rule) = self.by_id.get(id) {
            return *rule;
        }
        self.by_id.insert(Arc::clone(id), self.rules.len());
        self.rules.push(RuleTally::new(Arc::clone(id), category));
        self.rules.len() - 1
    }

    /// The sampled pages, in the order of their hashes.
    pub fn samples(&self) -> Vec<&Sample> {
        let each = self.samples.categories.iter().chain(&self.samples.verdicts);
        let mut all: Vec<_> = each.chain([&self.samples.all]).flat_map(Lowest::iter).collect();
        all.sort_by_key(|(hash, _)| *hash);
        all.dedup_by_key(|(hash, _)| *hash);
        all.into_iter().map(|(_, sample)| &**sample).collect()
    }

    /// The rules that took something, those first that took most, each with its index.
    pub fn used(&self) -> Vec<(usize, &RuleTally)> {
        let mut used: Vec<_> = self.rules.iter().enumerate().filter(|(_, rule)| rule.taken.edits > 0).collect();
        used.sort_by_key(|(_, rule)| (std::cmp::Reverse((rule.taken.bytes, rule.taken.edits)), &rule.id));
        used
    }
}

impl Samples {
    fn offer(&mut self, hash: u64, verdict: Verdict, acted: &[page::Acted], sample: &Arc<Sample>) {
        if !acted.is_empty() {
            self.all.offer(hash, || Arc::clone(sample));
        }
        self.verdicts[verdict as usize].offer(hash, || Arc::clone(sample));
        for acted in acted {
            self.categories[acted.category as usize].offer(hash, || Arc::clone(sample));
        }
    }
}

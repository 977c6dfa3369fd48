//! The body finder: which lines of a page belong to its article, where no phrase tells.
//!
//! Lines are measured (`features`, `table`), a small model gives each a probability (`model`), and the cut that promises the best F1
//! is found (`cut`). Another model tells a raw page from text that is an article already (`raw`). What becomes of a cut is `decide`'s
//! business.

mod cut;
mod elements;
mod evidence;
mod features;
mod known;
mod marks;
mod markup;
mod model;
mod numbers;
mod raw;
mod segments;
mod sheet;
mod spelling;
mod table;
mod topic;
mod trees;
mod whole;

use crate::engine::page::Page;
use crate::engine::scan::Engine;
use crate::error::Result;
use crate::names::PageKind;

pub use features::{CutFeature, KindFeature, MARKUP, MEASURED, MarkupFeature, all};
pub use known::Known;
pub use table::Table;

use cut::Cut;
use features::LineFeature;
use model::Model;

/// The model that comes with the program.
const DEFAULT_MODEL: &[u8] = include_bytes!("../../patterns/body/default.model");

/// The one for HTML pages.
const HTML_MODEL: &[u8] = include_bytes!("../../patterns/body/html.model");

/// Finds bodies; made once.
#[derive(Debug)]
pub struct Finder {
    model: Model,
    wanted: Wanted,
}

/// What is asked of a finder.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// The kind of every page, instead of finding it out.
    pub kind: Option<PageKind>,
    /// Above zero for more recall, below for more precision: the logarithm of beta to the base of two.
    pub bias: f32,
    /// Whether the headline above the article stays.
    pub title: bool,
}

/// What was found of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// For each line that is not blank, how likely it is the article's.
    pub probabilities: Vec<f32>,
    /// For each of them, whether the best cut keeps it.
    pub keep: Vec<bool>,
    /// Whether the page is raw, so that the cut should be made.
    pub is_raw: bool,
    /// The F1 that the cut promises.
    pub expected: f32,
    /// The cells of [`CutFeature`], for training.
    pub cut_cells: [u8; CutFeature::ALL.len()],
}

/// The best cut takes out short runs inside the article: a sub-heading, a question, a few items of a list. They stay if they have at
/// most so many lines, …
const GAP_LINES_MAX: usize = 5;
/// … are not wholly unlikely, …
const GAP_PROBABILITY_MIN: f32 = 0.1;
/// … and stand between so many words that stay.
const GAP_SIDE_WORDS_MIN: u32 = 20;
/// A cut of more words of prose is not made: several articles in one text look like one among teasers.
const PROSE_CUT_WORDS_MAX: u32 = 5000;
/// Nor is one of more than this share of the prose, …
const PROSE_CUT_PERCENT_MAX: u8 = 75;
/// … unless it is of no more words than these.
const PROSE_CUT_WORDS_MIN: u32 = 1500;
/// From which share on a page counts as an article or documentation when it is asked whether it is raw.
const PROSE_PERCENT_MIN: u8 = 50;
/// A page of fewer lines is left to the rules: it has no frame to speak of.
const RAW_LINES_MIN: usize = 12;

/// Whether a page may be raw at all.
pub fn may_be_raw(page: &Page<'_>) -> bool {
    page.lines.len() >= RAW_LINES_MIN
}

impl Finder {
    /// A finder with a model.
    ///
    /// # Errors
    /// What is no model.
    pub fn new(model: &[u8], wanted: Wanted) -> Result<Finder> {
        Ok(Finder { model: Model::read(model)?, wanted })
    }

    /// A finder with the model that comes with the program.
    pub fn builtin(wanted: Wanted) -> Finder {
        // The model is part of the build, and a test reads it.
        Finder { model: Model::read(DEFAULT_MODEL).unwrap_or_default(), wanted }
    }

    /// A finder with the model for HTML pages that comes with the program.
    pub fn builtin_html(wanted: Wanted) -> Finder {
        // As above.
        Finder { model: Model::read(HTML_MODEL).unwrap_or_default(), wanted }
    }

    /// Finds the body of a page whose lines were looked at ([`Page::look`]). What is known of lines changes nothing but the time.
    pub fn find(&self, page: &Page<'_>, engine: &Engine, known: &mut Known) -> Finding {
        self.find_in(page, &mut Table::of_known(page, engine, known))
    }

    /// The same, of a table that was measured; sets the kinds in it.
    pub fn find_in(&self, page: &Page<'_>, table: &mut Table) -> Finding {
        table.set_kinds(self.kinds(table));
        let probabilities = match self.model.family("line").next() {
            Some((_, ensemble)) => ensemble.lines(table),
            None => vec![1.0; table.lines()],
        };
        let words: Vec<u32> = page.lines.iter().map(|line| line.shape.words).collect();
        let mut cut = cut::best(&probabilities, &words, self.model.bias + self.wanted.bias);
        fill_gaps(&mut cut, table, &words, &probabilities);
        if self.wanted.title {
            keep_headline(&mut cut, table, &words);
        }
        let cut_cells = raw::measure(table, &words, &probabilities, &cut);
        let prose_cut: u32 = (0..words.len()).filter(|&i| !cut.keep[i] && table.is_prose(i)).map(|i| words[i]).sum();
        let is_large = prose_cut > PROSE_CUT_WORDS_MAX
            || (prose_cut > PROSE_CUT_WORDS_MIN && cut_cells[CutFeature::Prose as usize] > PROSE_CUT_PERCENT_MAX);
        // Markup tells articles from teasers.
        let is_bold = is_large && !table.has_markup();
        let is_raw = !is_bold && self.is_raw(table, &cut_cells);
        Finding { probabilities, keep: cut.keep, is_raw, expected: cut.expected, cut_cells }
    }

    /// How likely the page is of each kind, in per cent.
    fn kinds(&self, table: &Table) -> [u8; KindFeature::ALL.len()] {
        let mut percents = [0; KindFeature::ALL.len()];
        let row = table.row();
        for kind in PageKind::ALL {
            let found = || self.model.family("kind-").find(|(name, _)| *name == kind.name());
            percents[column_of(*kind) as usize] = match self.wanted.kind {
                Some(forced) => 100 * u8::from(forced == *kind),
                None => found().map_or(0, |(_, ensemble)| (100.0 * ensemble.row(&row)) as u8),
            };
        }
        percents
    }

    fn is_raw(&self, table: &Table, cut_cells: &[u8; CutFeature::ALL.len()]) -> bool {
        let mut row = table.row();
        row[features::COLUMNS..features::MARKUP].copy_from_slice(cut_cells);
        let kinds = table.kinds();
        let prose = kinds[KindFeature::Article as usize].saturating_add(kinds[KindFeature::Documentation as usize]);
        let least = if prose >= PROSE_PERCENT_MIN { self.model.raw_min } else { self.model.raw_min_other };
        table.lines() >= RAW_LINES_MIN && self.model.family("raw").next().is_some_and(|(_, ensemble)| ensemble.row(&row) >= least)
    }
}

fn column_of(kind: PageKind) -> KindFeature {
    match kind {
        PageKind::Article => KindFeature::Article,
        PageKind::List => KindFeature::List,
        PageKind::Forum => KindFeature::Forum,
        PageKind::Documentation => KindFeature::Documentation,
    }
}

/// Keeps the headline above the article: the known clean texts that the model was grown on do not have it, people want it. It is the
/// line most like the page's title, or else the line with most words of the article.
fn keep_headline(cut: &mut Cut, table: &Table, words: &[u32]) {
    let cell = |feature: LineFeature, line: usize| table.column(feature as usize)[line];
    let Some(first) = cut.keep.iter().position(|keep| *keep) else { return };
    let above = first.saturating_sub(HEADLINE_LINES_MAX)..first;
    let is_told = |line: &usize| cell(LineFeature::TitlePlace, *line) == features::INSIDE;
    let may_be = |line: &usize| {
        let topic = cell(LineFeature::Topic, *line);
        HEADLINE_WORDS.contains(&words[*line])
            && cell(LineFeature::Hit, *line) == 0
            && (HEADLINE_TOPIC_MIN..=100).contains(&topic)
    };
    let worth = |line: &usize| words[*line] * u32::from(cell(LineFeature::Topic, *line));
    let headline = match (0..words.len()).find(is_told) {
        Some(told) => above.contains(&told).then_some(told),
        None => above.filter(may_be).max_by_key(worth),
    };
    if let Some(headline) = headline {
        cut.keep[headline] = true;
    }
}

/// How far above the article its headline stands at most.
const HEADLINE_LINES_MAX: usize = 12;
/// How many words a headline has that no title tells.
const HEADLINE_WORDS: std::ops::RangeInclusive<u32> = 3..=25;
/// What share of its longer words stands in the article.
const HEADLINE_TOPIC_MIN: u8 = 30;

/// Keeps what stands inside the article and is not wholly unlikely.
fn fill_gaps(cut: &mut Cut, table: &Table, words: &[u32], probabilities: &[f32]) {
    let mut runs: Vec<(bool, std::ops::Range<usize>)> = Vec::new();
    let mut from = 0;
    for run in cut.keep.chunk_by(|a, b| a == b) {
        runs.push((run[0], from..from + run.len()));
        from += run.len();
    }
    let sum = |run: &std::ops::Range<usize>| words[run.clone()].iter().sum::<u32>();
    for around in runs.windows(3) {
        let [(_, before), (false, gap), (_, after)] = around else { continue };
        let mean = probabilities[gap.clone()].iter().sum::<f32>() / gap.len() as f32;
        let is_likely_chaff = gap.clone().any(|line| table.column(LineFeature::Hit as usize)[line] >= evidence::LIKELY);
        let is_inside = sum(before).min(sum(after)) >= GAP_SIDE_WORDS_MIN;
        if gap.len() <= GAP_LINES_MAX && mean >= GAP_PROBABILITY_MIN && is_inside && !is_likely_chaff {
            cut.keep[gap.clone()].fill(true);
        }
    }
}

//! A page while it is judged: its lines that are still there, what they look like, and what matched in them.
//!
//! Distances count lines that are not blank and not removed, so that a page that was cleaned before is judged alike.

use super::memo::{self, Memo};
use super::scan::{Candidate, Engine, Looks, RuleRef, Scratch};
use super::shape::Shape;
use crate::document::{View, is_blank};
use crate::html::{Markup, Seen};

/// A line that is not blank.
#[derive(Debug, Clone)]
pub struct PageLine {
    /// Its number in the view.
    pub number: usize,
    /// What it looks like.
    pub shape: Shape,
    /// The hash of its folded text, ends set aside.
    pub hash: u64,
    /// The block it stands in.
    pub block: u32,
    /// Its candidates, as a range of [`Page::candidates`].
    pub candidates: std::ops::Range<usize>,
    /// The categories of its candidates that tell what the line is, a bit each.
    pub categories: u32,
    /// Whether one of its matches is more than one word of its language.
    pub has_longer: bool,
}

/// A page while it is judged.
#[derive(Debug)]
pub struct Page<'v> {
    /// Its text.
    pub view: &'v View<'v>,
    /// Its lines that are not blank.
    pub lines: Vec<PageLine>,
    /// What matched, in the order of the lines.
    pub candidates: Vec<Candidate>,
    /// For each candidate, whether it tells what its line is: what its rule asks of the line itself holds.
    pub tells: Vec<bool>,
    /// The languages of the rules that matched more than one word of their own.
    pub longer_langs: Vec<String>,
    /// What the markup tells of the view's source; plain text has none.
    pub markup: Option<&'v Markup>,
    /// The title that an HTML page says it has, which is no line of it.
    pub title: Option<&'v str>,
}

impl<'v> Page<'v> {
    /// Scans a page. An engine's pages are all scanned for the same rules: it remembers lines.
    pub fn scan(view: &'v View<'v>, engine: &Engine, wanted: &dyn Fn(RuleRef) -> bool) -> Page<'v> {
        engine.with_memo(|memo| Page::scan_lines(view, engine, wanted, Scratch::default(), Some(memo)))
    }

    /// Scans a page with buffers that may say that lines of any length are tried.
    pub fn scan_with(view: &'v View<'v>, engine: &Engine, wanted: &dyn Fn(RuleRef) -> bool, scratch: Scratch) -> Page<'v> {
        Page::scan_lines(view, engine, wanted, scratch, None)
    }

    fn scan_lines(
        view: &'v View<'v>,
        engine: &Engine,
        wanted: &dyn Fn(RuleRef) -> bool,
        mut scratch: Scratch,
        mut memo: Option<&mut Memo>,
    ) -> Page<'v> {
        let (mut lines, mut candidates) = (Vec::with_capacity(view.lines.len()), Vec::new());
        let (mut block, mut after_blank) = (0, false);
        for number in 0..view.lines.len() {
            let text = view.line(number);
            if is_blank(text) {
                // Zero-width marks on an otherwise empty line are debris that a rule may take.
                if !text.is_empty() {
                    engine.scan_line(text, number as u32, wanted, &mut scratch, &mut candidates);
                }
                after_blank = true;
                continue;
            }
            block += u32::from(std::mem::take(&mut after_blank));
            let from = candidates.len();
            let hash = memo.as_ref().map_or(0, |_| memo::hash_of(text));
            let known = memo.as_mut().and_then(|memo| memo.find(text, hash));
            let looks = if let Some(known) = known {
                candidates.extend(known.candidates.iter().map(|c| Candidate { line: number as u32, ..c.clone() }));
                known.looks
            } else {
                let looks = engine.scan_line(text, number as u32, wanted, &mut scratch, &mut candidates);
                memo.iter_mut().for_each(|memo| memo.add(text, hash, looks, &candidates[from..]));
                looks
            };
            let candidates = from..candidates.len();
            let Looks { shape, hash } = looks;
            lines.push(PageLine { number, shape, hash, block, candidates, categories: 0, has_longer: false });
        }
        Page { view, lines, candidates, tells: Vec::new(), longer_langs: Vec::new(), markup: None, title: None }
    }

    /// Works out what the lines tell; needed only for a page that something matched in. Without `nots`, matches that their rule's
    /// `not` holds back tell as well: a rule is tried without its `not`.
    pub fn look(&mut self, engine: &Engine, nots: bool) {
        // A quoted banner that its rule's `not` leaves alone makes no banner of the lines around it.
        self.tells = self.candidates.iter().map(|c| c.words_fit && !(nots && c.held_back)).collect();
        for candidate in self.candidates.iter().filter(|c| c.is_longer()) {
            for lang in &engine.rule(candidate.rule).rule.lang {
                if !self.longer_langs.contains(lang) {
                    self.longer_langs.push(lang.clone());
                }
            }
        }
        for line in &mut self.lines {
            line.has_longer = self.candidates[line.candidates.clone()].iter().any(Candidate::is_longer);
            for number in line.candidates.clone().filter(|&number| self.tells[number]) {
                let rule = self.candidates[number].rule;
                line.categories |= 1 << engine.books()[usize::from(rule.book)].head(rule.rule as usize).category();
            }
        }
    }

    /// The text of a line.
    pub fn text(&self, line: usize) -> &str {
        self.view.line(self.lines[line].number)
    }

    /// What the markup tells of a line.
    pub fn seen(&self, line: usize) -> Option<Seen<'v>> {
        let content = self.view.lines[self.lines[line].number].content;
        self.markup?.of(self.view.to_source(content))
    }
}

/// The lines of a page that are still there, and where its prose begins and ends.
#[derive(Debug, Clone)]
pub struct Alive {
    /// Indices of [`Page::lines`], in order.
    pub order: Vec<usize>,
    /// Places in `order` of the first and the last prose.
    pub prose: Option<(usize, usize)>,
}

impl Alive {
    /// All lines for which `gone` is false.
    pub fn new(page: &Page<'_>, gone: &[bool]) -> Alive {
        let order: Vec<usize> = (0..page.lines.len()).filter(|&i| !gone[i]).collect();
        let none = vec![false; order.len()];
        Alive { prose: prose(page, &order, &none), order }
    }

    /// The same lines, with prose only where `taken`, by place, is false.
    pub fn with_prose_left_by(&self, page: &Page<'_>, taken: &[bool]) -> Alive {
        Alive { prose: prose(page, &self.order, taken), order: self.order.clone() }
    }

    /// Whether a place stands before the first prose.
    pub fn in_head(&self, place: usize) -> bool {
        self.prose.is_some_and(|(first, _)| place < first)
    }

    /// Whether a place stands after the last prose.
    pub fn in_tail(&self, place: usize) -> bool {
        self.prose.is_some_and(|(_, last)| place > last)
    }

    /// Whether no other prose stands before a place: what reads as prose itself is asked about its neighbours, not about itself. A
    /// page's only prose is neither its beginning nor its end.
    pub fn begins(&self, place: usize) -> bool {
        self.in_head(place) || self.prose.is_some_and(|(first, last)| place == first && first < last)
    }

    /// Whether no other prose stands after a place.
    pub fn ends(&self, place: usize) -> bool {
        self.in_tail(place) || self.prose.is_some_and(|(first, last)| place == last && first < last)
    }

    /// The places around a place, itself left out, at most `lines` away.
    pub fn around(&self, place: usize, lines: usize) -> impl Iterator<Item = usize> + use<> {
        let (from, to) = (place.saturating_sub(lines), (place + lines + 1).min(self.order.len()));
        (from..to).filter(move |&p| p != place)
    }
}

/// The places of the first and the last prose.
fn prose(page: &Page<'_>, order: &[usize], taken: &[bool]) -> Option<(usize, usize)> {
    let is_prose = |place: &usize| !taken[*place] && page.lines[order[*place]].shape.is_prose();
    let first = (0..order.len()).find(is_prose);
    first.zip((0..order.len()).rev().find(is_prose))
}

//! A page while it is judged: its lines that are still there, what they look like, and what matched in them.
//!
//! Which lines are still there is `alive`'s to keep.

use std::cell::OnceCell;

use super::memo::{self, Memo};
use super::past::{Past, Read};
use super::scan::{Candidate, Engine, Looks, RuleRef, Scratch};
use super::shape::Shape;
use crate::document::{View, is_blank};
use crate::html::{Markup, Seen};

/// A line that is not blank.
#[derive(Debug, Clone)]
pub struct PageLine {
    /// Its number in the view.
    pub number: u32,
    /// What it looks like.
    pub shape: Shape,
    /// The hash of its folded text, ends set aside.
    pub hash: u64,
    /// The block it stands in.
    pub block: u32,
    /// Its candidates, as the beginning and the end of a range of [`Page::candidates`].
    pub candidates: (u32, u32),
    /// The categories of its candidates that tell what the line is, a bit each.
    pub categories: u32,
    /// The rules of those candidates, each by one bit that it shares with others ([`RuleRef::bit`]).
    pub rules: u32,
}

impl PageLine {
    /// The places of its candidates in [`Page::candidates`].
    pub fn candidates(&self) -> std::ops::Range<usize> {
        self.candidates.0 as usize..self.candidates.1 as usize
    }
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
    /// The lines in which they did, in order, and in which of them, a bit each by their places there.
    longer_lines: Vec<(u32, u64)>,
    /// The categories of all lines.
    pub categories: u32,
    /// The rules that tell what a line is; found when a rule asks for others by their ids.
    telling: OnceCell<Telling>,
    /// What the markup tells of the view's source; plain text has none.
    pub markup: Option<&'v Markup>,
    /// The title that an HTML page says it has, which is no line of it.
    pub title: Option<&'v str>,
}

impl<'v> Page<'v> {
    /// Scans a page. An engine's pages are all scanned for the same rules: it remembers lines.
    /// Of a page that was scanned before edits, only the lines that they touched are scanned.
    pub fn scan(view: &'v View<'v>, engine: &Engine, wanted: &dyn Fn(RuleRef) -> bool, past: Option<Past>) -> Page<'v> {
        engine.lend(|memo, scratch| Page::scan_lines(view, engine, wanted, scratch, Some(memo), past))
    }

    /// Scans a page with buffers that may say that lines of any length are tried.
    pub fn scan_with(view: &'v View<'v>, engine: &Engine, wanted: &dyn Fn(RuleRef) -> bool, mut scratch: Scratch) -> Page<'v> {
        Page::scan_lines(view, engine, wanted, &mut scratch, None, None)
    }

    fn scan_lines(
        view: &'v View<'v>,
        engine: &Engine,
        wanted: &dyn Fn(RuleRef) -> bool,
        scratch: &mut Scratch,
        mut memo: Option<&mut Memo>,
        past: Option<Past>,
    ) -> Page<'v> {
        let scan = engine.scan();
        let mut past = past.unwrap_or_else(|| Past::none(view.len()));
        let (mut block, mut after_blank, mut found, mut of_line) = (0, false, 0, Vec::new());
        for number in 0..view.len() {
            let text = view.line(number);
            if is_blank(text) {
                // Zero-width marks on an otherwise empty line are debris that a rule may take.
                if !text.is_empty() {
                    scan.line(text, wanted, scratch, &mut of_line);
                    past.read.candidates.extend(of_line.drain(..));
                }
                after_blank = true;
                continue;
            }
            block += u32::from(std::mem::take(&mut after_blank));
            let from = past.read_candidates() as u32;
            let taken = if past.has_lines() { past.take(view.to_source_from(view.content(number), &mut found)) } else { None };
            let looks = if let Some(line) = taken {
                Looks { shape: line.shape, hash: line.hash }
            } else {
                let hash = memo.as_ref().map_or(0, |_| memo::hash_of(text));
                if let Some(known) = memo.as_mut().and_then(|memo| memo.find(text, hash)) {
                    // Most lines have none.
                    if !known.candidates.is_empty() {
                        past.read.candidates.extend(known.candidates.iter().cloned());
                    }
                    known.looks
                } else {
                    let looks = scan.line(text, wanted, scratch, &mut of_line);
                    memo.iter_mut().for_each(|memo| memo.add(text, hash, looks, &of_line));
                    if !of_line.is_empty() {
                        past.read.candidates.extend(of_line.drain(..));
                    }
                    looks
                }
            };
            let (Looks { shape, hash }, candidates) = (looks, (from, past.read_candidates() as u32));
            past.read.lines.push_back(PageLine {
                number: number as u32,
                shape,
                hash,
                block,
                candidates,
                categories: 0,
                rules: 0,
            });
        }
        let Read { lines, candidates } = past.finish();
        let (lines, candidates) = (lines.into(), candidates.into());
        let (tells, longer_langs, longer_lines) = (Vec::new(), Vec::new(), Vec::new());
        let telling = OnceCell::new();
        Page { view, lines, candidates, tells, longer_langs, longer_lines, categories: 0, telling, markup: None, title: None }
    }

    /// Works out what the lines tell; needed only for a page that something matched in. Without `nots`, matches that their rule's
    /// `not` holds back tell as well: a rule is tried without its `not`.
    pub fn look(&mut self, engine: &Engine, nots: bool) {
        // A quoted banner that its rule's `not` leaves alone makes no banner of the lines around it.
        self.tells = self.candidates.iter().map(|c| c.words_fit && !(nots && c.held_back)).collect();
        self.longer_lines.clear();
        for (place, line) in self.lines.iter_mut().enumerate().filter(|(_, line)| line.candidates.0 < line.candidates.1) {
            let mut longer = 0;
            for number in line.candidates() {
                let candidate = &self.candidates[number];
                if candidate.is_longer() {
                    for lang in &engine.rule(candidate.rule).rule.lang {
                        longer |= add_lang(&mut self.longer_langs, lang);
                    }
                }
                if self.tells[number] {
                    let book = engine.book(candidate.rule);
                    line.rules |= candidate.rule.bit();
                    line.categories |= 1 << book.head(candidate.rule.rule as usize).category();
                }
            }
            self.categories |= line.categories;
            if longer != 0 {
                self.longer_lines.push((place as u32, longer));
            }
        }
    }

    /// The languages in which more than one word matched in a line, a bit each by their places in [`Page::longer_langs`].
    pub fn longer_in(&self, line: usize) -> u64 {
        let found = self.longer_lines.binary_search_by_key(&(line as u32), |(line, _)| *line);
        found.map_or(0, |place| self.longer_lines[place].1)
    }

    /// The bits in [`Page::longer_in`] of languages.
    pub fn bits_of(&self, langs: &[String]) -> u64 {
        let bits = self.longer_langs.iter().enumerate().map(|(i, lang)| if langs.contains(lang) { lang_bit(i) } else { 0 });
        bits.fold(0, |bits, bit| bits | bit)
    }

    /// Those rules that tell what a line is whose ids have these hashes.
    pub fn telling(&self, engine: &Engine, ids: &[u64]) -> Vec<RuleRef> {
        if ids.is_empty() {
            return Vec::new();
        }
        let Telling { rules, ids: held } = self.telling.get_or_init(|| self.all_telling(engine));
        let of_id = |id: &u64| {
            let id = *id;
            rules[rules.partition_point(|(of, _)| *of < id)..].iter().take_while(move |(of, _)| *of == id)
        };
        ids.iter().filter(|id| held & id_bit(**id) != 0).flat_map(of_id).map(|(_, rule)| *rule).collect()
    }

    fn all_telling(&self, engine: &Engine) -> Telling {
        // Rules stand again and again: each place of a small table holds the one that was seen there last.
        let mut last = [None; 1 << 9];
        let tells = self.candidates.iter().zip(&self.tells).filter(|(_, tells)| **tells).map(|(candidate, _)| candidate.rule);
        let mut rules: Vec<(u64, RuleRef)> = tells
            .filter(|rule| last[(rule.hash() >> 55) as usize].replace(*rule) != Some(*rule))
            .map(|rule| (engine.rule(rule).id_hash, rule))
            .collect();
        rules.sort_unstable();
        rules.dedup();
        let ids = rules.iter().fold(0, |ids, (id, _)| ids | id_bit(*id));
        Telling { rules, ids }
    }

    /// The text of a line.
    pub fn text(&self, line: usize) -> &str {
        self.view.line(self.lines[line].number as usize)
    }

    /// What the markup tells of a line.
    pub fn seen(&self, line: usize) -> Option<Seen<'v>> {
        let content = self.view.content(self.lines[line].number as usize);
        self.markup?.of(self.view.to_source(content))
    }
}

/// The rules that tell what a line is.
#[derive(Debug)]
struct Telling {
    /// The hashes of their ids, sorted, with the rules.
    rules: Vec<(u64, RuleRef)>,
    /// The bits of those hashes: most ids that are asked for are not there.
    ids: u64,
}

/// One of 64 bits for the hash of an id.
fn id_bit(hash: u64) -> u64 {
    1 << (hash >> 58)
}

/// The bit of a language; those beyond the last bit share it.
fn lang_bit(place: usize) -> u64 {
    1 << place.min(63)
}

/// Adds a language to a list that does not hold it yet; gives its bit.
fn add_lang(langs: &mut Vec<String>, lang: &str) -> u64 {
    let place = langs.iter().position(|known| known == lang).unwrap_or(langs.len());
    if place == langs.len() {
        langs.push(lang.to_owned());
    }
    lang_bit(place)
}

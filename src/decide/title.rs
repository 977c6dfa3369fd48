//! The page's title, its repetition, and the site's name behind it: the one line that counts as a duplicate.
//!
//! Repeated lines in general are no chaff; headings, legal clauses and refrains repeat.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

use super::claims::{Claim, Extent};
use super::{Cause, Judge, Mode};
use crate::edit::{Reason, Span};
use crate::engine::conditions::PageKnown;
use crate::engine::fold::{scan_fold, trim_aside};
use crate::engine::page::{Alive, Page};
use crate::names::{Category, Confidence, Stage};

/// The id of this stage in audits.
const TITLE_RULE: &str = "duplicate.title";

/// A title of fewer words is not told from a menu's item.
const TITLE_WORDS_MIN: u32 = 3;

/// A line that stands more often above the article is an item of a list.
const TITLE_REPEATS_MAX: usize = 3;

/// What stands between a title and the site's name.
const SITE_MARKS: [&str; 9] = [" | ", " - ", " – ", " — ", " :: ", " : ", " « ", " » ", " · "];

/// The words of a site's or a section's name, at most.
const SITE_WORDS_MAX: usize = 5;

/// Claims on what says the title again. The first line that says it, bare, stays.
///
/// The title is what the markup or the record says; else what a line of the head says ahead of a site's name (`Title | Site`) while
/// another line says it bare; else the one line that stands twice in the head. Its repetitions go from the head and the tail, lines with
/// a site's name behind it from the head. Where no line says it bare, the site's name is cut off if another line, or the page's host, is
/// that name.
pub(crate) fn claims(judge: &Judge<'_>, page: &Page<'_>, alive: &Alive, known: &PageKnown, title: Option<&str>) -> Vec<Claim> {
    let Some((first_prose, _)) = alive.prose else { return Vec::new() };
    if !matches!((judge.stage)(Category::Duplicate), Mode::Act) {
        return Vec::new();
    }
    let told = title.map(hash_of);
    let standing = alive.order.iter().map(|&index| page.lines[index].hash).collect();
    let stage = Titles { page, alive, head: first_prose, standing };
    let named = told.filter(|t| stage.stands(*t)).or_else(|| stage.ahead_of_site());
    let extents = match named {
        Some(title) => stage.repeated(title),
        None => stage.repeated_in_head().or_else(|| stage.site_behind(told, known)).unwrap_or_default(),
    };
    let reason = Reason {
        stage: Stage::Duplicate,
        rule: Arc::from(TITLE_RULE),
        category: Category::Duplicate,
        confidence: Confidence::Likely,
        evidence: Arc::from("says the title again"),
    };
    let claim = |extent| Claim { extent, cause: Cause { reason: reason.clone(), layer: 0 }, candidate: None, asks_region: true };
    extents.into_iter().map(claim).collect()
}

fn hash_of(text: &str) -> u64 {
    xxh3_64(trim_aside(scan_fold(text).as_bytes()))
}

/// Where a line may be cut into a title and the names of a section and a site: bytes of the line, and the first name.
fn cuts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let names = move |at: usize, mark: &str| {
        let behind = &text[at + mark.len()..];
        let name = SITE_MARKS.iter().filter_map(|m| behind.find(m)).min().map_or(behind, |end| &behind[..end]);
        (at, name)
    };
    // Nine searches less for most lines: each mark is a space and one of these bytes.
    let mark = |pair: &[u8]| pair[0] == b' ' && matches!(pair[1], b'|' | b'-' | b':' | 0xc2 | 0xe2);
    let may_hold_mark = text.as_bytes().windows(2).any(mark);
    let marks = SITE_MARKS.into_iter().filter(move |_| may_hold_mark);
    let all = marks.flat_map(move |mark| text.match_indices(mark).map(move |(at, _)| names(at, mark)));
    all.filter(|(_, name)| (1..=SITE_WORDS_MAX).contains(&name.split_whitespace().count()))
}

/// Only letters and digits, in small letters: `The Daily` and `thedaily`.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Hashes of lines, which need no further hashing.
type Hashes = HashSet<u64, BuildHasherDefault<AsItIs>>;

#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

struct Titles<'a, 'p> {
    page: &'a Page<'p>,
    alive: &'a Alive,
    /// How many places stand before the first prose.
    head: usize,
    /// The hashes of all lines.
    standing: Hashes,
}

impl Titles<'_, '_> {
    fn hash(&self, place: usize) -> u64 {
        self.page.lines[self.alive.order[place]].hash
    }

    fn text(&self, place: usize) -> &str {
        self.page.text(self.alive.order[place])
    }

    fn stands(&self, hash: u64) -> bool {
        self.standing.contains(&hash)
    }

    /// The places of the head that may hold a title.
    fn head(&self) -> impl Iterator<Item = usize> {
        (0..self.head).filter(|&p| self.page.lines[self.alive.order[p]].shape.words >= TITLE_WORDS_MIN)
    }

    /// What a line of the head says ahead of a site's name, where another line says it bare.
    fn ahead_of_site(&self) -> Option<u64> {
        let mut titles = self.head().flat_map(|place| {
            let text = self.text(place);
            cuts(text)
                .map(|(at, _)| &text[..at])
                .filter(|t| t.split_whitespace().count() >= TITLE_WORDS_MIN as usize)
                .map(hash_of)
        });
        titles.find(|title| self.stands(*title))
    }

    /// All that says a known title again.
    fn repeated(&self, title: u64) -> Vec<Extent> {
        let places = 0..self.alive.order.len();
        let first = places.clone().find(|&p| self.hash(p) == title);
        let again = |p: &usize| {
            let says = self.hash(*p) == title && Some(*p) != first && (*p < self.head || self.alive.in_tail(*p));
            let with_site = || *p < self.head && cuts(self.text(*p)).any(|(at, _)| hash_of(&self.text(*p)[..at]) == title);
            says || with_site()
        };
        places.filter(again).map(|p| Extent::Places(p..p + 1)).collect()
    }

    /// The later copies of the one line of the head that stands more than once there. Lines that repeat in their own right, as a
    /// refrain's do, are no title's.
    fn repeated_in_head(&self) -> Option<Vec<Extent>> {
        let mut seen = Hashes::default();
        let again: Vec<usize> = self.head().filter(|&p| !seen.insert(self.hash(p))).collect();
        let title = self.hash(*again.first()?);
        // Another line of the head that stands again below is an entry of a table of contents, and so is this one.
        let below: Hashes = (self.head..self.alive.order.len()).map(|p| self.hash(p)).collect();
        let is_one = again.len() < TITLE_REPEATS_MAX
            && again.iter().all(|&p| self.hash(p) == title)
            && !self.head().any(|p| self.hash(p) != title && below.contains(&self.hash(p)));
        is_one.then(|| again.into_iter().map(|p| Extent::Places(p..p + 1)).collect())
    }

    /// A site's name behind the only line that says the title.
    fn site_behind(&self, told: Option<u64>, known: &PageKnown) -> Option<Vec<Extent>> {
        let host = known.host.as_deref().map(squeezed).unwrap_or_default();
        let is_site = |name: &str| {
            let squeezed = squeezed(name);
            squeezed.chars().count() > 3 && (host.contains(&squeezed) || self.stands(hash_of(name)))
        };
        self.head().find_map(|place| {
            let text = self.text(place);
            let is_title = |at: usize| match told {
                Some(told) => hash_of(&text[..at]) == told,
                None => text[..at].split_whitespace().count() >= TITLE_WORDS_MIN as usize,
            };
            let (at, _) = cuts(text).find(|(at, name)| is_title(*at) && is_site(name) && text.ends_with(name))?;
            let span = Span { start: at, end: text.trim_end().len() };
            Some(vec![Extent::Span { line: self.alive.order[place], span, replacement: None }])
        })
    }
}

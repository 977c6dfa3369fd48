//! The page's title, its repetition, and the site's name behind it: the one line that counts as a duplicate.
//!
//! Repeated lines in general are no chaff; headings, legal clauses and refrains repeat.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use super::claims::{Claim, Extent};
use super::{Cause, Judge, Mode};
use crate::edit::{Reason, Span};
use crate::engine::alive::Alive;
use crate::engine::conditions::PageKnown;
use crate::engine::fold::scan_into;
use crate::engine::page::Page;
use crate::engine::scan;
use crate::hash::AsItIs;
use crate::html::plain;
use crate::names::{Category, Confidence, Stage};

/// The id of this stage in audits.
const TITLE_RULE: &str = "duplicate.title";

/// A title of fewer words is not told from a menu's item.
const TITLE_WORDS_MIN: u32 = 3;

/// A title of more bytes is none: what stands ahead of each mark in a line is read, which must not take the square of its length.
const TITLE_BYTES_MAX: usize = 1000;

/// A line that stands more often above the article is an item of a list.
const TITLE_REPEATS_MAX: usize = 3;

/// What stands between a title and the site's name.
const SITE_MARKS: [&str; 9] = [" | ", " - ", " – ", " — ", " :: ", " : ", " « ", " » ", " · "];

/// The words of a site's or a section's name, at most.
const SITE_WORDS_MAX: usize = 5;

/// What may be a title in a page's head, found once for all rounds.
///
/// The title is what the markup or the record says; else what a line of the head says ahead of a site's name (`Title | Site`) while
/// another line says it bare; else the one line that stands twice in the head. Its repetitions go from the head and the tail, lines with
/// a site's name behind it from the head. Where no line says it bare, the site's name is cut off if another line, or the page's host, is
/// that name.
pub(crate) struct Titles<'a, 'p> {
    page: &'a Page<'p>,
    /// The hash of the title that the markup or the record says.
    told: Option<u64>,
    /// The page's host, its letters and figures alone.
    host: String,
    /// How many lines were looked at: heads only grow where prose goes.
    read: usize,
    /// Where those lines may be cut, in their order.
    cuts: Vec<Cut>,
    /// The hashes of those lines that may be a title.
    seen: Hashes,
    /// Whether two of them are the same.
    is_repeated: bool,
}

/// A place where a line may be cut into a title and the names of a section and a site.
struct Cut {
    line: usize,
    /// The byte of the line.
    at: usize,
    /// The hash of what stands ahead of it.
    ahead: u64,
    /// Whether that is long enough for a title.
    is_long: bool,
    /// The name behind it, if that ends the line.
    site: Option<Site>,
}

/// A name that may be the site's.
struct Site {
    hash: u64,
    /// Whether the page's host says it.
    is_host: bool,
}

impl<'a, 'p> Titles<'a, 'p> {
    /// Of a page whose markup or record may have said its title.
    pub fn new(page: &'a Page<'p>, known: &PageKnown, title: Option<&str>) -> Titles<'a, 'p> {
        let host = known.host.as_deref().map(plain).unwrap_or_default();
        Titles { page, told: title.map(hash_of), host, read: 0, cuts: Vec::new(), seen: Hashes::default(), is_repeated: false }
    }

    /// Claims on what says the title again. The first line that says it, bare, stays.
    pub fn claims(&mut self, judge: &Judge<'_>, alive: &Alive) -> Vec<Claim> {
        let Some((first_prose, _)) = alive.prose else { return Vec::new() };
        if first_prose == 0 && self.told.is_none() || !matches!((judge.stage)(Category::Duplicate), Mode::Act) {
            return Vec::new();
        }
        self.read(&alive.order[..first_prose]);
        let head = Head { titles: self, page: self.page, alive, places: first_prose };
        let named = self.told.filter(|told| head.stands(*told)).or_else(|| head.ahead_of_site());
        let extents = match named {
            Some(title) => head.repeated(title),
            None => head.repeated_in_head().or_else(|| head.site_behind()).unwrap_or_default(),
        };
        if extents.is_empty() {
            return Vec::new();
        }
        let reason = Reason {
            stage: Stage::Duplicate,
            rule: Arc::from(TITLE_RULE),
            category: Category::Duplicate,
            confidence: Confidence::Likely,
            evidence: Arc::from("says the title again"),
        };
        let cause = Arc::new(Cause { reason, layer: 0 });
        let claim = |extent| Claim { extent, cause: Arc::clone(&cause), candidate: None, asks_region: true };
        extents.into_iter().map(claim).collect()
    }

    /// Looks at the lines of a head that were not looked at yet.
    fn read(&mut self, head: &[u32]) {
        for line in head[head.partition_point(|line| (*line as usize) < self.read)..].iter().map(|line| *line as usize) {
            let text = self.page.text(line);
            if may_hold_mark(text) {
                self.cuts.extend(cuts(text).map(|(at, name)| Cut {
                    line,
                    at,
                    ahead: hash_of(&text[..at]),
                    is_long: text[..at].split_whitespace().count() >= TITLE_WORDS_MIN as usize,
                    site: if text.ends_with(name) { site(name, &self.host) } else { None },
                }));
            }
            if is_long(self.page, line) {
                self.is_repeated = self.is_repeated || !self.seen.insert(self.page.lines[line].hash);
            }
            self.read = line + 1;
        }
    }
}

/// Whether a line is long enough for a title.
fn is_long(page: &Page<'_>, line: usize) -> bool {
    page.lines[line].shape.words >= TITLE_WORDS_MIN
}

fn hash_of(text: &str) -> u64 {
    let mut folded = String::with_capacity(text.len());
    scan_into(text, &mut folded);
    scan::hash_of(&folded)
}

/// Where a line may be cut into a title and the names of a section and a site: bytes of the line, and the first name; in the order of
/// the marks.
fn cuts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let marks = marks(text);
    let mut ends = [0; SITE_MARKS.len()];
    let mut cuts = Vec::with_capacity(marks.len());
    for &(at, mark) in marks.iter().take_while(|(at, _)| *at <= TITLE_BYTES_MAX) {
        // Of marks that overlap (` - - `) the first one counts, though a name may end at any.
        if at < ends[mark] {
            continue;
        }
        ends[mark] = at + SITE_MARKS[mark].len();
        let next = marks.partition_point(|(next, _)| *next < ends[mark]);
        let name = &text[ends[mark]..marks.get(next).map_or(text.len(), |(at, _)| *at)];
        if (1..=SITE_WORDS_MAX).contains(&name.split_whitespace().take(SITE_WORDS_MAX + 1).count()) {
            cuts.push((mark, at, name));
        }
    }
    cuts.sort_by_key(|(mark, ..)| *mark);
    cuts.into_iter().map(|(_, at, name)| (at, name))
}

/// Whether a line holds a byte that is the second one of a mark; most lines of most heads hold none.
fn may_hold_mark(text: &str) -> bool {
    text.bytes().any(|byte| IS_SECOND[usize::from(byte)])
}

/// The bytes that may follow the space of a mark.
const IS_SECOND: [bool; 256] = {
    let (mut table, mut mark) = ([false; 256], 0);
    while mark < SITE_MARKS.len() {
        table[SITE_MARKS[mark].as_bytes()[1] as usize] = true;
        mark += 1;
    }
    table
};

/// The marks in a line in the order of their places: where one begins, and its number. Of those beyond where a line may be cut only
/// some are told, of which one ends the last name.
fn marks(text: &str) -> Vec<(usize, usize)> {
    let (bytes, mut marks) = (text.as_bytes(), Vec::new());
    for (at, pair) in bytes.windows(2).enumerate() {
        if pair[0] == b' ' && IS_SECOND[usize::from(pair[1])] {
            let mark = SITE_MARKS.iter().position(|mark| bytes[at..].starts_with(mark.as_bytes()));
            marks.extend(mark.map(|mark| (at, mark)));
            if marks.last().is_some_and(|(at, _)| *at > TITLE_BYTES_MAX + MARK_BYTES_MAX) {
                break;
            }
        }
    }
    marks
}

/// How long a mark is at most.
const MARK_BYTES_MAX: usize = {
    let (mut longest, mut mark) = (0, 0);
    while mark < SITE_MARKS.len() {
        if SITE_MARKS[mark].len() > longest {
            longest = SITE_MARKS[mark].len();
        }
        mark += 1;
    }
    longest
};

/// What a name may be the site's by; names of three letters are too short to tell.
fn site(name: &str, host: &str) -> Option<Site> {
    let plain = plain(name);
    (plain.chars().count() > 3).then(|| Site { hash: hash_of(name), is_host: host.contains(&plain) })
}

/// Hashes of lines.
type Hashes = HashSet<u64, BuildHasherDefault<AsItIs>>;

/// A page's head in one round.
struct Head<'a, 't, 'p> {
    titles: &'t Titles<'a, 'p>,
    page: &'a Page<'p>,
    alive: &'t Alive,
    /// How many places stand before the first prose.
    places: usize,
}

impl Head<'_, '_, '_> {
    fn hash(&self, place: usize) -> u64 {
        self.page.lines[self.alive.line(place)].hash
    }

    fn stands(&self, hash: u64) -> bool {
        self.alive.copies(self.page, hash) > 0
    }

    /// The places that may hold a title.
    fn may_be_title(&self) -> impl Iterator<Item = usize> {
        (0..self.places).filter(|&p| is_long(self.page, self.alive.line(p)))
    }

    /// The cuts in lines that may hold a title.
    fn cuts(&self) -> impl Iterator<Item = &Cut> {
        let head = &self.alive.order[..self.places];
        self.titles.cuts.iter().filter(|cut| is_long(self.page, cut.line) && head.binary_search(&(cut.line as u32)).is_ok())
    }

    /// What a line says ahead of a site's name, where another line says it bare.
    fn ahead_of_site(&self) -> Option<u64> {
        self.cuts().filter(|cut| cut.is_long).map(|cut| cut.ahead).find(|ahead| self.stands(*ahead))
    }

    /// All that says a known title again.
    fn repeated(&self, title: u64) -> Vec<Extent> {
        let with_site: Vec<usize> = self.titles.cuts.iter().filter(|cut| cut.ahead == title).map(|cut| cut.line).collect();
        let (mut again, mut is_first) = (Vec::new(), true);
        for place in 0..self.alive.order.len() {
            let in_head = place < self.places;
            let says = self.hash(place) == title && !std::mem::take(&mut is_first) && (in_head || self.alive.in_tail(place));
            if says || (in_head && !with_site.is_empty() && with_site.binary_search(&self.alive.line(place)).is_ok()) {
                again.push(Extent::Places(place..place + 1));
            }
        }
        again
    }

    /// The later copies of the one line that stands more than once in the head. Lines that repeat in their own right, as a refrain's do,
    /// are no title's.
    fn repeated_in_head(&self) -> Option<Vec<Extent>> {
        if !self.titles.is_repeated {
            return None;
        }
        let has_copies = |p: &usize| self.alive.copies(self.page, self.hash(*p)) > 1;
        let mut seen = Hashes::default();
        let again: Vec<usize> = self.may_be_title().filter(has_copies).filter(|&p| !seen.insert(self.hash(p))).collect();
        let title = self.hash(*again.first()?);
        if again.len() >= TITLE_REPEATS_MAX || again.iter().any(|&p| self.hash(p) != title) {
            return None;
        }
        // Another line of the head that stands again below is an entry of a table of contents, and so is this one.
        let mut others = self.may_be_title().filter(has_copies).filter(|&p| self.hash(p) != title).peekable();
        if others.peek().is_some() {
            let below: Hashes = (self.places..self.alive.order.len()).map(|p| self.hash(p)).collect();
            if others.any(|p| below.contains(&self.hash(p))) {
                return None;
            }
        }
        Some(again.into_iter().map(|p| Extent::Places(p..p + 1)).collect())
    }

    /// A site's name behind the only line that says the title.
    fn site_behind(&self) -> Option<Vec<Extent>> {
        let is_title = |cut: &Cut| self.titles.told.map_or(cut.is_long, |told| cut.ahead == told);
        let is_site = |site: &Site| site.is_host || self.stands(site.hash);
        let cut = self.cuts().find(|cut| is_title(cut) && cut.site.as_ref().is_some_and(is_site))?;
        let span = Span { start: cut.at, end: self.page.text(cut.line).trim_end().len() };
        Some(vec![Extent::Span { line: cut.line, span, replacement: None }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_marks() {
        let long = format!("{} | The Daily", "word ".repeat(TITLE_BYTES_MAX));
        for (line, expected) in [
            ("A long title", &[][..]),
            ("A title - on News | The Daily", &[("A title - on News", "The Daily"), ("A title", "on News")]),
            ("A title | - The Daily", &[("A title", "- The Daily"), ("A title |", "The Daily")]),
            ("A - - B - C", &[("A", "- B"), ("A - - B", "C")]),
            ("A title | ", &[]),
            ("A title | a name of six words here", &[]),
            (&long, &[]),
        ] {
            let found: Vec<(&str, &str)> = cuts(line).map(|(at, name)| (&line[..at], name)).collect();
            assert_eq!(found, expected, "{line:.40}");
        }
        assert!(
            SITE_MARKS.iter().all(|mark| may_hold_mark(mark) && mark.len() <= MARK_BYTES_MAX) && !may_hold_mark("A long title.")
        );
    }
}

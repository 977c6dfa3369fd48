//! Which lines of a page are still there while it is judged, and where its prose begins and ends.
//!
//! Distances count lines that are not blank and not removed, so that a page that was cleaned before is judged alike.

use std::cell::OnceCell;

use super::page::Page;

/// The lines of a page that are still there, and where its prose begins and ends.
#[derive(Debug)]
pub struct Alive {
    /// Indices of [`Page::lines`], in order.
    pub order: Vec<u32>,
    /// Places in `order` of the first and the last prose.
    pub prose: Option<(usize, usize)>,
    /// The hashes of lines, sorted, and how many have each; counted when it is first asked. On a page of many lines a map would be the
    /// largest thing that is held of it.
    copies: OnceCell<Vec<(u64, u32)>>,
    /// What each line tells: its categories, and above them the bits of its rules; found when they are first asked.
    told: OnceCell<Vec<u64>>,
}

impl Alive {
    /// All lines.
    pub fn new(page: &Page<'_>) -> Alive {
        let order = (0..page.lines.len() as u32).collect();
        let mut alive = Alive { order, prose: None, copies: OnceCell::new(), told: OnceCell::new() };
        alive.find_prose(page, &[]);
        alive
    }

    /// The line at a place, as an index of [`Page::lines`].
    pub fn line(&self, place: usize) -> usize {
        self.order[place] as usize
    }

    /// The place of a line, if it is still there.
    pub fn place(&self, line: usize) -> Option<usize> {
        self.order.binary_search(&(line as u32)).ok()
    }

    /// Takes out the lines for which `gone`, by index, is true.
    pub fn take_out(&mut self, page: &Page<'_>, gone: &[bool]) {
        if let Some(copies) = self.copies.get_mut() {
            for index in self.order.iter().map(|index| *index as usize).filter(|index| gone[*index]) {
                let place = copies.binary_search_by_key(&page.lines[index].hash, |(hash, _)| *hash);
                place.into_iter().for_each(|place| copies[place].1 -= 1);
            }
        }
        let before = self.order.len();
        self.order.retain(|index| !gone[*index as usize]);
        if self.order.len() < before {
            self.told = OnceCell::new();
        }
        self.find_prose(page, &[]);
    }

    /// Finds the prose where `taken`, by place, is false; places behind its end are not taken. Tells whether it was another before.
    pub fn find_prose(&mut self, page: &Page<'_>, taken: &[bool]) -> bool {
        let is_prose = |place: &usize| !taken.get(*place).is_some_and(|t| *t) && page.lines[self.line(*place)].shape.is_prose();
        let first = (0..self.order.len()).find(is_prose);
        let prose = first.zip((0..self.order.len()).rev().find(is_prose));
        std::mem::replace(&mut self.prose, prose) != prose
    }

    /// How many lines have this hash of their folded text.
    pub fn copies(&self, page: &Page<'_>, hash: u64) -> u32 {
        let copies = self.copies.get_or_init(|| {
            let mut hashes: Vec<u64> = self.order.iter().map(|index| page.lines[*index as usize].hash).collect();
            hashes.sort_unstable();
            hashes.chunk_by(|a, b| a == b).map(|copies| (copies[0], copies.len() as u32)).collect()
        });
        copies.binary_search_by_key(&hash, |(hash, _)| *hash).map_or(0, |place| copies[place].1)
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

    /// What lines tell, up to so many places before a place and behind it: their categories, and in the upper half the bits of their
    /// rules.
    pub fn told_around(&self, page: &Page<'_>, place: usize, lines: usize) -> (&[u64], &[u64]) {
        let told = |index: &u32| {
            let line = &page.lines[*index as usize];
            u64::from(line.rules) << 32 | u64::from(line.categories)
        };
        let all = self.told.get_or_init(|| self.order.iter().map(told).collect());
        (&all[place.saturating_sub(lines)..place], &all[place + 1..(place + lines + 1).min(all.len())])
    }

    /// The places around a place, itself left out, at most `lines` away.
    pub fn around(&self, place: usize, lines: usize) -> impl Iterator<Item = usize> + use<> {
        let (from, to) = (place.saturating_sub(lines), (place + lines + 1).min(self.order.len()));
        (from..to).filter(move |&p| p != place)
    }
}

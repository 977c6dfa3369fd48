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
    /// How many lines have a hash; counted when it is first asked.
    copies: OnceCell<Copies>,
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
                copies.take_out(page, page.lines[index].hash);
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
        let copies = self.copies.get_or_init(|| Copies::count(page, &self.order));
        copies.places[copies.place(page, hash)].1
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

/// How many lines have a hash. A map of the hashes themselves would be the largest thing that is held of a page of many lines.
#[derive(Debug)]
struct Copies {
    /// Open addressing: a line of a hash, and how many have it; free where the line is none. Not all places are taken.
    places: Vec<(u32, u32)>,
}

/// No line.
const FREE: u32 = u32::MAX;

impl Copies {
    fn count(page: &Page<'_>, lines: &[u32]) -> Copies {
        let places = (lines.len() + lines.len() / 2 + 1).next_power_of_two();
        let mut copies = Copies { places: vec![(FREE, 0); places] };
        for line in lines {
            let place = copies.place(page, page.lines[*line as usize].hash);
            copies.places[place] = (*line, copies.places[place].1 + 1);
        }
        copies
    }

    /// Where a hash stands, or would.
    fn place(&self, page: &Page<'_>, hash: u64) -> usize {
        let last = self.places.len() - 1;
        let mut place = hash as usize & last;
        while self.places[place].0 != FREE && page.lines[self.places[place].0 as usize].hash != hash {
            place = (place + 1) & last;
        }
        place
    }

    fn take_out(&mut self, page: &Page<'_>, hash: u64) {
        let place = self.place(page, hash);
        self.places[place].1 = self.places[place].1.saturating_sub(1);
    }
}

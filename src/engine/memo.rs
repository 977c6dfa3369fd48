//! Lines that were scanned before: menus, networks and legal lines stand on page after page.
//!
//! What a line is does not depend on its page, so a line that is the same byte for byte is not scanned again. Nothing else is carried
//! from page to page. Two generations of lines are kept: when the younger one is full, the older one is forgotten.

use xxhash_rust::xxh3::xxh3_64;

use super::scan::{Candidate, Looks};

/// How much text a generation keeps.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// How many lines a generation keeps.
const LINES_MAX: usize = 1 << 14;
/// How many candidates a generation keeps.
const CANDIDATES_MAX: usize = 1 << 15;
/// How many places the smallest index has.
const PLACES_MIN: usize = 1 << 8;

/// What is known of a line, whatever page it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Known<'m> {
    /// What it looks like.
    pub looks: Looks,
    /// What matched in it; the lines' numbers are another page's.
    pub candidates: &'m [Candidate],
}

/// Lines that were scanned before.
#[derive(Debug, Default)]
pub struct Memo {
    young: Generation,
    old: Generation,
}

impl Memo {
    /// What is known of a line; `hash` is its [`hash_of`].
    pub fn find(&mut self, line: &str, hash: u64) -> Option<Known<'_>> {
        let number = match self.young.find(line, hash) {
            Some(number) => number,
            None => {
                let known = self.old.lines[self.old.find(line, hash)?];
                // What stands again stays.
                let candidates = self.old.candidates_of(&known).to_vec();
                self.add(line, hash, known.looks, &candidates);
                self.young.find(line, hash)?
            }
        };
        let known = &self.young.lines[number];
        Some(Known { looks: known.looks, candidates: self.young.candidates_of(known) })
    }

    /// Keeps what is known of a line that was not found.
    pub fn add(&mut self, line: &str, hash: u64, looks: Looks, candidates: &[Candidate]) {
        if line.len() > TEXT_BYTES_MAX / 16 || candidates.len() > CANDIDATES_MAX / 16 {
            return;
        }
        if !self.young.has_room(line.len(), candidates.len()) {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.add(line, hash, looks, candidates);
    }
}

/// The hash by which a line is found.
pub fn hash_of(line: &str) -> u64 {
    xxh3_64(line.as_bytes())
}

#[derive(Debug, Clone, Copy)]
struct Kept {
    hash: u64,
    /// Where its text begins, and its length.
    text: (u32, u32),
    /// Where its candidates begin, and how many there are.
    candidates: (u32, u32),
    looks: Looks,
}

#[derive(Debug, Default)]
struct Generation {
    text: String,
    candidates: Vec<Candidate>,
    lines: Vec<Kept>,
    /// For each place a tag of a line's hash, 0 where it is free: small, so that lines that are not known cost little. Twice as many as
    /// lines at least.
    tags: Vec<u16>,
    /// For each place the line's number.
    numbers: Vec<u32>,
}

impl Generation {
    fn has_room(&self, bytes: usize, candidates: usize) -> bool {
        self.lines.len() < LINES_MAX
            && self.text.len() + bytes <= TEXT_BYTES_MAX
            && self.candidates.len() + candidates <= CANDIDATES_MAX
    }

    fn clear(&mut self) {
        self.text.clear();
        self.candidates.clear();
        self.lines.clear();
        self.tags.fill(0);
    }

    /// The number of a line.
    fn find(&self, line: &str, hash: u64) -> Option<usize> {
        let last = self.tags.len().checked_sub(1)?;
        let mut place = hash as usize & last;
        while self.tags[place] != 0 {
            // Other lines are hardly ever read.
            if self.tags[place] == tag(hash) {
                let number = self.numbers[place] as usize;
                let kept = &self.lines[number];
                if &self.text.as_bytes()[kept.text.0 as usize..][..kept.text.1 as usize] == line.as_bytes() {
                    return Some(number);
                }
            }
            place = (place + 1) & last;
        }
        None
    }

    fn candidates_of(&self, kept: &Kept) -> &[Candidate] {
        &self.candidates[kept.candidates.0 as usize..][..kept.candidates.1 as usize]
    }

    fn add(&mut self, line: &str, hash: u64, looks: Looks, candidates: &[Candidate]) {
        if self.tags.len() < 2 * (self.lines.len() + 1) {
            let places = (2 * self.tags.len()).max(PLACES_MIN);
            self.tags.clear();
            self.tags.resize(places, 0);
            self.numbers.resize(places, 0);
            (0..self.lines.len()).for_each(|number| self.place(number));
        }
        let text = (self.text.len() as u32, line.len() as u32);
        let range = (self.candidates.len() as u32, candidates.len() as u32);
        self.text.push_str(line);
        self.candidates.extend_from_slice(candidates);
        self.lines.push(Kept { hash, text, candidates: range, looks });
        self.place(self.lines.len() - 1);
    }

    /// Writes a line's number at the first free place of its hash.
    fn place(&mut self, number: usize) {
        let last = self.tags.len() - 1;
        let hash = self.lines[number].hash;
        let mut place = hash as usize & last;
        while self.tags[place] != 0 {
            place = (place + 1) & last;
        }
        self.tags[place] = tag(hash);
        self.numbers[place] = number as u32;
    }
}

/// What stands for a hash at its place; never 0.
fn tag(hash: u64) -> u16 {
    (hash >> 48) as u16 | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(n: u64) -> Looks {
        Looks { hash: n, ..Looks::default() }
    }

    #[test]
    fn lines_that_stand_again_are_known() {
        let mut memo = Memo::default();
        for n in 0..10 * LINES_MAX as u64 {
            let line = format!("line {n}");
            memo.add(&line, hash_of(&line), looks(n), &[]);
            let often = "Home";
            if memo.find(often, hash_of(often)).is_none() {
                assert_eq!(n, 0);
                memo.add(often, hash_of(often), looks(7), &[]);
            }
        }
        let found = |memo: &mut Memo, line: &str| memo.find(line, hash_of(line)).map(|known| known.looks.hash);
        assert_eq!(found(&mut memo, "Home"), Some(7));
        assert_eq!(found(&mut memo, "line 5"), None);
        assert_eq!(found(&mut memo, &format!("line {}", 10 * LINES_MAX - 1)), Some(10 * LINES_MAX as u64 - 1));
        assert!(memo.young.lines.len() <= LINES_MAX && memo.young.tags.len() <= 4 * LINES_MAX);
    }

    #[test]
    fn lines_of_one_hash_are_told_apart() {
        let mut memo = Memo::default();
        memo.add("a", 1, looks(1), &[]);
        memo.add("b", 1, looks(2), &[]);
        assert_eq!(memo.find("b", 1).map(|known| known.looks.hash), Some(2));
        assert!(memo.find("c", 1).is_none());
    }
}

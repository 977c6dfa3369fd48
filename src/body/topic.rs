//! What lines share: the words of all lines, and how many of them stand in the article or in the title.
//!
//! Words are hashes; in scripts without spaces pairs of letters stand for words.

use std::ops::Range;

use super::features::{NONE, share};
use super::marks::{Marks, is_long, marks};
use crate::engine::shape::Shape;

/// The words of a page, line by line.
#[derive(Debug, Default)]
pub struct Topic {
    words: Vec<u32>,
    /// Where each line's words end.
    ends: Vec<usize>,
}

impl Topic {
    /// Counts a line and takes in its words; lines come in their order.
    pub fn line(&mut self, text: &str, shape: Shape) -> Marks {
        let from = self.words.len();
        let marks = marks(text, shape, &mut self.words);
        // Each word once a line, in an order of its own.
        self.words[from..].sort_unstable();
        let mut last = from;
        for at in from..self.words.len() {
            if at == from || self.words[at] != self.words[last - 1] {
                self.words[last] = self.words[at];
                last += 1;
            }
        }
        self.words.truncate(last);
        self.ends.push(last);
        marks
    }

    fn of(&self, line: usize) -> &[u32] {
        let from = if line == 0 { 0 } else { self.ends[line - 1] };
        &self.words[from..self.ends[line]]
    }

    /// For each line, the share of its longer words that a line of `run` other than itself has.
    pub fn shares(&self, run: &Range<usize>) -> Vec<u8> {
        let counts = Counts::new(run.clone().flat_map(|line| self.of(line)).copied().filter(|word| is_long(*word)));
        let of_line = |line: usize| {
            let own = u32::from(run.contains(&line));
            let (mut known, mut all) = (0, 0);
            for word in self.of(line).iter().filter(|word| is_long(**word)) {
                all += 1;
                known += usize::from(counts.get(*word) > own);
            }
            if all == 0 { NONE } else { share(known, all) }
        };
        (0..self.ends.len()).map(of_line).collect()
    }

    /// For each line, how many of its words another line has.
    pub fn common(&self, other: usize) -> Vec<usize> {
        let counts = Counts::new(self.of(other).iter().copied());
        (0..self.ends.len()).map(|line| self.of(line).iter().filter(|word| counts.get(**word) > 0).count()).collect()
    }

    /// How many different words a line has.
    pub fn count(&self, line: usize) -> usize {
        self.of(line).len()
    }
}

const PROBES_MAX: usize = 64;

/// How many lines have a word: open addressing, for the hashes are hashes already.
struct Counts {
    /// A word and its count; a count of 0 is a free place.
    places: Vec<(u32, u32)>,
    mask: usize,
}

impl Counts {
    fn new(words: impl Iterator<Item = u32> + Clone) -> Counts {
        let size = (2 * words.clone().count() + 1).next_power_of_two();
        let mut counts = Counts { places: vec![(0, 0); size], mask: size - 1 };
        for word in words {
            let place = counts.place(word);
            counts.places[place].0 = word;
            counts.places[place].1 += 1;
        }
        counts
    }

    /// Where a word stands, or would. After [`PROBES_MAX`] places it shares one: a page made of words that collide stays linear.
    fn place(&self, word: u32) -> usize {
        // The low bits of a product are its worst.
        let mut at = (word >> 7 ^ word >> 19) as usize & self.mask;
        for _ in 0..PROBES_MAX {
            if self.places[at].1 == 0 || self.places[at].0 == word {
                break;
            }
            at = (at + 1) & self.mask;
        }
        at
    }

    fn get(&self, word: u32) -> u32 {
        self.places[self.place(word)].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_words() {
        let mut topic = Topic::default();
        for line in ["Bridge opens", "The bridge opens after years", "Years of building the bridge", "Weather", "1 2"] {
            topic.line(line, Shape::default());
        }
        assert_eq!(topic.shares(&(1..3)), [100, 50, 66, 0, NONE]);
        assert_eq!(topic.common(0), [2, 2, 1, 0, 0]);
        assert_eq!((0..5).map(|line| topic.count(line)).collect::<Vec<_>>(), [2, 5, 5, 1, 2]);
    }
}

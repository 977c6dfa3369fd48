//! What is known of lines whatever page they stand in: their counts and their words. A page that is judged again has most of its lines
//! still, and menus stand on page after page.
//!
//! Words have numbers, the same in all lines that are known at a time; which numbers these are changes nothing.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::marks::{Marks, marks};
use super::numbers::Numbers;
use super::spelling::is_long;
use crate::engine::shape::Shape;

/// From how much text on all lines are forgotten, before the next page.
const TEXT_BYTES_MAX: usize = 1 << 18;

/// Lines that were counted before.
#[derive(Debug, Default)]
pub struct Known {
    /// All lines, one after another.
    text: String,
    lines: Vec<Line>,
    /// What numbers lines have by their hashes.
    numbers: Numbers,
    /// The different words of each line.
    words: Vec<Word>,
    word_numbers: Numbers,
    /// For each word, behind which place of `words` it was written last.
    last: Vec<usize>,
    /// For each word, what is counted of it for a page; nought between.
    counts: Vec<u32>,
    /// The hashes of a line's words, while it is counted.
    hashes: Vec<u64>,
}

/// Where a line's text and words are, and its counts.
#[derive(Debug, Clone)]
struct Line {
    text: Range<usize>,
    words: Range<usize>,
    marks: Marks,
}

/// A word, or a pair of letters in scripts without spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word(u32);

impl Word {
    fn new(number: usize, hash: u64) -> Word {
        Word(2 * number as u32 + u32::from(is_long(hash)))
    }

    /// Its place among the words that are known.
    pub fn number(self) -> usize {
        self.0 as usize / 2
    }

    /// 1 of a long word, or a pair of letters, else 0.
    pub fn long(self) -> u32 {
        self.0 & 1
    }
}

impl Known {
    /// Before a page: forgets all lines if they are many. While the page is looked at, none is forgotten.
    pub fn begin_page(&mut self) {
        if self.text.len() > TEXT_BYTES_MAX {
            self.text.clear();
            self.lines.clear();
            self.numbers.clear();
            self.words.clear();
            self.word_numbers.clear();
            self.last.clear();
            self.counts.clear();
        }
    }

    /// The counts of a line, and where its words are.
    pub fn line(&mut self, text: &str, shape: Shape) -> (Marks, Range<usize>) {
        let number = self.numbers.of(xxh3_64(text.as_bytes()));
        if let Some(line) = self.lines.get(number)
            && &self.text.as_bytes()[line.text.clone()] == text.as_bytes()
        {
            return (Marks { shape, ..line.marks }, line.words.clone());
        }
        let (marks, words) = self.count(text, shape);
        // Of two lines with one hash the first is known.
        if number == self.lines.len() {
            let from = self.text.len();
            self.text.push_str(text);
            self.lines.push(Line { text: from..self.text.len(), words: words.clone(), marks });
        }
        (marks, words)
    }

    fn count(&mut self, text: &str, shape: Shape) -> (Marks, Range<usize>) {
        let from = self.words.len();
        self.hashes.clear();
        let marks = marks(text, shape, &mut self.hashes);
        for hash in &self.hashes {
            let number = self.word_numbers.of(*hash);
            if number == self.last.len() {
                self.last.push(0);
                self.counts.push(0);
            }
            // Each word once a line.
            if self.last[number] <= from {
                self.words.push(Word::new(number, *hash));
                self.last[number] = self.words.len();
            }
        }
        (marks, from..self.words.len())
    }

    /// The different words of a line, in the order in which they come.
    pub fn words(&self, of: &Range<usize>) -> &[Word] {
        &self.words[of.clone()]
    }

    /// Counts the words of some lines, hands the counts on by [`Word::number`], and forgets them.
    pub fn with_counts<R>(&mut self, of: &[Range<usize>], work: impl FnOnce(&Known, &[u32]) -> R) -> R {
        let mut counts = std::mem::take(&mut self.counts);
        of.iter().for_each(|of| self.words(of).iter().for_each(|word| counts[word.number()] += 1));
        let result = work(self, &counts);
        of.iter().for_each(|of| self.words(of).iter().for_each(|word| counts[word.number()] = 0));
        self.counts = counts;
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_it_was() {
        let mut known = Known::default();
        let (marks, words) = known.line("Years of the bridge, of years", Shape { words: 6, ..Shape::default() });
        let numbers = |known: &Known, of: &_| known.words(of).iter().map(|word| (word.number(), word.long())).collect::<Vec<_>>();
        assert_eq!(numbers(&known, &words), [(0, 1), (1, 0), (2, 0), (3, 1)]);
        assert_eq!(known.line("Years of the bridge, of years", marks.shape), (marks, words));
        let (_, words) = known.line("The years", Shape::default());
        assert_eq!(numbers(&known, &words), [(2, 0), (0, 1)]);
        for line in 0..TEXT_BYTES_MAX / 4 {
            known.line(&format!("{line:06}"), Shape::default());
        }
        known.begin_page();
        assert_eq!(known.line("Years", Shape::default()).1, 0..1);
    }
}

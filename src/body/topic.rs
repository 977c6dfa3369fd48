//! What lines share: how many of a line's words stand in the article or in the title.

use std::ops::Range;

use super::features::{NONE, share};
use super::known::{Known, Word};
use super::marks::Marks;
use crate::engine::shape::Shape;

/// The words of a page, line by line.
#[derive(Debug)]
pub struct Topic<'k> {
    known: &'k mut Known,
    /// Where each line's words are.
    lines: Vec<Range<usize>>,
}

impl<'k> Topic<'k> {
    /// A page without lines so far.
    pub fn new(known: &'k mut Known) -> Self {
        known.begin_page();
        Topic { known, lines: Vec::new() }
    }

    /// Counts a line and takes in its words; lines come in their order.
    pub fn line(&mut self, text: &str, shape: Shape) -> Marks {
        let (marks, words) = self.known.line(text, shape);
        self.lines.push(words);
        marks
    }

    fn of(&self, line: usize) -> &[Word] {
        self.known.words(&self.lines[line])
    }

    /// For each line, the share of its longer words that a line of `run` other than itself has.
    pub fn shares(&mut self, run: &Range<usize>) -> Vec<u8> {
        let lines = &self.lines;
        self.known.with_counts(&lines[run.clone()], |known, counts| {
            let of_line = |(line, words): (usize, &Range<usize>)| {
                let own = u32::from(run.contains(&line));
                let (mut shared, mut all) = (0, 0);
                for word in known.words(words) {
                    all += word.long();
                    shared += word.long() & u32::from(counts[word.number()] > own);
                }
                if all == 0 { NONE } else { share(shared as usize, all as usize) }
            };
            lines.iter().enumerate().map(of_line).collect()
        })
    }

    /// For each line, how many of its words another line has.
    pub fn common(&mut self, other: usize) -> Vec<usize> {
        let lines = &self.lines;
        self.known.with_counts(&lines[other..=other], |known, counts| {
            let common = |words| known.words(words).iter().map(|word| counts[word.number()] as usize).sum();
            lines.iter().map(common).collect()
        })
    }

    /// How many different words a line has.
    pub fn count(&self, line: usize) -> usize {
        self.of(line).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_words() {
        let mut known = Known::default();
        let mut topic = Topic::new(&mut known);
        for line in ["Bridge opens", "The bridge opens after years", "Years of building the bridge", "Weather", "1 2"] {
            topic.line(line, Shape::default());
        }
        assert_eq!(topic.shares(&(1..3)), [100, 50, 66, 0, NONE]);
        assert_eq!(topic.common(0), [2, 2, 1, 0, 0]);
        assert_eq!((0..5).map(|line| topic.count(line)).collect::<Vec<_>>(), [2, 5, 5, 1, 2]);
    }
}

//! Where the article probably lies: the run of lines with the best sum, the block with most prose, the headline above.

use std::ops::Range;

use super::evidence::Evidence;
use super::marks::Marks;
use crate::engine::page::Page;

/// Runs of lines that hold most of the good text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segments {
    /// The best sum where each line without prose costs [`TIGHT_COST`].
    pub tight: Range<usize>,
    /// The same with [`LOOSE_COST`].
    pub loose: Range<usize>,
    /// The block with most words of prose.
    pub longest_block: Range<usize>,
}

/// What a line costs that is no prose, in words: a list or some captions do not part an article, a menu does.
const TIGHT_COST: i64 = 8;
const LOOSE_COST: i64 = 3;
/// What a line costs besides that a likely rule matches.
const HIT_COST: i64 = 6;
/// One long line is no article by itself.
const LINE_WORDS_MAX: i64 = 120;
/// A sentence of so many words is half as good as prose.
const SENTENCE_WORDS_MIN: i64 = 9;

impl Segments {
    /// Finds them.
    pub fn new(page: &Page<'_>, lines: &[Marks], evidence: &Evidence) -> Segments {
        let worth = |i: usize, cost: i64| {
            let words = i64::from(lines[i].shape.words).min(LINE_WORDS_MAX);
            let hit = if evidence.is_likely(i) { HIT_COST } else { 0 };
            let plain = if lines[i].shape.is_prose() {
                words
            } else if lines[i].shape.ends && words >= SENTENCE_WORDS_MIN {
                words / 2
            } else {
                -cost
            };
            plain - hit
        };
        Segments {
            tight: best(lines.len(), |i| worth(i, TIGHT_COST)),
            loose: best(lines.len(), |i| worth(i, LOOSE_COST)),
            longest_block: longest_block(page, lines),
        }
    }
}

/// The page's headline: the line most like the title, as an empty range if there is none. `common` is how many words each line shares
/// with the title, `counts` how many each has; the title's own line is no headline.
pub fn headline(title: usize, common: &[usize], counts: impl Fn(usize) -> usize) -> Range<usize> {
    // Words in common of all words of both, in per mille.
    let likeness = |i: usize| 1000 * common[i] / (counts(i) + counts(title) - common[i]).max(1);
    let may_be = |i: &usize| *i != title && common[*i] > 0 && 2 * common[*i] >= counts(*i) && likeness(*i) >= LIKENESS_MIN;
    // The first of the best.
    (0..common.len()).rev().filter(may_be).max_by_key(|i| likeness(*i)).map_or(0..0, |i| i..i + 1)
}

/// How much of title and headline is common at least, in per mille: a title names the site as well.
const LIKENESS_MIN: usize = 250;

/// The run with the best sum (Kadane's algorithm); the first of equals.
fn best(lines: usize, worth: impl Fn(usize) -> i64) -> Range<usize> {
    let (mut best, mut best_sum, mut from, mut sum) = (0..0, 0, 0, 0);
    for i in 0..lines {
        if sum <= 0 {
            (from, sum) = (i, 0);
        }
        sum += worth(i);
        if sum > best_sum {
            (best, best_sum) = (from..i + 1, sum);
        }
    }
    best
}

fn longest_block(page: &Page<'_>, lines: &[Marks]) -> Range<usize> {
    let (mut best, mut best_words, mut from) = (0..0, 0, 0);
    for block in page.lines.chunk_by(|a, b| a.block == b.block) {
        let range = from..from + block.len();
        from = range.end;
        let words: usize = lines[range.clone()].iter().map(Marks::prose_words).sum();
        if words > best_words {
            (best, best_words) = (range, words);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_runs() {
        for (worth, run) in [
            (vec![-3, 20, -3, 30, -3], 1..4),
            (vec![10, -20, 30], 2..3),
            (vec![-1, -1], 0..0),
            (vec![5, -5, 5], 0..1),
            (vec![], 0..0),
        ] {
            assert_eq!(best(worth.len(), |i| worth[i]), run, "{worth:?}");
        }
    }
}

//! What the figures of a line are part of: dates and times of day, asked once a line.
//!
//! Where a date or a time ends, `slots` knows.

use super::fold::LineChar;
use super::holds::{DATE, DATE_FIRST, Holds, TIME};
use super::slots;
use super::vocab::{Vocab, is_word_end};
use crate::rules::phrase::Slot;

/// How many words before its first figure a date may begin: `Tuesday, the 5th`, `März`.
const WORDS_BEFORE_FIGURES_MAX: usize = 3;

/// What the figures of a line may be part of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints {
    /// There are figures.
    pub digits: bool,
    /// A date in figures alone may stand here.
    pub dates: bool,
    /// A time of day may stand here.
    pub times: bool,
}

/// What stands behind the figures of a scan fold.
pub fn hints(folded: &[u8]) -> Hints {
    let mut hints = Hints::default();
    for (at, _) in folded.iter().enumerate().filter(|(_, b)| b.is_ascii_digit()) {
        hints.digits = true;
        let behind = &folded[at + 1..];
        let letter = behind.strip_prefix(b" ").unwrap_or(behind).first();
        hints.dates |=
            matches!(behind, [b'-' | b'.' | b'/', ..]) || ["年", "년"].iter().any(|s| behind.starts_with(s.as_bytes()));
        hints.times |= matches!(behind, [b':' | b'.', ..])
            || matches!(letter, Some(b'a' | b'p' | b'h' | b'u'))
            || ["時", "시"].iter().any(|s| behind.starts_with(s.as_bytes()));
    }
    hints
}

/// Whether a line holds a date, also where it begins, and a time of day. Both hold figures, so only words about figures are tried.
pub fn dates_and_times(line: &[LineChar], vocab: &Vocab) -> Holds {
    let mut holds = 0;
    let mut starts = [0; WORDS_BEFORE_FIGURES_MAX + 1];
    let mut tried = None;
    let is_date = |at: usize| !slots::ends(Slot::Date, line, at, vocab).is_empty();
    for at in 0..line.len() {
        if !line[at].is_word() || !is_word_end(line, at) {
            continue;
        }
        starts.rotate_left(1);
        starts[WORDS_BEFORE_FIGURES_MAX] = at;
        if line[at].c.is_ascii_digit() {
            if holds & TIME == 0 && !slots::ends(Slot::Time, line, at, vocab).is_empty() {
                holds |= TIME;
            }
            // Figures side by side have words before them in common.
            let untried = |start: &usize| tried.is_none_or(|tried| *start > tried);
            if holds & DATE == 0 && starts.iter().copied().filter(untried).any(is_date) {
                holds |= DATE;
            }
            tried = Some(at);
        }
        if holds == DATE | TIME {
            break;
        }
    }
    let first = || line.iter().position(|l| !l.is_aside());
    holds | if holds & DATE != 0 && first().is_some_and(is_date) { DATE_FIRST } else { 0 }
}

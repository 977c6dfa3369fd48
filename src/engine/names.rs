//! Whether one of many names stands in a scan fold: asked of every line with figures, for the months of all languages.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use super::figures::first_figure;
use super::fold::scan_fold;

/// Finds names that stand between signs, white space or characters beyond ASCII. One automaton for all of them.
#[derive(Debug)]
pub struct NameFinder {
    finder: Option<AhoCorasick>,
    /// A bit for the first two bytes of each name.
    pairs: Box<[u64; 1 << 10]>,
    name_bytes_max: usize,
    /// The same of names in ASCII.
    ascii_bytes_max: usize,
}

/// What may stand behind a figure as part of it (`1st`), and between a figure and a name (`de`, `the`), in bytes.
const ENDING_BYTES_MAX: usize = 3;
const SMALL_WORD_BYTES_MAX: usize = 4;

impl NameFinder {
    /// Folds the names.
    pub fn new<'a>(names: impl Iterator<Item = &'a String>) -> NameFinder {
        let names: Vec<String> = names.map(|name| scan_fold(name)).filter(|name| !name.is_empty()).collect();
        let name_bytes_max = names.iter().map(String::len).max().unwrap_or(0);
        let ascii_bytes_max = names.iter().filter(|name| name.is_ascii()).map(String::len).max().unwrap_or(0);
        let mut pairs = Box::new([0; 1 << 10]);
        for name in names.iter().map(String::as_bytes) {
            // What stands behind a name of one byte is no part of it.
            for second in name.get(1).map_or(0..=u8::MAX, |second| *second..=*second) {
                pairs[usize::from(name[0]) << 2 | usize::from(second >> 6)] |= 1 << (second & 63);
            }
        }
        let mut builder = AhoCorasick::builder();
        builder
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .start_kind(StartKind::Anchored)
            .match_kind(MatchKind::LeftmostLongest);
        NameFinder { finder: builder.build(names).ok(), pairs, name_bytes_max, ascii_bytes_max }
    }

    /// Whether a name may begin where a text does.
    fn may_begin(&self, text: &[u8]) -> bool {
        let (first, second) = (text[0], text.get(1).copied().unwrap_or(0));
        self.pairs[usize::from(first) << 2 | usize::from(second >> 6)] >> (second & 63) & 1 == 1
    }

    /// Whether a name may stand beside a figure of a scan fold, as in a date; it may where there were too many names for an automaton.
    pub fn finds(&self, folded: &[u8]) -> bool {
        let Some(finder) = &self.finder else { return true };
        let is_letter = |at: usize| folded.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let bytes_max = if folded.is_ascii() { self.ascii_bytes_max } else { self.name_bytes_max };
        // The longest name first, then shorter ones that it goes on from.
        let stands = |at: usize, mut to: usize| loop {
            let input = Input::new(folded).range(at..to).anchored(Anchored::Yes);
            match finder.try_find(input).ok().flatten().map(|name| name.end()) {
                Some(end) if is_letter(end) => to = end - 1,
                found => return found.is_some(),
            }
        };
        let mut searched: usize = 0;
        let mut at = 0;
        while let Some(figure) = first_figure(&folded[at..]) {
            let first = at + figure;
            at = first + folded[first..].iter().take_while(|b| b.is_ascii_digit()).count();
            // No place is searched twice, but for names that begin in what was.
            let from = before(folded, first, bytes_max).max(searched.saturating_sub(bytes_max));
            let to = behind(folded, at, bytes_max).max(from);
            let mut in_word = from > 0 && is_letter(from - 1);
            for at in from..to {
                let begins = !std::mem::replace(&mut in_word, IS_LETTER[usize::from(folded[at])]);
                if begins && self.may_begin(&folded[at..]) && stands(at, to) {
                    return true;
                }
            }
            searched = to;
        }
        false
    }
}

/// Where a name of so many bytes begins at the earliest that ends before a figure.
fn before(folded: &[u8], figure: usize, bytes_max: usize) -> usize {
    let small = figure.saturating_sub(SMALL_WORD_BYTES_MAX);
    let gap = folded[..small].iter().rev().take_while(|b| is_between(**b)).count();
    small.saturating_sub(gap + bytes_max)
}

/// Where a name of so many bytes ends at the latest that begins behind a figure.
fn behind(folded: &[u8], figure: usize, bytes_max: usize) -> usize {
    let ending = (figure + ENDING_BYTES_MAX).min(folded.len());
    let gap = folded[ending..].iter().take_while(|b| is_between(**b)).count();
    (ending + gap + SMALL_WORD_BYTES_MAX + bytes_max).min(folded.len())
}

/// Letters and figures of ASCII.
const IS_LETTER: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0);
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

/// What stands between the parts of a date.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b',' | b'.' | b'/' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_alone() {
        let finder = NameFinder::new(["May", "Май", "Mar", "月", "X"].map(str::to_owned).iter());
        for (line, found) in [
            ("in may 2", true),
            ("may", false),
            ("may 2", true),
            ("2nd , of may", true),
            ("may .. del 2", true),
            ("may that in 20 years will come", false),
            ("in 20 years and 30 days of the may", false),
            ("1 2 3 4 5 6 may", true),
            ("mayor of 2", false),
            ("dismay 2", false),
            ("3 март", false),
            ("2年3月1", false),
            ("2年3月", false),
            ("月 2", true),
            ("мая, май 2", true),
            ("x 1", true),
            ("", false),
        ] {
            assert_eq!(finder.finds(scan_fold(line).as_bytes()), found, "{line}");
        }
    }
}

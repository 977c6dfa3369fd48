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

/// What the figures of a scan fold may be part of: no date or time of day is missed, and few other figures are taken for one.
pub fn hints(folded: &[u8]) -> Hints {
    let mut hints = Hints::default();
    let mut rest = folded;
    while let Some(start) = first_figure(rest) {
        let figures = digits(&rest[start..]);
        rest = &rest[start + figures..];
        hints.digits = true;
        hints.dates |= may_be_date(rest);
        hints.times |= figures <= 2 && may_be_time(rest);
        if hints.dates && hints.times {
            break;
        }
    }
    hints
}

/// Where the first figure stands, eight bytes at once.
#[inline]
pub fn first_figure(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = u64::MAX / 0xff;
    let (eights, rest) = bytes.as_chunks::<8>();
    for (number, eight) in eights.iter().enumerate() {
        // Figures are what is left of their high four bits, and at most nine beyond; no sum runs over.
        let beyond = u64::from_le_bytes(*eight) ^ (EACH * u64::from(b'0'));
        let others = ((beyond & (EACH * 0x7f)) + EACH * 0x76) | beyond;
        let figures = !others & (EACH * 0x80);
        if figures != 0 {
            return Some(8 * number + figures.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(u8::is_ascii_digit).map(|at| 8 * eights.len() + at)
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

fn without_space(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b" ").unwrap_or(bytes)
}

/// Whether figures go on as a date in figures alone does: `-3-12`, `. 3. 2013`, `年`.
fn may_be_date(behind: &[u8]) -> bool {
    let Some((&sign @ (b'-' | b'.' | b'/'), second)) = behind.split_first() else {
        return ["年", "년"].iter().any(|s| behind.starts_with(s.as_bytes()));
    };
    let second = without_space(second);
    second.get(digits(second)) == Some(&sign) && second[0].is_ascii_digit()
}

/// Whether figures go on as a time of day does: `:30`, `h30`, ` h 30`, ` am`, ` p.m.`, ` Uhr`.
fn may_be_time(behind: &[u8]) -> bool {
    let minutes = ["h ", ":", ".", "h", "時", "시"].iter().find_map(|s| without_space(behind).strip_prefix(s.as_bytes()));
    let half = || slots::HALVES.iter().find_map(|s| without_space(behind).strip_prefix(s.as_bytes()));
    minutes.is_some_and(|minutes| digits(minutes) == 2)
        || half().is_some_and(|behind| !behind.first().is_some_and(u8::is_ascii_alphanumeric))
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

#[cfg(test)]
mod tests {
    use super::super::fold::{scan_fold, verify_fold};
    use super::*;
    use crate::dice::{Dice, SEED};
    use crate::rules::load::Shared;

    #[test]
    fn figures_come_first() {
        for byte in 0..=u8::MAX {
            for at in 0..20 {
                for other in [b' ', b'/', b':', b'a', 0x7f, 0x80, 0xb0, 0xff] {
                    let mut bytes = [other; 20];
                    bytes[at] = byte;
                    bytes[19] = b'9';
                    assert_eq!(first_figure(&bytes), bytes.iter().position(u8::is_ascii_digit), "{bytes:?}");
                    assert_eq!(first_figure(&bytes[..at]), None);
                }
            }
        }
    }

    #[test]
    fn figures_hint_at_dates_and_times() {
        for (folded, dates, times) in [
            ("on 2013-03-12", true, false),
            ("12. 3. 2013", true, false),
            ("2013년 3월", true, false),
            ("at 9:30, or 10h15", false, true),
            ("10 h 15", false, true),
            ("9 p.m.", false, true),
            ("10.15 uhr", false, true),
            ("7am", false, true),
            ("10時15", false, true),
            ("14:05:10 on 3/12/13", true, true),
            ("3 people in 2015. a third, 12 hours - 5 percent", false, false),
            ("3.5 or 1-2 of 10", false, false),
            ("2013:05", false, false),
        ] {
            assert_eq!(hints(folded.as_bytes()), Hints { digits: true, dates, times }, "{folded}");
        }
        assert_eq!(hints(b"no figure, am or pm"), Hints::default());
    }

    /// A line that is not folded for comparing holds no date and no time of day.
    #[test]
    fn no_date_and_no_time_is_missed() {
        let months = ["May", "Mär", "Май", "X"].map(str::to_owned).to_vec();
        let sets = [(("en".to_owned(), "month".to_owned()), months)].into();
        let shared = Shared { sets, ..Shared::default() };
        let vocab = Vocab::new(|| shared, Default::default);
        const PARTS: [&str; 29] = [
            "May", "May ", "Mär", "Mär.", "Май", "X ", "x ", "5", "5", "12", "2013", "5th", "1st ", " ", " ", ", ", ". ", ".",
            "/", "-", "the ", "del ", "of ", "den ", "am ", "Tuesday", "10:30", "7 pm", "年",
        ];
        let mut dice = Dice(SEED);
        let (mut dates, mut none) = (0, 0);
        for _ in 0..20_000 {
            let line: String = (0..dice.below(9) + 1).map(|_| PARTS[dice.below(PARTS.len())]).collect();
            let fold = scan_fold(&line);
            let hints = hints(fold.as_bytes());
            let may_hold = hints.times || hints.dates || (hints.digits && vocab.holds_month(fold.as_bytes()));
            let holds = dates_and_times(&verify_fold(&line), &vocab);
            assert!(may_hold || holds == 0, "{line:?}");
            (dates, none) = (dates + usize::from(holds & DATE != 0), none + usize::from(!may_hold));
        }
        assert!(dates > 1000 && none > 1000, "{dates} {none}");
    }
}

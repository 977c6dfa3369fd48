//! Where the shapes of slots end: counts, dates, times, names of people, words, lists of languages.
//!
//! Every function gets a folded line and a place, and gives the places where the shape may end, the best first.

use std::cell::RefCell;

use super::fold::{LineChar, is_unspaced};
use super::vocab::{Vocab, is_word_end};
use crate::rules::phrase::Slot;
use tinyvec::TinyVec;

/// Places where a shape may end: few, so they are kept where they are worked out.
pub type Ends = TinyVec<[usize; 8]>;

/// Where `slot` may end if it begins at `at`. `{rest}` and the language slots are `program`'s own.
pub fn ends(slot: Slot, line: &[LineChar], at: usize, vocab: &Vocab) -> Ends {
    match slot {
        Slot::Count => count(line, at),
        Slot::Date => date(line, at, vocab),
        Slot::Time => time(line, at),
        Slot::Name => name(line, at, vocab),
        Slot::Word => word(line, at).into_iter().collect(),
        Slot::Words { min, max } => words(line, at, usize::from(min), usize::from(max)),
        Slot::Langs => langs(line, at, vocab),
        Slot::Rest | Slot::Code | Slot::Own | Slot::Foreign => Ends::new(),
    }
}

/// Where the dates of one line end, by their places: many phrases ask for a date at the same place.
#[derive(Debug, Default)]
pub struct Dates(RefCell<Vec<(usize, Ends)>>);

impl Dates {
    /// Where `slot` may end if it begins at `at`; what is known of dates is not worked out again.
    pub fn ends(&self, slot: Slot, line: &[LineChar], at: usize, vocab: &Vocab) -> Ends {
        if slot != Slot::Date {
            return ends(slot, line, at, vocab);
        }
        let mut known = self.0.borrow_mut();
        if let Some((_, ends)) = known.iter().find(|(place, _)| *place == at) {
            return ends.clone();
        }
        let ends = date(line, at, vocab);
        if known.len() < DATES_MAX {
            known.push((at, ends.clone()));
        }
        ends
    }
}

/// Of how many places of a line dates are remembered.
const DATES_MAX: usize = 16;

fn char_at(line: &[LineChar], at: usize) -> char {
    line.get(at).map_or('\0', |l| l.c)
}

fn digits(line: &[LineChar], at: usize) -> usize {
    line[at.min(line.len())..].iter().take_while(|l| l.c.is_ascii_digit()).count()
}

fn letters(line: &[LineChar], at: usize) -> usize {
    line[at.min(line.len())..].iter().take_while(|l| l.c.is_alphabetic()).count()
}

/// `15`, `1,204`, `1 204`, `3.4k`, `2 M`, `500+`.
fn count(line: &[LineChar], at: usize) -> Ends {
    let first = digits(line, at);
    if first == 0 || first > 12 || (at > 0 && line[at - 1].c.is_ascii_digit()) {
        return Ends::new();
    }
    let mut end = at + first;
    let mut ends = Ends::new();
    ends.push(end);
    while matches!(char_at(line, end), ',' | '.' | '\'' | ' ') && digits(line, end + 1) == 3 {
        end += 4;
        ends.push(end);
    }
    if matches!(char_at(line, end), ',' | '.') && (1..=2).contains(&digits(line, end + 1)) {
        end += 1 + digits(line, end + 1);
        ends.push(end);
    }
    let space = usize::from(char_at(line, end) == ' ');
    if matches!(char_at(line, end + space), 'k' | 'm' | 'b' | '万' | '萬' | '만' | '億' | '亿')
        && is_word_end(line, end + space + 1)
    {
        end += space + 1;
        ends.push(end);
    }
    if char_at(line, end) == '+' {
        ends.push(end + 1);
    }
    ends.reverse();
    ends.retain(|&end| char_at(line, end.wrapping_sub(1)) == '+' || is_word_end(line, end));
    ends
}

/// Skips what stands between the parts of a date.
fn date_gap(line: &[LineChar], at: usize) -> usize {
    let mut end = at;
    while matches!(char_at(line, end), ' ' | ',' | '.' | '/' | '-') {
        end += 1;
    }
    // "de" and "of" between day, month and year; "den" and "am" before a day.
    if !matches!(char_at(line, end), 'd' | 'o' | 'a' | 't' | 'l') {
        return end;
    }
    for small in ["de ", "del ", "of ", "den ", "am ", "the ", "le "] {
        if small.chars().enumerate().all(|(i, c)| char_at(line, end + i) == c) {
            return end + small.len();
        }
    }
    end
}

fn day(line: &[LineChar], at: usize) -> Option<usize> {
    let n = digits(line, at);
    if !(1..=2).contains(&n) {
        return None;
    }
    let end = at + n;
    // Most figures stand alone.
    if char_at(line, end) == ' ' {
        return Some(end);
    }
    for ending in ["st", "nd", "rd", "th", "er", "º", "°", "ª", "o", "e"] {
        let length = ending.chars().count();
        if ending.chars().enumerate().all(|(i, c)| char_at(line, end + i) == c) && is_word_end(line, end + length) {
            return Some(end + length);
        }
    }
    is_word_end(line, end).then_some(end)
}

/// A year of the common era from 1800 on, of the Hijri and Persian calendars, of the Buddhist one.
fn year(line: &[LineChar], at: usize) -> Option<usize> {
    let end = at + 4;
    let century = (char_at(line, at), char_at(line, at + 1));
    (digits(line, at) == 4
        && matches!(century, ('1', '2'..='4' | '8' | '9') | ('2', '0' | '1' | '4' | '5'))
        && is_word_end(line, end))
    .then_some(end)
}

fn date(line: &[LineChar], at: usize, vocab: &Vocab) -> Ends {
    let mut ends = Ends::new();
    // What is a weekday in one language may be a month in another (`Mar`), so both readings are tried.
    let behind_weekday = vocab.weekdays().end(line, at).map(|end| date_gap(line, end));
    for start in [Some(at), behind_weekday].into_iter().flatten() {
        if let Some(month) = day(line, start).and_then(|end| vocab.months().end(line, date_gap(line, end))) {
            ends.push(month);
            ends.extend(year(line, date_gap(line, month)));
        }
        if let Some(month) = vocab.months().end(line, start) {
            ends.extend(year(line, date_gap(line, month)));
            if let Some(end) = day(line, date_gap(line, month)) {
                ends.push(end);
                ends.extend(year(line, date_gap(line, end)));
            }
        }
        ends.extend(figures(line, start));
    }
    if ends.len() > 1 {
        ends.sort_unstable_by(|a, b| b.cmp(a));
        let mut last = None;
        ends.retain(|&end| last.replace(end) != Some(end));
    }
    ends
}

/// `2013-03-12`, `12.3.2013`, `3/12/13`, `2013年3月12日`, `2013년 3월 12일`.
fn figures(line: &[LineChar], at: usize) -> Option<usize> {
    let first = digits(line, at);
    let mut end = at + first;
    if first == 0 || (at > 0 && line[at - 1].c.is_ascii_digit()) {
        return None;
    }
    if first == 4 && matches!(char_at(line, end), '年' | '년') {
        for sign in ["年년", "月월", "日일"] {
            if !sign.contains(char_at(line, end)) {
                return None;
            }
            end += 1;
            if sign.starts_with('日') {
                return Some(end);
            }
            end += usize::from(char_at(line, end) == ' ');
            end += digits(line, end);
        }
    }
    let sign = char_at(line, end);
    if !matches!(sign, '-' | '.' | '/') {
        return None;
    }
    let skip = |end: usize| end + 1 + usize::from(char_at(line, end + 1) == ' ');
    let second = digits(line, skip(end));
    end = skip(end) + second;
    if !(1..=2).contains(&second) || char_at(line, end) != sign {
        return None;
    }
    let third = digits(line, skip(end));
    end = skip(end) + third;
    let fits = (first == 4 && (1..=2).contains(&third)) || (first <= 2 && matches!(third, 2 | 4));
    (fits && is_word_end(line, end)).then_some(end)
}

/// What may stand behind an hour: the half of the day, or the word for it.
pub const HALVES: [&str; 6] = ["a.m.", "p.m.", "am", "pm", "uhr", "h"];

/// `10:15`, `9.30 pm`, `14:05:10 GMT`, `14h30`, `14 h 30`, `10 am`, `10.15 Uhr`.
fn time(line: &[LineChar], at: usize) -> Ends {
    let hour = digits(line, at);
    if !(1..=2).contains(&hour) || (at > 0 && line[at - 1].c.is_ascii_digit()) {
        return Ends::new();
    }
    let mut end = at + hour;
    let mut ends = Ends::new();
    let mut minutes = 0;
    while minutes < 2 && matches!(char_at(line, end), ':' | '.' | 'h' | '時' | '시') && digits(line, end + 1) == 2 {
        end += 3;
        minutes += 1;
    }
    if minutes == 0 && (0..3).map(|i| char_at(line, end + i)).eq([' ', 'h', ' ']) && digits(line, end + 3) == 2 {
        end += 5;
        minutes = 1;
    }
    if minutes > 0 && is_word_end(line, end) {
        ends.push(end);
    }
    let space = usize::from(char_at(line, end) == ' ');
    for half in HALVES {
        let after = end + space + half.len();
        if half.chars().enumerate().all(|(i, c)| char_at(line, end + space + i) == c) && is_word_end(line, after) {
            ends.push(after);
            end = after;
            break;
        }
    }
    // A time zone in capitals.
    let space = usize::from(char_at(line, end) == ' ');
    let zone = line[(end + space).min(line.len())..].iter().take_while(|l| l.upper).count();
    if !ends.is_empty() && space == 1 && (2..=5).contains(&zone) && is_word_end(line, end + 1 + zone) {
        ends.push(end + 1 + zone);
    }
    ends.reverse();
    ends
}

/// How many words a name has at most.
const NAME_WORDS_MAX: usize = 5;

/// One to five capitalised words, small particles between them; longest first.
fn name(line: &[LineChar], at: usize, vocab: &Vocab) -> Ends {
    let mut ends = Ends::new();
    let mut start = at;
    for _ in 0..NAME_WORDS_MAX {
        let Some(end) = name_word(line, start) else { break };
        ends.push(end);
        if char_at(line, end) != ' ' {
            break;
        }
        start = end + 1;
        while let Some(end) = vocab.particles().end(line, start) {
            if char_at(line, end) != ' ' || line[start].upper {
                break;
            }
            start = end + 1;
        }
    }
    ends.reverse();
    ends
}

/// A capitalised word, hyphens and apostrophes inside, a full stop behind an initial; in scripts without case 2 to 12 letters.
fn name_word(line: &[LineChar], at: usize) -> Option<usize> {
    let first = line.get(at)?;
    if at > 0 && !is_word_end(line, at) {
        return None;
    }
    if first.caseless {
        let end = at + line[at..].iter().take_while(|l| l.caseless || l.c == '\'').count();
        return (2..=12).contains(&(end - at)).then_some(end);
    }
    if !first.upper {
        return None;
    }
    let mut end = at;
    loop {
        let run = letters(line, end);
        end += run;
        match char_at(line, end) {
            '-' | '\'' if run > 0 && letters(line, end + 1) > 0 => end += 1,
            '.' if run == 1 => return Some(end + 1),
            _ => break,
        }
    }
    is_word_end(line, end).then_some(end)
}

fn word(line: &[LineChar], at: usize) -> Option<usize> {
    let inside = |l: &LineChar| l.is_word() || matches!(l.c, '-' | '_' | '\'');
    let end = at + line[at.min(line.len())..].iter().take_while(|l| inside(l)).count();
    (end > at && (at == 0 || is_word_end(line, at))).then_some(end)
}

/// So many words, as few as possible; in scripts without spaces two letters are a word.
fn words(line: &[LineChar], at: usize, min: usize, max: usize) -> Ends {
    let mut ends = Ends::new();
    if min == 0 {
        ends.push(at);
    }
    let (mut end, mut halves) = (at, 0);
    while halves < 2 * max && end < line.len() {
        while char_at(line, end) == ' ' {
            end += 1;
        }
        if end >= line.len() {
            break;
        }
        if is_unspaced(line[end].c) {
            end += 1;
            halves += 1;
        } else {
            end += line[end..].iter().take_while(|l| l.c != ' ' && !is_unspaced(l.c)).count();
            halves += 2;
        }
        if halves >= 2 * min {
            ends.push(end);
        }
    }
    ends
}

/// One or more names or codes of languages with separators between; longest first.
fn langs(line: &[LineChar], at: usize, vocab: &Vocab) -> Ends {
    let mut ends = Ends::new();
    let mut end = at;
    loop {
        let start = end;
        let name = vocab.names_at(line, start).next().map(|n| n.0);
        let is_code = |(end, _): &(usize, u16)| is_word_end(line, *end) || vocab.names_at(line, *end).next().is_some();
        let code = || vocab.codes_at(line, start).find(is_code).map(|code| code.0);
        let Some(item) = name.or_else(code) else { break };
        end = item + usize::from(char_at(line, item) == ')');
        ends.push(end);
        end = lang_gap(line, end);
    }
    ends.reverse();
    ends
}

fn lang_gap(line: &[LineChar], at: usize) -> usize {
    let mut end = at;
    while line.get(end).is_some_and(|l| l.is_aside() || l.c == '&') {
        end += 1;
    }
    const AND: [&str; 31] = [
        "and ", "or ", "und ", "oder ", "et ", "ou ", "y ", "o ", "e ", "en ", "of ", "og ", "och ", "i ", "a ", "ja ", "és ",
        "și ", "ve ", "dan ", "và ", "in ", "ir ", "un ", "eta ", "и ", "та ", "και ", "和", "と", "و",
    ];
    for and in AND {
        let behind = end + and.chars().count();
        // `EN | FR`: the first is a code here, no "and", for no name follows it.
        if line.get(behind).is_some_and(|l| l.is_word()) && and.chars().enumerate().all(|(i, c)| char_at(line, end + i) == c) {
            return behind;
        }
    }
    end
}

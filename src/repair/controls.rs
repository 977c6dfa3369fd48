//! C1 controls that stand for characters, and the place where stripped ones stood.
//!
//! A page of windows-1252 that was read as Latin-1 has controls for its quotes and dashes. UTF-8's quotes, read as Latin-1, are `â` and
//! two controls; where a filter stripped those, `itâs` can still be told, as no language writes it.

use super::pages::{CP1252, MACROMAN, char_of};
use super::runs::{CONTROL, Cell, How, MAC_CONTROL, STRIPPED};

/// Mends the controls of a line; says whether there were any.
pub(super) fn mend(cells: &mut [Cell]) -> bool {
    let (page, way) = if is_mac(cells) { (MACROMAN, MAC_CONTROL) } else { (CP1252, CONTROL) };
    let mut mended = false;
    for at in 0..cells.len() {
        // Behind `â` it is the second byte of a quote or dash whose third is lost.
        let torn = cells[at].c == '\u{80}' && at > 0 && cells[at - 1].c == 'â';
        let cell = &mut cells[at];
        if !is_control(cell.c) || torn {
            continue;
        }
        if let Some(c) = char_of(page, cell.c as u8).filter(|c| *c != cell.c) {
            cell.c = c;
            cell.how = cell.how.and(How { ways: way, times: 1 });
            mended = true;
        }
    }
    contractions(cells) || mended
}

fn is_control(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

/// Whether all controls stand inside words and one of them is a letter of MacRoman where windows-1252 has a sign: `Coatl‡n`.
fn is_mac(cells: &[Cell]) -> bool {
    let inside = |at: usize| {
        let letter = |at: Option<usize>| at.and_then(|at| cells.get(at)).is_some_and(|cell| cell.c.is_ascii_lowercase());
        letter(at.checked_sub(1)) && letter(Some(at + 1))
    };
    let letter_of = |page: usize, c: char| char_of(page, c as u8).is_some_and(char::is_alphabetic);
    let mut sure = false;
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| is_control(cell.c)) {
        if !inside(at) || !letter_of(MACROMAN, cell.c) {
            return false;
        }
        let sign = !letter_of(CP1252, cell.c) && !matches!(cell.c as u32, 0x91 | 0x92 | 0x96 | 0x97);
        sure |= sign;
    }
    sure
}

/// What stands before the apostrophe, and the endings that may follow.
const CONTRACTIONS: &[(&str, &[&str])] = &[
    ("don", &["t"]),
    ("doesn", &["t"]),
    ("didn", &["t"]),
    ("isn", &["t"]),
    ("aren", &["t"]),
    ("wasn", &["t"]),
    ("weren", &["t"]),
    ("couldn", &["t"]),
    ("wouldn", &["t"]),
    ("shouldn", &["t"]),
    ("won", &["t"]),
    ("haven", &["t"]),
    ("hasn", &["t"]),
    ("hadn", &["t"]),
    ("it", &["s", "ll", "d"]),
    ("that", &["s", "ll", "d"]),
    ("what", &["s", "ll", "d"]),
    ("there", &["s", "ll", "d"]),
    ("here", &["s"]),
    ("let", &["s"]),
    ("he", &["s", "ll", "d"]),
    ("she", &["s", "ll", "d"]),
    ("who", &["s", "ll", "d"]),
    ("i", &["m", "ve", "ll", "d"]),
    ("you", &["re", "ve", "ll", "d"]),
    ("we", &["re", "ve", "ll", "d"]),
    ("they", &["re", "ve", "ll", "d"]),
];

/// `itâs` becomes `it’s`; says whether there was any.
fn contractions(cells: &mut [Cell]) -> bool {
    let mut mended = false;
    for at in 1..cells.len().saturating_sub(1) {
        if cells[at].c == 'â' && is_contraction(cells, at) {
            cells[at].c = '’';
            cells[at].how = cells[at].how.and(How { ways: STRIPPED, times: 1 });
            mended = true;
        }
    }
    mended
}

/// Whether a text ends in the first part of a contraction and `â`, and the other goes on with its ending.
pub(super) fn is_stripped(head: &[u8], tail: &[u8]) -> bool {
    let head = &head[..head.len().saturating_sub('â'.len_utf8())];
    let ends = |part: &[u8], word: &str| {
        part.len() >= word.len() && part[part.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
    };
    let starts = |part: &[u8], word: &str| part.len() >= word.len() && part[..word.len()].eq_ignore_ascii_case(word.as_bytes());
    CONTRACTIONS.iter().any(|(word, endings)| ends(head, word) && endings.iter().any(|ending| starts(tail, ending)))
}

fn is_contraction(cells: &[Cell], at: usize) -> bool {
    let mut start = at;
    while start > 0 && at - start < 8 && cells[start - 1].c.is_alphabetic() {
        start -= 1;
    }
    let mut end = at + 1;
    while end < cells.len() && end - at < 4 && cells[end].c.is_alphabetic() {
        end += 1;
    }
    let same = |word: &str, cells: &[Cell]| {
        word.len() == cells.len() && word.chars().zip(cells).all(|(c, cell)| cell.c.to_ascii_lowercase() == c)
    };
    CONTRACTIONS
        .iter()
        .any(|(word, endings)| same(word, &cells[start..at]) && endings.iter().any(|ending| same(ending, &cells[at + 1..end])))
}

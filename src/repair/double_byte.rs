//! Text of two-byte encodings in the wrong place: UTF-8 read as GB18030, Shift_JIS, Big5 or EUC-KR, and GB2312 or EUC-KR read as
//! Latin-1.
//!
//! One character there holds half of a sequence, so single characters prove nothing: a run is decoded only if all of it is UTF-8, or
//! all the line's pairs are common letters, and enough of them are. Else it is reported, never guessed.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS};

use super::runs::{Cell, DOUBLE_BYTE, How};

/// The encodings that UTF-8 was read as, with the characters that tell: the first two bytes of dashes and quotes, of Japanese and of
/// the commonest Chinese.
const READ_AS: [(&Encoding, &str); 4] =
    [(GB18030, "鈥锛銆涓鐨鏄浜"), (SHIFT_JIS, "縺繧繝窶縲"), (BIG5, "銝嚗"), (EUC_KR, "梨챙챘챗")];

/// How many sequences a run of Chinese, Japanese or Korean needs.
const SEQUENCES_MIN: usize = 3;
/// How many pairs a line needs that may be GB2312 read as Latin-1.
const GB_PAIRS_MIN: usize = 6;
/// The same of EUC-KR, whose pairs are all GB2312 too.
const KR_PAIRS_MIN: usize = 12;
/// How many of the pairs' first bytes must differ.
const DISTINCT_MIN: usize = 4;

/// Whether the character tells that UTF-8 was read as a two-byte encoding.
pub(super) fn tells(c: u32) -> bool {
    // Looked up for every Han character of clean text: numbers, not a search.
    matches!(
        c,
        0x9225
            | 0x951b
            | 0x9286
            | 0x6d93
            | 0x9428
            | 0x93c4
            | 0x6d5c
            | 0x7e3a
            | 0x7e67
            | 0x7e5d
            | 0x7ab6
            | 0x7e32
            | 0x929d
            | 0x5697
    )
}

/// Decodes what is certain of UTF-8 in a line; says whether there was anything.
pub(super) fn mend(cells: &mut Vec<Cell>) -> bool {
    let told = cells.iter().any(|cell| tells(cell.c as u32));
    told && READ_AS.iter().enumerate().any(|(i, (encoding, told_by))| read_as(cells, encoding, told_by, i as u32))
}

/// The lines' suspects: runs that hold a telling character, and rows of Latin-1 that may be pairs.
pub(super) fn suspects(cells: &[Cell]) -> Vec<(usize, usize)> {
    let telling = |run: &[Cell]| run.iter().filter(|cell| tells(cell.c as u32)).count();
    let pairs = |run: &[Cell]| run.len() >= 4 && pairs(run).is_some_and(|pairs| pairs.iter().all(|pair| is_han(*pair)));
    let suspicious = |run: &&[Cell]| telling(run) >= 2 || (telling(run) == 1 && run.len() < 3) || pairs(run);
    let spans = stretches(cells).map(|at| &cells[at.0..at.1]);
    spans.filter(suspicious).filter_map(|run| Some((run.first()?.start, run.last()?.end))).collect()
}

/// The line's stretches without ASCII, by cells.
fn stretches(cells: &[Cell]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    cells.chunk_by(|a, b| a.c.is_ascii() == b.c.is_ascii()).filter_map(move |run| {
        let start = at;
        at += run.len();
        (!run[0].c.is_ascii()).then_some((start, at))
    })
}

fn read_as(cells: &mut Vec<Cell>, encoding: &'static Encoding, told_by: &str, way: u32) -> bool {
    let mut out: Vec<Cell> = Vec::with_capacity(cells.len());
    let (mut from, mut mended) = (0, false);
    for (start, end) in stretches(cells).collect::<Vec<_>>() {
        let run = &cells[start..end];
        if !run.iter().any(|cell| told_by.contains(cell.c)) {
            continue;
        }
        let Some(text) = decoded(run, encoding).filter(|text| is_certain(text, run)) else { continue };
        out.extend_from_slice(&cells[from..start]);
        replace(&mut out, run, &text, DOUBLE_BYTE << way);
        (from, mended) = (end, true);
    }
    out.extend_from_slice(&cells[from..]);
    *cells = out;
    mended
}

/// The run's bytes in an encoding, read as UTF-8.
fn decoded(run: &[Cell], encoding: &'static Encoding) -> Option<String> {
    let mut bytes = Vec::with_capacity(2 * run.len());
    let mut utf8 = [0; 4];
    for cell in run {
        let (encoded, _, unmappable) = encoding.encode(cell.c.encode_utf8(&mut utf8));
        if unmappable || encoded.len() > 2 {
            return None;
        }
        bytes.extend_from_slice(&encoded);
    }
    String::from_utf8(bytes).ok()
}

/// Cells for the text, of which the first stands for the whole run.
fn replace(out: &mut Vec<Cell>, run: &[Cell], text: &str, ways: u32) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
    let before = run.iter().map(|cell| cell.how).fold(How::default(), How::and);
    let how = How { ways: before.ways | ways, times: before.times.saturating_add(1) };
    for (i, c) in text.chars().enumerate() {
        let start = if i == 0 { first.start } else { last.end };
        out.push(Cell { c, start, end: last.end, how });
    }
}

/// Whether a decoded run is what was meant: quotes and dashes of Latin text, or enough letters, all of them common.
fn is_certain(text: &str, run: &[Cell]) -> bool {
    let beyond = text.chars().filter(|c| !c.is_ascii()).count();
    let typographic = text.chars().all(|c| c.is_ascii_alphabetic() || ('\u{2010}'..='\u{2026}').contains(&c));
    let common = text.chars().filter(|c| is_common(*c)).count();
    let was_common = run.iter().filter(|cell| is_common(cell.c)).count();
    (typographic && beyond > 0) || (beyond >= SEQUENCES_MIN && common == text.chars().count() && 2 * was_common <= run.len())
}

/// Whether a character is common in Chinese, Japanese or Korean text: kana, Hangul, marks, Han of the first level of GB2312 or JIS.
fn is_common(c: char) -> bool {
    let level = |encoding: &'static Encoding, levels: std::ops::RangeInclusive<[u8; 2]>| {
        let mut utf8 = [0; 4];
        let (bytes, _, unmappable) = encoding.encode(c.encode_utf8(&mut utf8));
        !unmappable && matches!(*bytes, [a, b] if levels.contains(&[a, b]) && (encoding != GB18030 || b >= 0xa1))
    };
    match c as u32 {
        ..0x80 | 0x2010..=0x2026 | 0x3000..=0x30ff | 0xac00..=0xd7a3 | 0xff01..=0xff5e | 0xb7 => true,
        0x4e00..=0x9fff => level(GB18030, [0xb0, 0xa1]..=[0xd7, 0xf9]) || level(SHIFT_JIS, [0x88, 0x9f]..=[0x98, 0x72]),
        _ => false,
    }
}

/// The run as pairs of bytes, if it is Latin-1 throughout and can be.
fn pairs(run: &[Cell]) -> Option<Vec<[u8; 2]>> {
    let bytes: Option<Vec<u8>> =
        run.iter().map(|cell| u8::try_from(cell.c as u32).ok().filter(|b| (0xa1..=0xfe).contains(b))).collect();
    let (pairs, rest) = bytes.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.to_vec())
}

/// Han of the first level of GB2312; the marks of rows 1 and 3 are the same in EUC-KR.
fn is_han(pair: [u8; 2]) -> bool {
    matches!(pair[0], 0xb0..=0xd7 | 0xa1 | 0xa3)
}

/// GB2312 or EUC-KR read as Latin-1: all that is not ASCII in the line must be pairs, and enough of them.
pub(super) fn as_latin_1(cells: &mut Vec<Cell>) -> bool {
    let runs: Vec<_> = stretches(cells).collect();
    let Some(pairs) = runs.iter().map(|run| pairs(&cells[run.0..run.1])).collect::<Option<Vec<_>>>() else { return false };
    let mut all: Vec<[u8; 2]> = pairs.into_iter().flatten().collect();
    let count = all.len();
    let korean = all.iter().all(|pair| pair[0] <= 0xc8);
    if !all.iter().all(|pair| is_han(*pair)) || count < if korean { KR_PAIRS_MIN } else { GB_PAIRS_MIN } {
        return false;
    }
    // UTF-8 read as Latin-1 makes pairs as well, but of one first byte or two.
    all.sort_unstable();
    all.dedup_by_key(|pair| pair[0]);
    if all.len() < DISTINCT_MIN {
        return false;
    }
    let (encoding, way) = if korean { (EUC_KR, 5) } else { (GB18030, 4) };
    let mut out: Vec<Cell> = Vec::with_capacity(cells.len());
    let mut from = 0;
    for (start, end) in runs {
        let bytes: Vec<u8> = cells[start..end].iter().filter_map(|cell| u8::try_from(cell.c as u32).ok()).collect();
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes) else { return false };
        out.extend_from_slice(&cells[from..start]);
        replace(&mut out, &cells[start..end], &text, DOUBLE_BYTE << way);
        from = end;
    }
    out.extend_from_slice(&cells[from..]);
    *cells = out;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_is_written_once_more() {
        for (_, chars) in &READ_AS[..3] {
            assert!(chars.chars().all(|c| tells(c as u32)), "{chars}");
        }
    }
}

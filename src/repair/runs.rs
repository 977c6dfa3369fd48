//! A line as cells, and the UTF-8 sequences that it holds when read back through a code page.
//!
//! A cell remembers which bytes of the text it stands for, however often it was decoded. Whether a sequence was meant is `judge`'s
//! matter.

use super::pages::{self, byte};

/// A character of the line as far as it is repaired, and what it was made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub c: char,
    /// First byte in the line as it came.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// How it came about; 0 if it was not touched.
    pub how: How,
}

/// How a cell was repaired: the pages it was read back through (a bit each) and the bits below, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct How {
    pub ways: u32,
    pub times: u8,
}

/// Read back through Latin-1: the page was windows-1252 or 1254, but with C1 controls that those define.
pub(super) const LATIN_1: u32 = 1 << 16;
/// A C1 control that was meant as windows-1252.
pub(super) const CONTROL: u32 = 1 << 17;
/// A C1 control that was meant as MacRoman.
pub(super) const MAC_CONTROL: u32 = 1 << 18;
/// The controls behind `â` were stripped.
pub(super) const STRIPPED: u32 = 1 << 19;
/// Two surrogates encoded one by one.
pub(super) const SURROGATES: u32 = 1 << 20;

/// UTF-8 read as GB18030, Shift_JIS, Big5, EUC-KR; GB2312 and EUC-KR read as Latin-1 (a bit each from here on).
pub(super) const DOUBLE_BYTE: u32 = 1 << 21;

impl How {
    pub(super) fn and(self, other: How) -> How {
        How { ways: self.ways | other.ways, times: self.times.max(other.times) }
    }
}

/// So many characters of ASCII are kept on each side of one that is not: twice as many as anything looks at.
const BESIDE: usize = 16;

/// The cells of a line, without words of ASCII far from all else: nothing depends on them, but for what the line speaks of.
pub(super) fn cells(line: &str) -> Vec<Cell> {
    let cell = |(start, c): (usize, char)| Cell { c, start, end: start + c.len_utf8(), how: How::default() };
    let (mut cells, mut from) = (Vec::new(), 0);
    for part in line.as_bytes().chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        let to = from + part.len();
        let (head, tail) = if part.is_ascii() { kept(part) } else { (part.len(), part.len()) };
        for (from, to) in [(from, from + head), (from + tail, to)] {
            cells.extend(line[from..to].char_indices().map(|(at, c)| cell((from + at, c))));
        }
        from = to;
    }
    cells
}

/// Where a stretch of ASCII has its first words, and where its last ones begin; both parts have a space on their inner side.
fn kept(ascii: &[u8]) -> (usize, usize) {
    let far = ascii.len().checked_sub(BESIDE).and_then(|to| Some((BESIDE, ascii.get(BESIDE..to)?)));
    let spaces = far.and_then(|(at, far)| Some((at + memchr::memchr(b' ', far)? + 1, at + memchr::memrchr(b' ', far)?)));
    spaces.filter(|(head, tail)| head < tail).unwrap_or((ascii.len(), ascii.len()))
}

/// A UTF-8 sequence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// Its first cell.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// What it says; U+FFFD if a byte is lost.
    pub c: char,
    /// A no-break space in it had become a plain space.
    pub spaced: bool,
    /// A byte of it is lost.
    pub lossy: bool,
    /// `LATIN_1` or `SURROGATES`.
    pub ways: u32,
}

/// All sequences of the line on a page, in order.
pub(super) fn units(cells: &[Cell], page: usize) -> Vec<Unit> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < cells.len() {
        match if cells[at].c.is_ascii() { None } else { unit(cells, page, at) } {
            Some(unit) => {
                at = unit.end.max(at + 1);
                found.push(unit);
            }
            None => at += 1,
        }
    }
    found
}

/// The bytes of a sequence while they are gathered.
#[derive(Default)]
struct Bytes {
    value: u32,
    spaces: u32,
    lost: u32,
    latin_1: bool,
}

impl Bytes {
    /// Takes the six bits of one more cell.
    fn push(&mut self, page: usize, cell: Option<&Cell>) -> Option<()> {
        let c = cell?.c;
        let bits = match c {
            ' ' => {
                self.spaces += 1;
                0x20
            }
            '\u{fffd}' | '?' => {
                self.lost += 1;
                0
            }
            c => u32::from(byte(page, c).filter(|b| (0x80..0xc0).contains(b))?) & 0x3f,
        };
        self.latin_1 |= is_defined_control(page, c);
        self.value = self.value << 6 | bits;
        Some(())
    }
}

/// Whether it is a C1 control where the page has another character: then the page was its ISO 8859 kin.
fn is_defined_control(page: usize, c: char) -> bool {
    page < 2 && ('\u{80}'..'\u{a0}').contains(&c) && pages::char_of(page, c as u8) != Some(c)
}

/// The sequence that starts at a cell.
fn unit(cells: &[Cell], page: usize, start: usize) -> Option<Unit> {
    let lead = byte(page, cells[start].c).filter(|b| (0xc2..=0xf4).contains(b))?;
    let more = match lead {
        0xc2..0xe0 => 1,
        0xe0..0xf0 => 2,
        _ => 3,
    };
    let mut bytes = Bytes { value: u32::from(lead) & (0x3f >> more), ..Bytes::default() };
    for i in 1..=more {
        bytes.push(page, cells.get(start + i))?;
    }
    let end = start + 1 + more;
    if lead == 0xed && bytes.lost == 0 && (0xd800..0xdc00).contains(&bytes.value) {
        return surrogates(cells, page, start, bytes);
    }
    let (c, lossy) = match bytes.lost {
        0 => (char::from_u32(bytes.value).filter(|c| c.len_utf8() == more + 1)?, false),
        1 if may_be_lossy(cells, start, end, lead) => ('\u{fffd}', true),
        _ => return None,
    };
    let spaced = bytes.spaces > 0;
    if spaced && (bytes.spaces > 1 || !may_be_spaced(lead)) {
        return None;
    }
    let ways = if bytes.latin_1 { LATIN_1 } else { 0 };
    // `à` is a word of its own in French: there the space was a space, and the byte before it got lost.
    let keeps = spaced && lead == 0xc3 && !is_portuguese(cells, end) && cells.get(end).is_none_or(|next| next.c != ' ');
    Some(Unit { start, end: end - usize::from(keeps), c, spaced, lossy, ways })
}

/// `àquele`, `àquela`, `àquilo` and `às` go on behind the space (the rule is ftfy's).
fn is_portuguese(cells: &[Cell], at: usize) -> bool {
    let rest = &cells[at.min(cells.len())..];
    ["quele", "quela", "quilo", "s "]
        .iter()
        .any(|word| word.chars().count() <= rest.len() && word.chars().zip(rest).all(|(c, cell)| c == cell.c))
        || (rest.len() == 1 && rest[0].c == 's')
}

/// Leading bytes behind which a no-break space is common enough: `à`, `Š`, `Π`, `Р`, `٠`, and all that lead three bytes or four.
fn may_be_spaced(lead: u8) -> bool {
    matches!(lead, 0xc2 | 0xc3 | 0xc5 | 0xce | 0xd0 | 0xd9 | 0xe0..)
}

/// Whether a lost byte can be believed: U+FFFD always, a question mark only in a longer sequence or behind `Ã` and `Â`.
fn may_be_lossy(cells: &[Cell], start: usize, end: usize, lead: u8) -> bool {
    cells[start..end].iter().all(|cell| cell.c != '?') || end - start > 2 || matches!(lead, 0xc2 | 0xc3)
}

/// Two surrogates of three bytes each (CESU-8), of which the first is read.
fn surrogates(cells: &[Cell], page: usize, start: usize, mut high: Bytes) -> Option<Unit> {
    let lead = start + 3;
    byte(page, cells.get(lead)?.c).filter(|b| *b == 0xed)?;
    let mut low = Bytes { value: 0xd, ..Bytes::default() };
    low.push(page, cells.get(lead + 1))?;
    low.push(page, cells.get(lead + 2))?;
    high.spaces += low.spaces;
    high.lost += low.lost;
    if high.spaces > 1 || high.lost > 1 {
        return None;
    }
    let lossy = high.lost > 0;
    let c = match lossy {
        true => '\u{fffd}',
        false => char::decode_utf16([high.value as u16, low.value as u16]).next()?.ok()?,
    };
    Some(Unit { start, end: start + 6, c, spaced: high.spaces > 0, lossy, ways: SURROGATES })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, page: usize) -> String {
        units(&cells(line), page).iter().map(|u| u.c).collect()
    }

    #[test]
    fn sequences() {
        for (line, page, said) in [
            ("cafÃ© â€™", 0, "é’"),
            ("\u{c3}\u{a9}", 0, "é"),
            ("Ã", 0, ""),
            ("âš", 0, ""),
            ("\u{ed}\u{a0}\u{bd}\u{ed}\u{b8}\u{8d}", 0, "😍"),
            ("\u{ed}\u{a0}\u{bd}", 0, ""),
            ("Ñ\u{fffd}", 0, "\u{fffd}"),
            ("√©", 7, "é"),
            ("à¸ à¸²", 0, "ภา"),
            ("í´´", 0, ""),
            ("à\u{80}\u{80}", 0, ""),
        ] {
            assert_eq!(read(line, page), said, "{line}");
        }
    }
}

//! Finding the lines worth a closer look; clean text costs this scan and nothing else.
//!
//! UTF-8 read through a code page always leaves a character of a leading byte beside one of a following byte. A line without such a
//! pair on any page, without a C1 control and without the few shapes below is clean. The rest decide the other files.

use super::look::{EDGE, look, odd};
use super::pages::{CONTROL, role};
use super::{controls, double_byte};
use crate::edit::Span;

/// A line that may hold damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it stands, its line end left out.
    pub span: Span,
}

/// How many bytes are looked at at once where all is ASCII.
const BLOCK: usize = 64;
/// So odd a pair must be, in half points: one that is not cannot make a run certain.
const ODD_MIN: i32 = 2;

/// The next line from `from` (a line's start, or inside one) that may hold damage.
pub(super) fn next(text: &str, from: usize) -> Option<Line> {
    let found = suspicious(text, from)?;
    let start = memchr::memrchr(b'\n', &text.as_bytes()[from..found]).map_or(from, |at| from + at + 1);
    let end = memchr::memchr(b'\n', &text.as_bytes()[found..]).map_or(text.len(), |at| found + at);
    Some(Line { span: Span::new(start, end) })
}

/// The first place at or behind `i` where damage may be.
fn suspicious(text: &str, mut i: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    // The pages on which the last character may lead, and its number.
    let (mut lead, mut last) = (0u32, 0u32);
    while i < bytes.len() {
        let b = bytes[i];
        if b < 0x80 {
            if after_ascii(last, b) && (last != 0xe2 || controls::is_stripped(&bytes[..i], &bytes[i..])) {
                return Some(i);
            }
            (lead, last) = (0, 0);
            i = past_ascii(bytes, i + 1);
            continue;
        }
        let c = match (b, &bytes[i..]) {
            (..0xe0, [_, second, ..]) => {
                i += 2;
                u32::from(b & 0x1f) << 6 | u32::from(second & 0x3f)
            }
            (0xe2 | 0xef, [_, second, third, ..]) => {
                i += 3;
                u32::from(b & 0xf) << 12 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f)
            }
            _ => {
                // No page holds these, but the double-byte readings of UTF-8 do.
                if let (0xe5 | 0xe6 | 0xe7 | 0xe9, [_, second, third, ..]) = (b, &bytes[i..])
                    && double_byte::tells(u32::from(b & 0xf) << 12 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f))
                {
                    return Some(i);
                }
                i += if b < 0xf0 { 3 } else { 4 };
                (lead, last) = (0, 0);
                continue;
            }
        };
        let found = role(c);
        if (lead | CONTROL) & found.more != 0 && (found.more & CONTROL != 0 || is_odd(text, i)) {
            return Some(i - 1);
        }
        (lead, last) = (found.lead, c);
    }
    None
}

/// The next byte that is not ASCII.
fn past_ascii(bytes: &[u8], mut i: usize) -> usize {
    while bytes.get(i..i + BLOCK).is_some_and(<[u8]>::is_ascii) {
        i += BLOCK;
    }
    while let Some(word) = bytes.get(i..).and_then(<[u8]>::first_chunk::<8>) {
        let high = u64::from_le_bytes(*word) & 0x8080_8080_8080_8080;
        if high != 0 {
            return i + high.trailing_zeros() as usize / 8;
        }
        i += 8;
    }
    i + bytes[i..].iter().take_while(|b| b.is_ascii()).count()
}

/// Whether the pair of characters that ends at byte `end` looks odd among its neighbours; `judge` would not touch it if not.
fn is_odd(text: &str, end: usize) -> bool {
    let mut back = text[..end].chars().rev();
    let (Some(second), Some(first)) = (back.next(), back.next()) else { return false };
    let before = back.next().map_or(EDGE, look);
    let mut last = look(second);
    let mut cost = odd(before, look(first)) + look(first).cost + odd(look(first), last) + last.cost;
    // A sequence of four bytes goes on for two more.
    for (n, c) in text[end..].chars().take(3).enumerate() {
        let next = look(c);
        cost += odd(last, next);
        if n == 2 || role(c as u32).more == 0 {
            return cost >= ODD_MIN;
        }
        cost += next.cost;
        last = next;
    }
    cost + odd(last, EDGE) >= ODD_MIN
}

/// Whether an ASCII byte behind the character `last` shows damage: `Ã ` and `Â ` (the second byte was turned to a space, or lost) and
/// `â` before the end of an English contraction (`itâs`: two controls were stripped).
fn after_ascii(last: u32, b: u8) -> bool {
    match last {
        0xc2 | 0xc3 => b == b' ' || b == b'?',
        0xe2 => matches!(b, b's' | b't' | b'r' | b'v' | b'l' | b'd' | b'm'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_line() {
        let text = "clean line, na\u{ef}ve\ncaf\u{c3}\u{a9}\nagain";
        assert_eq!(next(text, 0), Some(Line { span: Span::new(19, 26) }));
        assert_eq!(next(text, 27), None);
    }

    #[test]
    fn clean_text_is_passed() {
        for text in
            ["", "a", "Déjà vu, à côté", "Příliš žluťoučký", "Русский текст", "中文，日本語", "😀", &"x".repeat(1000), "ﬁn"]
        {
            assert_eq!(next(text, 0), None, "{text}");
        }
    }
}

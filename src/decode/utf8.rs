//! UTF-8: whole, cut off at an end, or with stray bytes that are mended one by one.

use encoding_rs::WINDOWS_1252;
use std::sync::LazyLock;

use crate::edit::Note;

/// How many stray sequences get a note of their own; the rest are counted.
const STRAY_NOTES_MAX: usize = 16;

/// So much evidence for UTF-8 outweighs a stray byte. Of 27 pairs of languages and other encodings, each in samples of 200 bytes
/// and more, the one most like UTF-8 (Japanese in Shift_JIS) has 0.8.
const EVIDENCE_PER_STRAY: usize = 2;

/// A character has at most so many bytes after its first one.
const CONTINUATIONS_MAX: usize = 3;

/// The text, if all of it is UTF-8.
pub fn strict(bytes: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(bytes).ok()
}

/// How much of some bytes is UTF-8.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// One for each character of two bytes, more for longer ones, which are rarer by chance.
    evidence: usize,
    /// Bytes that are not UTF-8, but for those that the ends cut off.
    pub strays: usize,
    /// Bytes of a character that the beginning cuts off.
    cut_start: usize,
    /// Bytes of a character that the end cuts off.
    cut_end: usize,
}

impl Tally {
    /// Reads all bytes once.
    pub fn new(bytes: &[u8]) -> Tally {
        let mut tally = Tally::default();
        let mut last: &[u8] = b"";
        for chunk in bytes.utf8_chunks() {
            let first_bytes = chunk.valid().bytes();
            tally.evidence += first_bytes
                .map(|b| [0, 1, 3, 4][usize::from(b >= 0xc2) + usize::from(b >= 0xe0) + usize::from(b >= 0xf0)])
                .sum::<usize>();
            last = chunk.invalid();
            tally.strays += last.len();
        }
        let start = bytes.iter().take(CONTINUATIONS_MAX + 1).take_while(|b| matches!(b, 0x80..=0xbf)).count();
        let is_start_cut = (1..=CONTINUATIONS_MAX).contains(&start) && start < bytes.len();
        // Alone, one byte is as likely to be another encoding's sign: © or an opening quote at the beginning, é at the end.
        if is_start_cut && (tally.evidence > 0 || start > 1 || is_unfinished(last)) {
            tally.cut_start = start;
        }
        if is_unfinished(last) && (tally.evidence > 0 || is_start_cut || is_likely_first(last)) {
            tally.cut_end = last.len();
        }
        tally.strays -= tally.cut_start + tally.cut_end;
        tally
    }

    /// Whether the text is UTF-8 with some stray bytes rather than another encoding; less evidence will do if it is said to be.
    pub fn is_utf8(&self, is_said: bool) -> bool {
        let factor = if is_said { 1 } else { EVIDENCE_PER_STRAY };
        self.evidence >= self.strays * factor && self.evidence + self.cut_start + self.cut_end > 0
    }
}

/// UTF-8 with stray bytes: each is read as windows-1252 where that gives something to read, else it becomes one U+FFFD, as do the
/// sequences that the ends cut off.
pub fn mend(bytes: &[u8], tally: &Tally) -> (String, Vec<Note>) {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut notes = Vec::new();
    let (mut at, mut sequences) = (tally.cut_start, 0);
    if tally.cut_start > 0 {
        text.push('\u{fffd}');
        notes.push(Note(format!("byte 0: the first character is cut off: {}", bytes[..at].escape_ascii())));
    }
    let end = bytes.len() - tally.cut_end;
    let mut chunks = bytes[at..end].utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        sequences += 1;
        let next = chunks.peek().and_then(|next| next.valid().chars().next());
        let became = match windows_1252(text.chars().next_back(), invalid, next) {
            Some(read) => {
                text.extend(read);
                "read as windows-1252"
            }
            None => {
                text.push('\u{fffd}');
                "became U+FFFD"
            }
        };
        if sequences <= STRAY_NOTES_MAX {
            notes.push(Note(format!("byte {at}: not UTF-8, {became}: {}", invalid.escape_ascii())));
        }
        at += invalid.len();
    }
    if sequences > STRAY_NOTES_MAX {
        notes.push(Note(format!("{} bytes in all are not UTF-8, read as windows-1252 or became U+FFFD", tally.strays)));
    }
    if tally.cut_end > 0 {
        text.push('\u{fffd}');
        notes.push(Note(format!("byte {end}: the last character is cut off: {}", bytes[end..].escape_ascii())));
    }
    (text, notes)
}

/// The characters of windows-1252 from 80 to FF: noise has millions of them.
static HIGH_HALF: LazyLock<[char; 128]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        let byte = [0x80 | i as u8];
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(&byte);
        text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
    })
});

/// What stray bytes say in windows-1252, where that reads in its place.
fn windows_1252(before: Option<char>, stray: &[u8], after: Option<char>) -> Option<impl Iterator<Item = char>> {
    let is_foreign = |c: char| c.is_alphabetic() && c >= '\u{250}' && !('\u{1e00}'..='\u{1eff}').contains(&c);
    if before.is_some_and(is_foreign) || after.is_some_and(is_foreign) {
        return None;
    }
    // Two bytes are the beginning of a longer character (`â€`), unless the second is what stands after a letter: `é”`.
    let is_read = match stray {
        [0x81 | 0x8d | 0x8f | 0x90 | 0x9d] => false,
        [_] => true,
        [0xe0..=0xf4, rest @ ..] => rest.iter().all(|b| matches!(b, 0x85 | 0x92..=0x94 | 0x96 | 0x97 | 0xa0 | 0xab | 0xbb)),
        _ => false,
    };
    is_read.then(|| stray.iter().map(|&byte| HIGH_HALF[usize::from(byte & 0x7f)]))
}

/// Whether the bytes are the beginning of a longer UTF-8 sequence.
fn is_unfinished(bytes: &[u8]) -> bool {
    !bytes.is_empty() && std::str::from_utf8(bytes).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none())
}

/// Whether an unfinished sequence begins a character, where nothing else in the text is UTF-8: two bytes do, and one does that
/// begins Latin letters or quotes and dashes in UTF-8, and is a rare capital or `â` in windows-1252.
fn is_likely_first(unfinished: &[u8]) -> bool {
    matches!(unfinished, [0xc2..=0xc5 | 0xe2] | [_, _, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mended() {
        for (bytes, want, notes) in [
            (&b"\xc3\xa9t\xe9."[..], "été.", 1),
            (b"\xd0\xbf\xd1\x80\xd0\xd0\xb2", "пр\u{fffd}в", 1),
            (b"\xe2\x80\x9c caf\xe9\x94 \xe2\x80 x", "“ café” \u{fffd} x", 2),
            (b"\xaf\xc3\xa9 \xf0\x9f\x98 \xc3\xa9 \xf0\x9f\x98", "\u{fffd}é \u{fffd} é \u{fffd}", 3),
            (b"\x81\xff", "\u{fffd}ÿ", 2),
        ] {
            let (text, said) = mend(bytes, &Tally::new(bytes));
            assert_eq!((&*text, said.len()), (want, notes), "{said:?}");
        }
    }

    #[test]
    fn notes_are_counted_beyond_sixteen() {
        let bytes = "é\u{2019}".repeat(99).into_bytes().into_iter().chain([0xff; 99]).collect::<Vec<_>>();
        let (text, notes) = mend(&bytes, &Tally::new(&bytes));
        assert!(text.ends_with(&"ÿ".repeat(99)));
        assert_eq!(notes.len(), STRAY_NOTES_MAX + 1);
        assert!(notes.last().is_some_and(|note| note.0.starts_with("99 bytes in all")));
    }
}

//! Bytes to UTF-8 text, and which encoding it was and why.
//!
//! A byte order mark decides; else strict UTF-8; else UTF-8 whose stray bytes are mended one by one from windows-1252, each with
//! a note. Repairing text that was decoded wrongly before it came here is `repair`'s work.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

use crate::edit::Note;

/// Text made from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text, borrowed where the bytes were UTF-8 already.
    pub text: Cow<'b, str>,
    /// The encoding's name in the Encoding Standard.
    pub encoding: &'static str,
    /// Whether a byte order mark stood before the text; it is not part of it.
    pub bom: bool,
    /// What was odd: stray bytes, a sequence cut off at the end.
    pub notes: Vec<Note>,
}

/// How many stray bytes get a note of their own; the rest are counted.
const STRAY_NOTES_MAX: usize = 16;

/// Decodes a page.
///
/// ```
/// let d = unchaff::decode(b"na\xefve");
/// assert_eq!((&*d.text, d.notes.len()), ("na\u{ef}ve", 1));
/// ```
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    match Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            let (text, bad) = encoding.decode_without_bom_handling(&bytes[length..]);
            let notes =
                if bad { vec![Note(format!("{}: unpaired surrogates became U+FFFD", encoding.name()))] } else { Vec::new() };
            Decoded { text, encoding: encoding.name(), bom: true, notes }
        }
        Some((_, length)) => Decoded { bom: true, ..decode_utf8(&bytes[length..]) },
        None => decode_utf8(bytes),
    }
}

fn decode_utf8(bytes: &[u8]) -> Decoded<'_> {
    let decoded = |text, notes| Decoded { text, encoding: UTF_8.name(), bom: false, notes };
    match std::str::from_utf8(bytes) {
        Ok(text) => decoded(Cow::Borrowed(text), Vec::new()),
        Err(_) => {
            let (text, notes) = mend(bytes);
            decoded(Cow::Owned(text), notes)
        }
    }
}

/// UTF-8 with stray bytes: each is read as windows-1252; a sequence that the end cuts off becomes one U+FFFD.
fn mend(bytes: &[u8]) -> (String, Vec<Note>) {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut notes = Vec::new();
    let (mut at, mut stray) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        let invalid = chunk.invalid();
        let cut_off = at + invalid.len() == bytes.len() && is_unfinished(invalid);
        if cut_off {
            text.push('\u{fffd}');
            notes.push(Note(format!("byte {at}: the last character is cut off")));
        } else if !invalid.is_empty() {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(invalid).0);
            stray += invalid.len();
            if stray <= STRAY_NOTES_MAX {
                notes.push(Note(format!("byte {at}: not UTF-8, read as windows-1252: {}", invalid.escape_ascii())));
            }
        }
        at += invalid.len();
    }
    if stray > STRAY_NOTES_MAX {
        notes.push(Note(format!("{stray} bytes in all are not UTF-8, read as windows-1252")));
    }
    (text, notes)
}

/// Whether the bytes are the beginning of a longer UTF-8 sequence.
fn is_unfinished(bytes: &[u8]) -> bool {
    !bytes.is_empty() && std::str::from_utf8(bytes).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for (bytes, text, encoding, bom, notes) in [
            (&b"plain"[..], "plain", "UTF-8", false, 0),
            (b"\xef\xbb\xbfmarked", "marked", "UTF-8", true, 0),
            (b"\xff\xfeh\0i\0", "hi", "UTF-16LE", true, 0),
            (b"\xfe\xff\0h\0i", "hi", "UTF-16BE", true, 0),
            (b"caf\xe9 \xe2\x80\x9cx\xe2\x80\x9d", "café “x”", "UTF-8", false, 1),
            (b"cut \xe2\x80", "cut \u{fffd}", "UTF-8", false, 1),
            (b"", "", "UTF-8", false, 0),
        ] {
            let d = decode(bytes);
            assert_eq!((&*d.text, d.encoding, d.bom, d.notes.len()), (text, encoding, bom, notes));
        }
    }

    #[test]
    fn clean_text_borrows() {
        assert!(matches!(decode("ä".as_bytes()).text, Cow::Borrowed(_)));
    }
}

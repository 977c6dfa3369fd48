//! A JSON string that can be edited without being rewritten: each place of its text is known in the raw form.
//!
//! What is kept stays as it was written, escape by escape. Lone surrogates (`\ud800`) read as U+FFFD and stay as they are.

use memchr::memchr;
use std::borrow::Cow;
use std::cell::OnceCell;

use crate::edit::Edit;

/// Which bytes cannot stand as they are in a JSON string, and in one of ASCII only.
const MUST_ESCAPE: [bool; 256] = must_escape(false);
const MUST_ESCAPE_ASCII: [bool; 256] = must_escape(true);

const fn must_escape(ascii: bool) -> [bool; 256] {
    let (mut table, mut byte) = ([false; 256], 0);
    while byte < 256 {
        table[byte] = byte < 0x20 || byte == b'"' as usize || byte == b'\\' as usize || (ascii && byte >= 0x80);
        byte += 1;
    }
    table
}

/// The inside of a JSON string, raw and read.
pub struct JsonString<'r> {
    raw: &'r str,
    text: Cow<'r, str>,
    /// After each escape, where text and raw form stand; in between they run in step. Found when there are edits: what is made of HTML
    /// needs none, and it has very many.
    marks: OnceCell<Vec<Mark>>,
}

#[derive(Clone, Copy)]
struct Mark {
    text: usize,
    raw: usize,
}

impl<'r> JsonString<'r> {
    /// Reads what stands between the quotes of a valid JSON string.
    pub fn new(raw: &'r str) -> Self {
        let is_plain = memchr(b'\\', raw.as_bytes()).is_none();
        let text = if is_plain { Cow::Borrowed(raw) } else { Cow::Owned(read(raw.as_bytes())) };
        JsonString { raw, text, marks: OnceCell::new() }
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The raw form with the edits of its text applied.
    pub fn splice(&self, edits: &[Edit]) -> String {
        let mut out = String::with_capacity(self.raw.len());
        let mut from = 0;
        for edit in edits {
            out.push_str(&self.raw[from..self.raw_offset(edit.span.start)]);
            self.escape(&edit.replacement, &mut out);
            from = self.raw_offset(edit.span.end);
        }
        out.push_str(&self.raw[from..]);
        out
    }

    /// Another text in its place, in the raw form that this one has.
    pub fn rewrite(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + text.len() / 16);
        self.escape(text, &mut out);
        out
    }

    fn raw_offset(&self, text: usize) -> usize {
        let marks = self.marks.get_or_init(|| marks(self.raw.as_bytes()));
        match marks.partition_point(|mark| mark.text <= text).checked_sub(1) {
            Some(i) => marks[i].raw + (text - marks[i].text),
            None => text,
        }
    }

    /// Writes text in the manner of this string: in `\u` form if it is ASCII only and had to escape for that.
    fn escape(&self, text: &str, out: &mut String) {
        let ascii = !text.is_ascii() && self.raw.is_ascii() && !self.text.is_ascii();
        let must_escape = if ascii { &MUST_ESCAPE_ASCII } else { &MUST_ESCAPE };
        let mut rest = text;
        while let Some(first) = rest.bytes().position(|b| must_escape[usize::from(b)]) {
            let (run, behind) = rest.split_at(first);
            out.push_str(run);
            let Some(c) = behind.chars().next() else { break };
            escape_char(c, out);
            rest = &behind[c.len_utf8()..];
        }
        out.push_str(rest);
    }
}

/// What an escaped string says. Eight bytes at a time: in HTML escapes stand every 25 bytes, quotes and line ends as they mostly are.
fn read(raw: &[u8]) -> String {
    const EACH: u64 = u64::MAX / 0xff;
    let (mut text, mut at) = (Vec::with_capacity(raw.len()), 0);
    while at < raw.len() {
        if let Some(eight) = raw[at..].first_chunk() {
            // The highest bit of the first byte that is a backslash, and perhaps of some behind it.
            let others = u64::from_le_bytes(*eight) ^ (EACH * u64::from(b'\\'));
            let escapes = others.wrapping_sub(EACH) & !others & (EACH * 0x80);
            text.extend_from_slice(eight);
            if escapes == 0 {
                at += 8;
                continue;
            }
            let run = escapes.trailing_zeros() as usize / 8;
            text.truncate(text.len() - (8 - run));
            at += run;
        } else if raw[at] != b'\\' {
            text.push(raw[at]);
            at += 1;
            continue;
        }
        let (c, length) = unescape(&raw[at..]);
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => text.push(byte),
            _ => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        at += length;
    }
    // Whole characters stay whole, so that nothing is lost here.
    String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn marks(raw: &[u8]) -> Vec<Mark> {
    let (mut marks, mut last) = (Vec::new(), Mark { text: 0, raw: 0 });
    while let Some(run) = memchr(b'\\', &raw[last.raw..]) {
        let (c, length) = unescape(&raw[last.raw + run..]);
        last = Mark { text: last.text + run + c.len_utf8(), raw: last.raw + run + length };
        marks.push(last);
    }
    marks
}

/// Writes the escape of a character.
fn escape_char(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
}

/// The character that an escape stands for, and the escape's length.
#[inline]
fn unescape(bytes: &[u8]) -> (char, usize) {
    let short = |c| (c, 2);
    match bytes.get(1) {
        Some(b'n') => short('\n'),
        Some(b'r') => short('\r'),
        Some(b't') => short('\t'),
        Some(b'b') => short('\u{8}'),
        Some(b'f') => short('\u{c}'),
        Some(b'u') => unescape_unicode(bytes),
        Some(other @ (b'"' | b'\\' | b'/')) => short(char::from(*other)),
        _ => ('\u{fffd}', 1),
    }
}

fn unescape_unicode(bytes: &[u8]) -> (char, usize) {
    let Some(first) = hex_unit(bytes) else { return ('\u{fffd}', 1) };
    if let Some(c) = char::from_u32(u32::from(first)) {
        return (c, 6);
    }
    let pair = hex_unit(&bytes[6..]).and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    pair.map_or(('\u{fffd}', 6), |c| (c, 12))
}

/// The unit of a `\uXXXX` at the start of the bytes.
fn hex_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Reason, Span};
    use crate::names::{Category, Confidence, Stage};

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        let reason = Reason {
            stage: Stage::Rule,
            rule: "t".into(),
            category: Category::Debris,
            confidence: Confidence::Sure,
            evidence: "".into(),
        };
        Edit { span: Span::new(start, end), replacement: replacement.into(), reason }
    }

    #[test]
    fn text_is_what_json_says() {
        for raw in [r"plain", r"a\n\t\b\f\r\/\\\u0041z", r"\ud83d\ude00!", r"ä\u00e4", ""] {
            let read: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            assert_eq!(JsonString::new(raw).text(), read);
        }
        for (raw, text) in [
            (r"a\ud800b", "a\u{fffd}b"),
            (r"\udc00", "\u{fffd}"),
            (r"\ud800\u0041", "\u{fffd}A"),
            (r"\ud800\ud83d\ude00", "\u{fffd}😀"),
        ] {
            assert_eq!(JsonString::new(raw).text(), text);
        }
    }

    #[test]
    fn escapes_are_read_wherever_they_stand() {
        for before in 0..20 {
            for escape in [r"\n", r"\\", r#"\""#, r"\u00e4", r"\ud83d\ude00", "ä", r"\n\t"] {
                let raw = format!("{}{escape}{}{escape}", "x".repeat(before), "y".repeat(20 - before));
                let read: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
                assert_eq!(JsonString::new(&raw).text(), read);
            }
        }
    }

    /// Every cut of whole characters leaves the raw form of the others as it was.
    #[test]
    fn cuts_keep_the_rest() {
        for raw in [r"ab\ncd", r"\u00e4x\u00F6\/y", r"\ud800q\ud83d\ude00z", "äöü\\\\ß"] {
            let string = JsonString::new(raw);
            let text = string.text();
            let places: Vec<_> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            for (i, &start) in places.iter().enumerate() {
                for &end in &places[i..] {
                    let cut = string.splice(&[edit(start, end, "")]);
                    let want = format!("{}{}", &text[..start], &text[end..]);
                    assert_eq!(JsonString::new(&cut).text(), want);
                    let place = string.raw_offset(start);
                    assert!(raw.starts_with(&cut[..place]));
                    assert!(raw.ends_with(&cut[place..]));
                }
            }
        }
    }

    #[test]
    fn replacements_take_on_the_manner() {
        for (raw, replacement, want) in [
            (r"\u00e4x", "ö\"", r"\u00e4\u00f6\u0022"),
            (r"\u00e4x", "😀", r"\u00e4\ud83d\ude00"),
            ("äx", "ö\u{1}\\", r"äö\u0001\\"),
            ("ax", "ö", "aö"),
        ] {
            let string = JsonString::new(raw);
            let x = string.text().find('x').unwrap();
            let got = string.splice(&[edit(x, x + 1, replacement)]);
            assert_eq!(got.replace("\\\"", "\\u0022"), want);
        }
    }
}

//! A JSON string that can be edited without being rewritten: each place of its text is known in the raw form.
//!
//! What is kept stays as it was written, escape by escape. Lone surrogates (`\ud800`) read as U+FFFD and stay as they are.

use memchr::memchr;
use std::borrow::Cow;

use crate::edit::Edit;

/// The inside of a JSON string, raw and read.
pub struct JsonString<'r> {
    raw: &'r str,
    text: Cow<'r, str>,
    /// After each escape, where text and raw form stand; in between they run in step.
    marks: Vec<Mark>,
}

struct Mark {
    text: usize,
    raw: usize,
}

impl<'r> JsonString<'r> {
    /// Reads what stands between the quotes of a valid JSON string.
    pub fn new(raw: &'r str) -> Self {
        let Some(first) = memchr(b'\\', raw.as_bytes()) else {
            return JsonString { raw, text: Cow::Borrowed(raw), marks: Vec::new() };
        };
        let mut text = String::with_capacity(raw.len());
        let mut marks = Vec::new();
        let (mut from, mut escape) = (0, Some(first));
        while let Some(at) = escape {
            text.push_str(&raw[from..at]);
            let (c, length) = unescape(&raw.as_bytes()[at..]);
            text.push(c);
            from = at + length;
            marks.push(Mark { text: text.len(), raw: from });
            escape = memchr(b'\\', &raw.as_bytes()[from..]).map(|i| from + i);
        }
        text.push_str(&raw[from..]);
        JsonString { raw, text: Cow::Owned(text), marks }
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
        match self.marks.partition_point(|mark| mark.text <= text).checked_sub(1) {
            Some(i) => self.marks[i].raw + (text - self.marks[i].text),
            None => text,
        }
    }

    /// Writes text in the manner of this string: in `\u` form if it is ASCII only and had to escape for that.
    fn escape(&self, text: &str, out: &mut String) {
        let ascii = !text.is_ascii() && self.raw.is_ascii() && !self.text.is_ascii();
        let as_it_is = |b: &u8| !(*b < b' ' || matches!(*b, b'"' | b'\\') || (ascii && !b.is_ascii()));
        let mut rest = text;
        while let Some(first) = rest.bytes().position(|b| !as_it_is(&b)) {
            let (run, behind) = rest.split_at(first);
            out.push_str(run);
            let Some(c) = behind.chars().next() else { break };
            escape_char(c, out);
            rest = &behind[c.len_utf8()..];
        }
        out.push_str(rest);
    }
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
                    assert!(raw.starts_with(&cut[..string.raw_offset(start)]));
                    assert!(raw.ends_with(&cut[string.raw_offset(start)..]));
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

//! The page as the tokenizer reads it: up to the next byte that means something.
//!
//! The tokenizer's own reader looks for NUL and carriage returns everywhere, eight bytes at a time. They are found once here, and most
//! of a page, which is long values of attributes and scripts, is left to `memchr`.

use std::convert::Infallible;

use html5gum::Reader;
use memchr::{memchr, memchr2};

/// What is left of a page.
pub struct Source<'h> {
    rest: &'h [u8],
    /// How many bytes are left before the next NUL or carriage return, which nearly no page has.
    plain: usize,
}

impl<'h> Source<'h> {
    pub fn new(html: &'h str) -> Self {
        let rest = html.as_bytes();
        Source { rest, plain: plain(rest) }
    }

    #[inline(always)]
    fn advance(&mut self, bytes: usize) -> &'h [u8] {
        let (read, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        match self.plain.checked_sub(bytes) {
            Some(plain) => self.plain = plain,
            None => self.plain = plain(rest),
        }
        read
    }
}

impl Reader for Source<'_> {
    type Error = Infallible;

    #[inline(always)]
    fn read_byte(&mut self) -> Result<Option<u8>, Infallible> {
        let Some(first) = self.rest.first() else { return Ok(None) };
        self.advance(1);
        Ok(Some(*first))
    }

    #[inline(always)]
    fn try_read_string(&mut self, wanted: &[u8], case_sensitive: bool) -> Result<bool, Infallible> {
        let Some(next) = self.rest.get(..wanted.len()) else { return Ok(false) };
        let is_there = if case_sensitive { next == wanted } else { next.eq_ignore_ascii_case(wanted) };
        if is_there {
            self.advance(wanted.len());
        }
        Ok(is_there)
    }

    #[inline(always)]
    fn read_until<'b>(&'b mut self, needles: &[u8], _: &'b mut [u8; 4]) -> Result<Option<&'b [u8]>, Infallible> {
        let Some(first) = self.rest.first() else { return Ok(None) };
        // A needle comes by itself, and it is often the first byte.
        if is_any(*first, needles) {
            return Ok(Some(self.advance(1)));
        }
        let plain = &self.rest[..self.plain];
        let length = match needles {
            [one, b'\r'] => memchr(*one, plain),
            [one, b'\0', b'\r'] => memchr(*one, plain),
            [one, two, b'\r'] | [one, two, b'\0', b'\r'] => memchr2(*one, *two, plain),
            _ => plain.iter().position(|byte| is_any(*byte, needles)),
        };
        // The first byte may be one of the rare ones, where it is no needle.
        Ok(Some(self.advance(length.unwrap_or(plain.len()).max(1))))
    }
}

/// Whether a byte is one of the needles. They are known where this is compiled, so that one number says it of nearly all.
#[inline(always)]
fn is_any(byte: u8, needles: &[u8]) -> bool {
    let low = needles.iter().filter(|needle| **needle < 64).fold(0_u64, |low, needle| low | 1 << needle);
    let mut high = needles.iter().filter(|needle| **needle >= 64);
    (byte < 64 && low >> byte & 1 == 1) || high.any(|needle| *needle == byte)
}

/// How many bytes stand before the next NUL or carriage return.
fn plain(bytes: &[u8]) -> usize {
    memchr2(b'\0', b'\r', bytes).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that is read up to each needle, and the needles.
    fn read(text: &str, needles: &[u8]) -> Vec<String> {
        let (mut source, mut all) = (Source::new(text), Vec::new());
        let mut one = [0; 4];
        while let Ok(Some(read)) = source.read_until(needles, &mut one) {
            all.push(String::from_utf8_lossy(read).into_owned());
        }
        all
    }

    #[test]
    fn needles_come_by_themselves() {
        for (text, want) in [
            ("", &[][..]),
            ("abc", &["abc"]),
            ("a<b", &["a", "<", "b"]),
            ("<<", &["<", "<"]),
            ("of sixteen bytes<", &["of sixteen bytes", "<"]),
            ("more than sixteen bytes & ä", &["more than sixteen bytes ", "&", " ä"]),
            ("a\rb\r\r<\r", &["a", "\r", "b", "\r", "\r", "<", "\r"]),
            // A NUL comes by itself too, though nobody asks for it here.
            ("a\0\0<", &["a", "\0", "\0", "<"]),
            ("a block of sixteen and one with one <", &["a block of sixteen and one with one ", "<"]),
        ] {
            assert_eq!(read(text, b"<&\r"), want, "{text}");
        }
    }

    #[test]
    fn every_place_of_a_needle() {
        for length in 0..50 {
            for at in 0..length {
                let mut text = "x".repeat(length);
                text.replace_range(at..=at, "<");
                let want = ["x".repeat(at), "<".into(), "x".repeat(length - at - 1)];
                assert_eq!(read(&text, b"\0<"), want.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn strings_are_taken_whole() {
        let mut source = Source::new("DOCTYPE html");
        assert_eq!(source.try_read_string(b"doctype", true), Ok(false));
        assert_eq!(source.try_read_string(b"doctype", false), Ok(true));
        assert_eq!(source.try_read_string(b" html and more", false), Ok(false));
        assert_eq!(source.try_read_string(b" html", true), Ok(true));
        assert_eq!(source.read_byte(), Ok(None));
    }
}

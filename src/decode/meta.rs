//! The encoding that an HTML page names in its first bytes: the HTML Standard's prescan.
//!
//! <https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding>. Nothing else of the markup
//! is read here.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// How far the standard looks.
const PRESCAN_BYTES: usize = 1024;

/// The encoding that `meta` elements, else an XML declaration, name.
pub fn prescan(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    let mut scan = Scan { bytes: head, at: 0 };
    while let Some(offset) = memchr::memchr(b'<', scan.rest()) {
        scan.at += offset;
        let rest = scan.rest();
        if rest.starts_with(b"<!--") {
            // The two dashes that end a comment may be those that began it.
            scan.at += 2 + memchr::memmem::find(&rest[2..], b"-->")? + 2;
        } else if is_meta(rest) {
            scan.at += b"<meta".len();
            if let Some(encoding) = scan.meta() {
                return Some(encoding);
            }
        } else if matches!(rest, [b'<', b'/', letter, ..] | [b'<', letter, ..] if letter.is_ascii_alphabetic()) {
            scan.skip(|b| !is_space(b) && b != b'>');
            while scan.attribute().is_some() {}
        } else if matches!(rest, [b'<', b'!' | b'/' | b'?', ..]) {
            scan.skip(|b| b != b'>');
        }
        scan.at += 1;
    }
    xml(head)
}

fn is_meta(rest: &[u8]) -> bool {
    matches!(rest.get(..6), Some([name @ .., end]) if name.eq_ignore_ascii_case(b"<meta") && (is_space(*end) || *end == b'/'))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// What a label in markup means: a page whose label can be read is not UTF-16.
fn named(label: &[u8]) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label)?;
    Some(match encoding {
        _ if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
        _ if encoding == X_USER_DEFINED => WINDOWS_1252,
        _ => encoding,
    })
}

/// A place in the bytes that is moved on. Where the bytes end, nothing is found: what is cut off is not believed.
struct Scan<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Scan<'b> {
    fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn here(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, skipped: impl Fn(u8) -> bool) {
        self.at += self.rest().iter().take_while(|&&b| skipped(b)).count();
    }

    /// The encoding of a `meta` element, from behind its name.
    fn meta(&mut self) -> Option<&'static Encoding> {
        let (mut seen, mut is_content_type, mut needs_pragma, mut found) = (Vec::new(), false, false, None);
        while let Some((name, value)) = self.attribute() {
            if seen.contains(&name) {
                continue;
            }
            match &name[..] {
                b"http-equiv" => is_content_type |= value == b"content-type",
                b"content" if found.is_none() => {
                    found = in_content(&value);
                    needs_pragma = found.is_some();
                }
                b"charset" => {
                    found = named(&value);
                    needs_pragma = false;
                }
                _ => {}
            }
            seen.push(name);
        }
        found.filter(|_| !needs_pragma || is_content_type)
    }

    /// The next attribute's name and value in lower case; at the end of the tag or of the bytes there is none.
    fn attribute(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.skip(|b| is_space(b) || b == b'/');
        if self.here()? == b'>' {
            return None;
        }
        let from = self.at;
        // An equals sign at the beginning is part of the name.
        self.at += 1;
        self.skip(|b| !is_space(b) && !matches!(b, b'=' | b'/' | b'>'));
        let name = self.bytes[from..self.at].to_ascii_lowercase();
        self.skip(is_space);
        if self.here()? != b'=' {
            return Some((name, Vec::new()));
        }
        self.at += 1;
        self.skip(is_space);
        let quote = self.here()?;
        let from = self.at + usize::from(matches!(quote, b'"' | b'\''));
        self.at = from;
        match quote {
            b'"' | b'\'' => self.skip(|b| b != quote),
            _ => self.skip(|b| !is_space(b) && b != b'>'),
        }
        let value = self.bytes[from..self.at].to_ascii_lowercase();
        let end = self.here()?;
        self.at += usize::from(end == quote);
        Some((name, value))
    }
}

/// The encoding in the value of a `content` attribute: `text/html; charset=…`.
fn in_content(value: &[u8]) -> Option<&'static Encoding> {
    let mut scan = Scan { bytes: value, at: 0 };
    loop {
        scan.at += memchr::memmem::find(scan.rest(), b"charset")? + b"charset".len();
        scan.skip(is_space);
        if scan.here()? == b'=' {
            break;
        }
    }
    scan.at += 1;
    scan.skip(is_space);
    match scan.here()? {
        quote @ (b'"' | b'\'') => {
            let inside = &scan.rest()[1..];
            named(&inside[..memchr::memchr(quote, inside)?])
        }
        _ => named(scan.rest().split(|&b| is_space(b) || b == b';').next()?),
    }
}

/// The encoding of an XML declaration at the very beginning.
fn xml(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memchr::memchr(b'>', declaration)?];
    let after = &declaration[memchr::memmem::find(declaration, b"encoding")? + b"encoding".len()..];
    let value = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *value.first().filter(|b| matches!(b, b'"' | b'\''))?;
    named(&value[1..][..memchr::memchr(quote, &value[1..])?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for (html, want) in [
            ("<meta charset=utf-8>", Some("UTF-8")),
            ("<META CHARSET = 'Windows-1251' />", Some("windows-1251")),
            ("<!doctype html><html><head><meta charset=\"koi8-r\">", Some("KOI8-R")),
            ("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>", Some("ISO-8859-2")),
            ("<meta content='text/html; charset=\"sjis\"' http-equiv=\"content-type\">", Some("Shift_JIS")),
            ("<meta content='charset charset = gbk ; x' http-equiv=content-type>", Some("GBK")),
            // Only the pragma makes a content count, the first of two attributes wins, and unknown labels are passed over.
            ("<meta content='text/html; charset=gbk'>", None),
            ("<meta charset=gbk charset=big5>", Some("GBK")),
            ("<meta charset=none><meta charset=big5>", Some("Big5")),
            ("<meta charset=utf-16>", Some("UTF-8")),
            ("<meta charset=x-user-defined>", Some("windows-1252")),
            ("<!-- <meta charset=gbk> --><meta charset=big5>", Some("Big5")),
            ("<!--><meta charset=gbk>", Some("GBK")),
            ("<a title='<meta charset=gbk>'>", None),
            ("</p <meta charset=gbk>", None),
            ("<metal charset=gbk>", None),
            ("< meta charset=gbk>", None),
            ("<meta charset=gbk", None),
            ("<meta charset=\"gbk", None),
            ("<!-- <meta charset=gbk>", None),
            ("<?xml version='1.0' encoding='euc-jp'?><p>", Some("EUC-JP")),
            (" <?xml encoding='euc-jp'?>", None),
            ("<", None),
            ("", None),
        ] {
            assert_eq!(prescan(html.as_bytes()).map(Encoding::name), want, "{html}");
        }
        let far = format!("{}<meta charset=gbk>", " ".repeat(PRESCAN_BYTES));
        assert_eq!(prescan(far.as_bytes()), None);
    }
}

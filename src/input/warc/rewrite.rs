//! The record with cleaned text in place of its page.
//!
//! Fields that stay true keep their bytes and their order. Which fields a `conversion` record may have is the standard's; each
//! decision is at its field below.

use sha1::{Digest, Sha1};
use std::borrow::Cow;
use std::fmt::Write;
use xxhash_rust::xxh3::Xxh3;

use super::header::Field;
use super::record::WarcRecord;

/// Fields that a conversion of this record does not have.
const NOT_CONVERTED: &[&str] = &[
    // They tell of the fetching, and the standard forbids them in a conversion.
    "WARC-Concurrent-To",
    "WARC-IP-Address",
    // The same by their definitions, which are no part of the standard yet.
    "WARC-Protocol",
    "WARC-Cipher-Suite",
    // The type of what was fetched.
    "WARC-Identified-Payload-Type",
    // What this record refers to is not what its conversion refers to.
    "WARC-Refers-To",
    "WARC-Refers-To-Target-URI",
    "WARC-Refers-To-Date",
    // Of revisits only.
    "WARC-Profile",
];

impl WarcRecord<'_> {
    /// The record with `text` as its block.
    ///
    /// A `conversion` or `resource` of text stays what it is. All others become a `conversion` of type `text/plain` that refers to
    /// this record, with an identifier that follows from this record's and the text.
    pub fn with_text(&self, text: &str) -> Vec<u8> {
        let is_converted = !self.is_text();
        let mut out = Writer { bytes: Vec::with_capacity(self.header.len + text.len() + 256), line_end: self.line_end() };
        out.bytes.extend_from_slice(self.before);
        out.bytes.extend_from_slice(self.header.first);
        let mut digest = None;
        let mut written = Written::default();
        for field in &self.header.fields {
            if field.is("Content-Length") {
                out.once(field, &text.len().to_string(), &mut written.length);
            } else if field.is("WARC-Block-Digest") || field.is("WARC-Payload-Digest") {
                // Of both kinds of record the payload is the block.
                if let Some(value) = with_digest(&field.value(), || *digest.get_or_insert_with(|| Sha1::digest(text).into())) {
                    out.field(field, &value);
                }
            } else if !is_converted {
                match field.is("Content-Type").then(|| in_utf8(&field.value())).flatten() {
                    Some(value) => out.field(field, &value),
                    None => out.bytes.extend_from_slice(field.raw),
                }
            } else if field.is("WARC-Type") {
                out.field(field, "conversion");
            } else if field.is("Content-Type") {
                out.once(field, "text/plain", &mut written.media_type);
            } else if field.is("WARC-Record-ID") {
                if !written.id {
                    out.line(b"WARC-Refers-To", field.value().as_bytes());
                }
                out.once(field, &self.converted_id(text), &mut written.id);
            } else if !NOT_CONVERTED.iter().any(|name| field.is(name)) {
                out.bytes.extend_from_slice(field.raw);
            }
        }
        if is_converted && !written.id {
            out.line(b"WARC-Record-ID", self.converted_id(text).as_bytes());
        }
        if is_converted && !written.media_type {
            out.line(b"Content-Type", b"text/plain");
        }
        if !written.length {
            out.line(b"Content-Length", text.len().to_string().as_bytes());
        }
        out.close(text, self.after)
    }

    /// The line end of the header.
    fn line_end(&self) -> &'static [u8] {
        if self.header.first.ends_with(b"\r\n") { b"\r\n" } else { b"\n" }
    }

    /// An identifier that is the same whenever this record is converted to this text: a UUID of version 8, RFC 9562.
    fn converted_id(&self, text: &str) -> String {
        let mut hash = Xxh3::new();
        // Without an identifier, what was fetched and when has to do.
        for name in ["WARC-Record-ID", "WARC-Target-URI", "WARC-Date"] {
            hash.update(self.field(name).unwrap_or_default().as_bytes());
            hash.update(b"\0");
        }
        hash.update(text.as_bytes());
        let bits = hash.digest128();
        let bits = bits & !(0xf << 76) & !(3 << 62) | 8 << 76 | 2 << 62;
        let digits = format!("{bits:032x}");
        let [a, b, c, d, e] = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        format!("<urn:uuid:{a}-{b}-{c}-{d}-{e}>")
    }
}

/// Which fields that a record needs stand already.
#[derive(Default)]
struct Written {
    length: bool,
    media_type: bool,
    id: bool,
}

struct Writer {
    bytes: Vec<u8>,
    line_end: &'static [u8],
}

impl Writer {
    fn line(&mut self, name: &[u8], value: &[u8]) {
        for part in [name, b": ", value, self.line_end] {
            self.bytes.extend_from_slice(part);
        }
    }

    /// A field with another value; its name stays as it was written.
    fn field(&mut self, field: &Field, value: &str) {
        self.line(field.name().unwrap_or_default(), value.as_bytes());
    }

    /// The same, for a field that may stand only once.
    fn once(&mut self, field: &Field, value: &str, written: &mut bool) {
        if !*written {
            self.field(field, value);
        }
        *written = true;
    }

    /// The record's end; line ends behind the old block stay as they were if there are enough.
    fn close(mut self, text: &str, after: &[u8]) -> Vec<u8> {
        self.bytes.extend_from_slice(self.line_end);
        self.bytes.extend_from_slice(text.as_bytes());
        if memchr::memchr_iter(b'\n', after).count() >= 2 {
            self.bytes.extend_from_slice(after);
        } else {
            self.bytes.extend([self.line_end, self.line_end].concat());
        }
        self.bytes
    }
}

/// The digest in the manner of the old one; `None` if that was another than SHA-1, which most writers use.
fn with_digest(old: &str, sha1: impl FnOnce() -> [u8; 20]) -> Option<String> {
    let (algorithm, value) = old.split_once(':')?;
    let value = value.trim();
    if !["sha1", "sha-1"].iter().any(|known| algorithm.trim().eq_ignore_ascii_case(known)) {
        return None;
    }
    let is_hex = value.len() == 40 && value.bytes().all(|b| b.is_ascii_hexdigit());
    let digest = if is_hex { hex(&sha1()) } else { base32(&sha1()) };
    Some(format!("{algorithm}:{digest}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut all, byte| {
        // Writing into a string does not fail.
        let _ = write!(all, "{byte:02x}");
        all
    })
}

/// RFC 4648's base32 of 20 bytes, which need no padding.
fn base32(bytes: &[u8; 20]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut all = String::with_capacity(32);
    for five in bytes.chunks(5) {
        let bits = five.iter().fold(0u64, |bits, &byte| bits << 8 | u64::from(byte));
        all.extend((0..8).rev().map(|i| char::from(DIGITS[(bits >> (5 * i) & 31) as usize])));
    }
    all
}

/// A media type that says UTF-8 where it says another encoding; `None` if it need not change.
fn in_utf8(value: &str) -> Option<String> {
    let parts: Vec<Cow<str>> = value
        .split(';')
        .map(|part| match part.split_once('=') {
            Some((name, label)) if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(label) => {
                format!("{name}=UTF-8").into()
            }
            _ => part.into(),
        })
        .collect();
    parts.iter().any(|part| matches!(part, Cow::Owned(_))).then(|| parts.join(";"))
}

fn is_utf8(label: &str) -> bool {
    let label = label.trim().trim_matches(['"', '\'']);
    ["utf-8", "utf8"].iter().any(|known| label.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_text(record: &str, text: &str) -> String {
        let out = WarcRecord::parse(record.as_bytes()).unwrap().with_text(text);
        WarcRecord::parse(&out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// A record of text keeps every byte but its length, its digests and an encoding that is no longer true.
    #[test]
    fn text_stays_what_it_is() {
        for (record, want) in [
            (
                "WARC/1.0\r\nWARC-Type: conversion\r\nX-a :\r\n  folded\r\nWARC-Block-Digest: sha1:OLD\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nabcd\r\n\r\n",
                "WARC/1.0\r\nWARC-Type: conversion\r\nX-a :\r\n  folded\r\nWARC-Block-Digest: sha1:FUMXZN4F3PE5K6CZ7E4GITDIA26XEA4J\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nabö\r\n\r\n",
            ),
            (
                "\nWARC/1.1\ncontent-length: 4\nWARC-Type: Resource\nWARC-Payload-Digest: SHA-1:da39a3ee5e6b4b0d3255bfef95601890afd80709\nWARC-Block-Digest: sha256:abc\ncontent-type: text/plain; charset=koi8-r; x=y\n\nabcd\n\n\n",
                "\nWARC/1.1\ncontent-length: 4\nWARC-Type: Resource\nWARC-Payload-Digest: SHA-1:2d197cb785dbc9d57859f938644c6806bd720389\ncontent-type: text/plain; charset=UTF-8; x=y\n\nabö\n\n\n",
            ),
            (
                "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n\r\nabcd",
                "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Length: 4\r\n\r\nabö\r\n\r\n",
            ),
        ] {
            assert_eq!(with_text(record, "abö"), want);
        }
    }

    #[test]
    fn others_become_a_conversion() {
        let response = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n\
            WARC-Target-URI: http://example.org/\r\nWARC-Warcinfo-ID: <urn:uuid:0>\r\nWARC-Concurrent-To: <urn:uuid:2>\r\n\
            WARC-IP-Address: 192.0.2.1\r\nWARC-Truncated: length\r\nWARC-Block-Digest: sha256:x\r\n\
            WARC-Payload-Digest: sha1:OLD\r\nWARC-Identified-Payload-Type: text/html\r\nX-Own: stays\r\n\
            Content-Type: application/http\r\nContent-Length: 15\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
        let want = "WARC/1.1\r\nWARC-Type: conversion\r\nWARC-Refers-To: <urn:uuid:1>\r\n\
            WARC-Record-ID: <urn:uuid:ID>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n\
            WARC-Target-URI: http://example.org/\r\nWARC-Warcinfo-ID: <urn:uuid:0>\r\nWARC-Truncated: length\r\n\
            WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\nX-Own: stays\r\n\
            Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
        let got = with_text(response, "");
        let id = got.split("<urn:uuid:").nth(2).unwrap().split('>').next().unwrap();
        assert_eq!(got.replace(id, "ID"), want);
        // The same again, another for another text.
        assert_eq!(with_text(response, ""), got);
        assert!(!with_text(response, "x").contains(id));
        let parts: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!((parts, &id[14..15], "89ab".contains(&id[19..20])), (vec![8, 4, 4, 4, 12], "8", true));
    }

    /// What a record must have is added; what may stand once stands once.
    #[test]
    fn bare_records() {
        let got = with_text("WARC/1.0\nWARC-Type: response\n\nHTTP/1.1 200 OK\n\n", "x");
        let id = got.split("urn:uuid:").nth(1).unwrap().split('>').next().unwrap();
        let want = "WARC/1.0\nWARC-Type: conversion\nWARC-Record-ID: <urn:uuid:ID>\nContent-Type: text/plain\nContent-Length: 1\n\nx\n\n";
        assert_eq!(got.replace(id, "ID"), want);
        let got = with_text("WARC/1.0\nContent-Length: 1\nWARC-Record-ID: a\nContent-Length: 1\nWARC-Record-ID: b\n\nx\n\n", "");
        assert_eq!((got.matches("Content-Length").count(), got.matches("WARC-Record-ID").count()), (1, 1));
    }

    #[test]
    fn encodings() {
        assert_eq!(base32(&Sha1::digest("").into()), "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
        assert_eq!(hex(&Sha1::digest("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }
}

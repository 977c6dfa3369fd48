//! One record: its fields, its block, and the page in it.

use std::borrow::Cow;

use super::coding::undo;
use super::header::Header;
use super::http::Response;
use super::media::{MediaType, is_html};
use crate::decode::Charset;
use crate::edit::Note;
use crate::error::{Error, printable};

/// A record of a WARC or WET file.
#[derive(Debug)]
pub struct WarcRecord<'b> {
    /// Blank lines before it.
    pub(super) before: &'b [u8],
    pub(super) header: Header<'b>,
    pub(super) block: &'b [u8],
    /// The line ends behind the block.
    pub(super) after: &'b [u8],
}

/// The page in a record.
#[derive(Debug, PartialEq, Eq)]
pub struct Payload<'b> {
    /// The page as it was before HTTP packed it; in which encoding is for [`decode`](crate::decode()) to say.
    pub bytes: Cow<'b, [u8]>,
    /// Whether it is HTML; else it is text.
    pub html: bool,
    /// The encoding that the record declares.
    pub charset: Option<Charset>,
    /// What was odd about its packing.
    pub notes: Vec<Note>,
}

impl<'b> WarcRecord<'b> {
    /// Reads the bytes of one record, as [`WarcCutter`](super::WarcCutter) tells them.
    ///
    /// Errors: bytes that do not begin with a version line, a header without end, a line in it that is no field, a `Content-Length`
    /// that is no number or not the block's length. Without `Content-Length` the block ends at the line ends behind it.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, Error> {
        let start = bytes.iter().take_while(|b| is_line_end(b)).count();
        let (before, bytes) = bytes.split_at(start);
        if !bytes.starts_with(b"WARC/") {
            let begin = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]);
            let begin = printable(begin.lines().next().unwrap_or_default());
            return Err(Error::page(format!("no WARC record: begins with `{begin}`, expected `WARC/1.0` or `WARC/1.1`")));
        }
        let header = Header::parse(bytes);
        if !header.is_whole {
            return Err(Error::page("broken record: the header has no end, expected a blank line"));
        }
        if let Some(line) = header.fields.iter().find(|field| field.name().is_none()) {
            let line = String::from_utf8_lossy(&line.raw[..line.raw.len().min(40)]);
            let line = printable(line.trim());
            return Err(Error::page(format!("broken record: `{line}` in the header, expected a name and a colon")));
        }
        let rest = &bytes[header.len..];
        let length = match header.content_length() {
            None => rest.len() - line_ends(rest),
            Some(Ok(length)) => block_length(rest, length)?,
            Some(Err(value)) => {
                let value = printable(&value);
                return Err(Error::page(format!("broken record: `Content-Length` is `{value}`, expected a number of bytes")));
            }
        };
        let (block, after) = rest.split_at(length);
        Ok(WarcRecord { before, header, block, after })
    }

    /// The value of a field, by its name in any case; the first one, if it stands more than once.
    pub fn field(&self, name: &str) -> Option<Cow<'b, str>> {
        self.header.get(name)
    }

    /// What kind of record it is, in lower case: `response`, `conversion` and so on; empty if it does not say.
    pub fn record_type(&self) -> String {
        self.field("WARC-Type").map(|kind| kind.to_ascii_lowercase()).unwrap_or_default()
    }

    /// The page's address. Early standards put it between `<` and `>`.
    pub fn target_uri(&self) -> Option<Cow<'b, str>> {
        let uri = self.field("WARC-Target-URI")?;
        match uri.strip_prefix('<').and_then(|uri| uri.strip_suffix('>')) {
            Some(inside) => Some(Cow::Owned(inside.to_owned())),
            None => Some(uri),
        }
    }

    /// The record's name, with the `<` and `>` around it.
    pub fn record_id(&self) -> Option<Cow<'b, str>> {
        self.field("WARC-Record-ID")
    }

    /// When it was fetched, as written.
    pub fn date(&self) -> Option<Cow<'b, str>> {
        self.field("WARC-Date")
    }

    /// The media type of the block, which for responses is that of HTTP messages.
    #[cfg(test)]
    fn content_type(&self) -> Option<Cow<'b, str>> {
        self.field("Content-Type")
    }

    /// The content behind the header.
    #[cfg(test)]
    pub(super) fn block(&self) -> &'b [u8] {
        self.block
    }

    /// The page that the record holds, or `None` if it holds none.
    ///
    /// A page is what a `response` over HTTP with a status of 200 to 299, a `resource` or a `conversion` holds, if it is HTML or
    /// text. A record that goes on in others (`WARC-Segment-Number`) holds only a part of one.
    ///
    /// Errors: a response without status line; content that is broken, in an unknown coding, or longer than `bytes_max` when
    /// decompressed.
    pub fn page(&self, bytes_max: usize) -> Result<Option<Payload<'b>>, Error> {
        if self.field("WARC-Segment-Number").is_some() {
            return Ok(None);
        }
        match self.record_type().as_str() {
            "response" if self.is_http() => self.page_of_response(bytes_max),
            "resource" | "conversion" => {
                let declared = self.media_type("Content-Type");
                let html = is_html(declared.as_ref(), self.identified().as_ref(), self.block);
                Ok(html.map(|html| Payload { bytes: self.block.into(), html, charset: charset(declared), notes: Vec::new() }))
            }
            _ => Ok(None),
        }
    }

    fn page_of_response(&self, bytes_max: usize) -> Result<Option<Payload<'b>>, Error> {
        let response = Response::parse(self.block)?;
        if !(200..300).contains(&response.status) {
            return Ok(None);
        }
        let declared = response.header.get("Content-Type").map(|value| MediaType::parse(&value));
        let identified = self.identified();
        // What has a type and is no page need not be unpacked, and cannot fail.
        let is_no_page = is_html(declared.as_ref(), identified.as_ref(), b"<p>").is_none();
        if is_no_page {
            return Ok(None);
        }
        let mut notes = Vec::new();
        let bytes = undo(response.body, &response.codings(), bytes_max, &mut notes)?;
        let html = is_html(declared.as_ref(), identified.as_ref(), &bytes);
        Ok(html.map(|html| Payload { bytes, html, charset: charset(declared), notes }))
    }

    /// Whether it is a record of text, whose text may change while all else stays.
    pub(super) fn is_text(&self) -> bool {
        let is_own = matches!(self.record_type().as_str(), "resource" | "conversion");
        is_own && is_html(self.media_type("Content-Type").as_ref(), self.identified().as_ref(), self.block) == Some(false)
    }

    fn is_http(&self) -> bool {
        match self.media_type("Content-Type") {
            Some(media) => media.essence == "application/http",
            None => self.block.starts_with(b"HTTP/"),
        }
    }

    fn media_type(&self, name: &str) -> Option<MediaType> {
        self.field(name).map(|value| MediaType::parse(&value))
    }

    fn identified(&self) -> Option<MediaType> {
        self.media_type("WARC-Identified-Payload-Type")
    }
}

fn charset(media: Option<MediaType>) -> Option<Charset> {
    media.and_then(|media| media.charset)
}

/// The block's length, if it can be what the header says.
fn block_length(rest: &[u8], said: u64) -> Result<usize, Error> {
    match usize::try_from(said).ok().and_then(|length| Some((length, rest.get(length..)?))) {
        Some((length, after)) if after.iter().all(is_line_end) => Ok(length),
        Some(_) => {
            Err(Error::page(format!("broken record: the block goes on after the {said} bytes that `Content-Length` gives it")))
        }
        None => Err(Error::page(format!(
            "broken record: the block ends after {} bytes, `Content-Length` gives it {said}",
            rest.len()
        ))),
    }
}

/// The length of the two line ends that close a record, as far as they are there.
fn line_ends(bytes: &[u8]) -> usize {
    let without = |bytes: &[u8]| {
        let rest = bytes.strip_suffix(b"\n").map(|rest| rest.strip_suffix(b"\r").unwrap_or(rest));
        rest.map_or(bytes.len(), <[u8]>::len)
    };
    bytes.len() - without(&bytes[..without(bytes)])
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record with these header lines, a length and this block.
    fn warc(lines: &[&str], block: &str) -> Vec<u8> {
        let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        format!("WARC/1.0\r\n{lines}Content-Length: {}\r\n\r\n{block}\r\n\r\n", block.len()).into_bytes()
    }

    #[test]
    fn fields() {
        let bytes = warc(
            &[
                "warc-type: Response",
                "WARC-Target-URI: <http://example.org/a b>",
                "WARC-Record-ID: <urn:uuid:1>",
                "WARC-Date:\t2024-01-01T00:00:00Z ",
                "Content-Type: application/http; msgtype=response",
            ],
            "block\r\n\r\n",
        );
        let record = WarcRecord::parse(&bytes).unwrap();
        assert_eq!(record.record_type(), "response");
        assert_eq!(record.target_uri().as_deref(), Some("http://example.org/a b"));
        assert_eq!(record.record_id().as_deref(), Some("<urn:uuid:1>"));
        assert_eq!(record.date().as_deref(), Some("2024-01-01T00:00:00Z"));
        assert_eq!(record.content_type().as_deref(), Some("application/http; msgtype=response"));
        assert_eq!(record.block(), b"block\r\n\r\n");
        assert_eq!(WarcRecord::parse(b"WARC/1.0\r\n\r\n").unwrap().record_type(), "");
    }

    #[test]
    fn without_length_the_block_ends_at_the_line_ends() {
        for (rest, block) in [("a\r\n\r\n\r\n\r\n", "a\r\n\r\n"), ("a\n\n", "a"), ("a\n", "a"), ("a", "a"), ("", "")] {
            let bytes = format!("WARC/1.0\r\n\r\n{rest}");
            assert_eq!(WarcRecord::parse(bytes.as_bytes()).unwrap().block(), block.as_bytes(), "{rest:?}");
        }
    }

    #[test]
    fn faults() {
        for (bytes, want) in [
            ("", "no WARC record: begins with ``, expected `WARC/1.0` or `WARC/1.1`"),
            ("\r\n\u{1b}[31m\nmore", "no WARC record: begins with `\\u{1b}[31m`, expected `WARC/1.0` or `WARC/1.1`"),
            ("WARC/1.0\r\na: b\r\n", "broken record: the header has no end, expected a blank line"),
            ("WARC/1.0\r\nWARC/1.0\r\n\r\n", "broken record: `WARC/1.0` in the header, expected a name and a colon"),
            ("WARC/1.0\ncontent-length: 1k\n\nx", "broken record: `Content-Length` is `1k`, expected a number of bytes"),
            ("WARC/1.0\ncontent-length: 2\n\nx", "broken record: the block ends after 1 bytes, `Content-Length` gives it 2"),
            (
                "WARC/1.0\ncontent-length: 1\n\nxx",
                "broken record: the block goes on after the 1 bytes that `Content-Length` gives it",
            ),
        ] {
            assert_eq!(WarcRecord::parse(bytes.as_bytes()).unwrap_err().to_string(), want);
        }
    }

    /// A page's text, whether it is HTML, and its encoding.
    type Page = Option<(&'static str, bool, Option<&'static str>)>;

    #[test]
    fn pages() {
        let http = "Content-Type: application/http";
        let response = |head: &str| format!("HTTP/1.1 {head}\r\n\r\n<p>page");
        let html = Some(("<p>page", true, None));
        let cases: Vec<(Vec<&str>, String, Page)> = vec![
            (vec!["WARC-Type: response", http], response("200 OK\r\nContent-Type: text/html"), html),
            (vec!["WARC-Type: response", http], response("200 OK"), html),
            (vec!["WARC-Type: response"], response("200 OK"), html),
            (
                vec!["WARC-Type: response", "Content-Type: application/http;msgtype=response"],
                response("203 X\r\nContent-Type: text/plain; charset=koi8-r"),
                Some(("<p>page", false, Some("KOI8-R"))),
            ),
            (vec!["WARC-Type: response", http], response("200 OK\r\nTransfer-Encoding: chunked"), html),
            (vec!["WARC-Type: response", http, "WARC-Truncated: length"], response("200 OK"), html),
            (vec!["WARC-Type: response", http, "WARC-Identified-Payload-Type: image/gif"], response("200 OK"), None),
            (vec!["WARC-Type: response", http], response("404 Not Found\r\nContent-Type: text/html"), None),
            (vec!["WARC-Type: response", http], response("301 Moved\r\nContent-Type: text/html"), None),
            (vec!["WARC-Type: response", http], response("200 OK\r\nContent-Type: image/png\r\nContent-Encoding: br"), None),
            (vec!["WARC-Type: response", http, "WARC-Segment-Number: 1"], response("200 OK"), None),
            (vec!["WARC-Type: response", "Content-Type: text/dns"], "20240101\nexample.org.".into(), None),
            (vec!["WARC-Type: conversion", "Content-Type: text/plain"], "text".into(), Some(("text", false, None))),
            (vec!["WARC-Type: conversion", "Content-Type: application/pdf"], "text".into(), None),
            (
                vec!["WARC-Type: resource", "Content-Type: text/html; charset=Shift_JIS"],
                "page".into(),
                Some(("page", true, Some("Shift_JIS"))),
            ),
            (vec!["WARC-Type: resource"], "<p>page".into(), html),
            (vec!["WARC-Type: resource"], "page".into(), None),
            (vec!["WARC-Type: request", http], "GET / HTTP/1.1\r\n\r\n".into(), None),
            (vec!["WARC-Type: revisit", http], response("200 OK\r\nContent-Type: text/html"), None),
            (vec!["WARC-Type: metadata", "Content-Type: text/plain"], "a: b".into(), None),
            (vec!["WARC-Type: warcinfo"], "a: b".into(), None),
            (vec!["WARC-Type: continuation"], "<p>page".into(), None),
            (vec!["WARC-Type: novelty", "Content-Type: text/html"], "<p>page".into(), None),
            (vec!["Content-Type: text/html"], "<p>page".into(), None),
        ];
        for (lines, block, want) in cases {
            let bytes = warc(&lines, &block);
            let got = WarcRecord::parse(&bytes).unwrap().page(1000).unwrap();
            let got = got.as_ref().map(|p| (std::str::from_utf8(&p.bytes).unwrap(), p.html, p.charset.map(Charset::name)));
            assert_eq!(got, want, "{lines:?} {block}");
        }
    }

    #[test]
    fn a_response_without_status_fails() {
        let bytes = warc(&["WARC-Type: response", "Content-Type: application/http"], "<p>page");
        let error = WarcRecord::parse(&bytes).unwrap().page(1000).unwrap_err().to_string();
        assert_eq!(error, "the response begins with `<p>page`, expected a status line such as `HTTP/1.1 200 OK`");
    }
}

//! Which media types are pages, and what a page without a type looks like.

use crate::decode::Charset;

/// A media type as a header gives it: `text/html; charset="utf-8"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// Type and subtype, in lower case.
    pub essence: String,
    /// The encoding that it names, if that is known.
    pub charset: Option<Charset>,
}

/// What a type means for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Html,
    Text,
    /// No page.
    Other,
    /// A type that says nothing, or that pages share with other things.
    Unknown,
}

impl MediaType {
    /// Reads a header's value.
    pub fn parse(value: &str) -> Self {
        let mut parts = value.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let charset = parts.find_map(|part| {
            let (name, label) = part.split_once('=')?;
            let label = label.trim().trim_matches(['"', '\'']);
            name.trim().eq_ignore_ascii_case("charset").then(|| label.parse().ok())?
        });
        MediaType { essence, charset }
    }

    fn class(&self) -> Class {
        match self.essence.as_str() {
            "text/html" | "application/xhtml+xml" => Class::Html,
            // Crawls that were turned into Markdown keep it in conversion records.
            "text/plain" | "text/markdown" => Class::Text,
            // The types that browsers take for no answer, and what servers send for files they do not know.
            "" | "unknown/unknown" | "application/unknown" | "*/*" | "application/octet-stream" => Class::Unknown,
            // XHTML comes under these too.
            "text/xml" | "application/xml" => Class::Unknown,
            _ => Class::Other,
        }
    }
}

/// Whether a page is HTML (else it is text), or `None` if it is no page: by the declared type, else by the one that the crawler
/// identified, else by its first bytes. A crawler that sees HTML where `text/plain` is declared is believed.
pub fn is_html(declared: Option<&MediaType>, identified: Option<&MediaType>, bytes: &[u8]) -> Option<bool> {
    let class = |media: Option<&MediaType>| media.map_or(Class::Unknown, MediaType::class);
    match (class(declared), class(identified)) {
        (Class::Html, _) | (Class::Text | Class::Unknown, Class::Html) => Some(true),
        (Class::Text, _) | (Class::Unknown, Class::Text) => Some(false),
        (Class::Other, _) | (Class::Unknown, Class::Other) => None,
        (Class::Unknown, Class::Unknown) => looks_like_html(bytes).then_some(true),
    }
}

/// The tags that begin a page, as browsers know them: <https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type>.
const TAGS: &[&[u8]] = &[
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<script",
    b"<iframe",
    b"<h1",
    b"<div",
    b"<font",
    b"<table",
    b"<a",
    b"<style",
    b"<title",
    b"<b",
    b"<body",
    b"<br",
    b"<p",
    b"<!--",
];

fn looks_like_html(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let declaration = bytes.starts_with(b"<?xml").then(|| memchr::memchr(b'>', bytes)).flatten();
    let bytes = declaration.map_or(bytes, |end| bytes[end + 1..].trim_ascii_start());
    TAGS.iter().any(|tag| {
        let begins = bytes.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag));
        begins && (*tag == b"<!--" || matches!(bytes.get(tag.len()), Some(b' ' | b'>')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        for (value, essence, charset) in [
            ("text/html", "text/html", None),
            (" Text/HTML ; Charset=\"ISO-8859-1\" ", "text/html", Some("windows-1252")),
            ("text/plain;format=flowed; charset='koi8-r'", "text/plain", Some("KOI8-R")),
            ("text/html; charset=none-such", "text/html", None),
            ("text/html; charset", "text/html", None),
            ("", "", None),
        ] {
            let media = MediaType::parse(value);
            assert_eq!((media.essence.as_str(), media.charset.map(Charset::name)), (essence, charset), "{value}");
        }
    }

    #[test]
    fn pages() {
        for (declared, identified, bytes, want) in [
            ("text/html", "", "", Some(true)),
            ("application/xhtml+xml", "text/plain", "", Some(true)),
            ("text/html", "application/pdf", "", Some(true)),
            ("text/plain", "", "<html>", Some(false)),
            ("text/plain", "text/html", "", Some(true)),
            ("text/markdown", "", "", Some(false)),
            ("image/png", "text/html", "", None),
            ("application/json", "", "<html>", None),
            ("application/octet-stream", "text/html", "", Some(true)),
            ("application/octet-stream", "", "\x00", None),
            ("text/xml", "application/xhtml+xml", "", Some(true)),
            ("text/xml", "", "<?xml version='1.0'?>\n<!DOCTYPE html >", Some(true)),
            ("text/xml", "", "<?xml version='1.0'?><rss>", None),
            ("", "", "\u{feff} \n<!-- x -->", Some(true)),
            ("", "", "<P>", Some(true)),
            ("", "", "<pre>", None),
            ("", "", "<p", None),
            ("", "", "words", None),
            ("", "text/plain", "words", Some(false)),
        ] {
            let media = |value: &str| (!value.is_empty()).then(|| MediaType::parse(value));
            let got = is_html(media(declared).as_ref(), media(identified).as_ref(), bytes.as_bytes());
            assert_eq!(got, want, "{declared}, {identified}, {bytes}");
        }
    }
}

//! Makes what is measured, and what the command is broken with: dumps of any size in every container, the packs' literals, packs.
//!
//! `cargo bench --bench dump -- jsonl.gz 2G all-raw > dump.jsonl.gz`: a container (`text`, `jsonl`, `csv`, `warc`, `wet`, or `html`, which
//! is JSON Lines with the page in the field `html`), perhaps a compression (`gz`, `zst`, `bz2`, `xz`), how large it is before compression, and
//! the kind of pages: `en` or `all` languages, `raw` pages or `extracted` text. `-- literals` prints the literal parts of the built-in
//! phrases, one a line; `-- pack 2000` prints a pack of so many rules. Every run with the same arguments makes the same bytes.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

#[path = "support/pack.rs"]
mod pack;
#[path = "support/text.rs"]
mod text;

use text::{Dice, Kind, SEED, Writer};

/// What is compressed as a member of its own, but for crawls, whose records are members.
const MEMBER_BYTES: usize = 1 << 20;

fn main() -> ExitCode {
    let typed: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let written = match typed.as_slice() {
        // Among the other benches there is nothing to do.
        [] => return ExitCode::SUCCESS,
        ["literals"] => text::literals().iter().try_for_each(|literal| writeln!(out, "{literal}")),
        ["pack", rules] => rules.parse().map_err(io::Error::other).and_then(|rules| pack::write(rules, &mut out)),
        [form, size] => dump(form, size, "en-raw", &mut out),
        [form, size, kind] => dump(form, size, kind, &mut out),
        _ => Err(io::Error::other("usage: dump CONTAINER[.COMPRESSION] SIZE [KIND], as in `dump jsonl.gz 2G all-raw`")),
    };
    match written.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn size_of(typed: &str) -> Option<u64> {
    let (digits, unit) = match typed.trim_end_matches(|c: char| !c.is_ascii_digit()) {
        digits if typed.ends_with('k') => (digits, 1 << 10),
        digits if typed.ends_with('M') => (digits, 1 << 20),
        digits if typed.ends_with('G') => (digits, 1 << 30),
        digits => (digits, 1),
    };
    Some(digits.parse::<u64>().ok()? * unit)
}

/// What the pages are like: `en-raw`, `all-extracted`, ….
fn kind_of(typed: &str) -> Option<(Writer, Kind)> {
    let (languages, kind) = typed.split_once('-')?;
    let kind = match kind {
        "raw" => Kind::Raw,
        "extracted" => Kind::Extracted,
        _ => return None,
    };
    matches!(languages, "en" | "all").then(|| (Writer::new(languages == "en"), kind))
}

fn dump(form: &str, size: &str, kind: &str, out: &mut impl Write) -> io::Result<()> {
    let (container, compression) = form.split_once('.').unwrap_or((form, ""));
    let wrong = |typed: &str, wanted: &str| io::Error::other(format!("`{typed}`, expected {wanted}"));
    let bytes = size_of(size).ok_or_else(|| wrong(size, "a size such as 100M"))?;
    let (mut writer, kind) = kind_of(kind).ok_or_else(|| wrong(kind, "en-raw, en-extracted, all-raw or all-extracted"))?;
    let (mut dice, mut written, mut number, mut member) = (Dice(SEED), 0, 0, Vec::new());
    if container == "csv" {
        member.extend_from_slice(b"id,url,text,rank\n");
    }
    while written < bytes {
        let start = member.len();
        let page = writer.page(&mut dice, kind);
        put(container, &page, &mut dice, number, &mut member)?;
        written += (member.len() - start) as u64;
        number += 1;
        let is_whole = member.len() >= MEMBER_BYTES || matches!(container, "warc" | "wet") || written >= bytes;
        if is_whole {
            out.write_all(&compressed(&member, compression)?)?;
            member.clear();
        }
    }
    Ok(())
}

/// Writes a record, or a page of text that ends in NUL.
fn put(container: &str, page: &text::Page, dice: &mut Dice, number: u64, out: &mut Vec<u8>) -> io::Result<()> {
    if matches!(container, "html" | "warc") {
        return put_html(container, page, dice, number, out);
    }
    let page = page.text(dice);
    let url = format!("https://www.example.org/news/{number}");
    match container {
        "text" => write!(out, "{page}\0"),
        "jsonl" => {
            writeln!(out, "{{\"id\": {number}, \"url\": \"{url}\", \"text\": {}, \"rank\": 1.50}}", serde_json::to_string(&page)?)
        }
        "csv" => write!(out, "{number},{url},\"{}\",1.50\r\n", page.replace('"', "\"\"")),
        "wet" => record(out, "conversion", "text/plain", &url, number, page.as_bytes()),
        other => Err(io::Error::other(format!("`{other}`, expected text, jsonl, html, csv, warc or wet"))),
    }
}

fn put_html(container: &str, page: &text::Page, dice: &mut Dice, number: u64, out: &mut Vec<u8>) -> io::Result<()> {
    let (html, url) = (page.html(dice), format!("https://www.example.org/news/{number}"));
    if container == "html" {
        return writeln!(out, "{{\"id\": {number}, \"url\": \"{url}\", \"html\": {}}}", serde_json::to_string(&html)?);
    }
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n", html.len());
    record(out, "response", "application/http; msgtype=response", &url, number, (head + &html).as_bytes())
}

fn record(out: &mut Vec<u8>, kind: &str, media: &str, url: &str, number: u64, block: &[u8]) -> io::Result<()> {
    write!(
        out,
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n\
         WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012x}>\r\nContent-Type: {media}\r\n\
         Content-Length: {}\r\n\r\n",
        block.len()
    )?;
    out.extend_from_slice(block);
    out.extend_from_slice(b"\r\n\r\n");
    Ok(())
}

fn compressed(bytes: &[u8], how: &str) -> io::Result<Vec<u8>> {
    let out = Vec::new();
    match how {
        "" => Ok(bytes.to_vec()),
        "gz" => {
            let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        "zst" => zstd::bulk::compress(bytes, 3),
        "bz2" => {
            let mut encoder = bzip2::write::BzEncoder::new(out, bzip2::Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        "xz" => {
            let mut encoder = liblzma::write::XzEncoder::new(out, 3);
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        other => Err(io::Error::other(format!("`{other}`, expected gz, zst, bz2 or xz"))),
    }
}

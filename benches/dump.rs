//! Makes dumps of any size in every container, to measure and to break the command with.
//!
//! `cargo bench --bench dump -- jsonl.gz 2G > dump.jsonl.gz`: a container (`text`, `jsonl`, `csv`, `warc`, `wet`), perhaps a compression
//! (`gz`, `zst`, `bz2`, `xz`), and how large it is before compression. Every run with the same arguments makes the same bytes.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

#[path = "support/text.rs"]
mod text;

use text::{Dice, SEED};

/// What is compressed as a member of its own, but for crawls, whose records are members.
const MEMBER_BYTES: usize = 1 << 20;

fn main() -> ExitCode {
    let typed: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [form, size] = typed.as_slice() else {
        eprintln!("usage: dump CONTAINER[.COMPRESSION] SIZE, as in `dump jsonl.gz 2G`");
        // Among the other benches there is nothing to do.
        return if typed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    let (container, compression) = form.split_once('.').unwrap_or((form, ""));
    let Some(bytes) = size_of(size) else {
        eprintln!("`{size}`, expected a size such as 100M");
        return ExitCode::from(2);
    };
    match dump(container, compression, bytes, &mut BufWriter::with_capacity(1 << 20, io::stdout().lock())) {
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

fn dump(container: &str, compression: &str, bytes: u64, out: &mut impl Write) -> io::Result<()> {
    let (mut dice, mut written, mut number, mut member) = (Dice(SEED), 0, 0, Vec::new());
    if container == "csv" {
        member.extend_from_slice(b"id,url,text,rank\n");
    }
    while written < bytes {
        let start = member.len();
        put(container, &mut dice, number, &mut member)?;
        written += (member.len() - start) as u64;
        number += 1;
        let is_whole = member.len() >= MEMBER_BYTES || matches!(container, "warc" | "wet") || written >= bytes;
        if is_whole {
            out.write_all(&compressed(&member, compression)?)?;
            member.clear();
        }
    }
    out.flush()
}

/// Writes a record, or a page of text that ends in NUL.
fn put(container: &str, dice: &mut Dice, number: u64, out: &mut Vec<u8>) -> io::Result<()> {
    let page = dice.page();
    let url = format!("https://www.example.org/news/{number}");
    match container {
        "text" => write!(out, "{page}\0"),
        "jsonl" => {
            writeln!(out, "{{\"id\": {number}, \"url\": \"{url}\", \"text\": {}, \"rank\": 1.50}}", serde_json::to_string(&page)?)
        }
        "csv" => write!(out, "{number},{url},\"{}\",1.50\r\n", page.replace('"', "\"\"")),
        "wet" => record(out, "conversion", "text/plain", &url, number, page.as_bytes()),
        "warc" => {
            let body: String = page.lines().map(|line| format!("<p>{line}</p>\n")).collect();
            let html = format!(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Page {number}</title></head><body>\n{body}</body></html>\n"
            );
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n", html.len());
            record(out, "response", "application/http; msgtype=response", &url, number, (head + &html).as_bytes())
        }
        other => Err(io::Error::other(format!("`{other}`, expected text, jsonl, csv, warc or wet"))),
    }
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

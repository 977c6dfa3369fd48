//! Undoing what HTTP did to a page on its way: chunks, and compression.
//!
//! Headers of archived pages often lie, for crawlers store what they decompressed under the headers that came with it. So content that
//! is plainly not what its header says is left as it is. Content that ends early is read as far as it goes, as browsers do; content
//! that is broken inside is an error.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::{Decompress, FlushDecompress, Status};
use std::borrow::Cow;
use std::io::{ErrorKind, Read};

use crate::edit::Note;
use crate::error::{Error, printable};

/// More codings in a row are no page but an attack.
const CODINGS_MAX: usize = 4;

/// What the standard grants zstd in HTTP, RFC 9659: windows of 8 MiB.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// How much of the content tells whether it is text rather than compressed.
const HEAD_BYTES: usize = 512;

/// How far a coding could be undone.
struct Undone {
    bytes: Vec<u8>,
    end: End,
}

enum End {
    Whole,
    Early,
    Broken,
}

/// Content with `codings` undone, the last of them first. Errors: content that is broken, longer than `bytes_max`, or in a coding
/// that is not known. Content that ends early adds a note.
pub fn undo<'b>(bytes: &'b [u8], codings: &[String], bytes_max: usize, notes: &mut Vec<Note>) -> Result<Cow<'b, [u8]>, Error> {
    if codings.len() > CODINGS_MAX {
        return Err(Error::page(format!("{} content codings in a row, expected at most {CODINGS_MAX}", codings.len())));
    }
    let mut content = Cow::Borrowed(bytes);
    for coding in codings.iter().rev() {
        let undone = match coding.as_str() {
            "chunked" => chunked(&content),
            "gzip" | "x-gzip" => gzip(&content, bytes_max),
            "deflate" | "x-deflate" => Some(deflate(&content, bytes_max)),
            "br" => Some(brotli(&content, bytes_max)),
            "zstd" if content.starts_with(b"\x28\xb5\x2f\xfd") => zstd(&content, bytes_max),
            "zstd" => None,
            _ if looks_like_text(&content) => None,
            other => {
                let other = printable(other);
                return Err(Error::page(format!("content in the unknown coding `{other}`, expected gzip, deflate, br or zstd")));
            }
        };
        // Content that is not in the coding at all stands as its header does not say.
        let Some(undone) = undone else { continue };
        let is_packed = coding != "chunked";
        if is_packed && undone.bytes.len() > bytes_max {
            let error = Error::page(format!("longer than {bytes_max} bytes when decompressed"));
            return Err(error.help("`--set page-bytes-max=SIZE` sets the limit"));
        }
        match undone.end {
            End::Whole => {}
            // Whatever the coding, its bytes hardly look like text, and text does not decompress.
            End::Early | End::Broken if is_packed && looks_like_text(&content) => continue,
            End::Early if !undone.bytes.is_empty() => notes.push(Note(format!("the {coding} content ends early"))),
            End::Early | End::Broken => return Err(Error::page(format!("the {coding} content is broken"))),
        }
        content = Cow::Owned(undone.bytes);
    }
    Ok(content)
}

/// HTTP's chunks, joined; `None` if there is none at the beginning.
fn chunked(bytes: &[u8]) -> Option<Undone> {
    let mut all = Vec::with_capacity(bytes.len());
    let (mut rest, mut end) = (bytes, End::Early);
    let mut is_first = true;
    while !rest.is_empty() {
        let Some((size, line)) = chunk_size(rest) else {
            if is_first {
                return None;
            }
            // A size that the end of the content cuts off is no fault.
            let is_cut = rest.iter().all(|b| b.is_ascii_hexdigit() || b"\r\n".contains(b));
            end = if is_cut { End::Early } else { End::Broken };
            break;
        };
        is_first = false;
        rest = &rest[line..];
        if size == 0 {
            end = End::Whole;
            break;
        }
        let data = size.min(rest.len());
        all.extend_from_slice(&rest[..data]);
        rest = &rest[data..];
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    Some(Undone { bytes: all, end })
}

/// A chunk's size, and the length of the line that gives it.
fn chunk_size(bytes: &[u8]) -> Option<(usize, usize)> {
    // A size takes few bytes, but extensions may follow it.
    let head = &bytes[..bytes.len().min(4096)];
    let end = memchr::memchr(b'\n', head)? + 1;
    let size = head[..end].split(|&b| b == b';').next()?.trim_ascii();
    let digits = std::str::from_utf8(size).ok().filter(|s| s.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some((usize::from_str_radix(digits, 16).ok()?, end))
}

/// All members of gzip content; `None` if it is not gzip. What stands behind a member and begins no other is left out, as browsers do.
fn gzip(bytes: &[u8], bytes_max: usize) -> Option<Undone> {
    const MAGIC: &[u8] = b"\x1f\x8b";
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    let mut undone = Undone { bytes: Vec::new(), end: End::Whole };
    let mut rest = bytes;
    while rest.starts_with(MAGIC) && matches!(undone.end, End::Whole) && undone.bytes.len() <= bytes_max {
        let read;
        (read, undone.end) = inflate(Decompress::new_gzip(15), rest, bytes_max, &mut undone.bytes);
        rest = &rest[read..];
    }
    Some(undone)
}

/// Content that HTTP calls deflate: in the zlib format, as it should be, or without it, as some servers send it.
fn deflate(bytes: &[u8], bytes_max: usize) -> Undone {
    let is_zlib = matches!(bytes, [a, b, ..] if a & 0x0f == 8 && u16::from_be_bytes([*a, *b]).is_multiple_of(31));
    let mut out = Vec::new();
    let (_, mut end) = inflate(Decompress::new(is_zlib), bytes, bytes_max, &mut out);
    if is_zlib && matches!(end, End::Broken) && out.is_empty() {
        (_, end) = inflate(Decompress::new(false), bytes, bytes_max, &mut out);
    }
    Undone { bytes: out, end }
}

/// Adds the decompressed bytes to `out`, until that is longer than `bytes_max`; how much was read, and how it ended.
fn inflate(mut state: Decompress, bytes: &[u8], bytes_max: usize, out: &mut Vec<u8>) -> (usize, End) {
    loop {
        out.reserve(step(bytes));
        let (read, written) = (state.total_in() as usize, out.len());
        let status = state.decompress_vec(&bytes[read..], out, FlushDecompress::None);
        let read_now = state.total_in() as usize;
        let end = match status {
            Ok(Status::StreamEnd) => End::Whole,
            Err(_) => End::Broken,
            Ok(_) if read_now == read && out.len() == written => End::Early,
            Ok(_) if out.len() > bytes_max => End::Whole,
            Ok(_) => continue,
        };
        return (read_now, end);
    }
}

fn brotli(bytes: &[u8], bytes_max: usize) -> Undone {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new(alloc(), alloc(), alloc());
    let (mut out, mut written, mut read, mut left) = (Vec::new(), 0, 0, bytes.len());
    let end = loop {
        out.resize(written + step(bytes), 0);
        let mut room = out.len() - written;
        let result = BrotliDecompressStream(&mut left, &mut read, bytes, &mut room, &mut written, &mut out, &mut 0, &mut state);
        match result {
            BrotliResult::ResultSuccess => break End::Whole,
            BrotliResult::NeedsMoreInput => break End::Early,
            BrotliResult::ResultFailure => break End::Broken,
            BrotliResult::NeedsMoreOutput if written > bytes_max => break End::Whole,
            BrotliResult::NeedsMoreOutput => {}
        }
    };
    out.truncate(written);
    Undone { bytes: out, end }
}

fn zstd(bytes: &[u8], bytes_max: usize) -> Option<Undone> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).ok()?;
    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).ok()?;
    let mut out = Vec::new();
    let end = match decoder.take(bytes_max as u64 + 1).read_to_end(&mut out) {
        Ok(_) => End::Whole,
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => End::Early,
        Err(_) => End::Broken,
    };
    Some(Undone { bytes: out, end })
}

/// How many bytes more are made room for: what pages mostly come to, but not all that a bomb asks for.
fn step(bytes: &[u8]) -> usize {
    (bytes.len() * 4).clamp(4 << 10, 1 << 20)
}

/// Whether there are no control characters near the beginning: compressed bytes are full of them.
fn looks_like_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    head.iter().all(|&b| b >= 0x20 || (9..=13).contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

    const PAGE: &[u8] = "<p>The bridge opened on Monday. Naïve? It took three years to build.</p>".as_bytes();

    /// `PAGE` as Brotli has it: stored without compression, in one block.
    fn br() -> Vec<u8> {
        // RFC 7932: a window of 16 bits (one bit), then ISLAST 0, MNIBBLES 4, MLEN - 1, ISUNCOMPRESSED 1; at the end ISLAST and ISLASTEMPTY.
        let header = ((PAGE.len() as u32 - 1) << 4) | 1 << 20;
        [&header.to_le_bytes()[..3], PAGE, b"\x03"].concat()
    }

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn chunks(bytes: &[u8], size: usize) -> Vec<u8> {
        let mut all = Vec::new();
        for chunk in bytes.chunks(size) {
            all.extend(format!("{:X};ext=1\r\n", chunk.len()).into_bytes());
            all.extend([chunk, b"\r\n"].concat());
        }
        [&all[..], b"0\r\n\r\n"].concat()
    }

    fn undone(bytes: &[u8], codings: &str, bytes_max: usize) -> (Result<Vec<u8>, String>, usize) {
        let codings: Vec<_> = codings.split(' ').filter(|c| !c.is_empty()).map(str::to_owned).collect();
        let mut notes = Vec::new();
        let got = undo(bytes, &codings, bytes_max, &mut notes);
        (
            got.map(Cow::into_owned).map_err(|error| error.to_string().split(';').next().unwrap_or_default().to_owned()),
            notes.len(),
        )
    }

    #[test]
    fn what_http_did_is_undone() {
        let zstd = zstd::encode_all(PAGE, 3).unwrap();
        for (bytes, codings) in [
            (PAGE.to_vec(), ""),
            (gz(PAGE), "gzip"),
            ([gz(&PAGE[..9]), gz(&PAGE[9..]), b"trailing".to_vec()].concat(), "x-gzip"),
            (zlib(PAGE), "deflate"),
            (raw(PAGE), "deflate"),
            (br(), "br"),
            (zstd, "zstd"),
            (chunks(PAGE, 7), "chunked"),
            (chunks(PAGE, 7).iter().copied().filter(|b| *b != b'\r').collect(), "chunked"),
            (chunks(&gz(PAGE), 20), "gzip chunked"),
            (gz(&zlib(PAGE)), "deflate gzip"),
            // Headers that lie.
            (PAGE.to_vec(), "gzip chunked"),
            (PAGE.to_vec(), "deflate"),
            (PAGE.to_vec(), "br"),
            (PAGE.to_vec(), "zstd"),
            (PAGE.to_vec(), "utf-8"),
            (gz(PAGE), "gzip gzip"),
        ] {
            let (got, notes) = undone(&bytes, codings, 2 * PAGE.len());
            assert_eq!((got.as_deref(), notes), (Ok(PAGE), 0), "{codings}");
        }
    }

    #[test]
    fn an_early_end_is_told() {
        let long = PAGE.repeat(50);
        let zstd = zstd::encode_all(PAGE, 3).unwrap().repeat(2);
        for (bytes, coding) in [
            (gz(&long), "gzip"),
            (zlib(&long), "deflate"),
            (raw(&long), "deflate"),
            (zstd, "zstd"),
            (chunks(&long, 1000), "chunked"),
        ] {
            let (got, notes) = undone(&bytes[..bytes.len() - 6], coding, 1 << 20);
            assert!(got.is_ok_and(|got| PAGE.repeat(50).starts_with(&got)), "{coding}");
            assert_eq!(notes, 1, "{coding}");
        }
        let (got, notes) = undone(&br()[..40], "br", 1 << 20);
        assert_eq!((got.as_deref(), notes), (Ok(&PAGE[..37]), 1));
        // Between chunks, and inside a size.
        for bytes in ["3\r\nabc\r\n", "3\r\nabc\r\n1", "3\r\nabc"] {
            assert_eq!(undone(bytes.as_bytes(), "chunked", 9), (Ok(b"abc".to_vec()), 1), "{bytes}");
        }
    }

    #[test]
    fn faults() {
        let mut broken = gz(&PAGE.repeat(50));
        let middle = broken.len() / 2;
        broken[middle..middle + 8].fill(0xff);
        for (bytes, codings, want) in [
            (gz(PAGE), "gzip", "longer than 40 bytes when decompressed"),
            (zlib(PAGE), "deflate", "longer than 40 bytes when decompressed"),
            (br(), "br", "longer than 40 bytes when decompressed"),
            (zstd::encode_all(PAGE, 3).unwrap(), "zstd", "longer than 40 bytes when decompressed"),
            (broken, "gzip", "the gzip content is broken"),
            (b"\x07".to_vec(), "deflate", "the deflate content is broken"),
            // Nothing of it can be read.
            (gz(PAGE)[..10].to_vec(), "gzip", "the gzip content is broken"),
            (b"\x00\x01\x02".to_vec(), "ä\u{1b}", "content in the unknown coding `ä\\u{1b}`, expected gzip, deflate, br or zstd"),
            (b"2\r\nab\r\nxy\r\n".to_vec(), "chunked", "the chunked content is broken"),
            (b"".to_vec(), "br br br br br", "5 content codings in a row, expected at most 4"),
        ] {
            let (got, _) = undone(&bytes, codings, if codings == "gzip" && want.contains("broken") { 1 << 20 } else { 40 });
            assert_eq!(got, Err(want.to_owned()), "{codings}");
        }
    }

    /// A small bomb of each kind: nothing near its full size is held.
    #[test]
    fn bombs() {
        let zeros = vec![0; 32 << 20];
        for (bytes, coding) in [(gz(&zeros), "gzip"), (zlib(&zeros), "deflate"), (zstd::encode_all(&*zeros, 3).unwrap(), "zstd")]
        {
            let (got, _) = undone(&bytes, coding, 1 << 20);
            assert_eq!(got, Err("longer than 1048576 bytes when decompressed".to_owned()), "{coding}");
        }
    }
}

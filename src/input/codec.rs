//! Compression: told by a file's first bytes, undone while it is read, and done to parts that can stand one after the other.
//!
//! All four formats allow several members in one file, so pages can be compressed by several threads and joined.

use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::config::Limits;
use crate::names::Compression;

/// How many first bytes tell every format.
pub const MAGIC_BYTES: usize = 6;

/// A file must have grown to this before its growth says anything: blank pages are small.
const RATIO_BYTES_MIN: u64 = 64 << 20;

/// What the programs of the same names use when nothing is said, but for xz, whose own choice takes 94 MB a thread.
const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;
const XZ_LEVEL: u32 = 3;

/// What bounds a decoder.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes that may come out of one file.
    pub bytes_max: u64,
    /// How many times its size a file may grow to.
    pub ratio_max: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        let Limits { decompressed_bytes_max, decompressed_ratio_max, .. } = Limits::default();
        Bounds { bytes_max: decompressed_bytes_max as u64, ratio_max: decompressed_ratio_max as u64 }
    }
}

impl Compression {
    /// What these first bytes of a file are the beginning of.
    pub fn of_bytes(head: &[u8]) -> Compression {
        // RFC 1952, RFC 8878 (its skippable frames included), bzip2's and xz' own formats.
        let is_skippable = head.len() >= 4 && head[1..4] == [0x2a, 0x4d, 0x18] && head[0] & 0xf0 == 0x50;
        match head {
            [0x1f, 0x8b, 8, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => Compression::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
            _ if is_skippable => Compression::Zstd,
            _ => Compression::None,
        }
    }

    /// Whether further bytes could still make a compressed file of these.
    pub fn may_begin(head: &[u8]) -> bool {
        head.len() < MAGIC_BYTES && matches!(head.first(), None | Some(0x1f | 0x28 | b'B' | 0xfd | 0x50..=0x5f))
    }

    /// What a file's name says of its compression, and the name without that.
    pub fn of_name(name: &Path) -> (Compression, PathBuf) {
        let extension = name.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let found = match extension.as_deref() {
            Some("gz" | "gzip") => Compression::Gzip,
            Some("zst" | "zstd") => Compression::Zstd,
            Some("bz2") => Compression::Bzip2,
            Some("xz") => Compression::Xz,
            _ => return (Compression::None, name.to_path_buf()),
        };
        (found, name.with_extension(""))
    }

    /// What stands behind a name, with its dot.
    pub fn extension(self) -> &'static str {
        match self {
            Compression::None => "",
            Compression::Gzip => ".gz",
            Compression::Zstd => ".zst",
            Compression::Bzip2 => ".bz2",
            Compression::Xz => ".xz",
        }
    }

    /// Reads what was compressed, member after member.
    pub fn reader(self, from: Box<dyn BufRead + Send>) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Compression::None => Box::new(from),
            Compression::Gzip => Box::new(GzipMembers { member: Some(flate2::bufread::GzDecoder::new(from)) }),
            Compression::Zstd => Box::new(zstd::Decoder::with_buffer(from)?),
            Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(from)),
            Compression::Xz => Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(from)),
        })
    }

    /// The bytes as a member of their own.
    pub fn compress(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let out = Vec::with_capacity(bytes.len() / 3 + 64);
        match self {
            Compression::None => Ok(bytes.to_vec()),
            Compression::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::new(GZIP_LEVEL));
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Compression::Zstd => zstd::bulk::compress(bytes, ZSTD_LEVEL),
            Compression::Bzip2 => {
                let mut encoder = bzip2::write::BzEncoder::new(out, bzip2::Compression::best());
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Compression::Xz => {
                let mut encoder = liblzma::write::XzEncoder::new(out, XZ_LEVEL);
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

/// Reads gzip members one after another, with zeros behind them, as tapes and some file systems leave: `gzip` takes no offence either.
struct GzipMembers<R> {
    member: Option<flate2::bufread::GzDecoder<R>>,
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(mut rest) = self.member.take().map(flate2::bufread::GzDecoder::into_inner) else { break };
            loop {
                let ahead = rest.fill_buf()?;
                let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
                if ahead.is_empty() {
                    return Ok(0);
                }
                let is_all = zeros == ahead.len();
                rest.consume(zeros);
                if !is_all {
                    break;
                }
            }
            self.member = Some(flate2::bufread::GzDecoder::new(rest));
        }
        Ok(0)
    }
}

/// Counts what is read.
pub struct Counted<R> {
    pub reader: R,
    pub count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Stops where a small file becomes a huge one.
pub struct Bounded<R> {
    pub reader: R,
    /// Bytes that went in.
    pub read: Arc<AtomicU64>,
    pub written: u64,
    pub bounds: Bounds,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.written += read as u64;
        let Bounds { bytes_max, ratio_max } = self.bounds;
        let input = self.read.load(Ordering::Relaxed).max(1);
        if self.written > bytes_max {
            return Err(io::Error::other(format!("more than decompressed-bytes-max ({bytes_max}) bytes came out of it")));
        }
        if self.written > RATIO_BYTES_MIN && self.written / input > ratio_max {
            let message = format!("it grows to more than {ratio_max} times its size (decompressed-ratio-max): perhaps a bomb");
            return Err(io::Error::other(message));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(compression: Compression, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        compression.reader(Box::new(Cursor::new(bytes)))?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn members_join_and_are_told_by_their_first_bytes() {
        for compression in Compression::ALL.iter().copied() {
            let parts: [&[u8]; 3] = [b"", b"one line\n", &[b'x'; 100_000]];
            let bytes: Vec<u8> = parts.iter().flat_map(|part| compression.compress(part).unwrap()).collect();
            assert_eq!(Compression::of_bytes(&bytes), compression);
            assert_eq!(read(compression, bytes).unwrap(), parts.concat());
        }
    }

    #[test]
    fn a_cut_or_dirty_file_is_an_error() {
        for compression in Compression::ALL.iter().copied().filter(|c| *c != Compression::None) {
            let whole = compression.compress(b"The tide came in at noon.\n").unwrap();
            let cut = whole[..whole.len() - 5].to_vec();
            assert!(read(compression, cut).is_err(), "{compression} cut");
            assert!(read(compression, [&whole[..], b"garbage behind"].concat()).is_err(), "{compression} garbage");
        }
    }

    #[test]
    fn zeros_behind_a_gzip_file_are_nothing() {
        let member = Compression::Gzip.compress(b"one line\n").unwrap();
        let bytes = [&member[..], &member, &[0; 100_000]].concat();
        assert_eq!(read(Compression::Gzip, bytes).unwrap(), b"one line\none line\n");
    }

    #[test]
    fn names() {
        for (name, compression, rest) in [
            ("a.jsonl.gz", Compression::Gzip, "a.jsonl"),
            ("a.WARC.GZ", Compression::Gzip, "a.WARC"),
            ("a.zst", Compression::Zstd, "a"),
            ("a.txt", Compression::None, "a.txt"),
            (".gz", Compression::None, ".gz"),
        ] {
            assert_eq!(Compression::of_name(Path::new(name)), (compression, PathBuf::from(rest)));
        }
    }

    #[test]
    fn a_bomb_is_stopped() {
        let bomb = Compression::Zstd.compress(&vec![b' '; 80 << 20]).unwrap();
        let count = Arc::new(AtomicU64::new(0));
        let counted = Counted { reader: Cursor::new(bomb), count: count.clone() };
        let reader = Compression::Zstd.reader(Box::new(io::BufReader::new(counted))).unwrap();
        let bounds = Bounds { bytes_max: 1 << 40, ratio_max: 500 };
        let mut bounded = Bounded { reader, read: count, written: 0, bounds };
        let message = io::copy(&mut bounded, &mut io::sink()).unwrap_err().to_string();
        assert!(message.contains("decompressed-ratio-max"), "{message}");
    }
}

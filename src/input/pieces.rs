//! A stream cut into pages or lines without ever holding more than one over-long page and a chunk.
//!
//! A piece is handed out as soon as it is there, so that a program at the other end of a pipe is not kept waiting.

use std::io::{self, ErrorKind, Read};

/// What one read asks for.
const CHUNK_BYTES: usize = 256 << 10;

/// What ends a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// A line end: JSON Lines.
    Newline,
    /// A NUL: several text pages in one stream.
    Nul,
    /// The end of the stream: one text page.
    End,
}

impl Separator {
    /// The byte that ends a page.
    pub fn byte(self) -> Option<u8> {
        match self {
            Separator::Newline => Some(b'\n'),
            Separator::Nul => Some(0),
            Separator::End => None,
        }
    }
}

/// A part of the stream; all pieces together are the stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    /// The bytes: whole pages with their separators (the last one may lack it), or a part of an over-long page.
    pub bytes: Vec<u8>,
    /// The number, from 1, of the first page in it.
    pub first: usize,
    /// Set when these are bytes of a page that is too long to be held; `true` in its first piece.
    pub overlong: Option<bool>,
}

/// Cuts a reader into pieces.
pub struct Pieces<R> {
    reader: R,
    separator: Separator,
    /// A page that is longer is handed out in parts.
    bytes_max: usize,
    buffer: Vec<u8>,
    number: usize,
    in_overlong: bool,
    at_end: bool,
}

impl<R: Read> Pieces<R> {
    /// Pages of `reader`, each ended by `separator`; those over `bytes_max` come in parts.
    pub fn new(reader: R, separator: Separator, bytes_max: usize) -> Self {
        Pieces { reader, separator, bytes_max, buffer: Vec::new(), number: 1, in_overlong: false, at_end: false }
    }

    /// The next piece, or `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Piece>> {
        while !self.at_end {
            let read_from = self.buffer.len();
            self.fill()?;
            if self.in_overlong {
                if let Some(piece) = self.more_of_overlong() {
                    return Ok(Some(piece));
                }
                continue;
            }
            let last = self.separator.byte().and_then(|b| memchr::memrchr(b, &self.buffer[read_from..]));
            if let Some(last) = last {
                let rest = self.buffer.split_off(read_from + last + 1);
                return Ok(Some(self.hand_out(rest, None)));
            }
            if self.buffer.len() > self.bytes_max && !self.at_end {
                self.in_overlong = true;
                return Ok(Some(self.hand_out(Vec::new(), Some(true))));
            }
        }
        if self.buffer.is_empty() {
            return Ok(None);
        }
        let overlong = self.in_overlong.then_some(false);
        Ok(Some(self.hand_out(Vec::new(), overlong)))
    }

    /// The part of an over-long page that is in the buffer.
    fn more_of_overlong(&mut self) -> Option<Piece> {
        let end = self.separator.byte().and_then(|b| memchr::memchr(b, &self.buffer));
        let rest = match end {
            Some(end) => {
                self.in_overlong = false;
                self.buffer.split_off(end + 1)
            }
            None => Vec::new(),
        };
        if self.buffer.is_empty() {
            return None;
        }
        Some(self.hand_out(rest, Some(false)))
    }

    /// Hands out the buffer; `rest` becomes the new one.
    fn hand_out(&mut self, rest: Vec<u8>, overlong: Option<bool>) -> Piece {
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let first = self.number;
        self.number += self.separator.byte().map_or(0, |b| memchr::memchr_iter(b, &bytes).count());
        Piece { bytes, first, overlong }
    }

    fn fill(&mut self) -> io::Result<()> {
        let from = self.buffer.len();
        self.buffer.resize(from + CHUNK_BYTES, 0);
        let read = loop {
            match self.reader.read(&mut self.buffer[from..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(from + *read.as_ref().unwrap_or(&0));
        self.at_end = read? == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte a read, as the slowest pipe would.
    struct Drip<'b>(&'b [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(1);
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn all(reader: impl Read, separator: Separator, max: usize) -> Vec<Piece> {
        let mut pieces = Pieces::new(reader, separator, max);
        std::iter::from_fn(|| pieces.next().unwrap()).collect()
    }

    #[test]
    fn nothing_is_lost_and_numbers_run() {
        for separator in [Separator::Newline, Separator::Nul, Separator::End] {
            for max in [0, 1, 3, 100] {
                let input = b"one\ntwo\n\0three\0\nfour is longer\nfive";
                for pieces in [all(&input[..], separator, max), all(Drip(input), separator, max)] {
                    let joined: Vec<u8> = pieces.iter().flat_map(|p| p.bytes.clone()).collect();
                    assert_eq!(joined, input);
                    let mut number = 1;
                    for piece in &pieces {
                        assert_eq!(piece.first, number);
                        number += piece.bytes.iter().filter(|b| Some(**b) == separator.byte()).count();
                    }
                }
            }
        }
    }

    #[test]
    fn an_overlong_page_comes_in_parts() {
        let pieces = all(Drip(b"ab\nabcdef\ncd\n"), Separator::Newline, 3);
        let seen: Vec<_> = pieces.iter().map(|p| (p.bytes.as_slice(), p.overlong)).collect();
        assert_eq!(
            seen,
            [
                (&b"ab\n"[..], None),
                (b"abcd", Some(true)),
                (b"e", Some(false)),
                (b"f", Some(false)),
                (b"\n", Some(false)),
                (b"cd\n", None)
            ]
        );
    }
}

//! A stream cut into pieces of whole records without ever holding more than one over-long record and a chunk.
//!
//! From a pipe a piece is handed out as soon as it is there, so that a program at the other end is not kept waiting. From a file the
//! pieces are the same each time, whatever a single read gives: what is compressed piece by piece comes out the same in every run,
//! and a run that was stopped finds its place again.

use std::io::{self, ErrorKind, Read};

use super::Cutter;

/// What one read asks for.
const CHUNK_BYTES: usize = 256 << 10;

/// A file's pieces end with the last record in each stretch of so many bytes.
const BLOCK_BYTES: u64 = 1 << 20;

/// A part of the stream; all pieces together are the stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The bytes: whole records with their ends (the last one may lack it), or a part of an over-long record.
    pub bytes: Vec<u8>,
    /// The number, from 1, of the first record in it.
    pub first: usize,
    /// Set when these are bytes of a record that is too long to be held; `true` in its first piece.
    pub overlong: Option<bool>,
    /// Where in the stream it ends, if it ends with a record.
    pub end: Option<u64>,
}

/// When pieces are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As soon as a record is there.
    Eager,
    /// At the same places in every run.
    Steady,
}

/// Cuts a reader into pieces.
pub struct Pieces<R> {
    reader: R,
    cutter: Cutter,
    pace: Pace,
    /// A record that is longer is handed out in parts.
    bytes_max: usize,
    buffer: Vec<u8>,
    /// Where in the stream the buffer begins.
    offset: u64,
    /// How much of the buffer the cutter has seen.
    seen: usize,
    /// The ends of the first and the last whole record in the buffer, and how many there are.
    ends: Option<Ends>,
    number: usize,
    in_overlong: bool,
    at_end: bool,
}

#[derive(Debug, Clone, Copy)]
struct Ends {
    first: usize,
    last: usize,
    count: usize,
}

impl<R: Read> Pieces<R> {
    /// Records of `reader`, whose ends `cutter` finds; those over `bytes_max` come in parts.
    pub fn new(reader: R, cutter: Cutter, pace: Pace, bytes_max: usize) -> Self {
        let (buffer, number) = (Vec::new(), 1);
        Pieces {
            reader,
            cutter,
            pace,
            bytes_max,
            buffer,
            offset: 0,
            seen: 0,
            ends: None,
            number,
            in_overlong: false,
            at_end: false,
        }
    }

    /// The next piece, or `None` at the end. After an error the bytes that came before it are in [`rest`](Pieces::rest).
    pub fn next(&mut self) -> io::Result<Option<Piece>> {
        loop {
            if let Some(ends) = self.ends {
                let piece = match self.in_overlong {
                    true => self.hand_out(ends.first, 1),
                    false => self.hand_out(ends.last, ends.count),
                };
                return Ok(Some(piece));
            }
            if self.at_end {
                return Ok((!self.buffer.is_empty()).then(|| self.rest()));
            }
            if !self.buffer.is_empty()
                && (self.in_overlong || self.buffer.len() > self.bytes_max)
                && self.seen == self.buffer.len()
            {
                return Ok(Some(self.part()));
            }
            let filled = self.fill();
            self.look();
            filled?;
        }
    }

    /// What is left where the stream ends or fails: the last record, or a part of one.
    pub fn rest(&mut self) -> Piece {
        let mut piece = self.hand_out(self.buffer.len(), 0);
        // A huge page is held to its end, and its buffer has grown by doubling.
        piece.bytes.shrink_to_fit();
        piece
    }

    /// All that is held of an over-long record, but for the bytes that may turn out to be behind it.
    fn part(&mut self) -> Piece {
        let is_first = !std::mem::replace(&mut self.in_overlong, true);
        let left = self.buffer.split_off(self.buffer.len() - self.cutter.back_max());
        self.seen = left.len();
        let bytes = std::mem::replace(&mut self.buffer, left);
        self.offset += bytes.len() as u64;
        Piece { bytes, first: self.number, overlong: Some(is_first), end: None }
    }

    /// Hands out the buffer up to `end`, where so many records end.
    fn hand_out(&mut self, end: usize, records: usize) -> Piece {
        let rest = self.buffer.split_off(end);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        self.offset += end as u64;
        self.seen -= end;
        let left = self.ends.filter(|ends| ends.last > end);
        self.ends = left.map(|ends| Ends { first: 0, last: ends.last - end, count: ends.count - records });
        let first = self.number;
        self.number += records;
        let overlong = std::mem::take(&mut self.in_overlong).then_some(false);
        Piece { bytes, first, overlong, end: Some(self.offset) }
    }

    /// Shows the cutter what is new.
    fn look(&mut self) {
        while let Some(end) = self.cutter.end(&self.buffer[self.seen..]) {
            self.seen = self.seen.saturating_add_signed(end);
            let ends = self.ends.get_or_insert(Ends { first: self.seen, last: self.seen, count: 0 });
            ends.last = self.seen;
            ends.count += 1;
        }
        self.seen = self.buffer.len();
    }

    /// Reads once, or up to the end of the block.
    fn fill(&mut self) -> io::Result<()> {
        let from = self.buffer.len();
        if self.pace == Pace::Steady {
            let wanted = BLOCK_BYTES - (self.offset + from as u64) % BLOCK_BYTES;
            self.at_end = (self.reader.by_ref().take(wanted).read_to_end(&mut self.buffer)? as u64) < wanted;
            return Ok(());
        }
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

    fn all(reader: impl Read, separator: Option<u8>, pace: Pace, max: usize) -> Vec<Piece> {
        let mut pieces = Pieces::new(reader, separator.map_or(Cutter::Whole, Cutter::Byte), pace, max);
        std::iter::from_fn(|| pieces.next().unwrap()).collect()
    }

    #[test]
    fn nothing_is_lost_and_numbers_run() {
        for separator in [Some(b'\n'), Some(0), None] {
            for max in [0, 1, 3, 100] {
                let input = b"one\ntwo\n\0three\0\nfour is longer\nfive";
                let steady = all(&input[..], separator, Pace::Steady, max);
                assert_eq!(steady, all(Drip(input), separator, Pace::Steady, max));
                for pieces in
                    [steady, all(&input[..], separator, Pace::Eager, max), all(Drip(input), separator, Pace::Eager, max)]
                {
                    let joined: Vec<u8> = pieces.iter().flat_map(|p| p.bytes.clone()).collect();
                    assert_eq!(joined, input);
                    let (mut number, mut offset) = (1, 0);
                    for piece in &pieces {
                        assert_eq!(piece.first, number);
                        number += piece.bytes.iter().filter(|b| Some(**b) == separator).count();
                        offset += piece.bytes.len() as u64;
                        assert!(piece.end.is_none_or(|end| end == offset));
                    }
                }
            }
        }
    }

    /// The pieces of a file do not depend on what a read gives, with records longer and shorter than a block.
    #[test]
    fn a_files_pieces_are_always_the_same() {
        struct Uneven(Vec<u8>, usize, usize);
        impl Read for Uneven {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let n = (self.0.len() - self.1).min(buffer.len()).min(self.2);
                buffer[..n].copy_from_slice(&self.0[self.1..self.1 + n]);
                self.1 += n;
                self.2 = self.2 % 100_003 * 7 + 1;
                Ok(n)
            }
        }
        let lengths = [10, 3_000_000, 70, 500_000, 600_000, 2_000_000, 1, 5_000_000];
        let input: Vec<u8> = lengths.iter().flat_map(|&n| [vec![b'x'; n], vec![b'\n']].concat()).collect();
        let pieces = |step| all(Uneven(input.clone(), 0, step), Some(b'\n'), Pace::Steady, 2_500_000);
        assert!(pieces(1 << 20).len() > 5);
        assert!([1, 4096, 99_999].iter().all(|&step| pieces(step) == pieces(1 << 30)));
    }

    #[test]
    fn an_overlong_record_comes_in_parts() {
        let pieces = all(Drip(b"ab\nabcdef\ncd\n"), Some(b'\n'), Pace::Eager, 3);
        let seen: Vec<_> = pieces.iter().map(|p| (p.bytes.as_slice(), p.overlong, p.end)).collect();
        assert_eq!(
            seen,
            [
                (&b"ab\n"[..], None, Some(3)),
                (b"abcd", Some(true), None),
                (b"e", Some(false), None),
                (b"f", Some(false), None),
                (b"\n", Some(false), Some(10)),
                (b"cd\n", None, Some(13))
            ]
        );
    }
}

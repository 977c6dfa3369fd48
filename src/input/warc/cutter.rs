//! Where records of a WARC stream end, told while it is read, in chunks of any size.
//!
//! A record's length is believed if line ends and the next record, or the end of the stream, stand behind it. Otherwise the record
//! runs on to the next version line after a blank line: a wrong length spoils one record, not the rest of the file. Bytes that
//! belong to no record are a record of their own, which [`WarcRecord::parse`](super::WarcRecord::parse) refuses.

use super::header::{HEADER_BYTES_MAX, Header, is_blank};

/// What a version line begins with, but for its digit.
const VERSION: &[u8] = b"WARC/0.";

/// The digit's place, and so where a version may differ from another.
const DIGIT: usize = 5;

/// Finds the ends of records.
#[derive(Debug, Default)]
pub struct WarcCutter {
    place: Place,
    /// The header so far.
    header: Vec<u8>,
    /// Where its last line begins.
    line: usize,
    /// How much of the block is to come.
    block_left: u64,
    /// Line ends that stand directly before; two are a blank line, and more are not counted.
    line_ends: u8,
    /// How much of a version line has been read.
    matched: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before a record: a version line is due.
    #[default]
    Fresh,
    Header,
    Block,
    /// Behind a block: line ends are due, and a version line.
    After,
    /// In bytes that do not begin a record; any line may.
    Astray,
    /// In a record whose length is wrong or missing; a line after a blank one begins the next.
    Overrun,
}

impl WarcCutter {
    /// How far back an end can lie at most: a record's end is known when the next version line is.
    pub const BACK_MAX: usize = VERSION.len() - 1;

    /// Reads on, and gives the end of the first record that ends: an offset into `bytes`, or, if the chunks part the next version
    /// line, a negative one of at least `-BACK_MAX`. The next call must begin with what stands behind that end. `None` if no record
    /// has ended; the next call must begin where `bytes` end. What is left at the stream's end is the last record.
    pub fn end(&mut self, bytes: &[u8]) -> Option<isize> {
        let mut at = 0;
        while at < bytes.len() {
            match self.place {
                Place::Header => at += self.read_header(&bytes[at..]),
                Place::Block => {
                    let rest = (bytes.len() - at) as u64;
                    let read = self.block_left.min(rest);
                    self.block_left -= read;
                    at += read as usize;
                    if self.block_left == 0 {
                        self.go(Place::After, 2);
                    }
                }
                Place::Fresh | Place::After | Place::Astray | Place::Overrun => {
                    at += self.seek(&bytes[at..]);
                    if self.matched == VERSION.len() {
                        if self.place != Place::Fresh {
                            *self = WarcCutter::default();
                            // A chunk is a slice, and so no longer than `isize::MAX`.
                            return Some(at as isize - VERSION.len() as isize);
                        }
                        self.header.extend_from_slice(VERSION);
                        self.go(Place::Header, 0);
                    }
                }
            }
        }
        None
    }

    fn go(&mut self, place: Place, line_ends: u8) {
        self.place = place;
        self.line_ends = line_ends;
        self.matched = 0;
    }

    /// Reads a line of the header, or what is there of it; how much that was.
    fn read_header(&mut self, bytes: &[u8]) -> usize {
        let end = memchr::memchr(b'\n', bytes).map(|i| i + 1);
        let read = end.unwrap_or(bytes.len());
        if self.header.len() + read > HEADER_BYTES_MAX {
            self.header.clear();
            self.line = 0;
            self.go(Place::Overrun, u8::from(end.is_some()));
            return read;
        }
        self.header.extend_from_slice(&bytes[..read]);
        if end.is_none() {
            return read;
        }
        if is_blank(&self.header[self.line..]) {
            match Header::parse(&self.header).content_length() {
                Some(Ok(length)) => {
                    self.block_left = length;
                    self.go(if length == 0 { Place::After } else { Place::Block }, 2);
                }
                _ => self.go(Place::Overrun, 2),
            }
            self.header.clear();
        }
        self.line = self.header.len();
        read
    }

    /// Reads up to the end of a version line's beginning, or all; how much that was.
    fn seek(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() && self.matched < VERSION.len() {
            if self.matched == 0 && self.line_ends == 0 && self.line_ends_due() > 0 {
                match memchr::memchr(b'\n', &bytes[at..]) {
                    Some(i) => at += i,
                    None => return bytes.len(),
                }
            }
            self.step(bytes[at]);
            at += 1;
        }
        at
    }

    fn step(&mut self, byte: u8) {
        let is_due = if self.matched == DIGIT { byte.is_ascii_digit() } else { byte == VERSION[self.matched] };
        match byte {
            b'\n' if self.matched == 0 => self.line_ends = 2.min(self.line_ends + 1),
            b'\r' if self.matched == 0 => {}
            _ if is_due && self.line_ends >= self.line_ends_due() => self.matched += 1,
            _ => {
                let place = match self.place {
                    Place::Fresh => Place::Astray,
                    Place::After => Place::Overrun,
                    other => other,
                };
                self.go(place, u8::from(byte == b'\n'));
            }
        }
    }

    /// How many line ends have to stand before a version line.
    fn line_ends_due(&self) -> u8 {
        match self.place {
            Place::Overrun => 2,
            Place::Astray => 1,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::warc::WarcRecord;
    use proptest::prelude::*;

    /// The records of a stream that comes in chunks of these sizes, over and over.
    fn cut<'b>(bytes: &'b [u8], sizes: &[usize]) -> Vec<&'b [u8]> {
        let (mut records, mut cutter) = (Vec::new(), WarcCutter::default());
        let (mut start, mut at, mut sizes) = (0, 0, sizes.iter().cycle());
        while at < bytes.len() {
            let chunk = at + (*sizes.next().unwrap()).min(bytes.len() - at);
            while let Some(end) = cutter.end(&bytes[at..chunk]) {
                assert!(end >= -(WarcCutter::BACK_MAX as isize), "{end}");
                at = at.checked_add_signed(end).unwrap();
                records.push(&bytes[start..at]);
                start = at;
            }
            at = chunk;
        }
        records.extend((start < bytes.len()).then(|| &bytes[start..]));
        records
    }

    fn record(block: &str) -> String {
        format!("WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n", block.len())
    }

    /// Each stream is given as its records; `true` if a record is read without error.
    #[test]
    fn records() {
        let one = record("first\r\n\r\nWARC/1.0 is the first version.\r\n");
        let two = record("");
        let with = |length: &str| format!("WARC/1.1\r\n{length}WARC-Type: resource\r\n\r\nA page.\r\n\r\nMore.\r\n\r\n");
        let long = format!("WARC/1.0\r\nContent-Length: 2\r\nX: {}\r\n\r\nhi\r\n\r\n", "x".repeat(HEADER_BYTES_MAX));
        let cases: Vec<Vec<(String, bool)>> = vec![
            vec![(one.clone(), true), (two.clone(), true), (one.clone(), true)],
            vec![(format!("\r\n\n{one}\r\n\n"), true), (two.clone(), true)],
            vec![(one.replace('\r', "").replace("41", "38"), true), (two.replace('\r', ""), true)],
            vec![("WARC/1.0\ncontent-length:\n\t3\n\nabc\n\n".into(), true), (two.clone(), true)],
            // No line ends behind the block, or one.
            vec![(two.trim_end().to_owned() + "\r\n\r\n", true), (one.trim_end().to_owned() + "\r\n", true)],
            // Garbage before the first record, and in between.
            vec![("garbage\r\nmore\n".into(), false), (one.clone(), true), (two.clone(), true)],
            vec![("WARC".into(), false)],
            vec![(format!("{two}WARC\n\n"), false), (one.clone(), true)],
            // Lengths: right, missing, too short, too long, no number, more than there is.
            vec![(with("Content-Length: 16\r\n"), true), (two.clone(), true)],
            vec![(with(""), true), (two.clone(), true)],
            vec![(with("Content-Length: 7\r\n"), false), (two.clone(), true)],
            vec![(with("Content-Length: 6\r\n"), false), (two.clone(), true)],
            vec![(with("Content-Length: 18\r\n"), true), (two.clone(), true)],
            vec![(with("Content-Length: 25\r\n") + &two, false), (one.clone(), true)],
            vec![(with("Content-Length: 1 6\r\n"), false), (two.clone(), true)],
            vec![(with("Content-Length: 99999999999999999999\r\n"), false), (two.clone(), true)],
            vec![(with("Content-Length: 9999999999999999999\r\n") + &two, false)],
            vec![(with("").replace("More", "\r\nWARC/x"), true), (two.clone(), true)],
            vec![(long, false), (two.clone(), true)],
            vec![],
        ];
        for records in cases {
            let whole: String = records.iter().map(|(bytes, _)| bytes.as_str()).collect();
            for sizes in [&[1][..], &[2], &[7, 3], &[usize::MAX]] {
                let got: Vec<_> = cut(whole.as_bytes(), sizes).into_iter().map(|r| (r, WarcRecord::parse(r).is_ok())).collect();
                let want: Vec<_> = records.iter().map(|(bytes, is_ok)| (bytes.as_bytes(), *is_ok)).collect();
                assert_eq!(got, want, "{sizes:?}");
            }
        }
    }

    #[test]
    fn the_header_is_bounded() {
        let mut cutter = WarcCutter::default();
        cutter.end(b"WARC/1.0\r\n");
        for _ in 0..100 {
            assert_eq!(cutter.end(&[b'x'; 10_000]), None);
            assert!(cutter.header.len() <= HEADER_BYTES_MAX);
        }
        assert_eq!(cutter.end(b"\r\n\r\nWARC/1.0\r\n"), Some(4));
    }

    proptest! {
        /// Wherever a stream is parted, its records are the same, and they are the stream; nothing panics.
        #[test]
        fn any_chunks(parts in prop::collection::vec(part(), 0..20), sizes in prop::collection::vec(1_usize..40, 1..5)) {
            let bytes = parts.concat();
            let whole = cut(&bytes, &[usize::MAX]);
            prop_assert_eq!(&whole.concat(), &bytes);
            prop_assert_eq!(&cut(&bytes, &sizes), &whole);
            prop_assert_eq!(&cut(&bytes, &[1]), &whole);
            for record in whole {
                if let Ok(record) = WarcRecord::parse(record) {
                    let _ = record.page(1 << 10);
                    let again = record.with_text("text");
                    prop_assert_eq!(WarcRecord::parse(&again).unwrap().block(), b"text");
                }
            }
        }
    }

    /// What streams are made of, right and wrong.
    fn part() -> impl Strategy<Value = Vec<u8>> {
        let pieces: Vec<&[u8]> = vec![
            b"WARC/1.0\r\n",
            b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n",
            b"Content-Length: 9\r\n",
            b"content-length: 3\n",
            b"WARC-Type: resource\r\n folded\r\n",
            b"\r\n",
            b"\n\n",
            b"WARC/",
            b"1.0",
            b"text",
            b"a:\r",
            b"<p>",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip, br\r\n\r\n",
            b"\x1f\x8b\x08",
        ];
        prop_oneof![
            8 => prop::sample::select(pieces).prop_map(<[u8]>::to_vec),
            1 => prop::collection::vec(any::<u8>(), 0..10),
            2 => "[a-z\r\n]{0,12}".prop_map(|block| record(&block).into_bytes()),
        ]
    }
}

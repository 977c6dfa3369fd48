//! Opens a source, undoes its compression, and tells from its name and first bytes what it holds.

use std::fs::File;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::codec::{Bounded, Bounds, Counted};
use super::{Fields, Record, Source, Stamp, has_extension};
use crate::decode;
use crate::names::{Compression, Container};

/// How much is looked at to tell text from other bytes.
const HEAD_BYTES: usize = 8 << 10;

/// The length of UTF-16's byte order mark.
const UTF16_MARK_BYTES: usize = 2;

/// What is read of a compressed file at once.
const COMPRESSED_CHUNK_BYTES: usize = 128 << 10;

/// Endings of names that say how a file holds its pages.
const EXTENSIONS: &[(&str, Container)] = &[
    ("jsonl", Container::Jsonl),
    ("ndjson", Container::Jsonl),
    ("csv", Container::Csv),
    ("tsv", Container::Csv),
    ("tab", Container::Csv),
    ("warc", Container::Warc),
    ("wet", Container::Warc),
    ("parquet", Container::Parquet),
];

/// First bytes that say how a file holds its pages.
const MAGIC: &[(&[u8], Container)] =
    &[(b"WARC/1.", Container::Warc), (b"WARC/0.", Container::Warc), (b"PAR1", Container::Parquet)];

/// What decides on how a source is read.
pub struct Sniff<'f> {
    /// The container that was asked for, if one was.
    pub asked: Option<Container>,
    /// The fields of a record.
    pub fields: &'f Fields,
    /// A first line that is longer is no record.
    pub line_bytes_max: usize,
    /// Whether standard input holds text pages that end in NUL.
    pub null: bool,
    /// What bounds decompression.
    pub bounds: Bounds,
    /// Counts the bytes that are read, as they are on the disk.
    pub count: Option<&'f Arc<AtomicU64>>,
}

impl<'f> Sniff<'f> {
    /// Reads whole files, as long as they are, and counts nothing.
    pub fn new(asked: Option<Container>, fields: &'f Fields) -> Sniff<'f> {
        Sniff { asked, fields, line_bytes_max: usize::MAX, null: false, bounds: Bounds::default(), count: None }
    }
}

/// An opened source, not yet read.
pub struct Opened {
    /// All of its bytes, decompressed.
    pub reader: Box<dyn Read + Send>,
    /// How it holds its pages; `None` for bytes that are no text.
    pub container: Option<Container>,
    /// How it is compressed.
    pub compression: Compression,
    /// Its size, for a regular file that is not compressed.
    pub bytes: Option<u64>,
    /// Whether it begins like UTF-16.
    pub utf16: bool,
    /// What the file is like, if it is one.
    pub stamp: Option<Stamp>,
}

impl Opened {
    /// A look at the first line, or at so much of it; nothing is taken from what will be read.
    pub fn first_line(&mut self, bytes_max: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        while head.len() < bytes_max && memchr::memchr2(b'\n', b'\r', &head).is_none() && read_more(&mut self.reader, &mut head)?
        {
        }
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Cursor::new(head.clone()).chain(reader));
        Ok(head)
    }
}

/// What a name says of how a file holds its pages; its compression's ending is set aside.
pub fn container_of_name(name: &Path) -> Option<Container> {
    let (_, name) = Compression::of_name(name);
    EXTENSIONS.iter().find(|(extension, _)| has_extension(&name, &[extension])).map(|(_, container)| *container)
}

impl Sniff<'_> {
    /// Opens a source and reads as much of it as the decision takes.
    pub fn open(&self, source: &Source) -> io::Result<Opened> {
        let (raw, stamp): (Box<dyn Read + Send>, _) = match &source.path {
            None => (Box::new(io::stdin()), None),
            Some(path) => {
                let file = File::open(path)?;
                let data = file.metadata()?;
                (Box::new(file), Stamp::of(&data))
            }
        };
        let count = Arc::new(AtomicU64::new(0));
        let mut raw =
            Counted { reader: Counted { reader: raw, count: self.count.cloned().unwrap_or_default() }, count: count.clone() };
        let mut head = Vec::new();
        while Compression::may_begin(&head) && read_more(&mut raw, &mut head)? {}
        let compression = Compression::of_bytes(&head);
        if compression == Compression::None {
            return self.tell(source, Box::new(raw), head, compression, stamp);
        }
        let raw = BufReader::with_capacity(COMPRESSED_CHUNK_BYTES, Cursor::new(head).chain(raw));
        let reader = Bounded { reader: compression.reader(Box::new(raw))?, read: count, written: 0, bounds: self.bounds };
        self.tell(source, Box::new(reader), Vec::new(), compression, stamp)
    }

    fn tell(
        &self,
        source: &Source,
        mut reader: Box<dyn Read + Send>,
        mut head: Vec<u8>,
        compression: Compression,
        stamp: Option<Stamp>,
    ) -> io::Result<Opened> {
        let container = self.container(source, &mut reader, &mut head)?;
        let utf16 = is_utf16(&head);
        let bytes = stamp.filter(|_| compression == Compression::None).map(|stamp| stamp.bytes);
        Ok(Opened { reader: Box::new(Cursor::new(head).chain(reader)), container, compression, bytes, utf16, stamp })
    }

    fn container(&self, source: &Source, reader: &mut dyn Read, head: &mut Vec<u8>) -> io::Result<Option<Container>> {
        if self.null && source.path.is_none() {
            return Ok(Some(Container::Text));
        }
        let said = self.asked.or_else(|| container_of_name(&source.name));
        if let Some(said) = said.filter(|said| *said != Container::Text) {
            while head.len() < UTF16_MARK_BYTES && read_more(reader, head)? {}
            return Ok(Some(said));
        }
        let mut may_be_records = said.is_none();
        let mut ended = false;
        loop {
            // Records are told by the first line as soon as that is there; no pipe is kept waiting for more.
            if may_be_records && let Some((_, container)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
                return Ok(Some(*container));
            }
            if may_be_records && (ended || head.len() > self.line_bytes_max || memchr::memchr(b'\n', head).is_some()) {
                if self.begins_with_record(head) {
                    return Ok(Some(Container::Jsonl));
                }
                may_be_records = false;
            }
            may_be_records &= head.is_empty() || may_be_record(head) || may_be_magic(head);
            if ended || (!may_be_records && head.len() >= HEAD_BYTES) {
                return Ok(is_text(head).then_some(Container::Text));
            }
            ended = !read_more(reader, head)?;
        }
    }

    fn begins_with_record(&self, head: &[u8]) -> bool {
        let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
        may_be_record(head)
            && std::str::from_utf8(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line))
                .ok()
                .and_then(|line| Record::parse(line, self.fields).ok())
                .is_some_and(|record| record.has_field())
    }
}

/// Whether these bytes can be text: no NUL near their beginning, unless they are UTF-16.
pub fn is_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    memchr::memchr(0, head).is_none() || decode::is_utf16(head)
}

fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

fn may_be_record(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.trim_ascii_start().starts_with(b"{")
}

fn may_be_magic(head: &[u8]) -> bool {
    MAGIC.iter().any(|(magic, _)| head.starts_with(magic) || magic.starts_with(head))
}

/// Reads once, at most as much again as is there; whether something came.
fn read_more(reader: &mut dyn Read, head: &mut Vec<u8>) -> io::Result<bool> {
    let from = head.len();
    head.resize(from + from.max(HEAD_BYTES), 0);
    let read = loop {
        match reader.read(&mut head[from..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => break other,
        }
    };
    head.truncate(from + *read.as_ref().unwrap_or(&0));
    Ok(read? > 0)
}

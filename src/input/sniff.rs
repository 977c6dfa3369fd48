//! Opens a source and tells from its name and first bytes what it holds.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read};

use super::{Fields, Record, Source};
use crate::decode;

/// How much is looked at to tell text from other bytes.
const HEAD_BYTES: usize = 8 << 10;

/// The length of UTF-16's byte order mark.
const UTF16_MARK_BYTES: usize = 2;

/// What a source holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page of text.
    Text,
    /// Records, one a line.
    Records,
    /// Bytes that are no text: they pass.
    NotText,
}

/// What decides on the kind.
pub struct Sniff<'f> {
    /// The kind that was asked for, if it was.
    pub asked: Option<Kind>,
    /// The fields of a record.
    pub fields: &'f Fields,
    /// A first line that is longer is no record.
    pub line_bytes_max: usize,
    /// Whether standard input holds text pages that end in NUL.
    pub null: bool,
}

/// An opened source, not yet read.
pub struct Opened {
    /// All of its bytes.
    pub reader: Box<dyn Read + Send>,
    /// What it holds.
    pub kind: Kind,
    /// Its size, for a regular file.
    pub bytes: Option<u64>,
    /// Whether it begins like UTF-16.
    pub utf16: bool,
}

impl Sniff<'_> {
    /// Opens a source and reads as much of it as the decision takes.
    pub fn open(&self, source: &Source) -> io::Result<Opened> {
        let (mut reader, bytes): (Box<dyn Read + Send>, _) = match &source.path {
            None => (Box::new(io::stdin()), None),
            Some(path) => {
                let file = File::open(path)?;
                let data = file.metadata()?;
                (Box::new(file), data.is_file().then_some(data.len()))
            }
        };
        let mut head = Vec::new();
        let kind = self.kind(source, &mut reader, &mut head)?;
        let utf16 = is_utf16(&head);
        Ok(Opened { reader: Box::new(Cursor::new(head).chain(reader)), kind, bytes, utf16 })
    }

    fn kind(&self, source: &Source, reader: &mut dyn Read, head: &mut Vec<u8>) -> io::Result<Kind> {
        if self.null && source.path.is_none() {
            return Ok(Kind::Text);
        }
        let is_records = self.asked == Some(Kind::Records) || (self.asked.is_none() && source.is_records());
        let mut may_be_records = self.asked.is_none() && !is_records;
        let mut ended = false;
        loop {
            if is_records && (ended || head.len() >= UTF16_MARK_BYTES) {
                return Ok(Kind::Records);
            }
            // Records are told by the first line as soon as that is there; no pipe is kept waiting for more.
            if may_be_records && (ended || head.len() > self.line_bytes_max || memchr::memchr(b'\n', head).is_some()) {
                if self.begins_with_record(head) {
                    return Ok(Kind::Records);
                }
                may_be_records = false;
            }
            may_be_records &= head.is_empty() || may_be_record(head);
            if ended || (!is_records && !may_be_records && head.len() >= HEAD_BYTES) {
                return Ok(if is_text(head) { Kind::Text } else { Kind::NotText });
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

//! Header lines as WARC and HTTP share them: a first line, then fields up to a blank line. Any line ends, folded values.
//!
//! A field keeps its bytes, so that what is not changed can be written as it was.

use std::borrow::Cow;

/// A longer header is none: as much as browsers read of one.
pub const HEADER_BYTES_MAX: usize = 256 << 10;

/// A header, and where it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'b> {
    /// The first line with its end.
    pub first: &'b [u8],
    /// The fields, in their order.
    pub fields: Vec<Field<'b>>,
    /// The length in bytes, with the blank line.
    pub len: usize,
    /// Whether a blank line ended it, rather than the end of the bytes or [`HEADER_BYTES_MAX`].
    pub is_whole: bool,
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'b> {
    /// All of its lines, with their ends.
    pub raw: &'b [u8],
}

impl<'b> Header<'b> {
    /// Reads the header that the bytes begin with.
    pub fn parse(bytes: &'b [u8]) -> Self {
        let mut header = Header { first: b"", fields: Vec::new(), len: bytes.len(), is_whole: false };
        let (mut start, mut at) = (None, 0);
        for line in bytes.split_inclusive(|&b| b == b'\n') {
            if at + line.len() > HEADER_BYTES_MAX {
                return header;
            }
            let is_blank = is_blank(line);
            let folded = matches!(line[0], b' ' | b'\t') && start.is_some();
            if at == 0 && !is_blank {
                header.first = line;
            } else if is_blank || !folded {
                header.fields.extend(start.map(|start| Field { raw: &bytes[start..at] }));
                start = Some(at);
            }
            at += line.len();
            if is_blank {
                return Header { len: at, is_whole: true, ..header };
            }
        }
        header.fields.extend(start.map(|start| Field { raw: &bytes[start..] }));
        header
    }

    /// The value of the first field of that name, whatever its case.
    pub fn get(&self, name: &str) -> Option<Cow<'b, str>> {
        self.all(name).next()
    }

    /// The values of all fields of that name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = Cow<'b, str>> {
        self.fields.iter().filter(move |field| field.is(name)).map(Field::value)
    }

    /// What `Content-Length` says; `Err` holds what is no number of bytes.
    pub fn content_length(&self) -> Option<Result<u64, Cow<'b, str>>> {
        let value = self.get("content-length")?;
        let is_number = value.bytes().all(|b| b.is_ascii_digit());
        Some(value.parse().ok().filter(|_| is_number).ok_or(value))
    }
}

impl<'b> Field<'b> {
    /// The name as it was written; `None` if there is no colon.
    pub fn name(&self) -> Option<&'b [u8]> {
        Some(self.raw[..memchr::memchr(b':', self.raw)?].trim_ascii())
    }

    /// Whether it has that name, whatever its case.
    pub fn is(&self, name: &str) -> bool {
        self.name().is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The value without white space around it; a fold reads as one space, bytes that are not UTF-8 as U+FFFD.
    pub fn value(&self) -> Cow<'b, str> {
        let from = memchr::memchr(b':', self.raw).map_or(0, |colon| colon + 1);
        let value = self.raw[from..].trim_ascii();
        if memchr::memchr(b'\n', value).is_none() {
            return String::from_utf8_lossy(value);
        }
        let lines: Vec<_> = value.split(|&b| b == b'\n').map(|line| String::from_utf8_lossy(line.trim_ascii())).collect();
        Cow::Owned(lines.join(" ").trim().to_owned())
    }
}

/// Whether a line is nothing but its end.
pub fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let bytes = b"WARC/1.0\r\nA: 1\r\nb :\r\n  2\r\n\t3 \r\nno colon\nA:4\n\nrest";
        let header = Header::parse(bytes);
        assert_eq!((header.first, header.len, header.is_whole), (&b"WARC/1.0\r\n"[..], bytes.len() - 4, true));
        let fields: Vec<_> = header.fields.iter().map(|f| (f.name(), f.value().into_owned())).collect();
        let want: [(Option<&[u8]>, &str); 4] = [(Some(b"A"), "1"), (Some(b"b"), "2 3"), (None, "no colon"), (Some(b"A"), "4")];
        assert_eq!(fields, want.map(|(name, value)| (name, value.to_owned())));
        assert_eq!(header.fields[1].raw, b"b :\r\n  2\r\n\t3 \r\n");
        assert_eq!((header.get("a").as_deref(), header.all("a").count()), (Some("1"), 2));
    }

    #[test]
    fn ends() {
        for (bytes, fields, len, is_whole) in [
            (&b""[..], 0, 0, false),
            (b"\r\n", 0, 2, true),
            (b"\nx: 1\n", 0, 1, true),
            (b"first", 0, 5, false),
            (b"first\n folded: 1\n\n", 1, 18, true),
            (b"first\nx: 1", 1, 10, false),
            (b"first\nx: 1\n\r", 2, 12, false),
        ] {
            let header = Header::parse(bytes);
            assert_eq!((header.fields.len(), header.len, header.is_whole), (fields, len, is_whole), "{bytes:?}");
        }
    }

    #[test]
    fn a_long_header_is_none() {
        for (x, is_whole) in [(HEADER_BYTES_MAX - 8, true), (HEADER_BYTES_MAX - 7, false)] {
            let bytes = format!("first\n{}\n\n\n", "x".repeat(x));
            assert_eq!(Header::parse(bytes.as_bytes()).is_whole, is_whole);
        }
    }

    #[test]
    fn lengths() {
        for (value, want) in [("12", Ok(12)), ("+12", Err("+12")), ("-1", Err("-1")), ("", Err("")), ("1 2", Err("1 2"))] {
            let bytes = format!("first\ncontent-LENGTH: {value}\n\n");
            let got = Header::parse(bytes.as_bytes()).content_length().unwrap();
            assert_eq!(got, want.map_err(Cow::Borrowed));
        }
    }
}

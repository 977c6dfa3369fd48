//! One record of a table: where its fields stand, what they say, and how another text is written in the place of one.

use memchr::memchr;
use std::borrow::Cow;
use std::ops::Range;

use super::Dialect;

/// Whether a record is a line without fields, which readers of tables pass over.
pub fn is_blank(record: &[u8]) -> bool {
    record.trim_ascii().is_empty()
}

/// Where the raw forms of a record's fields stand: their quotes are in, delimiters and the line end are not.
pub fn fields(record: &[u8], dialect: Dialect) -> Vec<Range<usize>> {
    let mut fields = Vec::new();
    let mut start = 0;
    loop {
        let end = start + field_length(&record[start..], dialect);
        fields.push(start..end);
        match record.get(end) {
            Some(byte) if *byte == dialect.delimiter => start = end + 1,
            _ => return fields,
        }
    }
}

/// How long the field is that these bytes begin with.
fn field_length(bytes: &[u8], Dialect { delimiter, quote }: Dialect) -> usize {
    let mut at = 0;
    if quote.is_some() && bytes.first() == quote.as_ref() {
        at = 1;
        while at < bytes.len() {
            at += quote.and_then(|quote| memchr(quote, &bytes[at..])).map_or(bytes.len() - at, |i| i + 1);
            if bytes.get(at) != quote.as_ref() {
                break;
            }
            at += 1;
        }
    }
    at + memchr::memchr3(delimiter, b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at)
}

/// Whether a field that begins with a quote ends with the quote that closes it: programs that put a backslash before a quote inside a
/// text write fields that seem to go on.
pub fn is_whole(raw: &[u8], dialect: Dialect) -> bool {
    let Some(quote) = dialect.quote.filter(|quote| raw.first() == Some(quote)) else { return true };
    let quotes = raw[1..].iter().rev().take_while(|byte| **byte == quote).count();
    let inside = raw.len().saturating_sub(1 + quotes);
    // Quotes before the last run of them stand in pairs, or a field has ended there.
    let mut rest = &raw[1..=inside];
    while let Some(at) = memchr(quote, rest) {
        if rest.get(at + 1) != Some(&quote) {
            return false;
        }
        rest = &rest[at + 2..];
    }
    quotes % 2 == 1
}

/// What the raw form of a field says; else how many of its bytes are UTF-8.
pub fn text(raw: &[u8], dialect: Dialect) -> Result<Cow<'_, str>, usize> {
    let raw = std::str::from_utf8(raw).map_err(|error| error.valid_up_to())?;
    let Some((quote, inside)) = dialect.quote.map(char::from).and_then(|quote| Some((quote, raw.strip_prefix(quote)?))) else {
        return Ok(Cow::Borrowed(raw));
    };
    match inside.find(quote) {
        None => return Ok(Cow::Borrowed(inside)),
        Some(end) if end + 1 == inside.len() => return Ok(Cow::Borrowed(&inside[..end])),
        Some(_) => {}
    }
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, behind)) = rest.split_once(quote) {
        text.push_str(before);
        match behind.strip_prefix(quote) {
            Some(behind) => {
                text.push(quote);
                rest = behind;
            }
            // What stands between the last quote and the delimiter is text as it is.
            None => {
                text.push_str(behind);
                rest = "";
            }
        }
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

/// The raw form of a text in the place of the field `old`: in quotes if that was, or if it has to be.
///
/// `is_alone` says that the record has no other field; nothing at all would make it a blank line. `None` if the dialect has no quotes
/// and the text cannot do without.
pub fn quoted(text: &str, old: &[u8], is_alone: bool, dialect: Dialect) -> Option<String> {
    let needs = |b: u8| b == dialect.delimiter || b == b'\n' || b == b'\r' || Some(b) == dialect.quote;
    let must = text.bytes().any(needs) || (is_alone && text.trim_ascii().is_empty());
    let was = dialect.quote.is_some() && old.first() == dialect.quote.as_ref();
    if !must && !was {
        return Some(text.to_owned());
    }
    let quote = dialect.quote?;
    let quote = char::from(quote);
    let mut raw = String::with_capacity(text.len() + 2);
    raw.push(quote);
    for (i, part) in text.split(quote).enumerate() {
        if i > 0 {
            raw.extend([quote, quote]);
        }
        raw.push_str(part);
    }
    raw.push(quote);
    Some(raw)
}

//! One line of JSON Lines: where the text's raw form stands in it, and what the record tells of its page.
//!
//! Only the named fields are read; nothing is built of the others.

use serde::Deserializer;
use serde::de::{self, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

use crate::edit::Span;
use crate::error::Error;

/// The names of the fields that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// The page's text.
    pub text: String,
    /// The page's address, which gives its host.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// Its known clean text, which only measuring reads; none if records do not hold it.
    pub clean: Option<String>,
}

impl Default for Fields {
    fn default() -> Self {
        Fields { text: "text".into(), url: "url".into(), title: "title".into(), clean: None }
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Value {
    /// There is no such field.
    #[default]
    Missing,
    /// `null`.
    Null,
    /// Something else that is no string; its kind.
    Other(&'static str),
    /// A string; where its inside stands in the line.
    Text(Span),
}

/// A record, read as far as needed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The text field.
    pub text: Value,
    /// Whether the text field stands more than once; the last one counts, as for JSON parsers.
    pub repeated: bool,
    /// The address.
    pub url: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The known clean text.
    pub clean: Option<String>,
}

impl Record {
    /// Reads a line; `Err` holds what is wrong and the byte where.
    pub fn parse(line: &str, fields: &Fields) -> Result<Record, (String, usize)> {
        let mut reader = serde_json::Deserializer::from_str(line);
        let record = reader.deserialize_map(RecordVisitor { line, fields });
        record.and_then(|record| reader.end().map(|()| record)).map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            (format!("broken record: {message}"), error.column().saturating_sub(1))
        })
    }

    /// The error of a record that lacks its text, with what was perhaps meant.
    pub fn missing(line: &str, field: &str) -> Error {
        let keys: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap_or_default();
        Error::page(format!("the record has no field `{field}`")).meant(field, keys.keys().map(String::as_str))
    }
}

struct RecordVisitor<'f> {
    line: &'f str,
    fields: &'f Fields,
}

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let mut record = Record::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == self.fields.text {
                let raw: &RawValue = map.next_value()?;
                record.repeated |= record.text != Value::Missing;
                record.text = value_of(raw.get(), self.line);
            } else if key == self.fields.url {
                record.url = string_of(map.next_value()?);
            } else if key == self.fields.title {
                record.title = string_of(map.next_value()?);
            } else if self.fields.clean.as_ref() == Some(&key) {
                record.clean = string_of(map.next_value()?);
            } else {
                map.next_value::<de::IgnoredAny>()?;
            }
        }
        Ok(record)
    }
}

/// What the raw value is; it is a part of `line`, so its address tells where.
fn value_of(raw: &str, line: &str) -> Value {
    match raw.as_bytes().first() {
        Some(b'"') => {
            let start = raw.as_ptr() as usize - line.as_ptr() as usize;
            Value::Text(Span::new(start + 1, start + raw.len() - 1))
        }
        Some(b'n') => Value::Null,
        Some(b'{') => Value::Other("an object"),
        Some(b'[') => Value::Other("a list"),
        Some(b't' | b'f') => Value::Other("a truth value"),
        _ => Value::Other("a number"),
    }
}

/// A side field's string; whatever else it holds tells nothing of the page.
fn string_of(raw: &RawValue) -> Option<String> {
    let inside = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    Some(super::JsonString::new(inside).text().to_owned())
}

/// The host of an address: `www.example.org` of `https://me@WWW.example.org:80/page`.
pub fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.trim_start().split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = if host.starts_with('[') { host.split_inclusive(']').next()? } else { host.split(':').next()? };
    (!host.is_empty()).then(|| host.trim_end_matches('.').to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_found_where_it_stands() {
        let fields = Fields::default();
        for (line, want) in [
            (r#"{"text":"a\nb"}"#, Some(r"a\nb")),
            (r#" { "id" : [1,{"text":"no"}] , "text" :  "yes" } "#, Some("yes")),
            (r#"{"te\u0078t":"key"}"#, Some("key")),
            (r#"{"text":"old","text":"new"}"#, Some("new")),
            (r#"{"text":""}"#, Some("")),
            (r#"{"text":"\ud800"}"#, Some(r"\ud800")),
            (r#"{"title":"only"}"#, None),
        ] {
            match Record::parse(line, &fields).unwrap().text {
                Value::Text(span) => assert_eq!(Some(span.of(line)), want),
                other => assert_eq!((other, want), (Value::Missing, None)),
            }
        }
    }

    #[test]
    fn other_values() {
        let fields = Fields::default();
        for (line, want) in [
            (r#"{"text":null}"#, Value::Null),
            (r#"{"text":1}"#, Value::Other("a number")),
            (r#"{"text":["a"]}"#, Value::Other("a list")),
            (r#"{"text":{}}"#, Value::Other("an object")),
            (r#"{"text":true}"#, Value::Other("a truth value")),
        ] {
            assert_eq!(Record::parse(line, &fields).unwrap().text, want);
        }
    }

    #[test]
    fn broken_lines() {
        for (line, message, at) in [
            ("[1]", "broken record: invalid type: sequence, expected an object", 0),
            (r#"{"text":"a"} x"#, "broken record: trailing characters", 13),
            (r#"{"text":"a"#, "broken record: EOF while parsing a string", 9),
        ] {
            let (got, offset) = Record::parse(line, &Fields::default()).unwrap_err();
            assert_eq!((got.as_str(), offset), (message, at), "{line}");
        }
    }

    #[test]
    fn hosts() {
        for (url, want) in [
            ("https://www.Example.org/a", Some("www.example.org")),
            ("http://me:pw@example.org:8080?x", Some("example.org")),
            ("http://[::1]:80/", Some("[::1]")),
            ("//example.org", None),
            ("no address", None),
            ("http:///path", None),
        ] {
            assert_eq!(host_of(url).as_deref(), want);
        }
    }
}

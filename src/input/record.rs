//! One line of JSON Lines: where the raw forms of its texts stand in it, and what the record tells of its page.
//!
//! Only the named fields are read; nothing is built of the others.

use super::field::{FieldPath, Fields, is_number};
use super::lookup::{Found, look_up, message_of};
use crate::cleaner::PageFacts;
use crate::edit::Span;
use crate::error::{Error, printable};

/// How many names of a record are looked at for what was perhaps meant.
const NAMES_MAX: usize = 1000;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Value {
    /// There is no such field.
    #[default]
    Missing,
    /// `null`.
    Null,
    /// Any item was asked for, of a list or object that has none.
    Empty,
    /// Something else that is no string; its kind.
    Other(&'static str),
    /// A string; where its inside stands in the line.
    Text(Span),
}

/// A value of a field that holds text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FieldValue {
    /// Which of the fields it is.
    pub field: usize,
    /// What it holds.
    pub value: Value,
    /// Whether the field stands more than once; the last one counts, as for JSON parsers.
    pub repeated: bool,
}

/// A record, read as far as needed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The texts in the order of the fields: one value for each, or several for one with `*`.
    pub texts: Vec<FieldValue>,
    /// The address.
    pub url: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The known clean text.
    pub clean: Option<String>,
}

impl Record {
    /// What the record tells of its page.
    pub fn facts(&self) -> PageFacts {
        PageFacts { host: self.url.as_deref().and_then(host_of), title: self.title.clone(), ..PageFacts::default() }
    }

    /// Reads a line; `Err` holds what is wrong and the byte where.
    pub fn parse(line: &str, fields: &Fields) -> Result<Record, (String, usize)> {
        let paths = fields.texts.iter().chain([&fields.url, &fields.title]).chain(&fields.clean);
        let found = look_up(line, paths)
            .map_err(|error| (format!("broken record: {}", message_of(&error)), error.column().saturating_sub(1)))?;
        let mut texts = Vec::with_capacity(fields.texts.len());
        for (field, found) in found.iter().take(fields.texts.len()).enumerate() {
            push_values(field, found, line, &mut texts);
        }
        let mut sides = found.iter().skip(fields.texts.len()).map(|side| side.last.and_then(string_of));
        let mut side = || sides.next().flatten();
        Ok(Record { url: side(), title: side(), clean: side(), texts })
    }

    /// Where texts stand, in the order of the fields, and which field each is of.
    pub fn spans(&self) -> impl Iterator<Item = (usize, Span)> {
        self.texts.iter().filter_map(|text| match text.value {
            Value::Text(span) => Some((text.field, span)),
            _ => None,
        })
    }

    /// Whether any of the fields is there, whatever it holds.
    pub fn has_field(&self) -> bool {
        self.texts.iter().any(|text| text.value != Value::Missing)
    }

    /// What is wrong with a record that has no text where it should have one: all fields are missing, or one is no string.
    ///
    /// `line` is the record, for what was perhaps meant.
    pub fn fault(&self, line: &str, fields: &Fields) -> Option<Error> {
        if self.spans().next().is_some() {
            return None;
        }
        if !self.has_field() {
            return Some(missing(line, fields));
        }
        let other = self.texts.iter().find_map(|text| other_than_text(text, fields));
        other.map(|(path, kind)| {
            let error = Error::page(format!("the field `{}` is {kind}, expected a string", path.name()));
            if kind == LIST { error.help(format!("`{}.*` names its items", path.name())) } else { error }
        })
    }

    /// What is odd about the texts of a record that is not at fault.
    pub fn notes(&self, fields: &Fields) -> Vec<String> {
        let name = |text: &FieldValue| fields.texts[text.field].name();
        let repeated = self.texts.iter().filter(|text| text.repeated);
        let mut notes: Vec<_> =
            repeated.map(|text| format!("the field `{}` stands more than once, the last one counts", name(text))).collect();
        if self.spans().next().is_some() {
            // Beside a text, a field that is null is as good as missing, and one with `*` takes the strings that there are.
            let others = self.texts.iter().filter_map(|text| other_than_text(text, fields));
            let others = others.filter(|(path, _)| !path.is_many());
            notes.extend(others.map(|(path, kind)| format!("the field `{}` is {kind}, left as it is", path.name())));
        } else if let Some(text) = self.texts.iter().find(|text| text.value == Value::Null) {
            notes.push(format!("the field `{}` is null, passed unchanged", name(text)));
        }
        notes
    }
}

fn push_values(field: usize, found: &Found, line: &str, texts: &mut Vec<FieldValue>) {
    let value = |value| FieldValue { field, value, repeated: found.repeated };
    let nothing = if found.empty { Value::Empty } else { Value::Missing };
    texts.extend(found.before.iter().map(|raw| value(value_of(raw, line))));
    texts.push(value(found.last.map_or(nothing, |raw| value_of(raw, line))));
}

fn other_than_text<'f>(text: &FieldValue, fields: &'f Fields) -> Option<(&'f FieldPath, &'static str)> {
    match text.value {
        Value::Other(kind) => Some((&fields.texts[text.field], kind)),
        _ => None,
    }
}

const LIST: &str = "a list";

/// What the raw value is; it is a part of `line`, so its address tells where.
fn value_of(raw: &str, line: &str) -> Value {
    match raw.as_bytes().first() {
        Some(b'"') => {
            let start = raw.as_ptr() as usize - line.as_ptr() as usize;
            Value::Text(Span::new(start + 1, start + raw.len() - 1))
        }
        Some(b'n') => Value::Null,
        Some(b'{') => Value::Other("an object"),
        Some(b'[') => Value::Other(LIST),
        Some(b't' | b'f') => Value::Other("a truth value"),
        _ => Value::Other("a number"),
    }
}

/// A side field's string; whatever else it holds tells nothing of the page.
fn string_of(raw: &str) -> Option<String> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    Some(super::JsonString::new(inside).text().to_owned())
}

/// The error of a record that lacks its texts, with what was perhaps meant.
fn missing(line: &str, fields: &Fields) -> Error {
    let record = serde_json::from_str(line).unwrap_or_default();
    let error = match fields.texts.as_slice() {
        [one] => Error::page(format!("the record has no field `{}`", one.name())),
        _ => Error::page(format!("the record has none of the fields {}", fields.names())),
    };
    let meant = fields.texts.iter().find_map(|path| meant(path, &record));
    match meant {
        Some(name) => error.help(format!("did you mean `{}`?", printable(&name))),
        None => error,
    }
}

/// A name of the record that is near to the path, or ends in it.
fn meant(path: &FieldPath, record: &serde_json::Value) -> Option<String> {
    let mut names = Vec::new();
    let typed: Vec<_> = path.parts().collect();
    collect_names(record, "", &typed, &mut names);
    let near = crate::error::suggestion(path.name(), names.iter().map(String::as_str));
    let ending = format!(".{}", path.name());
    near.or_else(|| names.iter().map(String::as_str).find(|name| name.ends_with(&ending))).map(str::to_owned)
}

/// The names of all fields that can be texts, one level deeper than was typed; of a list's items, the one that was typed at that place, or `*`.
fn collect_names(value: &serde_json::Value, prefix: &str, typed: &[&str], names: &mut Vec<String>) {
    let mut collect = |part: &str, inside: &serde_json::Value| {
        let name = format!("{prefix}{part}");
        if names.len() < NAMES_MAX {
            let rest = typed.split_first().map(|(_, rest)| rest);
            if let Some(rest) = rest {
                collect_names(inside, &format!("{name}."), rest, names);
            }
            if !inside.is_object() && !inside.is_array() {
                names.push(name);
            }
        }
    };
    match value {
        serde_json::Value::Object(object) => object.iter().for_each(|(part, inside)| collect(part, inside)),
        serde_json::Value::Array(items) => {
            let part = typed.first().filter(|part| is_number(part));
            items.first().into_iter().for_each(|item| collect(part.unwrap_or(&"*"), item));
        }
        _ => {}
    }
}

/// Writes a record with other raw forms in the place of some.
pub fn splice(line: &[u8], mut new: Vec<(Span, String)>, out: &mut Vec<u8>) {
    new.sort_unstable_by_key(|(span, _)| span.start);
    let mut from = 0;
    for (span, raw) in new {
        // Two names can lead to one value: `*.b` and `a.b.b`, where an object is called `a.b`.
        if span.start < from {
            continue;
        }
        out.extend_from_slice(&line[from..span.start]);
        out.extend_from_slice(raw.as_bytes());
        from = span.end;
    }
    out.extend_from_slice(&line[from..]);
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

    fn fields(names: &str) -> Fields {
        let mut fields = Fields::default();
        fields.set_texts(&names.split(',').map(str::to_owned).collect::<Vec<_>>()).unwrap();
        fields
    }

    /// The raw texts of a record, and what else it holds where they should be.
    fn seen(line: &str, names: &str) -> String {
        let record = Record::parse(line, &fields(names)).unwrap();
        let seen = record.texts.iter().map(|text| match text.value {
            Value::Text(span) => span.of(line).to_owned(),
            other => format!("{other:?}"),
        });
        seen.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn the_text_is_found_where_it_stands() {
        for (line, want) in [
            (r#"{"text":"a\nb"}"#, r"a\nb"),
            (r#" { "id" : [1,{"text":"no"}] , "text" :  "yes" } "#, "yes"),
            (r#"{"te\u0078t":"key"}"#, "key"),
            (r#"{"text":"old","text":"new"}"#, "new"),
            (r#"{"text":""}"#, ""),
            (r#"{"text":"\ud800"}"#, r"\ud800"),
            (r#"{"title":"only"}"#, "Missing"),
            ("{}", "Missing"),
            (r#"{"text":null}"#, "Null"),
            (r#"{"text":1}"#, r#"Other("a number")"#),
            (r#"{"text":["a"]}"#, r#"Other("a list")"#),
            (r#"{"text":{}}"#, r#"Other("an object")"#),
            (r#"{"text":true}"#, r#"Other("a truth value")"#),
        ] {
            assert_eq!(seen(line, "text"), want, "{line}");
        }
    }

    #[test]
    fn fields_inside_others() {
        for (names, line, want) in [
            ("a.b", r#"{"b":"no","a":{"c":{"b":"no"},"b":"yes"}}"#, "yes"),
            ("a.b", r#"{"a":{"b":"in"},"a.b":"literal"}"#, "literal"),
            ("a.b", r#"{"a.b":"literal","a":{"b":"in"}}"#, "literal"),
            ("a.b", r#"{"a.b":null,"a":{"b":"in"}}"#, "Null"),
            ("a.b.c", r#"{"a.b":{"c":"x"}}"#, "x"),
            ("a.b.c", r#"{"a":{"b.c":"x"}}"#, "x"),
            ("a.b.c", r#"{"a":{"b":{"c":"long"},"b.c":"short"}}"#, "short"),
            ("a.b", r#"{"a":"no object"}"#, "Missing"),
            ("a.b", r#"{"a":{"b":"1"},"a":{"b":"2"}}"#, "2"),
            ("a.1.b", r#"{"a":[{"b":"0"}, {"b":"1"},7]}"#, "1"),
            ("a.1", r#"{"a":{"1":"key"}}"#, "key"),
            ("a.01", r#"{"a":["0","1"]}"#, "Missing"),
            ("a.2", r#"{"a":["0","1"]}"#, "Missing"),
            ("a.*.b", r#"{"a":[{"b":"0"},[],{"c":1},{"b":"3"},{"b":4}]}"#, r#"0|3|Other("a number")"#),
            ("a.*", r#"{"a":{"x":"1","y":"2"}}"#, "1|2"),
            ("*.*.b", r#"{"a":[{"b":"1"}],"c":{"d":{"b":"2"}}}"#, "1|2"),
            ("a.*.b", r#"{"a":[]}"#, "Empty"),
            ("a.*.b", r#"{"a":[{}]}"#, "Missing"),
            ("a.0.b", r#"{"a":[]}"#, "Missing"),
            ("title,a.b,x", r#"{"a":{"x":"no","b":"two"},"title":"one"}"#, "one|two|Missing"),
            ("a.x,a.y", r#"{"a":{"y":"2","x":"1"}}"#, "1|2"),
        ] {
            assert_eq!(seen(line, names), want, "{names} of {line}");
        }
    }

    #[test]
    fn side_fields_may_be_inside() {
        let path = |name| FieldPath::new(name).unwrap();
        let inside =
            Fields { url: path("meta.url"), title: path("meta.og.title"), clean: Some(path("gold")), ..fields("meta.text") };
        let line = r#"{"meta":{"url":"u\/v","text":"t","og":{"title":"\u0041"}},"gold":7}"#;
        let record = Record::parse(line, &inside).unwrap();
        assert_eq!((record.url.as_deref(), record.title.as_deref(), record.clean), (Some("u/v"), Some("A"), None));
    }

    #[test]
    fn broken_lines() {
        for (line, message, at) in [
            ("[1]", "broken record: invalid type: sequence, expected an object", 0),
            (r#"{"text":"a"} x"#, "broken record: trailing characters", 13),
            (r#"{"text":"a"#, "broken record: EOF while parsing a string", 9),
            (r#"{"a":{"\ud800x":1}} "#, "broken record: unexpected end of hex escape", 18),
        ] {
            let (got, offset) = Record::parse(line, &fields("text,a.b")).unwrap_err();
            assert_eq!((got.as_str(), offset), (message, at), "{line}");
        }
    }

    #[test]
    fn faults_and_notes() {
        for (names, line, want) in [
            ("text", r#"{"txt":"a"}"#, "the record has no field `text`; did you mean `txt`?"),
            ("text", r#"{"page":{"text":"a"}}"#, "the record has no field `text`; did you mean `page.text`?"),
            ("page.txet", r#"{"page":{"text":"a"}}"#, "the record has no field `page.txet`; did you mean `page.text`?"),
            ("p.3.txet", r#"{"p":[{"text":"a"}]}"#, "the record has no field `p.3.txet`; did you mean `p.3.text`?"),
            ("p.*.txet", r#"{"p":[{"text":"a"}]}"#, "the record has no field `p.*.txet`; did you mean `p.*.text`?"),
            ("titel,body", r#"{"title":"a"}"#, "the record has none of the fields `titel`, `body`; did you mean `title`?"),
            ("title,body", r#"{"body":7}"#, "the field `body` is a number, expected a string"),
            ("text", r#"{"text":["a"]}"#, "the field `text` is a list, expected a string; `text.*` names its items"),
            ("text", r#"{"text":null}"#, "note: the field `text` is null, passed unchanged"),
            ("title,body", r#"{"title":null,"body":null}"#, "note: the field `title` is null, passed unchanged"),
            ("title,body", r#"{"title":null,"body":"a"}"#, ""),
            ("title,body", r#"{"body":"a"}"#, ""),
            ("title,body", r#"{"title":7,"body":"a"}"#, "note: the field `title` is a number, left as it is"),
            ("title,p.*", r#"{"p":[7,"a"]}"#, ""),
            ("p.*", r#"{"p":[]}"#, ""),
            ("text", r#"{"text":"a","text":"b"}"#, "note: the field `text` stands more than once, the last one counts"),
            ("a.b", r#"{"a":{"b":"a"},"a.b":"b"}"#, ""),
        ] {
            let fields = fields(names);
            let record = Record::parse(line, &fields).unwrap();
            let fault = record.fault(line, &fields).map(|error| error.to_string());
            let told = fault.unwrap_or_else(|| record.notes(&fields).iter().map(|note| format!("note: {note}")).collect());
            assert_eq!(told, want, "{names} of {line}");
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

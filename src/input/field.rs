//! How fields of a record are named: `text`, or `page.text` for one that is inside another.

use crate::error::{Error, Result};

/// Stands for any item of a list, and any field of an object.
const ANY: &str = "*";

/// The name of a field, as typed.
///
/// Between the dots stand the names of the objects that it is in, the numbers (from 0) of lists' items, or `*` for each of them. A
/// name that holds the dots itself counts as well, and before one whose dots lead into objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath(String);

/// Where a name or number leads on the way to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'p> {
    /// Not there.
    Off,
    /// To the field itself.
    There,
    /// Into something; what is left of the way.
    Into(&'p str),
}

impl FieldPath {
    /// Takes a name as typed; any but the empty one can be one.
    pub fn new(name: &str) -> Result<Self> {
        match name {
            "" => Err(Error::usage("an empty name, expected the name of a field")),
            name => Ok(FieldPath(name.to_owned())),
        }
    }

    /// The name as typed.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Whether it can name several values of one record.
    pub fn is_many(&self) -> bool {
        self.parts().any(|part| part == ANY)
    }

    /// What stands between the dots.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// Whether both can name the same value, or one what the other is inside of.
    fn overlaps(&self, other: &FieldPath) -> bool {
        self.parts().zip(other.parts()).all(|(a, b)| a == b || a == ANY || b == ANY)
    }
}

/// Where a field of this name leads those who have `way` to go.
pub fn by_name<'p>(way: &'p str, name: &str) -> Step<'p> {
    // Lengths and the dot first: nearly every name of a record is told apart by them alone.
    if way.len() == name.len() && way == name {
        return Step::There;
    }
    let leads_on = way.as_bytes().get(name.len()) == Some(&b'.') && way.starts_with(name);
    if leads_on { Step::Into(&way[name.len() + 1..]) } else { any(way) }
}

/// Where the item of this number leads those who have `way` to go.
pub fn by_number(way: &str, number: usize) -> Step<'_> {
    let (first, rest) = way.split_once('.').map_or((way, None), |(first, rest)| (first, Some(rest)));
    let is_number = is_number(first) && first.parse() == Ok(number);
    match rest {
        _ if !is_number => any(way),
        Some(rest) => Step::Into(rest),
        None => Step::There,
    }
}

/// Whether this is how an item's number is written: digits without idle zeros.
pub fn is_number(part: &str) -> bool {
    part == "0" || (part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty() && !part.starts_with('0'))
}

fn any(way: &str) -> Step<'_> {
    match way.strip_prefix('*') {
        Some("") => Step::There,
        Some(rest) => rest.strip_prefix('.').map_or(Step::Off, Step::Into),
        None => Step::Off,
    }
}

/// The fields that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// Those that hold text; each is a text of its own. There is at least one, and none is inside another.
    pub texts: Vec<FieldPath>,
    /// The page's address, which gives its host.
    pub url: FieldPath,
    /// The page's title.
    pub title: FieldPath,
    /// Its known clean text, which only measuring reads; none if records do not hold it.
    pub clean: Option<FieldPath>,
}

impl Default for Fields {
    fn default() -> Self {
        let path = |name: &str| FieldPath(name.to_owned());
        Fields { texts: vec![path("text")], url: path("url"), title: path("title"), clean: None }
    }
}

impl Fields {
    /// Sets the fields that hold text.
    pub fn set_texts(&mut self, names: &[String]) -> Result<()> {
        let texts = names.iter().map(|name| FieldPath::new(name)).collect::<Result<Vec<_>>>()?;
        if texts.is_empty() {
            return Err(Error::usage("no field, expected the name of one"));
        }
        for (i, one) in texts.iter().enumerate() {
            if let Some(other) = texts[..i].iter().find(|other| one.overlaps(other)) {
                let (one, other) = (one.name(), other.name());
                return Err(Error::usage(format!("the fields `{other}` and `{one}` overlap, expected each text only once")));
            }
        }
        self.texts = texts;
        Ok(())
    }

    /// What messages call the fields that hold text.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.texts.iter().map(|path| format!("`{}`", path.name())).collect();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_on() {
        for (way, name, want) in [
            ("text", "text", Step::There),
            ("text", "tex", Step::Off),
            ("text", "texts", Step::Off),
            ("a.b", "a", Step::Into("b")),
            ("a.b", "a.b", Step::There),
            ("a.b.c", "a.b", Step::Into("c")),
            ("a.b", "b", Step::Off),
            ("ab.c", "a", Step::Off),
            ("No.", "No.", Step::There),
            ("*.b", "a", Step::Into("b")),
            ("*", "a", Step::There),
            ("*", "", Step::There),
            ("*b", "a", Step::Off),
            ("a", "", Step::Off),
        ] {
            assert_eq!(by_name(way, name), want, "{way} {name}");
        }
    }

    #[test]
    fn numbers_lead_on() {
        for (way, number, want) in [
            ("0", 0, Step::There),
            ("12.b", 12, Step::Into("b")),
            ("12.b", 1, Step::Off),
            ("+1", 1, Step::Off),
            ("01", 1, Step::Off),
            ("a", 0, Step::Off),
            ("", 0, Step::Off),
            ("*", 7, Step::There),
            ("*.*.b", 7, Step::Into("*.b")),
            ("99999999999999999999", 0, Step::Off),
        ] {
            assert_eq!(by_number(way, number), want, "{way} {number}");
        }
    }

    #[test]
    fn texts_stand_apart() {
        for (names, want) in [
            (&["title", "body"][..], None),
            (&["a.b", "a.c", "ab"], None),
            (&["a.*.b", "a.*.c"], None),
            (&["a", "a"], Some("the fields `a` and `a` overlap, expected each text only once")),
            (&["a", "b", "a.b"], Some("the fields `a` and `a.b` overlap, expected each text only once")),
            (&["a.*.b", "a.0"], Some("the fields `a.*.b` and `a.0` overlap, expected each text only once")),
            (&["a", ""], Some("an empty name, expected the name of a field")),
            (&[], Some("no field, expected the name of one")),
        ] {
            let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
            let got = Fields::default().set_texts(&names).err().map(|error| error.to_string());
            assert_eq!(got.as_deref(), want);
        }
    }
}

//! Finds named fields in a JSON object without building anything of the others.
//!
//! What was found is the raw form of each value, a part of the line. What it means is for `record` to say.

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

use super::field::{FieldPath, Step, by_name, by_number};

/// What was found of one field.
#[derive(Debug, Default)]
pub struct Found<'l> {
    /// The value; for a field of which there can be many, their last one.
    pub last: Option<&'l str>,
    /// Those before the last one, in the order of the line; only for a field of which there can be many.
    pub before: Vec<&'l str>,
    /// Whether a single field stands more than once.
    pub repeated: bool,
    /// Whether a list or object was empty of which any item was asked for.
    pub empty: bool,
    /// How many names led to the value; the fewer the better.
    steps: usize,
    is_many: bool,
}

impl<'l> Found<'l> {
    fn take(&mut self, raw: &'l str, steps: usize) {
        if self.is_many {
            self.before.extend(self.last.replace(raw));
        } else if self.last.is_none() || steps <= self.steps {
            self.repeated = self.last.is_some() && steps == self.steps;
            (self.last, self.steps) = (Some(raw), steps);
        }
    }
}

/// Looks for fields in an object; what was found stands in their order.
pub fn look_up<'l, 'f>(line: &'l str, fields: impl Iterator<Item = &'f FieldPath>) -> serde_json::Result<Vec<Found<'l>>> {
    let (mut found, mut wanted) = (Vec::with_capacity(4), Vec::with_capacity(4));
    for (field, path) in fields.enumerate() {
        wanted.push(Wanted { field, way: path.name(), steps: 0 });
        found.push(Found { is_many: path.is_many(), ..Found::default() });
    }
    let mut reader = serde_json::Deserializer::from_str(line);
    reader.deserialize_map(Level { wanted: &wanted, found: &mut found })?;
    reader.end()?;
    Ok(found)
}

/// A field that may be on from here, and the way that is left to it.
#[derive(Clone, Copy)]
struct Wanted<'f> {
    field: usize,
    way: &'f str,
    steps: usize,
}

/// One object or list, and what is wanted of it.
struct Level<'a, 'f, 'l> {
    wanted: &'a [Wanted<'f>],
    found: &'a mut [Found<'l>],
}

/// What of the wanted is on at a value, and the way that is left, if it is further in.
#[derive(Default)]
struct On<'f>(Vec<(Wanted<'f>, Option<&'f str>)>);

impl<'f> On<'f> {
    fn step(&mut self, wanted: &[Wanted<'f>], step: impl Fn(&'f str) -> Step<'f>) {
        self.0.clear();
        for one in wanted {
            match step(one.way) {
                Step::Off => {}
                Step::There => self.0.push((*one, None)),
                Step::Into(way) => self.0.push((*one, Some(way))),
            }
        }
    }

    fn take<'l>(&self, raw: &'l str, found: &mut [Found<'l>]) -> serde_json::Result<()> {
        let mut wanted = Vec::new();
        for (one, way) in &self.0 {
            match way {
                Some(way) => wanted.push(Wanted { way, steps: one.steps + 1, ..*one }),
                None => found[one.field].take(raw, one.steps),
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let mut reader = serde_json::Deserializer::from_str(raw);
        let inside = Level { wanted: &wanted, found };
        match raw.as_bytes().first() {
            Some(b'{') => reader.deserialize_map(inside),
            Some(b'[') => reader.deserialize_seq(inside),
            _ => Ok(()),
        }
    }
}

impl Level<'_, '_, '_> {
    /// Remembers who asked for any item where there is none.
    fn is_empty(&mut self) {
        for one in self.wanted {
            if by_number(one.way, usize::MAX) != Step::Off {
                self.found[one.field].empty = true;
            }
        }
    }
}

impl<'l> Visitor<'l> for Level<'_, '_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut on = On::default();
        let mut is_empty = true;
        while map.next_key_seed(Name { wanted: self.wanted, on: &mut on })?.is_some() {
            is_empty = false;
            if on.0.is_empty() {
                map.next_value::<de::IgnoredAny>()?;
            } else {
                on.take(map.next_value::<&RawValue>()?.get(), self.found).map_err(from_inside)?;
            }
        }
        if is_empty {
            self.is_empty();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'l>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut on = On::default();
        let mut number = 0;
        while let Some(raw) = items.next_element::<&RawValue>()? {
            on.step(self.wanted, |way| by_number(way, number));
            on.take(raw.get(), self.found).map_err(from_inside)?;
            number += 1;
        }
        if number == 0 {
            self.is_empty();
        }
        Ok(())
    }
}

/// The error of a value that was read by itself; its place is told from outside.
fn from_inside<E: de::Error>(error: serde_json::Error) -> E {
    E::custom(message_of(&error))
}

/// What is wrong, without the place.
pub fn message_of(error: &serde_json::Error) -> String {
    error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
}

/// Reads a field's name where it stands.
struct Name<'a, 'f> {
    wanted: &'a [Wanted<'f>],
    on: &'a mut On<'f>,
}

impl<'de> DeserializeSeed<'de> for Name<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<(), D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<(), E> {
        self.on.step(self.wanted, |way| by_name(way, name));
        Ok(())
    }
}

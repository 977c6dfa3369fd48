//! Some rows of a Parquet file: the texts that are in them, changed where they are asked to be.

use parquet::data_type::ByteArray;
use std::ops::Range;

/// The values of one column in some rows, as the format keeps them.
#[derive(Debug, Clone)]
pub struct Cells {
    /// Those that are not null.
    pub values: Vec<ByteArray>,
    /// How much of the way to the value is there, for each value or null; empty for a column that is always there.
    pub def: Vec<i16>,
    /// Which list goes on, 0 where a row begins; empty for a column that is in no list.
    pub rep: Vec<i16>,
    def_max: i16,
    rep_max: i16,
}

impl Cells {
    pub(super) fn new(def_max: i16, rep_max: i16) -> Self {
        Cells { values: Vec::new(), def: Vec::new(), rep: Vec::new(), def_max, rep_max }
    }

    /// Whether a value can be null.
    pub fn is_nullable(&self) -> bool {
        self.def_max > 0
    }

    /// Whether a row can have several values.
    pub fn is_repeated(&self) -> bool {
        self.rep_max > 0
    }

    /// The levels of each row, and its values.
    pub fn rows(&self) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        let levels = if self.is_nullable() { self.def.len() } else { self.values.len() };
        let (mut level, mut value) = (0, 0);
        std::iter::from_fn(move || {
            if level == levels {
                return None;
            }
            let (from, first) = (level, value);
            while level == from || (level < levels && self.is_repeated() && self.rep[level] > 0) {
                value += usize::from(!self.is_nullable() || self.def[level] == self.def_max);
                level += 1;
            }
            Some((from..level, first..value))
        })
    }

    /// What is left without the rows that are not kept.
    pub fn kept(&self, keep: &[bool]) -> Cells {
        let mut kept = Cells::new(self.def_max, self.rep_max);
        for ((levels, values), _) in self.rows().zip(keep).filter(|(_, keep)| **keep) {
            kept.values.extend_from_slice(&self.values[values]);
            kept.def.extend_from_slice(self.def.get(levels.clone()).unwrap_or_default());
            kept.rep.extend_from_slice(self.rep.get(levels).unwrap_or_default());
        }
        kept
    }
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'b> {
    /// Nothing, or a list of nothing.
    Null,
    /// Bytes that are no UTF-8 from this one on.
    Broken(usize),
    /// A text.
    Text(&'b str),
}

/// One row, as far as it is read.
#[derive(Debug, PartialEq, Eq)]
pub struct Row<'b> {
    /// Its number in the file, from 1.
    pub number: u64,
    /// The texts in the order of the fields, and which field each is of: one for each, or several for one with `*`.
    pub texts: Vec<(usize, Cell<'b>)>,
    /// The address.
    pub url: Option<&'b str>,
    /// The title.
    pub title: Option<&'b str>,
}

/// What becomes of a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It stays as it is.
    Same,
    /// It is left out.
    Out,
    /// Its texts become others, in their order; `None` for those that stay.
    New(Vec<Option<String>>),
}

/// Some rows of one group.
#[derive(Debug)]
pub struct Batch {
    /// Which group of rows they are of.
    pub group: usize,
    /// Whether a text changed.
    pub is_changed: bool,
    /// Which rows stay.
    pub keep: Vec<bool>,
    /// The texts, a column for each field.
    pub texts: Vec<Cells>,
    first: u64,
    bytes: usize,
    url: Option<Cells>,
    title: Option<Cells>,
}

impl Batch {
    pub(super) fn new(
        group: usize,
        first: u64,
        rows: usize,
        bytes: usize,
        texts: Vec<Cells>,
        url: Option<Cells>,
        title: Option<Cells>,
    ) -> Self {
        Batch { group, is_changed: false, keep: vec![true; rows], texts, first, bytes, url, title }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.keep.len()
    }

    /// How many bytes its texts have.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many bytes the texts of the rows have that stay.
    pub fn text_bytes(&self) -> u64 {
        let of = |cells: &Cells| -> usize {
            let kept = cells.rows().zip(&self.keep).filter(|(_, keep)| **keep);
            kept.flat_map(|((_, values), _)| &cells.values[values]).map(ByteArray::len).sum()
        };
        self.texts.iter().map(of).sum::<usize>() as u64
    }

    /// Asks for every row what becomes of it.
    pub fn clean(&mut self, answer: &mut dyn FnMut(Row<'_>) -> Answer) {
        let (mut new, mut out) = (Vec::new(), Vec::new());
        let mut columns: Vec<_> = self.texts.iter().map(Cells::rows).collect();
        let mut url = self.url.as_ref().map(firsts).into_iter().flatten();
        let mut title = self.title.as_ref().map(firsts).into_iter().flatten();
        for (i, number) in (self.first..).take(self.rows()).enumerate() {
            // Where each text stands: its column, and its place among the values there.
            let (mut places, mut texts) = (Vec::new(), Vec::new());
            for (field, (column, cells)) in columns.iter_mut().zip(&self.texts).enumerate() {
                let values = column.next().map_or(0..0, |(_, values)| values);
                if values.is_empty() {
                    places.push(None);
                    texts.push((field, Cell::Null));
                }
                for value in values {
                    places.push(Some((field, value)));
                    texts.push((field, cell(&cells.values[value])));
                }
            }
            let row = Row { number, texts, url: url.next().flatten(), title: title.next().flatten() };
            match answer(row) {
                Answer::Same => {}
                Answer::Out => out.push(i),
                Answer::New(all) => {
                    let all = places.into_iter().zip(all);
                    new.extend(all.filter_map(|(place, text)| Some((place?, text?))));
                }
            }
        }
        drop(columns);
        self.is_changed |= !new.is_empty();
        for ((field, value), text) in new {
            self.texts[field].values[value] = text.into_bytes().into();
        }
        for i in out {
            self.keep[i] = false;
        }
    }
}

fn cell(value: &ByteArray) -> Cell<'_> {
    match std::str::from_utf8(value.data()) {
        Ok(text) => Cell::Text(text),
        Err(error) => Cell::Broken(error.valid_up_to()),
    }
}

/// The first value of each row, if it is a text.
fn firsts(cells: &Cells) -> impl Iterator<Item = Option<&str>> {
    cells.rows().map(|(_, mut values)| std::str::from_utf8(cells.values[values.next()?].data()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three rows of a list: `["a", null]`, nothing, `["b"]`.
    fn cells() -> Cells {
        let (values, def, rep) = (vec!["a".into(), "b".into()], vec![3, 2, 0, 3], vec![0, 1, 0, 0]);
        Cells { values, def, rep, ..Cells::new(3, 1) }
    }

    #[test]
    fn rows_have_levels_and_values() {
        assert!(cells().rows().eq([(0..2, 0..1), (2..3, 1..1), (3..4, 1..2)]));
        let required = Cells { values: vec!["a".into(), "b".into()], ..Cells::new(0, 0) };
        assert!(required.rows().eq([(0..1, 0..1), (1..2, 1..2)]));
        let kept = cells().kept(&[true, false, true]);
        assert_eq!((kept.values.len(), kept.def, kept.rep), (2, vec![3, 2, 3], vec![0, 1, 0]));
    }

    #[test]
    fn answers_are_put_where_the_texts_were() {
        let urls = Cells { values: vec!["u".into()], def: vec![0, 1, 0], ..Cells::new(1, 0) };
        let mut batch = Batch::new(0, 7, 3, 2, vec![cells()], Some(urls), None);
        let mut seen = Vec::new();
        batch.clean(&mut |row| {
            seen.push(format!("{} {:?} {:?}", row.number, row.texts, row.url));
            match row.number {
                7 => Answer::New(vec![Some("new".to_owned())]),
                8 => Answer::Out,
                _ => Answer::Same,
            }
        });
        assert_eq!(seen, [r#"7 [(0, Text("a"))] None"#, r#"8 [(0, Null)] Some("u")"#, r#"9 [(0, Text("b"))] None"#]);
        let texts: Vec<_> = batch.texts[0].values.iter().map(ByteArray::data).collect();
        assert_eq!((texts, batch.keep, batch.is_changed), (vec![&b"new"[..], b"b"], vec![true, false, true], true));
    }
}

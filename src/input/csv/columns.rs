//! Which columns of a table hold what is read, by the names in its header.

use std::borrow::Cow;

use super::{Dialect, fields, text};
use crate::error::{Error, Result, printable};
use crate::input::field::{FieldPath, Fields, is_number};

/// How many of a header's names an error shows.
const NAMES_SHOWN_MAX: usize = 20;

/// The columns that are read, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Those that hold text, in the order of the fields that were named.
    pub texts: Vec<usize>,
    /// The page's address, if there is such a column.
    pub url: Option<usize>,
    /// The page's title, if there is such a column.
    pub title: Option<usize>,
    /// The names of all columns; empty ones if the table has no header.
    pub names: Vec<String>,
}

impl Columns {
    /// Finds the named fields in a header. A number, from 1, is the column at that place, if none is so called.
    ///
    /// Without names in it (`has_names`) the header is the first row, and columns are named by their places alone. A text's column that
    /// is not there is an error; an address and a title need not be there.
    pub fn of(header: &[u8], dialect: Dialect, has_names: bool, named: &Fields) -> Result<Columns> {
        let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
        let spans = fields(header, dialect);
        let name_of = |span: std::ops::Range<usize>| if has_names { name(&header[span], dialect) } else { Cow::Borrowed("") };
        let names: Vec<_> = spans.into_iter().map(name_of).collect();
        let names = Names(&names);
        let mut columns =
            Columns { texts: Vec::new(), url: names.side(&named.url), title: names.side(&named.title), names: Vec::new() };
        for path in &named.texts {
            let column = names.find(path.name())?.ok_or_else(|| names.missing(path.name()))?;
            if columns.texts.contains(&column) {
                return Err(Error::page(format!("the field `{}` is a column that is already named", path.name())));
            }
            columns.texts.push(column);
        }
        columns.names = names.0.iter().map(|name| name.trim().to_owned()).collect();
        Ok(columns)
    }
}

fn name(raw: &[u8], dialect: Dialect) -> Cow<'_, str> {
    text(raw, dialect).unwrap_or_else(|_| String::from_utf8_lossy(raw))
}

struct Names<'h>(&'h [Cow<'h, str>]);

impl Names<'_> {
    /// The column of this name, white space around names aside where none has it without; else that of this number.
    fn find(&self, named: &str) -> Result<Option<usize>> {
        let by_name = self.only(named, |name| name == named)?;
        let by_name = by_name.map_or_else(|| self.only(named, |name| name.trim() == named), |column| Ok(Some(column)))?;
        let number = named.parse::<usize>().ok().filter(|_| is_number(named));
        let by_number = number.and_then(|number| number.checked_sub(1)).filter(|column| *column < self.0.len());
        Ok(by_name.or(by_number))
    }

    fn only(&self, named: &str, is_it: impl Fn(&str) -> bool) -> Result<Option<usize>> {
        let mut found = self.0.iter().enumerate().filter(|(_, name)| is_it(name)).map(|(column, _)| column);
        let (first, second) = (found.next(), found.next());
        match second {
            Some(second) => {
                let first = first.unwrap_or_default();
                let error =
                    Error::page(format!("columns {} and {} are both called `{named}`, expected one", first + 1, second + 1));
                Err(error.help(format!("`--field {}` names a column by its place", second + 1)))
            }
            None => Ok(first),
        }
    }

    fn side(&self, path: &FieldPath) -> Option<usize> {
        self.find(path.name()).ok().flatten()
    }

    fn missing(&self, named: &str) -> Error {
        let shown: Vec<_> = self.0.iter().take(NAMES_SHOWN_MAX).map(|name| format!("`{}`", printable(name))).collect();
        let more = if self.0.len() > shown.len() { ", …" } else { "" };
        let error = Error::page(format!("the header has no column `{named}`, expected one of {}{more}", shown.join(", ")));
        error.meant(named, self.0.iter().map(|name| &**name))
    }
}

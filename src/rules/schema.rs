//! Rule files as written: TOML with the place of every value, keys checked by name and type.
//!
//! What the values mean is `rule`'s work. Reading goes through [`Keys`], which takes known keys out of a table and reports those
//! that are left, so that a misspelt key is never silently ignored.

use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::Error;

/// A value and where it stands, in bytes of its file.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its first byte.
    pub offset: usize,
}

/// A rule file as it was read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path, as errors show it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl SourceFile {
    /// An error at a byte of this file.
    pub fn error(&self, offset: usize, message: impl Into<String>) -> Error {
        Error::usage(message).at_offset(&self.path, &self.text, offset)
    }

    /// The file's name without `.toml`.
    pub fn family(&self) -> &str {
        Path::new(&self.path).file_stem().and_then(|s| s.to_str()).unwrap_or_default()
    }

    /// Parses the file as TOML.
    pub fn parse(&self) -> Result<Spanned<DeTable<'_>>, Error> {
        DeTable::parse(&self.text).map_err(|e| self.error(e.span().map_or(0, |s| s.start), format!("not TOML: {}", e.message())))
    }
}

/// Reads the keys of one table; every fault is collected, none stops the reading.
pub struct Keys<'f, 't> {
    file: &'f SourceFile,
    /// The table's first byte.
    offset: usize,
    table: &'t DeTable<'t>,
    taken: Vec<&'static str>,
    errors: &'f mut Vec<Error>,
}

impl<'f, 't> Keys<'f, 't> {
    /// Starts reading a table.
    pub fn new(file: &'f SourceFile, table: &'t DeTable<'t>, offset: usize, errors: &'f mut Vec<Error>) -> Self {
        Keys { file, offset, table, taken: Vec::new(), errors }
    }

    fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.taken.push(key);
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, value)| value)
    }

    fn expected(&mut self, key: &str, what: &str, value: &Spanned<DeValue<'_>>) {
        let message = format!("`{key}` is {}, expected {what}", value.get_ref().type_str());
        self.errors.push(self.file.error(value.span().start, message));
    }

    /// Reports a fault of this table's own.
    pub fn fault(&mut self, offset: usize, message: impl Into<String>) {
        self.errors.push(self.file.error(offset, message));
    }

    /// An error at a byte of the file.
    pub fn error_at(&self, offset: usize, message: impl Into<String>) -> Error {
        self.file.error(offset, message)
    }

    /// Reports an error that is made already.
    pub fn push(&mut self, error: Error) {
        self.errors.push(error);
    }

    /// Reports a missing key.
    pub fn missing(&mut self, key: &str) {
        self.fault(self.offset, format!("missing key `{key}`"));
    }

    /// A text.
    pub fn text(&mut self, key: &'static str) -> Option<At<String>> {
        let value = self.take(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(At { value: text.to_owned(), offset: value.span().start }),
            None => {
                self.expected(key, "a string", value);
                None
            }
        }
    }

    /// A text that is one of a list of names.
    pub fn name<T: std::str::FromStr<Err = Error>>(&mut self, key: &'static str) -> Option<T> {
        let typed = self.text(key)?;
        match typed.value.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                self.errors.push(error.at_offset(&self.file.path, &self.file.text, typed.offset));
                None
            }
        }
    }

    /// A list of texts; a missing key is an empty list.
    pub fn texts(&mut self, key: &'static str) -> Vec<At<String>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.expected(key, "a list of strings", value);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(At { value: text.to_owned(), offset: item.span().start }),
                None => self.expected(key, "a list of strings", item),
            }
        }
        texts
    }

    /// A whole number from 0 to `max`.
    pub fn number(&mut self, key: &'static str, max: u32) -> Option<u32> {
        let value = self.take(key)?;
        let number = value.get_ref().as_integer().and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok());
        match number {
            Some(n) if n <= max => Some(n),
            _ => {
                let message = format!("`{key}`, expected a whole number from 0 to {max}");
                self.fault(value.span().start, message);
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> bool {
        let Some(value) = self.take(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.expected(key, "true or false", value);
            false
        })
    }

    /// A table of its own.
    pub fn table(&mut self, key: &'static str) -> Option<(&'t DeTable<'t>, usize)> {
        let value = self.take(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some((table, value.span().start)),
            None => {
                self.expected(key, "a table", value);
                None
            }
        }
    }

    /// A list of tables (`[[key]]`).
    pub fn tables(&mut self, key: &'static str) -> Vec<(&'t DeTable<'t>, usize)> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let items = value.get_ref().as_array().map(|items| items.iter().collect::<Vec<_>>());
        let Some(items) = items else {
            self.expected(key, "a list of tables", value);
            return Vec::new();
        };
        items.into_iter().filter_map(|item| item.get_ref().as_table().map(|table| (table, item.span().start))).collect()
    }

    /// Reads a table inside this one with the same list of faults.
    pub fn inside(&mut self, table: &'t DeTable<'t>, offset: usize) -> Keys<'_, 't> {
        Keys::new(self.file, table, offset, self.errors)
    }

    /// Every key of the table with a list of texts: for `[sets]` and `[classes]`, whose keys are names that people choose.
    pub fn lists(&mut self) -> Vec<(At<String>, Vec<At<String>>)> {
        let mut lists = Vec::new();
        for (key, value) in self.table.iter() {
            let Some(items) = value.get_ref().as_array() else {
                self.expected(key.get_ref(), "a list of strings", value);
                continue;
            };
            let texts =
                items.iter().filter_map(|i| i.get_ref().as_str().map(|t| At { value: t.to_owned(), offset: i.span().start }));
            lists.push((At { value: key.get_ref().to_string(), offset: key.span().start }, texts.collect()));
        }
        lists
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self) {
        for (key, _) in self.table.iter() {
            let typed: &str = key.get_ref();
            if !self.taken.contains(&typed) {
                let error = self.file.error(key.span().start, format!("unknown key `{typed}`"));
                self.errors.push(error.meant(typed, self.taken.iter().copied()));
            }
        }
    }
}

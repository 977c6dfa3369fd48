//! `unchaff.toml`: where it is looked for, whom it is believed, and what is wrong with it.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

use super::options::{Options, unknown};
use crate::error::{Error, Result, printable};

/// The name of a settings file.
const FILE_NAME: &str = "unchaff.toml";

/// What was found on the way up.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The nearest file of the user's own.
    pub found: Option<PathBuf>,
    /// Files that somebody else owns: not read.
    pub foreign: Vec<PathBuf>,
}

/// Looks for a settings file from the current folder up to the repository's root or the user's home.
pub fn search() -> Search {
    let mut search = Search::default();
    let Ok(from) = env::current_dir() else { return search };
    let home = env::home_dir();
    for folder in from.ancestors() {
        let file = folder.join(FILE_NAME);
        if file.is_file() {
            if is_own(&file) {
                search.found = Some(file);
                break;
            }
            search.foreign.push(file);
        }
        if folder.join(".git").exists() || home.as_deref() == Some(folder) {
            break;
        }
    }
    search
}

/// Whether the file, and the link to it if there is one, belong to the user.
#[cfg(unix)]
fn is_own(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    // The owner of a new file is the one this process runs as; the standard library has no other way to ask.
    let user = tempfile::tempfile().and_then(|own| own.metadata()).map(|own| own.uid());
    let owners = [file.metadata(), file.symlink_metadata()].map(|data| data.map(|data| data.uid()));
    user.is_ok_and(|user| owners.iter().all(|owner| owner.as_ref().is_ok_and(|owner| *owner == user)))
}

#[cfg(not(unix))]
fn is_own(_file: &Path) -> bool {
    true
}

/// Reads a settings file into the options. One that was found rather than named cannot load rules from outside its folder.
pub fn load(file: &Path, is_named: bool, options: &mut Options) -> Result<()> {
    let text = fs::read(file)
        .and_then(|bytes| String::from_utf8(bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.utf8_error())));
    let text = text.map_err(|error| Error::io(file, "reading", &error).into_usage())?;
    let table = DeTable::parse(&text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        Error::usage(message).at_offset(file, &text, error.span().map_or(0, |span| span.start))
    })?;
    let mut entries = Vec::new();
    flatten(table.get_ref(), "", &mut entries);
    entries.sort_by_key(|entry| entry.key_at);
    let reader = Reader { file, is_named };
    let errors = entries.iter().filter_map(|entry| {
        let (error, at) = reader.set(entry, options).err()?;
        Some(error.at_offset(file, &text, at))
    });
    Error::join(errors.collect()).map_or(Ok(()), Err)
}

/// A key with its value; a table's keys are joined by dots.
struct Entry<'t> {
    key: String,
    key_at: usize,
    value: &'t DeValue<'t>,
    value_at: usize,
}

fn flatten<'t>(table: &'t DeTable<'t>, prefix: &str, entries: &mut Vec<Entry<'t>>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => flatten(inner, &format!("{name}."), entries),
            inner => entries.push(Entry { key: name, key_at: key.span().start, value: inner, value_at: value.span().start }),
        }
    }
}

struct Reader<'f> {
    file: &'f Path,
    is_named: bool,
}

impl Reader<'_> {
    /// Sets one key; `Err` has the place of what is wrong.
    fn set(&self, entry: &Entry, options: &mut Options) -> std::result::Result<(), (Error, usize)> {
        let values = values(entry.value).ok_or_else(|| {
            let kind = entry.value.type_str();
            (
                Error::usage(format!("a {kind} for `{}`, expected a string, a number or a list of strings", entry.key)),
                entry.value_at,
            )
        })?;
        let values = match entry.key.as_str() {
            "rules" | "body-model" | "body-model-html" => self.inside(&values).map_err(|error| (error, entry.value_at))?,
            _ => values,
        };
        let is_unknown = |error: &Error| error.to_string() == unknown(&entry.key).to_string();
        options.set(&entry.key, &values).map_err(|error| {
            let at = if is_unknown(&error) { entry.key_at } else { entry.value_at };
            (error, at)
        })
    }

    /// Paths of rules or models, which are named from the file's folder.
    fn inside(&self, paths: &[String]) -> Result<Vec<String>> {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        let inside = |path: &String| {
            let shown = printable(path);
            let full = folder.join(path);
            let real = full.canonicalize().map_err(|_| Error::usage(format!("`{shown}`: there are no such rules")))?;
            let root = if folder.as_os_str().is_empty() { Path::new(".") } else { folder }.canonicalize();
            if !self.is_named && !root.is_ok_and(|root| real.starts_with(root)) {
                let error = Error::usage(format!("`{shown}` is outside this file's folder"));
                return Err(error.help("name the rules with `--rules`, or this file with `--config`"));
            }
            full.into_os_string().into_string().map_err(|_| Error::usage("the path of the rules is not UTF-8"))
        };
        paths.iter().map(inside).collect()
    }
}

/// A value as it would be typed; `None` if no key takes such a value.
fn values(value: &DeValue) -> Option<Vec<String>> {
    Some(match value {
        DeValue::String(text) => vec![text.clone().into_owned()],
        DeValue::Integer(number) => vec![number.as_str().to_owned()],
        DeValue::Float(number) => vec![number.as_str().to_owned()],
        DeValue::Array(list) => list.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<_>>()?,
        DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

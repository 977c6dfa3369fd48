//! Paths as named become sources: files as they are, folders as the files below them in the order of their names.
//!
//! Symbolic links in folders are not followed; hidden files and devices in them are skipped and counted. What cannot be read is
//! listed and the rest goes on.

use globset::{GlobBuilder, GlobMatcher};
use std::fmt;
use std::path::{Component, Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

use super::Source;
use crate::error::{Error, Result};

/// What the named paths hold.
#[derive(Debug, Default)]
pub struct Found {
    /// The files, in the order in which they are worked on.
    pub sources: Vec<Source>,
    /// The folders among the named paths.
    pub folders: Vec<PathBuf>,
    /// How many paths were named, missing ones included; none counts as standard input.
    pub named: usize,
    /// Paths that cannot be read.
    pub failed: Vec<Error>,
    /// What folders held that is no page.
    pub skipped: Skipped,
}

impl Found {
    /// What was named is a list of files, whose folders are mirrored too; an empty one names nothing, not standard input.
    pub fn as_list(&mut self, is_empty: bool) {
        if is_empty {
            self.sources.clear();
        }
        for source in self.sources.iter_mut().filter(|source| !source.in_folder) {
            let parts = source.path.iter().flat_map(|path| path.components());
            // A way up or from the root would lead out of the output folder.
            source.name = parts.filter(|part| matches!(part, Component::Normal(_))).collect();
        }
    }

    /// Whether there may be more than one page file: known from the names alone, so that it does not change from run to run.
    pub fn is_many(&self) -> bool {
        self.named > 1 || !self.folders.is_empty()
    }
}

/// How many files of folders were left out, by reason.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Names that begin with a dot.
    pub hidden: usize,
    /// Symbolic links.
    pub links: usize,
    /// Devices, sockets and named pipes.
    pub special: usize,
    /// Files that hold no text.
    pub not_text: usize,
    /// Files that `--include` does not take.
    pub excluded: usize,
    /// HTML files, where cleaning in place would put text into them.
    pub html: usize,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.hidden, "hidden"),
            (self.links, "symbolic link"),
            (self.special, "device or pipe"),
            (self.not_text, "not text"),
            (self.excluded, "not included"),
            (self.html, "HTML"),
        ];
        let parts: Vec<_> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        f.write_str(&parts.join(", "))
    }
}

/// Which files of folders are taken.
#[derive(Debug, Default)]
pub struct Include {
    /// If not empty, only what matches one of these.
    taken: Vec<Pattern>,
    /// Not what matches one of these.
    left: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    glob: GlobMatcher,
    /// Whether it is matched with the name alone, and not with the path inside the folder.
    is_name: bool,
}

impl Include {
    /// Reads globs: one without `/` is matched with names, others with paths inside the folder; `!` turns one round.
    pub fn new(globs: &[String]) -> Result<Include> {
        let mut include = Include::default();
        for typed in globs {
            let (list, typed) = match typed.strip_prefix('!') {
                Some(rest) => (&mut include.left, rest),
                None => (&mut include.taken, typed.as_str()),
            };
            let glob = GlobBuilder::new(typed.trim_start_matches('/')).literal_separator(true).build();
            let glob = glob.map_err(|error| Error::usage(format!("`{typed}` for `--include`: {}", error.kind())))?;
            list.push(Pattern { glob: glob.compile_matcher(), is_name: !typed.contains('/') });
        }
        Ok(include)
    }

    fn takes(&self, name: &Path) -> bool {
        let matches = |pattern: &Pattern| match (pattern.is_name, name.file_name()) {
            (true, Some(last)) => pattern.glob.is_match(last),
            _ => pattern.glob.is_match(name),
        };
        (self.taken.is_empty() || self.taken.iter().any(matches)) && !self.left.iter().any(matches)
    }
}

/// Looks at the named paths; none, or `-`, is standard input. Of folders only what `include` takes.
pub fn find(paths: &[PathBuf], include: &Include) -> Found {
    let mut found = Found { named: paths.len().max(1), ..Found::default() };
    if paths.is_empty() {
        found.sources.push(stdin());
    }
    for path in paths {
        if path.as_os_str() == "-" {
            found.sources.push(stdin());
            continue;
        }
        match path.metadata() {
            Ok(data) if data.is_dir() => {
                found.folders.push(path.clone());
                walk(path, include, &mut found);
            }
            Ok(_) => {
                let name = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
                found.sources.push(Source { path: Some(path.clone()), name, in_folder: false });
            }
            Err(error) => found.failed.push(Error::io(path, "reading", &error)),
        }
    }
    found
}

fn stdin() -> Source {
    Source { path: None, name: PathBuf::new(), in_folder: false }
}

fn walk(root: &Path, include: &Include, found: &mut Found) {
    let mut hidden = 0;
    let entries = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| {
        let skip = entry.depth() > 0 && is_hidden(entry);
        hidden += usize::from(skip);
        !skip
    });
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) if entry.file_type().is_symlink() => found.skipped.links += 1,
            Ok(entry) if !entry.file_type().is_file() => found.skipped.special += 1,
            Ok(entry) => {
                let name = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_path_buf();
                if !include.takes(&name) {
                    found.skipped.excluded += 1;
                    continue;
                }
                found.sources.push(Source { path: Some(entry.into_path()), name, in_folder: true });
            }
            Err(error) => found.failed.push(walk_error(root, &error)),
        }
    }
    found.skipped.hidden += hidden;
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn walk_error(root: &Path, error: &walkdir::Error) -> Error {
    let path = error.path().unwrap_or(root);
    match error.io_error() {
        Some(io) => Error::io(path, "reading", io),
        None => Error::page("reading: the folder contains itself").in_file(path),
    }
}

//! What must hold before anything is written: every page has a place, no two share one, and none is an input.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Target;
use crate::error::{Error, Result, printable};
use crate::input::{Found, Source};

/// Checks that the sources can go to the target, where `name` says what each is called below a folder.
pub fn check(target: &Target, found: &Found, name: &dyn Fn(&Source) -> PathBuf) -> Result<()> {
    match target {
        Target::Stdout => Ok(()),
        Target::File(file) => check_file(file, found),
        Target::Folder(folder) => check_folder(folder, found, name),
        Target::InPlace => check_in_place(found),
    }
}

/// Checks that a file beside the output (failures, audit) is neither an input nor the output.
pub fn check_side(flag: &str, side: &Path, target: &Target, found: &Found) -> Result<()> {
    let is_it = |path: &Path| path.file_name() == side.file_name() && path.is_file() && real(path) == real(side);
    let input = found.sources.iter().filter_map(|source| source.path.as_deref()).find(|path| is_it(path));
    if input.is_some() {
        return Err(usage_at(side, &format!("`{flag}` would be written over an input")));
    }
    let is_output = match target {
        Target::File(file) => real(file) == real(side),
        Target::Folder(folder) => real(side).starts_with(real(folder)),
        Target::Stdout | Target::InPlace => false,
    };
    if is_output {
        return Err(usage_at(side, &format!("`{flag}` would be written where the output goes")));
    }
    Ok(())
}

fn check_file(file: &Path, found: &Found) -> Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(usage_at(file, "there is no such folder to write into"));
    }
    let output = real(file);
    match found.sources.iter().find(|source| source.path.as_deref().is_some_and(|path| real(path) == output)) {
        Some(_) if output.is_file() => Err(usage_at(file, "the output is the input").help("use `-w` to clean in place")),
        _ => Ok(()),
    }
}

fn check_folder(folder: &Path, found: &Found, name: &dyn Fn(&Source) -> PathBuf) -> Result<()> {
    if folder.exists() && !folder.is_dir() {
        return Err(usage_at(folder, "the output is a file, expected a folder for several pages"));
    }
    if found.sources.iter().any(|source| source.path.is_none()) {
        return Err(Error::usage("standard input has no name in a folder").help("name a file with `-o`"));
    }
    let output = real(folder);
    if let Some(input) = found.folders.iter().find(|input| output.starts_with(real(input))) {
        return Err(usage_at(folder, &format!("the output is inside the input folder `{}`", shown(input))));
    }
    let mut names: HashMap<PathBuf, &Source> = HashMap::with_capacity(found.sources.len());
    for source in &found.sources {
        if let Some(other) = names.insert(name(source), source) {
            let (one, two) = (shown(other.label()), shown(source.label()));
            return Err(usage_at(&folder.join(name(source)), &format!("`{one}` and `{two}` would both be written here")));
        }
    }
    // Only where an input lies below the output folder can an output be an input.
    let inputs = found.sources.iter().filter_map(|source| source.path.as_deref()).map(|path| (real(path), path));
    for (input, path) in inputs.filter(|(input, _)| input.starts_with(&output)) {
        if input.strip_prefix(&output).is_ok_and(|name| names.contains_key(name)) {
            return Err(usage_at(path, "an output would be written over this input"));
        }
    }
    Ok(())
}

fn check_in_place(found: &Found) -> Result<()> {
    let mut seen: HashMap<PathBuf, &Path> = HashMap::with_capacity(found.sources.len());
    for source in &found.sources {
        let Some(path) = source.path.as_deref() else {
            return Err(Error::usage("standard input cannot be cleaned in place").help("leave out `-w`, or name a file"));
        };
        if source.is_html() && !source.in_folder {
            return Err(usage_at(path, "an HTML file cannot be cleaned in place: what comes out is text").help("use `-o`"));
        }
        if !path.is_file() {
            return Err(usage_at(path, "not a regular file, it cannot be cleaned in place"));
        }
        if let Some(other) = seen.insert(real(path), path) {
            let (one, two) = (shown(other), shown(path));
            return Err(Error::usage(format!("`{one}` and `{two}` are the same file")));
        }
    }
    Ok(())
}

fn usage_at(path: &Path, message: &str) -> Error {
    Error::usage(message).in_file(path)
}

fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// The path without links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for existing in absolute.ancestors() {
        if let Ok(real) = fs::canonicalize(existing) {
            let rest = absolute.strip_prefix(existing).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

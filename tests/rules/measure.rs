//! Measures the built-in rules on pages whose clean text is known, for `patterns/measured.tsv`.
//!
//! The evaluation pages are no part of the project. `UNCHAFF_MEASURE` names the folder that they stand in, `UNCHAFF_SHOW` a rule whose
//! wrong hits are printed. `UNCHAFF_GOLD_CHAFF` names a file for the lines of known text that are chaff themselves.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use unchaff::check::{Coverage, Measured};
use unchaff::edit::Edit;
use unchaff::{Body, Cleaner, PageFacts, Settings, printable};

/// Data sets whose records have clean text.
const WITH_GOLD: &[&str] = &["scrapinghub", "wcxb"];
/// A data set without: there a line is taken for clean if all extractors left it.
const WITHOUT: &str = "trafilatura";
/// How long a line is at least that both extractors of a page without known text have to keep, in words.
const PROSE_WORDS_MIN: usize = 20;
/// Where lines of the clean text that are chaff themselves are listed, by their place.
const GOLD_CHAFF: &str = "tests/rules/gold-chaff.tsv";
/// What a listed line may be.
const KINDS: &[&str] = &[
    "affiliate-note",
    "author-note",
    "consent",
    "cookie",
    "disclaimer",
    "form-note",
    "frame",
    "hashtags",
    "language-switch",
    "newsletter",
    "page-date",
    "promotion",
    "related",
];
/// More would be a new data set.
const LISTED_MAX: usize = 60;

/// The figures of the pages in a folder and of the honest articles; `None` without the pages.
pub fn measure(folder: &Path) -> Option<Measured> {
    if !folder.join("extracted.jsonl.zst").is_file() {
        return None;
    }
    let cleaner = Cleaner::new(Settings { body: Body::Never, ..Settings::default() }).unwrap();
    let show = std::env::var("UNCHAFF_SHOW").ok().filter(|id| !id.is_empty());
    let mut measure = Measure { coverage: Coverage::new(&cleaner), cleaner, show };
    let listed = Listed::read();
    for set in WITH_GOLD {
        records(&folder.join(format!("{set}.jsonl.zst")), |record| {
            let gold = record["gold"].as_str().unwrap();
            let chaff = listed.of(set, record["id"].as_str().unwrap(), gold);
            let clean: Vec<&str> = gold.split('\n').filter(|line| !chaff.contains(line.trim())).collect();
            let clean = clean.join("\n");
            let seen = measure.page(&record, record["text"].as_str().unwrap(), &clean, &HashSet::new());
            measure.page(&record, gold, &clean, &seen);
        });
    }
    let agreed = agreed(&folder.join("extracted.jsonl.zst"));
    records(&folder.join(format!("{WITHOUT}.jsonl.zst")), |record| {
        let text = record["text"].as_str().unwrap();
        // Extractors keep bylines, credits and headers as well: only where they agree on prose is that a known text.
        let is_prose = |line: &str| line.split_whitespace().count() >= PROSE_WORDS_MIN;
        let is_clean = |line: &&str| {
            is_prose(line) && agreed.get(record["id"].as_str().unwrap()).is_some_and(|lines| lines.contains(line.trim()))
        };
        measure.page(&record, text, &text.lines().filter(is_clean).collect::<Vec<_>>().join("\n"), &HashSet::new());
    });
    for entry in std::fs::read_dir("tests/benign").unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        measure.page(&Value::Null, &text, &text, &HashSet::new());
    }
    eprintln!("measured on {} pages", measure.coverage.pages);
    Some(Measured::of(&measure.coverage))
}

/// The lines of known text that are chaff themselves, each once; `None` without the pages.
pub fn gold_chaff(folder: &Path) -> Option<BTreeSet<String>> {
    let listed = Listed::read();
    let mut lines = BTreeSet::new();
    for set in WITH_GOLD {
        let path = folder.join(format!("{set}.jsonl.zst"));
        if !path.is_file() {
            return None;
        }
        records(&path, |record| {
            let gold = record["gold"].as_str().unwrap();
            lines.extend(listed.of(set, record["id"].as_str().unwrap(), gold).into_iter().map(str::to_owned));
        });
    }
    Some(lines)
}

/// Numbers of lines, by data set and page.
struct Listed(HashMap<(String, String), Vec<usize>>);

impl Listed {
    fn read() -> Listed {
        let text = std::fs::read_to_string(GOLD_CHAFF).unwrap();
        let mut listed: HashMap<_, Vec<usize>> = HashMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [set, page, number, kind] = cells[..] else { panic!("{GOLD_CHAFF}: not four cells: {line}") };
            assert!(WITH_GOLD.contains(&set) && KINDS.contains(&kind), "{GOLD_CHAFF}: {line}");
            let number = number.parse().unwrap_or_else(|_| panic!("{GOLD_CHAFF}: no number of a line: {line}"));
            listed.entry((set.to_owned(), page.to_owned())).or_default().push(number);
        }
        Listed(listed)
    }

    /// The listed lines of a page's clean text. A line stands for all of the page that read the same.
    fn of<'t>(&self, set: &str, page: &str, gold: &'t str) -> HashSet<&'t str> {
        let numbers = self.0.get(&(set.to_owned(), page.to_owned()));
        let line =
            |number: &usize| gold.split('\n').nth(number - 1).unwrap_or_else(|| panic!("{page} has no line {number}")).trim();
        numbers.into_iter().flatten().map(line).collect()
    }
}

#[test]
fn few_lines_of_known_text_are_listed_as_chaff() {
    let listed: usize = Listed::read().0.values().map(Vec::len).sum();
    assert!(listed <= LISTED_MAX, "{listed} lines in {GOLD_CHAFF}");
}

/// A rule and what it took.
type Taken = (Arc<str>, String);

struct Measure {
    cleaner: Cleaner,
    coverage: Coverage,
    show: Option<String>,
}

impl Measure {
    /// Counts a page, but for what was `seen` to be taken before; returns what was taken, by which rule.
    fn page(&mut self, record: &Value, text: &str, clean: &str, seen: &HashSet<Taken>) -> HashSet<Taken> {
        let host = record["url"].as_str().and_then(|url| url.split('/').nth(2)).map(str::to_owned);
        let mut cleaned = self.cleaner.clean(text, &PageFacts { host, ..PageFacts::default() });
        let taken = |edit: &Edit| (edit.reason.rule.clone(), edit.span.of(text).trim().to_owned());
        cleaned.edits.retain(|edit| !seen.contains(&taken(edit)));
        for edit in self.coverage.add(text, &cleaned, Some(clean)) {
            if self.show.as_deref() == Some(&*edit.reason.rule) {
                println!("{}: {}", record["id"], printable(edit.span.of(text).trim()));
            }
        }
        cleaned.edits.iter().map(taken).collect()
    }
}

/// The lines of each page that every extractor left.
fn agreed(extracted: &Path) -> HashMap<String, HashSet<String>> {
    let mut agreed: HashMap<String, HashSet<String>> = HashMap::new();
    records(extracted, |record| {
        if record["dataset"] != WITHOUT {
            return;
        }
        let lines: HashSet<String> = record["text"].as_str().unwrap().lines().map(|line| line.trim().to_owned()).collect();
        let both = match agreed.remove(record["id"].as_str().unwrap()) {
            Some(before) => before.intersection(&lines).cloned().collect(),
            None => lines,
        };
        agreed.insert(record["id"].as_str().unwrap().to_owned(), both);
    });
    agreed
}

/// Gives each record of a compressed file to `take`.
fn records(path: &Path, mut take: impl FnMut(Value)) {
    let started = Command::new("zstd").args(["-dc", "--long=27"]).arg(path).stdout(Stdio::piped()).spawn();
    let mut zstd = started.unwrap_or_else(|error| panic!("the pages are compressed, which takes `zstd`: {error}"));
    let lines = BufReader::new(zstd.stdout.take().unwrap()).lines();
    lines.for_each(|line| take(serde_json::from_str(&line.unwrap()).unwrap()));
    assert!(zstd.wait().unwrap().success(), "zstd failed on {}", path.display());
}

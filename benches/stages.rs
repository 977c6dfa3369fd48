//! The stages of the core by themselves, on one core: how long each takes for the pages of a dump.
//!
//! `cargo bench --features bench --bench stages -- FILE…`: files of JSON Lines with the field `text` or `html`. Prints a line for each round of
//! each stage: the file's name, the stage, bytes that went in, seconds. What becomes of them is `run.py`'s work.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use unchaff::bench::splice_record;
use unchaff::edit::Edit;
use unchaff::{Cleaner, Hints, Limits, Settings, decode, html_to_text, repair};

const ROUNDS: usize = 5;

/// The time that each stage took, in the order in which they were met.
#[derive(Default)]
struct Laps {
    names: Vec<&'static str>,
    spent: BTreeMap<&'static str, (usize, Duration)>,
}

impl Laps {
    fn lap(&mut self, name: &'static str, bytes: usize, work: &mut dyn FnMut()) {
        let start = Instant::now();
        work();
        let spent = start.elapsed();
        let sum = self.spent.entry(name).or_insert_with(|| {
            self.names.push(name);
            (0, Duration::ZERO)
        });
        sum.0 += bytes;
        sum.1 += spent;
    }

    fn text(&mut self, cleaner: &Cleaner, text: &str) {
        let hints = Hints::default();
        self.lap("decode UTF-8", text.len(), &mut || drop(black_box(decode(text.as_bytes(), &hints))));
        let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(text);
        if !lossy && !text.is_ascii() {
            self.lap("decode windows-1252", bytes.len(), &mut || drop(black_box(decode(&bytes, &hints))));
        }
        self.lap("repair", text.len(), &mut || drop(black_box(repair(text))));
        let edits = cleaner.stages(text, &mut |name, work| self.lap(name, text.len(), work));
        // A string cannot fail to become JSON.
        let line = format!("{{\"url\": \"https://www.example.org/\", \"text\": {}}}", serde_json::to_string(text).unwrap());
        let of: &dyn Fn(&str) -> Vec<Edit> = &|_| edits.clone();
        self.lap("JSONL splice", line.len(), &mut || drop(black_box(splice_record(&line, of))));
    }
}

fn main() {
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    for file in std::env::args().skip(1).filter(|arg| arg != "--bench") {
        let lines = std::fs::read_to_string(&file).unwrap();
        let records: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let name = Path::new(&file).file_stem().unwrap().to_string_lossy();
        // The first round is not counted: expressions are compiled in it.
        for round in 0..=ROUNDS {
            let mut laps = Laps::default();
            for record in &records {
                if let Some(text) = record["text"].as_str() {
                    laps.text(&cleaner, text);
                }
                if let Some(html) = record["html"].as_str() {
                    laps.lap("HTML to text", html.len(), &mut || drop(black_box(html_to_text(html, &Limits::default()))));
                }
            }
            for stage in laps.names.iter().filter(|_| round > 0) {
                let (bytes, spent) = laps.spent[stage];
                println!("{name}\t{stage}\t{bytes}\t{}", spent.as_secs_f64());
            }
        }
    }
}

//! How long the library takes for generated pages on so many threads, for `benches/python.py`, which compares itself with it.
//!
//! `cargo bench --bench pages -- FILE THREADS…` writes the pages to FILE, one a line of JSON, and prints for each number of threads the
//! median of some runs, in seconds.

use std::io::{BufWriter, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;
use unchaff::{Cleaner, PageFacts};

#[path = "support/text.rs"]
mod text;

use text::{Dice, SEED};

const PAGES: usize = 4_000;
const ROUNDS: usize = 5;
/// So many pages a thread takes at once.
const BATCH: usize = 16;

fn main() {
    // cargo adds `--bench`.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let Some((file, threads)) = args.split_first() else { return };
    let mut dice = Dice(SEED);
    let pages: Vec<String> = (0..PAGES).map(|_| dice.page()).collect();
    let mut out = BufWriter::new(std::fs::File::create(file).unwrap());
    pages.iter().for_each(|page| writeln!(out, "{}", serde_json::to_string(page).unwrap()).unwrap());
    out.flush().unwrap();
    let cleaner = Cleaner::new(Default::default()).unwrap();
    for threads in threads.iter().map(|threads| threads.parse().unwrap()) {
        let mut seconds: Vec<f64> = (0..ROUNDS).map(|_| run(&cleaner, &pages, threads)).collect();
        seconds.sort_by(f64::total_cmp);
        println!("{threads} {}", seconds[ROUNDS / 2]);
    }
}

/// The time for all pages, the cleaned texts included.
fn run(cleaner: &Cleaner, pages: &[String], threads: usize) -> f64 {
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(batch) = pages.chunks(BATCH).nth(next.fetch_add(1, Ordering::Relaxed)) {
            let clean = |page: &String| cleaner.clean(page, &PageFacts::default()).text(page).into_owned();
            std::hint::black_box(batch.iter().map(clean).collect::<Vec<_>>());
        }
    };
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    start.elapsed().as_secs_f64()
}

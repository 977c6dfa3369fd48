//! How long the library takes for the pages of a file on so many threads, for `benches/python.py`, which compares itself with it.
//!
//! `cargo bench --bench pages -- FILE THREADS…`: FILE is JSON Lines with the page in `text`, as `dump` makes it. Prints for each number of
//! threads the median of some runs, in seconds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;
use unchaff::{Cleaner, PageFacts};

const ROUNDS: usize = 5;
/// So many pages a thread takes at once.
const BATCH: usize = 16;

fn main() {
    // cargo adds `--bench`.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let Some((file, threads)) = args.split_first() else { return };
    let text = std::fs::read_to_string(file).unwrap();
    let page = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_owned();
    let pages: Vec<String> = text.lines().map(page).collect();
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

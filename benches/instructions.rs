//! A page through the core, stage by stage, for callgrind to count the instructions of each.
//!
//! `benches/instructions` runs it and compares the counts with `benches/instructions.tsv`. Instructions do not depend on how busy the
//! machine is. But for the first two, each stage runs once before it is counted, so that what is made on first use is not. The pages are the sources of
//! `tests/pages/` that are named here, the rules are the built-in ones. Prints the names of what was counted, in order.

use std::hint::black_box;
use unchaff::bench::splice_record;
use unchaff::edit::Edit;
use unchaff::{Cleaner, Hints, Limits, PageFacts, Settings, decode, html_to_text, repair};

const PAGES: &[&str] = &[
    "framed-lighthouse",
    "cookies-and-walls",
    "tunnel-under-the-bay",
    "de-torfmoor",
    "fr-gardien-de-phare",
    "ja-kamisuki-interview",
    "ru-biblioteka-na-baye",
];

/// Callgrind counts from nought when this function is entered, and writes a part when it is left.
#[inline(never)]
fn counted_work(work: &mut dyn FnMut()) {
    work();
    // Whoever calls must not be merged with it.
    black_box(());
}

fn count(name: &str, work: &mut dyn FnMut()) {
    work();
    counted_work(work);
    println!("{name}");
}

fn main() {
    let text: String =
        PAGES.iter().map(|page| std::fs::read_to_string(format!("tests/pages/{page}/source.txt")).unwrap()).collect();
    let html: String = text.lines().map(|line| format!("<p class=\"post-text\">{}</p>\n", line.replace('&', "&amp;"))).collect();
    let facts = PageFacts::default();

    // These are what is made on first use.
    for (name, page) in [("start", "hi\n"), ("start and first page", text.as_str())] {
        counted_work(&mut || drop(black_box(Cleaner::new(Settings::default()).unwrap().clean(page, &facts))));
        println!("{name}");
    }
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    count("decode", &mut || drop(black_box(decode(text.as_bytes(), &Hints::default()))));
    count("repair", &mut || drop(black_box(repair(&text))));
    let edits = cleaner.stages(&text, &mut |name, work| count(name, work));
    // A string cannot fail to become JSON.
    let line = format!("{{\"url\": \"https://www.example.org/\", \"text\": {}}}", serde_json::to_string(&text).unwrap());
    let of: &dyn Fn(&str) -> Vec<Edit> = &|_| edits.clone();
    count("JSONL splice", &mut || drop(black_box(splice_record(&line, of))));
    count("HTML to text", &mut || drop(black_box(html_to_text(&html, &Limits::default()))));
    // The lines are remembered from the first time.
    count("clean again", &mut || drop(black_box(cleaner.clean(&text, &facts))));
    count("clean HTML again", &mut || drop(black_box(cleaner.clean_html(&html, PageFacts::default()))));
}

//! HTML to text, and to clean text: megabytes a second on one core, and the worst broken page.
//!
//! `cargo bench --bench html -- FILE`: the pages of a file of JSON Lines, from their field `html`, as `--bench dump -- html 20M` makes them.

#[path = "../tests/support/dice.rs"]
mod dice;

use dice::{Dice, SEED};
use std::time::Instant;
use unchaff::{Cleaner, Limits, PageFacts, Settings, html_to_text};

const PAGES: usize = 400;
const ROUNDS: usize = 5;
/// Smaller pages say nothing about milliseconds a megabyte.
const BROKEN_BYTES: usize = 1 << 20;

/// Pages that are broken in one way all through, of one megabyte each.
fn broken(pages: &[String]) -> Vec<(String, String)> {
    const TOWERS: &[&str] = &[
        "<div>",
        "<p>",
        "<b>",
        "<b><p>",
        "<table>",
        "<tr><td>",
        "<table><tr><td>",
        "<a href=x>",
        "<li>",
        "<ul><li>",
        "<div hidden>",
        "</div>",
        "<b></i>",
        "<",
        "<!",
        "<!--",
        "<!-- -- ",
        "&",
        "&amp",
        "&#",
        "<a b=",
        "<a b='",
        "<x a>",
        "<x a=b c=d ",
        "<select>",
        "<script>",
        "<script><!--",
        "<title>",
        "<textarea>",
        "<pre>\n",
        "<br>",
        "<svg>",
        "<noscript>",
        "\0",
        "\u{a0}",
        "é",
        "<é>",
        "<a class='share-box a'>x",
        "<i class='b'>x</i>",
        "</p>",
        "<dl><dt>",
        "<h1>",
        "<td>x",
        "<p class=x>word word. ",
        "]]>",
        "<![CDATA[",
        "<?",
        "a\n",
        "<style>",
        "<plaintext>",
        "<b>x<div>y</b>z",
    ];
    let mut all: Vec<(String, String)> =
        TOWERS.iter().map(|part| (format!("{part:?} again and again"), part.repeat(BROKEN_BYTES / part.len()))).collect();
    let deep = "<div>".repeat(600);
    all.push(("ends of what is open far out".into(), format!("<span>{deep}{}", "</span>".repeat(BROKEN_BYTES / 7))));
    all.push((
        "ends of what is open beyond a cell".into(),
        format!("<div>{}<td>{}", "<b>".repeat(400), "</div>".repeat(BROKEN_BYTES / 6)),
    ));
    all.push(("a long attribute".into(), format!("<p class='{}'>x", "word-".repeat(BROKEN_BYTES / 5))));
    all.push((
        "many attributes".into(),
        format!("<p {}>x", (0..BROKEN_BYTES / 8).map(|i| format!("a{i}=1 ")).collect::<String>()),
    ));
    all.push(("many names".into(), (0..BROKEN_BYTES / 24).map(|i| format!("<t{i} class=c{i}x id=i{i}y>{i}")).collect()));
    all.push(("lines deep inside".into(), format!("{}{}", "<i class=x>".repeat(500), "x<br>".repeat(BROKEN_BYTES / 5))));
    all.push(("blocks deep inside".into(), format!("{}{}", "<i class=x>".repeat(500), "<p>x".repeat(BROKEN_BYTES / 4))));
    let mut dice = Dice(SEED);
    let whole: String = pages.iter().flat_map(|page| page.chars()).take(BROKEN_BYTES).collect();
    for number in 0..8 {
        let mut noisy = whole.clone().into_bytes();
        for _ in 0..BROKEN_BYTES >> (4 + number) {
            let at = dice.below(noisy.len());
            noisy[at] = b"<>&'\"/=-! a\n"[dice.below(12)];
        }
        all.push((format!("noise {number}"), String::from_utf8_lossy(&noisy).into_owned()));
    }
    all
}

fn seconds(run: &mut dyn FnMut()) -> f64 {
    let mut all: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    all.sort_by(f64::total_cmp);
    all[ROUNDS / 2]
}

fn main() {
    // Among the other benches there is nothing to do.
    let Some(file) = std::env::args().skip(1).find(|arg| arg != "--bench") else { return };
    let html =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["html"].as_str().unwrap_or_default().to_owned();
    let pages: Vec<String> = std::fs::read_to_string(file).unwrap().lines().take(PAGES).map(html).collect();
    let limits = Limits::default();
    let bytes: usize = pages.iter().map(String::len).sum();
    let speed = |seconds: f64| bytes as f64 / 1e6 / seconds;
    let read = seconds(&mut || pages.iter().for_each(|page| drop(html_to_text(page, &limits))));
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    let clean = seconds(&mut || pages.iter().for_each(|page| drop(cleaner.clean_html(page, PageFacts::default()))));
    println!("{} pages, {:.1} MB of HTML; median of {ROUNDS} runs, one core", pages.len(), bytes as f64 / 1e6);
    println!("| what | MB/s of HTML |\n| --- | --- |");
    println!("| HTML to text and markup | {:.0} |", speed(read));
    println!("| HTML to clean text | {:.0} |", speed(clean));
    let mut worst: Vec<(f64, String, usize)> = broken(&pages)
        .into_iter()
        .map(|(name, html)| {
            let time = seconds(&mut || drop(html_to_text(&html, &limits)));
            (time * 1e3 / (html.len() as f64 / 1e6), name, html.len())
        })
        .collect();
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("\n| broken page | ms a megabyte |\n| --- | --- |");
    worst.iter().take(8).for_each(|(time, name, _)| println!("| {name} | {time:.0} |"));
}

//! HTML to text, and to clean text: megabytes a second on one core, and the worst broken page.
//!
//! `cargo bench --bench html` makes its pages from a fixed seed; `UNCHAFF_HTML=FILE` takes the pages of a file of JSON Lines instead,
//! from their field `html`.

use std::time::Instant;
use unchaff::{Cleaner, Limits, PageFacts, Settings, html_to_text};

const PAGES: usize = 400;
const ROUNDS: usize = 5;
/// Smaller pages say nothing about milliseconds a megabyte.
const BROKEN_BYTES: usize = 1 << 20;

/// A small generator with a fixed seed (xorshift), so that every run reads the same bytes.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

const WORDS: &[&str] =
    &["the", "river", "council", "bridge", "opened", "after", "years", "people", "said", "town", "water", "school"];

const SCRIPT: &str = "<script>window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); } if (a < b && c > d) { '<p>'; }</script>";

fn page(dice: &mut Dice) -> String {
    let words = |dice: &mut Dice, n: usize| (0..n).map(|_| WORDS[dice.below(WORDS.len())]).collect::<Vec<_>>().join(" ");
    let mut page = String::from("<!doctype html><html lang=en><head><title>Bridge | Daily</title><style>p{margin:0}</style>");
    (0..12).for_each(|_| page += SCRIPT);
    page += "</head><body class=\"single post\"><nav class=\"main-nav\"><ul>";
    for _ in 0..60 {
        page += &format!("<li class=\"menu-item menu-item-type-post_type\"><a href=\"/{0}/{0}\">{0}</a></li>\n", words(dice, 1));
    }
    page += "</ul></nav><main><article class=\"entry-content\"><h1>A bridge opens</h1>\n";
    for _ in 0..30 {
        let n = 30 + dice.below(60);
        page +=
            &format!("    <p>{} &amp; <a href=\"https://example.org/a?b=c&amp;d\">{}</a>.</p>\n", words(dice, n), words(dice, 3));
    }
    page += "</article></main><div class=\"related-posts\">";
    for _ in 0..20 {
        page += &format!("<div class=\"card\"><a href=x><img src=y alt=z><h3>{}</h3></a></div>", words(dice, 6));
    }
    (0..8).for_each(|_| page += SCRIPT);
    page + "</div><footer><p>&copy; The Daily</p></footer></body></html>"
}

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
    let mut dice = Dice(7);
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

fn pages() -> Vec<String> {
    let Ok(file) = std::env::var("UNCHAFF_HTML") else {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        return (0..PAGES).map(|_| page(&mut dice)).collect();
    };
    let text = std::fs::read_to_string(file).unwrap();
    let html =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["html"].as_str().unwrap_or_default().to_owned();
    text.lines().take(PAGES).map(html).collect()
}

fn main() {
    let pages = pages();
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

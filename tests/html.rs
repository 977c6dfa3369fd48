//! HTML to text: `tests/html/*.toml` hold snippets and what becomes of them; broken pages are made here.

#[path = "support/dice.rs"]
mod dice;

use dice::{Dice, SEED};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use unchaff::{Body, Cleaner, HtmlPage, Limits, Settings, edit::Span, html_to_text};

#[derive(Deserialize)]
struct Cases<T> {
    case: Vec<T>,
}

fn cases<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let cases: Cases<T> = toml::from_str(&std::fs::read_to_string(format!("tests/html/{file}.toml")).unwrap()).unwrap();
    cases.case
}

fn read(html: &str) -> HtmlPage {
    html_to_text(html, &Limits::default())
}

fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    name: String,
    html: String,
    text: String,
}

#[test]
fn text() {
    let wrong = |case: Text| {
        let expected = if case.text.is_empty() { String::new() } else { case.text + "\n" };
        let text = read(&case.html).text;
        (text != expected).then(|| format!("{}: {text:?}, expected {expected:?}", case.name))
    };
    assert_none(cases("text").into_iter().filter_map(wrong).collect());
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    html: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    lang: String,
}

#[test]
fn told() {
    let wrong = |case: Told| {
        let page = read(&case.html);
        let told = (page.title.unwrap_or_default(), page.lang.unwrap_or_default());
        (told != (case.title, case.lang)).then(|| format!("{}: {told:?}", case.html))
    };
    assert_none(cases("told").into_iter().filter_map(wrong).collect());
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marked {
    name: String,
    html: String,
    lines: Vec<String>,
}

#[test]
fn markup() {
    let wrong = |case: Marked| {
        let page = read(&case.html);
        let of_line = |line: unchaff::Line| {
            let seen = page.markup.of(line.content).unwrap();
            let landmark = seen.landmark().map_or("-", |landmark| landmark.name());
            let told = [seen.block().unwrap_or("-").to_owned(), landmark.to_owned(), seen.linked.to_string()];
            told.into_iter().chain(seen.words().map(str::to_owned)).collect::<Vec<_>>().join(" ")
        };
        let lines: Vec<String> =
            unchaff::lines(&page.text).into_iter().filter(|line| !line.content.is_empty()).map(of_line).collect();
        (lines != case.lines).then(|| format!("{}: {lines:?}", case.name))
    };
    assert_none(cases("markup").into_iter().filter_map(wrong).collect());
}

#[test]
fn words_around_a_line() {
    let page = read("<div class=share-box><nav><p class=hint><b>one</b></p></nav></div>");
    let seen = page.markup.of(Span::new(0, 3)).unwrap();
    for (word, has) in [("share", true), ("hint", true), ("nav", true), ("p", true), ("b", true), ("div", true), ("hints", false)]
    {
        assert_eq!(seen.has(word), has, "{word}");
    }
    assert!(page.markup.of(Span::new(4, 4)).is_none());
}

#[test]
fn limits_have_their_notes() {
    let mut limits = Limits::default();
    limits.set("html-depth-max", "3").unwrap();
    limits.set("html-attribute-bytes-max", "64").unwrap();
    let html = format!("<div><div><div><p class=x>a<script>b</script></p></div></div></div><p class='{}'>c", "y".repeat(65));
    let page = html_to_text(&html, &limits);
    assert_eq!(page.text, "a\n\nc\n");
    let notes: Vec<_> = page.notes.iter().map(|note| note.0.as_str()).collect();
    assert_eq!(
        notes,
        [
            "1 elements deeper than html-depth-max (3): read as text only",
            "1 attributes longer than html-attribute-bytes-max (64): not read"
        ]
    );
}

const PARTS: &[&str] = &[
    "<p>",
    "</p>",
    "<div class='post share-bar'>",
    "</div>",
    "<a href='x?a&b=c'>",
    "</a>",
    "<li>",
    "<ul>",
    "</ul>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<br>",
    "<pre>",
    "</pre>",
    "<span hidden>",
    "</span>",
    "<noscript>",
    "</noscript>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<title>",
    "</title>",
    "<svg>",
    "</svg>",
    "<b",
    ">",
    "<",
    "'",
    "\"",
    "&amp;",
    "&#x41;",
    "&nosuch;",
    "&",
    "Nobody had asked the harbour master. ",
    "Wasser ",
    "橋が開いた。",
    "\u{a0}",
    "\u{ad}",
    "\0",
    "\n",
    "\r\n",
    "  ",
    "<div style='display:none'>",
    "<x-y>",
    "<nav>",
    "</nav>",
    "<h1>",
    "</h1>",
    "<select>",
    "<textarea>",
    "</textarea>",
    "<![CDATA[",
    "]]>",
    "<!doctype html>",
    "<?xml?>",
    "</",
    "é",
    "😀",
];

/// Broken pages: pieces in any order, pages cut off, noise in them, and towers of one tag.
fn broken_pages() -> Vec<String> {
    let mut dice = Dice(SEED);
    let mut pages: Vec<String> = (0..120).map(|_| (0..200).map(|_| PARTS[dice.below(PARTS.len())]).collect()).collect();
    for number in 0..60 {
        let page = &pages[number];
        let at = page.floor_char_boundary(dice.below(page.len()));
        let cut = page[..at].to_owned();
        let mut noisy = page.clone().into_bytes();
        (0..20).for_each(|_| {
            let at = dice.below(noisy.len());
            noisy[at] = dice.below(256) as u8;
        });
        let noisy = String::from_utf8_lossy(&noisy).into_owned();
        pages.push(if number % 2 == 0 { cut } else { noisy });
    }
    let towers = [
        "<div>",
        "<p>",
        "<b>",
        "<table>",
        "<tr><td>",
        "<a>",
        "<li>",
        "<ul><li>",
        "<noscript>",
        "<div hidden>",
        "</div>",
        "<",
        "<!--",
        "&",
        "<a b=",
        "<x a>",
        "<select>",
        "<b><p>",
        "<pre>\n",
    ];
    pages.extend(towers.iter().map(|part| part.repeat(100_000) + "end"));
    pages.push(format!("<div class='{}'>end", "word ".repeat(100_000)));
    pages.push((0..20_000).map(|i| format!("<t{i} class=c{i}x id=i{i}y>{i}")).collect());
    pages
}

#[test]
fn broken_pages_are_read_alike_and_whole() {
    let pages = broken_pages();
    assert!(pages.len() >= 200, "{}", pages.len());
    for html in &pages {
        let page = read(html);
        let shown: String = html.chars().take(60).collect();
        assert!(page.text.len() <= 3 * html.len() + 1, "{shown}: {} bytes of {}", page.text.len(), html.len());
        assert!(page.text.is_empty() || page.text.ends_with('\n'), "{shown}");
        assert_eq!(read(html), page, "{shown}");
        for line in unchaff::lines(&page.text).into_iter().filter(|line| !line.content.is_empty()) {
            // A blank line of a listing is no line.
            let is_shown = !line.content.of(&page.text).trim().is_empty();
            assert!(!is_shown || page.markup.of(line.content).is_some(), "{shown}: {:?}", line.content.of(&page.text));
        }
    }
}

/// An edit for [`unchaff::Markup::after`], which asks nothing of its reason.
fn edit_of(cleaner: &Cleaner, span: Span, replacement: &str) -> unchaff::edit::Edit {
    let reason = cleaner.clean("Share this article\n\nA b c. D e f.\n", &Default::default()).edits[0].reason.clone();
    unchaff::edit::Edit { span, replacement: replacement.to_owned(), reason }
}

#[test]
fn markup_follows_through_edits() {
    let page = read("<p class=aa>one two<p class=bb>three<p class=cc>four<p class=dd>five");
    assert_eq!(page.text, "one two\n\nthree\n\nfour\n\nfive\n");
    let cleaner = Cleaner::new(Default::default()).unwrap();
    let edits = [
        edit_of(&cleaner, Span::new(0, 4), ""),
        edit_of(&cleaner, Span::new(4, 5), "T"),
        edit_of(&cleaner, Span::new(9, 16), ""),
        edit_of(&cleaner, Span::new(20, 22), " "),
    ];
    let text = unchaff::edit::apply(&page.text, &edits).into_owned();
    assert_eq!(text, "Two\n\nfour five\n");
    let markup = page.markup.after(&edits);
    for (word, told) in [("Two", "aa"), ("four", "cc"), ("five", "dd"), ("four five", "")] {
        let start = text.find(word).unwrap();
        let seen = markup.of(Span::new(start, start + word.len())).unwrap();
        assert_eq!(seen.words().collect::<Vec<_>>().join(" "), told, "{word}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    html: String,
    text: String,
}

/// Whatever is broken, cleaning what was cleaned changes nothing, and the edits rebuild the text.
#[test]
fn broken_pages_are_cleaned_once() {
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    for html in broken_pages().iter().filter(|html| html.len() < 100_000) {
        let (page, cleaned) = cleaner.clean_html(html, Default::default());
        let left = cleaned.text(&page.text);
        let removed: Vec<&str> = cleaned.edits.iter().map(|e| e.span.of(&page.text)).collect();
        assert_eq!(unchaff::edit::undo(&left, &cleaned.edits, &removed).as_deref(), Some(&*page.text));
        assert_eq!(cleaner.clean(&left, &Default::default()).edits, [], "{left}");
    }
}

/// The condition `markup` through the whole cleaner: `tests/html/pack.toml` has the rules, which their examples prove, and
/// `rules.toml` the pages.
#[test]
fn rules_that_ask_for_markup() {
    let settings = Settings { rules: vec!["tests/html/pack.toml".into()], body: Body::Never, ..Settings::default() };
    let cleaner = Cleaner::new(settings).unwrap();
    let proof = unchaff::check::check(&["tests/html/pack.toml".into()]).unwrap();
    assert!(proof.errors.is_empty(), "{:?}", proof.errors);
    let wrong = |case: Rule| {
        let (page, cleaned) = cleaner.clean_html(&case.html, Default::default());
        let text = cleaned.text(&page.text);
        (text != case.text).then(|| format!("{}: {text:?}, expected {:?}", case.name, case.text))
    };
    assert_none(cases("rules").into_iter().filter_map(wrong).collect());
    let plain = "Prose is here. It is two sentences.\n\nQuick links\n";
    assert_eq!(cleaner.clean(plain, &Default::default()).edits, []);
}

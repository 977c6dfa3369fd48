//! The numbers do not depend on threads, order or cut, and stay within bounds.

use serde_json::Value;

use super::super::{Counts, report};
use super::*;
use crate::cleaner::Cleaned;
use crate::edit::{Edit, Passed, Reason, Span};
use crate::names::{Confidence, Stage};

const CATEGORIES: [Category; 3] = [Category::Share, Category::Body, Category::Debris];

fn reason(rule: &str, category: Category) -> Reason {
    let (stage, confidence) = (Stage::Rule, Confidence::Likely);
    Reason { stage, rule: rule.into(), category, confidence, evidence: "because".into() }
}

/// A page of `lines`, of which every second goes.
fn page(lines: &[String], rules: &[String], n: usize) -> (String, Cleaned) {
    let (mut text, mut edits) = (String::new(), Vec::new());
    for (i, line) in lines.iter().enumerate() {
        let start = text.len();
        text.push_str(line);
        text.push('\n');
        if i % 2 == 1 {
            let rule = &rules[(n + i) % rules.len()];
            let span = Span::new(start, text.len());
            let category = CATEGORIES[rule.len() % CATEGORIES.len()];
            edits.push(Edit { span, replacement: String::new(), reason: reason(rule, category) });
        }
    }
    let verdict = Verdict::ALL[n % 3];
    (text, Cleaned { edits, passed: Vec::new(), verdict, notes: Vec::new(), lang: None })
}

fn seen<'p>(place: &str, name: &'p dyn Fn() -> String, text: &'p str, cleaned: &'p Cleaned) -> Seen<'p> {
    Seen { place: place_of(&[place.as_bytes()]), name, host: None, lang: None, is_part: false, text, cleaned }
}

/// Page number `n` of a run.
fn taken_down(n: usize, thresholds: &Thresholds) -> PageTally {
    let lines: Vec<String> = (0..8).map(|i| format!("line {}", (n * 7 + i * i) % 50)).collect();
    let rules: Vec<String> = (0..5).map(|i| format!("rule.{}", "x".repeat(i))).collect();
    let (text, cleaned) = page(&lines, &rules, n);
    let host = (!n.is_multiple_of(5)).then(|| format!("{}.example", n % 4));
    let lang = Some(["en", "de"][n % 2].to_owned());
    PageTally::new(Seen { host, lang, ..seen(&format!("page {n}"), &|| format!("page {n}"), &text, &cleaned) }, thresholds)
}

fn all_of(tally: &Tally) -> (String, String) {
    let counts = Counts::default();
    (tally.json(&counts), report(tally, &counts))
}

#[test]
fn threads_and_pieces_change_nothing() {
    let whole = {
        let mut tally = Tally::default();
        (0..600).for_each(|n| tally.add(taken_down(n, &Thresholds::new(true))));
        all_of(&tally)
    };
    for jobs in [1, 2, 5] {
        for piece in [1, 7, 100] {
            let collector = Collector::of(Tally::default(), true);
            let numbers: Vec<usize> = (0..600).collect();
            let pieces: Vec<_> = numbers.chunks(piece).collect();
            // Pieces are taken down at the same time, ahead of those that are added, and added in their order.
            for ahead in pieces.chunks(jobs) {
                let mut done: Vec<_> = std::thread::scope(|scope| {
                    let threads: Vec<_> = ahead
                        .iter()
                        .map(|piece| {
                            let thresholds = collector.thresholds();
                            scope.spawn(move || piece.iter().map(|n| taken_down(*n, thresholds)).collect::<Vec<_>>())
                        })
                        .collect();
                    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
                });
                done.iter_mut().for_each(|pages| collector.add(pages));
            }
            assert_eq!(all_of(&collector.finish()), whole, "{jobs} threads, pieces of {piece}");
        }
    }
}

/// Sums, examples and samples do not depend on the order of the pages; only which hosts are counted by themselves does, where there
/// are too many.
#[test]
fn the_order_of_pages_changes_nothing_where_there_is_room() {
    let of = |order: &mut dyn Iterator<Item = usize>| {
        let mut tally = Tally::default();
        order.for_each(|n| tally.add(taken_down(n, &Thresholds::new(true))));
        all_of(&tally)
    };
    assert_eq!(of(&mut (0..300)), of(&mut (0..300).rev()));
}

#[test]
fn parts_of_a_page_are_one_page() {
    let mut tally = Tally::default();
    for is_part in [false, true, true] {
        let (text, cleaned) = page(&["a".into(), "b".into()], &["rule.a".into()], 0);
        let seen = Seen { is_part, ..seen("p", &String::new, &text, &cleaned) };
        tally.add(PageTally::new(seen, &Thresholds::new(false)));
    }
    assert_eq!((tally.total.pages, tally.total.taken), (1, Taken { pages: 1, edits: 3, lines: 3, bytes: 6 }));
    assert_eq!(tally.rules[0].taken.pages, 1);
    assert!(tally.samples().is_empty());
}

#[test]
fn matches_that_did_not_act_are_counted_by_why_and_what_kept_them() {
    let passed = |rule: &str, because: &str| Passed {
        span: Span::new(0, 1),
        reason: reason(rule, Category::Share),
        because: because.to_owned(),
    };
    let passed =
        vec![passed("a", "covered by b"), passed("a", "kept by b"), passed("a", "its `not` holds"), passed("a", "budget")];
    let cleaned = Cleaned { edits: Vec::new(), passed, verdict: Verdict::Article, notes: Vec::new(), lang: None };
    let mut tally = Tally::default();
    tally.add(PageTally::new(seen("p", &String::new, "x", &cleaned), &Thresholds::new(false)));
    assert_eq!((tally.protected["b"], tally.rules[0].passed), (1, [1, 1, 1, 1, 0]));
}

/// As many hosts, rules, lines and pages as nobody has, all of them of what takes most room.
#[test]
fn a_report_is_bounded_whatever_the_run() {
    let mut tally = Tally::default();
    let thresholds = Thresholds::new(true);
    let rules: Vec<String> = (0..2000).map(|n| format!("rule.{n:0>40}")).collect();
    for n in 0..HOSTS_MAX + 2000 {
        let hostile = ["<", "\u{1b}", "\u{202e}", "&"][n % 4];
        let lines: Vec<String> =
            (0..20).map(|i| format!("{n} {i} {}", hostile.repeat(if n < 150 { 9000 } else { 300 }))).collect();
        let (text, mut cleaned) = page(&lines, &rules, n * 20);
        let category = Category::ALL[n % Category::ALL.len()];
        cleaned.edits.iter_mut().for_each(|edit| edit.reason.category = category);
        let name = format!("{n}{}", hostile.repeat(2000));
        let (host, lang) = (Some(name.clone()), Some(name.clone()));
        let shown = || name.clone();
        let seen = Seen { host, lang, ..seen(&name, &shown, &text, &cleaned) };
        tally.add(PageTally::new(seen, &thresholds));
    }
    let report = report(&tally, &Counts::default());
    assert!((1_000_000..5_000_000).contains(&report.len()), "{} bytes", report.len());
    assert_eq!((tally.hosts.named().len(), tally.langs.named().len()), (HOSTS_MAX, LANGS_MAX));
    assert!(tally.cells.len() <= CELLS_MAX + rules.len() * Verdict::ALL.len());
}

const HOSTILE: &str =
    "</script><script>alert(1)</script></textarea><!-- <script> {{data}}\u{2028}\u{202e}\u{1b}[31m\u{9b}\u{7}\"\\";

#[test]
fn hostile_text_is_told_and_never_markup() {
    let (text, mut cleaned) = page(&["a".into(), HOSTILE.to_owned()], &["rule.a".into()], 0);
    cleaned.edits[0].reason.evidence = HOSTILE.into();
    let (host, lang) = (Some(HOSTILE.to_owned()), Some(HOSTILE.to_owned()));
    let shown = || HOSTILE.to_owned();
    let seen = Seen { host, lang, ..seen("p", &shown, &text, &cleaned) };
    let mut tally = Tally::default();
    tally.add(PageTally::new(seen, &Thresholds::new(true)));
    let (json, report) = all_of(&tally);
    let hidden = |text: &str| text.chars().any(|c| c != '\n' && crate::error::is_hidden(c));
    assert!(!hidden(&json) && !hidden(&report));
    let stats: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(stats["removed_lines"]["top"][0]["line"], HOSTILE);
    assert_eq!((stats["by_host"][0]["host"].as_str(), stats["by_rule"]["rule.a"]["lines"].as_u64()), (Some(HOSTILE), Some(1)));
    assert_eq!((report.matches("<script").count(), report.matches("</script>").count()), (2, 2));
    assert_eq!((report.matches("</textarea").count(), report.matches("{{").count()), (0, report.matches("{{data}}").count()));
    // Inside the data, which is one element, no character opens anything.
    let data = report.split("id=\"data\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    assert!(!data.contains(['<', '>', '&']));
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["lines"][0][2], crate::render::visible(HOSTILE));
    let table = tally.table(&Counts::default());
    assert!(!hidden(&table), "{table}");
}

/// Every category has a colour of its own in the report's style.
#[test]
fn every_category_has_a_colour() {
    let style = include_str!("../report/style.css");
    let missing: Vec<_> = Category::ALL.iter().filter(|c| !style.contains(&format!("[data-c=\"{c}\"]"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn an_empty_run_has_numbers() {
    let (json, report) = all_of(&Tally::default());
    assert!(json.contains("\"by_rule\":{}") && report.contains("\"samples\":[]"));
}

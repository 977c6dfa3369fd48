//! Two cleanings of one page side by side: the lines that come out differently, and by which rules.

use anstyle::{AnsiColor, Effects, Style};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::visible;
use crate::cleaner::Cleaned;
use crate::document::{is_blank, lines};
use crate::edit::{Edit, Span};
use crate::error::printable;

const NAME: Style = Style::new().effects(Effects::BOLD);
const ONLY_A: Style = AnsiColor::Red.on_default();
const ONLY_B: Style = AnsiColor::Green.on_default();

/// Of so many lines the page for a browser shows what differs; the rest are counted.
const SHOWN_LINES_MAX: usize = 5_000;
/// And of a line so much.
const SHOWN_CHARS_MAX: usize = 300;

/// A page that comes out differently.
#[derive(Debug)]
pub struct PageDifference {
    /// What it is called.
    pub name: String,
    /// Its lines that come out differently.
    pub lines: Vec<LineDifference>,
}

/// A line that comes out differently.
#[derive(Debug)]
pub struct LineDifference {
    /// Its number, from 1.
    pub number: usize,
    /// The side that takes more of it: `a` or `b`.
    pub side: &'static str,
    /// What that does: `takes` or `changes`.
    pub does: &'static str,
    /// By which rules.
    pub rules: String,
    /// The line, or as much as is shown.
    pub text: String,
}

/// What differs over all pages.
#[derive(Debug, Default)]
pub struct Difference {
    /// The first pages that differ, for a page for a browser.
    pub shown: Vec<PageDifference>,
    /// How many lines those have.
    shown_lines: usize,
    /// Lines that differ and are not among them.
    pub left_out: u64,
    /// Pages that were compared.
    pub pages: u64,
    /// Pages that come out differently.
    pub differing: u64,
    /// Lines of which more is left by `b`, and lines of which more is left by `a`, by the rule that took it.
    pub only: [BTreeMap<Arc<str>, u64>; 2],
}

impl Difference {
    /// Compares a page; what there is to show of it, nothing if it comes out the same.
    pub fn page(&mut self, name: &str, text: &str, both: [&Cleaned; 2], colour: bool) -> String {
        self.pages += 1;
        let (mut out, mut page) = (String::new(), PageDifference { name: name.to_owned(), lines: Vec::new() });
        if both[0].edits == both[1].edits {
            return out;
        }
        let paint = |style: Style, text: &str| {
            let style = if colour { style } else { Style::new() };
            format!("{style}{}{style:#}\n", visible(text))
        };
        for (i, line) in lines(text).iter().enumerate() {
            let whole = Span::new(line.content.start, line.next);
            let left = both.map(|cleaned| left_of(text, line.content, &cleaned.edits));
            if left[0] == left[1] || is_blank(line.content.of(text)) {
                continue;
            }
            let of = both.map(|cleaned| rules_of(&cleaned.edits, whole));
            // Who alone did something to the line, or else who leaves less of it.
            let taker = match (of[0].is_empty(), of[1].is_empty()) {
                (false, true) => 0,
                (true, false) => 1,
                _ => usize::from(left[0].len() > left[1].len()),
            };
            let rules = &of[taker];
            for rule in rules {
                *self.only[taker].entry(rule.clone()).or_default() += 1;
            }
            let names: Vec<&str> = rules.iter().map(|rule| &**rule).collect();
            let (who, style) = [("a", ONLY_A), ("b", ONLY_B)][taker];
            let does = if left[taker].trim().is_empty() { "takes" } else { "changes" };
            if self.shown_lines < SHOWN_LINES_MAX {
                self.shown_lines += 1;
                let text = line.content.of(text).chars().take(SHOWN_CHARS_MAX).collect();
                page.lines.push(LineDifference { number: i + 1, side: who, does, rules: names.join(", "), text });
            } else {
                self.left_out += 1;
            }
            out += &paint(style, &format!("{:>6} {who} {does}, by {}: {}", i + 1, names.join(", "), line.content.of(text)));
        }
        if !out.is_empty() {
            self.differing += 1;
            out.insert_str(0, &paint(NAME, &printable(name)));
            self.shown.extend((!page.lines.is_empty()).then_some(page));
        }
        out
    }

    /// What differs as a whole.
    pub fn summary(&self) -> String {
        let mut out = format!("{} of {} pages differ\n", self.differing, self.pages);
        for (who, rule, lines) in self.by_rule() {
            // Writing to memory cannot fail.
            let _ = writeln!(out, "{lines:>8} lines of which {who} takes more, by {rule}");
        }
        out
    }

    /// The side, the rule, and how many lines it takes more of there; the most lines first.
    pub fn by_rule(&self) -> impl Iterator<Item = (&'static str, &str, u64)> {
        ["a", "b"].into_iter().zip(&self.only).flat_map(|(who, rules)| {
            let mut rules: Vec<_> = rules.iter().collect();
            rules.sort_by_key(|(rule, lines)| (std::cmp::Reverse(**lines), (*rule).clone()));
            rules.into_iter().map(move |(rule, lines)| (who, &**rule, *lines))
        })
    }
}

/// What edits leave of a line's content.
fn left_of(text: &str, content: Span, edits: &[Edit]) -> String {
    let (mut out, mut at) = (String::new(), content.start);
    for edit in edits.iter().filter(|edit| edit.span.start <= content.end && content.start <= edit.span.end) {
        let start = edit.span.start.clamp(at, content.end);
        out.push_str(&text[at..start]);
        if edit.span.start >= content.start {
            out.push_str(edit.replacement.trim_end_matches(['\n', '\r']));
        }
        at = edit.span.end.clamp(at, content.end);
    }
    out.push_str(&text[at..content.end]);
    out
}

fn rules_of(edits: &[Edit], line: Span) -> Vec<Arc<str>> {
    let mut rules: Vec<_> = edits.iter().filter(|edit| edit.span.overlaps(line)).map(|edit| edit.reason.rule.clone()).collect();
    rules.dedup();
    rules
}

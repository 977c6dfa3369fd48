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

/// What differs over all pages.
#[derive(Debug, Default)]
pub struct Difference {
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
        let mut out = String::new();
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
            out += &paint(style, &format!("{:>6} {who} {does}, by {}: {}", i + 1, names.join(", "), line.content.of(text)));
        }
        if !out.is_empty() {
            self.differing += 1;
            out.insert_str(0, &paint(NAME, &printable(name)));
        }
        out
    }

    /// What differs as a whole.
    pub fn summary(&self) -> String {
        let mut out = format!("{} of {} pages differ\n", self.differing, self.pages);
        for (who, rules) in ["a", "b"].iter().zip(&self.only) {
            let mut rules: Vec<_> = rules.iter().collect();
            rules.sort_by_key(|(rule, lines)| (std::cmp::Reverse(**lines), (*rule).clone()));
            for (rule, lines) in rules {
                // Writing to memory cannot fail.
                let _ = writeln!(out, "{lines:>8} lines of which {who} takes more, by {rule}");
            }
        }
        out
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

//! A page's edits as a unified diff.
//!
//! The lines that differ are known from the edits, so nothing is compared: `similar` only groups them into hunks. Linear in
//! the page, and the same every time.

use anstyle::{AnsiColor, Effects, Style};
use similar::{DiffOp, group_diff_ops};
use std::fmt::Write;
use std::ops::Range;

use super::visible;
use crate::edit::{Edit, OffsetMap, Span};
use crate::error::printable;

/// Lines shown around a change.
const CONTEXT_LINES: usize = 3;

const HEADER: Style = Style::new().effects(Effects::BOLD);
const HUNK: Style = AnsiColor::Cyan.on_default();
const GONE: Style = AnsiColor::Red.on_default();
const CAME: Style = AnsiColor::Green.on_default();
const SAME: Style = Style::new();
/// What was taken inside a line that stays, and what was written there.
const GONE_INSIDE: Style = AnsiColor::Red.on_default().effects(Effects::INVERT);
const CAME_INSIDE: Style = AnsiColor::Green.on_default().effects(Effects::INVERT);

/// The diff of a page that `edits` turn from `old` to `new`; nothing if there are none.
pub fn diff(name: &str, old: &str, new: &str, edits: &[Edit], colour: bool) -> String {
    let mut out = Painter { text: String::new(), colour };
    if edits.is_empty() {
        return out.text;
    }
    let regions = changed_regions(old, edits);
    let map = OffsetMap::new(edits);
    let (taken, written): (Vec<_>, Vec<_>) = map.steps().unzip();
    let (old, new): (Vec<_>, Vec<_>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let sides = [Side::new(&old, taken), Side::new(&new, written)];
    let name = printable(name);
    out.line(HEADER, "--- ", &name);
    out.line(HEADER, "+++ ", &name);
    for hunk in group_diff_ops(operations(&regions, &old, &new), CONTEXT_LINES) {
        out.hunk(&hunk, &sides);
    }
    out.text
}

/// The lines of one of the texts, and what edits took or wrote there.
struct Side<'t> {
    lines: &'t [&'t str],
    /// Where each line begins.
    starts: Vec<usize>,
    spans: Vec<Span>,
}

impl<'t> Side<'t> {
    fn new(lines: &'t [&'t str], spans: Vec<Span>) -> Side<'t> {
        let mut at = 0;
        let start = |line: &&str| {
            at += line.len();
            at - line.len()
        };
        Side { lines, starts: lines.iter().map(start).collect(), spans }
    }

    /// The parts of a line, and whether each is inside a span.
    fn parts(&self, line: usize) -> Vec<(&'t str, bool)> {
        let (text, start) = (self.lines[line], self.starts[line]);
        let (mut parts, mut at) = (Vec::new(), 0);
        let first = self.spans.partition_point(|span| span.end <= start);
        for span in self.spans[first..].iter().take_while(|span| span.start < start + text.len()) {
            let (from, to) = (span.start.saturating_sub(start).max(at), (span.end - start).min(text.len()));
            parts.extend([(&text[at..from], false), (&text[from..to], true)]);
            at = to;
        }
        parts.push((&text[at..], false));
        parts.retain(|(part, _)| !part.is_empty());
        parts
    }
}

/// Whole lines of the old text that became other ones; all in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Region {
    old_start: usize,
    old_end: usize,
    new_bytes: usize,
}

/// The edits as regions of whole lines, sorted, without overlap.
fn changed_regions(old: &str, edits: &[Edit]) -> Vec<Region> {
    let line_start = |at: usize| memchr::memrchr(b'\n', &old.as_bytes()[..at]).map_or(0, |i| i + 1);
    let line_end = |at: usize| memchr::memchr(b'\n', &old.as_bytes()[at..]).map_or(old.len(), |i| at + i + 1);
    let mut regions: Vec<Region> = Vec::new();
    for edit in edits {
        let (start, end) = (line_start(edit.span.start), edit.span.end);
        // Where both ends of what is taken are line starts, the line after it is not touched.
        let ends_line = match edit.replacement.as_bytes().last() {
            Some(last) => *last == b'\n',
            None => start == edit.span.start,
        };
        let end = if end == line_start(end) && ends_line { end } else { line_end(end) };
        match regions.last_mut().filter(|last| start < last.old_end || (start == last.old_end && start < end)) {
            // Lines that touch changed ones are shown as one change.
            Some(last) => {
                let end = end.max(last.old_end);
                last.new_bytes += end - last.old_end;
                last.new_bytes = last.new_bytes + edit.replacement.len() - edit.span.len();
                last.old_end = end;
            }
            None => {
                let new_bytes = end - start + edit.replacement.len() - edit.span.len();
                regions.push(Region { old_start: start, old_end: end, new_bytes });
            }
        }
    }
    regions
}

/// The regions as operations on lines.
fn operations(regions: &[Region], old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut walk = Walk { old, new, ..Walk::default() };
    let mut operations = Vec::new();
    for region in regions {
        let (old_index, new_index) = (walk.old_line, walk.new_line);
        walk.both_to(region.old_start);
        let len = walk.old_line - old_index;
        if len > 0 {
            operations.push(DiffOp::Equal { old_index, new_index, len });
        }
        let (old_index, new_index) = (walk.old_line, walk.new_line);
        let (old_len, new_len) = walk.over(region);
        operations.push(match (old_len, new_len) {
            (_, 0) => DiffOp::Delete { old_index, old_len, new_index },
            (0, _) => DiffOp::Insert { old_index, new_index, new_len },
            _ => DiffOp::Replace { old_index, old_len, new_index, new_len },
        });
    }
    let len = old.len() - walk.old_line;
    if len > 0 {
        operations.push(DiffOp::Equal { old_index: walk.old_line, new_index: walk.new_line, len });
    }
    operations
}

/// How far the lines of both texts have been passed.
#[derive(Default)]
struct Walk<'t> {
    old: &'t [&'t str],
    new: &'t [&'t str],
    old_line: usize,
    old_at: usize,
    new_line: usize,
}

impl Walk<'_> {
    /// Passes unchanged lines up to a place in the old text.
    fn both_to(&mut self, old_at: usize) {
        while self.old_at < old_at {
            self.old_at += self.old[self.old_line].len();
            self.old_line += 1;
            self.new_line += 1;
        }
    }

    /// Passes a region; how many lines it has in either text.
    fn over(&mut self, region: &Region) -> (usize, usize) {
        let (old_from, new_from) = (self.old_line, self.new_line);
        while self.old_at < region.old_end {
            self.old_at += self.old[self.old_line].len();
            self.old_line += 1;
        }
        let mut bytes = 0;
        while bytes < region.new_bytes && self.new_line < self.new.len() {
            bytes += self.new[self.new_line].len();
            self.new_line += 1;
        }
        (self.old_line - old_from, self.new_line - new_from)
    }
}

struct Painter {
    text: String,
    colour: bool,
}

impl Painter {
    fn hunk(&mut self, operations: &[DiffOp], sides: &[Side<'_>; 2]) {
        let (Some(first), Some(last)) = (operations.first(), operations.last()) else { return };
        let range = |start: usize, end: usize| match end - start {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            length => format!("{},{length}", start + 1),
        };
        let old_range = range(first.old_range().start, last.old_range().end);
        let new_range = range(first.new_range().start, last.new_range().end);
        self.line(HUNK, "", &format!("@@ -{old_range} +{new_range} @@"));
        for operation in operations {
            if let DiffOp::Equal { .. } = operation {
                self.lines([SAME, SAME], " ", &sides[0], operation.old_range());
                continue;
            }
            self.lines([GONE, GONE_INSIDE], "-", &sides[0], operation.old_range());
            self.lines([CAME, CAME_INSIDE], "+", &sides[1], operation.new_range());
        }
    }

    /// Lines in a style; parts of them that edits touch, in the other.
    fn lines(&mut self, [style, inside]: [Style; 2], sign: &str, side: &Side<'_>, range: Range<usize>) {
        for number in range {
            let line = side.lines[number];
            let parts = side.parts(number);
            let is_all = parts.iter().all(|(part, is_inside)| *is_inside || part.trim().is_empty());
            if !self.colour || is_all {
                self.line(style, sign, visible(line).trim_end_matches('\n'));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(self.text, "{style}{sign}{style:#}");
                for (part, is_inside) in parts {
                    let style = if is_inside { inside } else { style };
                    let _ = write!(self.text, "{style}{}{style:#}", visible(part.trim_end_matches('\n')));
                }
                self.text.push('\n');
            }
            if !line.ends_with('\n') {
                self.line(SAME, "", "\\ No newline at end of file");
            }
        }
    }

    fn line(&mut self, style: Style, sign: &str, text: &str) {
        let style = if self.colour { style } else { SAME };
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{style}{sign}{text}{style:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Reason, apply};
    use crate::names::{Category, Confidence, Stage};

    fn edits(list: &[(usize, usize, &str)]) -> Vec<Edit> {
        let reason = Reason {
            stage: Stage::Rule,
            rule: "t".into(),
            category: Category::Debris,
            confidence: Confidence::Sure,
            evidence: "".into(),
        };
        let edit = |&(start, end, new): &(usize, usize, &str)| Edit {
            span: Span::new(start, end),
            replacement: new.into(),
            reason: reason.clone(),
        };
        list.iter().map(edit).collect()
    }

    fn shown(old: &str, list: &[(usize, usize, &str)]) -> String {
        let edits = edits(list);
        diff("p", old, &apply(old, &edits), &edits, false)
    }

    #[test]
    fn what_edits_touch_inside_lines_is_marked() {
        let (old, edits) = ("one two three\nfour\n", edits(&[(4, 8, ""), (9, 10, "X"), (14, 19, "")]));
        let shown = diff("p", old, &apply(old, &edits), &edits, true);
        let marked = |style: Style, text: &str| shown.contains(&format!("{style}{text}{style:#}"));
        assert!(marked(GONE_INSIDE, "two ") && marked(GONE_INSIDE, "h") && marked(CAME_INSIDE, "X"), "{shown:?}");
        assert!(marked(GONE, "-four"), "{shown:?}");
    }

    #[test]
    fn cases() {
        let head = "--- p\n+++ p\n";
        for (old, list, want) in [
            ("a\nb\nc\n", &[][..], ""),
            ("a\nb\nc\n", &[(2, 4, "")], "@@ -1,3 +1,2 @@\n a\n-b\n c\n"),
            ("a\nbad\nc\n", &[(3, 4, "")], "@@ -1,3 +1,3 @@\n a\n-bad\n+bd\n c\n"),
            (
                "a\nb\nc",
                &[(3, 5, "")],
                "@@ -1,3 +1,2 @@\n a\n-b\n-c\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
            ),
            ("a\nb\n", &[(1, 2, "")], "@@ -1,2 +1 @@\n-a\n-b\n+ab\n"),
            ("a\n", &[(0, 2, "")], "@@ -1 +0,0 @@\n-a\n"),
            ("a\nb\nc\n", &[(0, 2, ""), (2, 4, "")], "@@ -1,3 +1 @@\n-a\n-b\n c\n"),
            ("x y\nb\n", &[(0, 1, "z"), (2, 3, "w")], "@@ -1,2 +1,2 @@\n-x y\n+z w\n b\n"),
            ("a\n\u{1b}b\r\n", &[(0, 2, "")], "@@ -1,2 +1 @@\n-a\n \\u{1b}b\n"),
            ("a\nb\n", &[(2, 2, "n\n")], "@@ -1,2 +1,3 @@\n a\n+n\n b\n"),
        ] {
            let want = if want.is_empty() { String::new() } else { format!("{head}{want}") };
            assert_eq!(shown(old, list), want, "{old:?} {list:?}");
        }
    }

    /// A far change opens a hunk of its own, with the right numbers.
    #[test]
    fn hunks() {
        let old: String = (1..=20).map(|n| format!("{n:02}\n")).collect();
        let got = shown(&old, &[(3, 6, ""), (51, 53, "xx")]);
        assert_eq!(
            got,
            "--- p\n+++ p\n@@ -1,5 +1,4 @@\n 01\n-02\n 03\n 04\n 05\n@@ -15,6 +14,6 @@\n 15\n 16\n 17\n-18\n+xx\n 19\n 20\n"
        );
    }

    /// Whatever the edits are, the new lines of the diff are the new text.
    #[test]
    fn the_new_side_is_the_new_text() {
        let old = "ab\n\ncd";
        for start in 0..=old.len() {
            for end in start..=old.len() {
                for new in ["", "x", "y\n", "\n"] {
                    let text = shown(old, &[(start, end, new)]);
                    let side: String =
                        text.lines().skip(3).filter(|l| l.starts_with([' ', '+'])).map(|l| format!("{}\n", &l[1..])).collect();
                    let want = apply(old, &edits(&[(start, end, new)])).into_owned();
                    assert_eq!(side.trim_end_matches('\n'), want.trim_end_matches('\n'), "{start}..{end} {new:?}\n{text}");
                }
            }
        }
    }
}

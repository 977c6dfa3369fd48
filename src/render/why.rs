//! What happened to each line of a page, and why: for people, made safe for a terminal.

use anstyle::{AnsiColor, Effects, Style};
use std::fmt::Write;

use super::visible;
use crate::cleaner::{Explained, ExplainedLine};
use crate::document::{is_blank, lines};
use crate::edit::{Edit, Span};

/// How much of a line is shown where the whole page is.
const SHOWN_CHARS_MAX: usize = 100;

const REMOVED: Style = AnsiColor::Red.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const DETAIL: Style = Style::new().effects(Effects::DIMMED);

/// The lines of a page with what was done to each; of one line (`only`, from 1) alone if it is named. `None` if there is no such line.
pub fn why(text: &str, explained: &Explained, only: Option<usize>, colour: bool) -> Option<String> {
    let all = lines(text);
    if only.is_some_and(|only| only == 0 || only > all.len()) {
        return None;
    }
    let mut painter = Painter { out: String::new(), colour };
    let width = all.len().to_string().len();
    for (i, line) in all.iter().enumerate().filter(|(i, _)| only.is_none_or(|only| only == i + 1)) {
        let content = line.content.of(text);
        let edits: Vec<_> =
            explained.cleaned.edits.iter().filter(|edit| touches(edit, Span::new(line.content.start, line.next))).collect();
        if is_blank(content) && only.is_none() {
            continue;
        }
        let told = explained.lines.iter().find(|told| told.span.start <= line.content.start && line.content.end <= told.span.end);
        painter.line(i + 1, width, content, &edits, line.content, only.is_some());
        painter.details(width, text, &edits, told, explained);
    }
    if only.is_none() {
        painter.page(explained);
    }
    Some(painter.out)
}

fn touches(edit: &Edit, line: Span) -> bool {
    edit.span.overlaps(line) || (edit.span.is_empty() && line.start <= edit.span.start && edit.span.start < line.end)
}

struct Painter {
    out: String,
    colour: bool,
}

impl Painter {
    fn put(&mut self, style: Style, text: &str) {
        let style = if self.colour { style } else { Style::new() };
        // Writing to memory cannot fail.
        let _ = writeln!(self.out, "{style}{}{style:#}", visible(text));
    }

    fn line(&mut self, number: usize, width: usize, content: &str, edits: &[&Edit], span: Span, is_whole: bool) {
        let covered: usize =
            edits.iter().map(|edit| edit.span.end.min(span.end).saturating_sub(edit.span.start.max(span.start))).sum();
        let is_gone = covered == span.len() && edits.iter().all(|edit| edit.replacement.is_empty());
        let (mark, style) = match () {
            () if edits.is_empty() => ("kept   ", Style::new()),
            () if is_gone && !span.is_empty() => ("removed", REMOVED),
            () => ("changed", CHANGED),
        };
        let cut = content.char_indices().nth(SHOWN_CHARS_MAX).filter(|_| !is_whole).map(|(at, _)| at);
        let shown = cut.map_or_else(|| content.to_owned(), |at| format!("{}…", &content[..at]));
        self.put(style, &format!("{number:>width$} {mark} {shown}"));
    }

    fn details(&mut self, width: usize, text: &str, edits: &[&Edit], told: Option<&ExplainedLine>, explained: &Explained) {
        let indent = " ".repeat(width + 9);
        let mut acted = Vec::new();
        for edit in edits {
            let reason = &edit.reason;
            let what = match (edit.replacement.as_str(), edit.span.of(text)) {
                ("", _) => String::new(),
                (new, old) => format!(": `{}` becomes `{}`", old.escape_debug(), new.escape_debug()),
            };
            acted.push(reason.rule.clone());
            self.put(
                DETAIL,
                &format!(
                    "{indent}by {} ({}, {}), on: {}{what}",
                    reason.rule, reason.category, reason.confidence, reason.evidence
                ),
            );
        }
        let Some(told) = told else { return };
        for found in told.matches.iter().filter(|found| !acted.contains(&found.rule)) {
            let passed = explained.cleaned.passed.iter().find(|p| p.reason.rule == found.rule && p.span.overlaps(found.span));
            let because = match (found.lacks.as_slice(), passed) {
                ([], None) => "did not act".to_owned(),
                ([], Some(passed)) => passed.because.clone(),
                (lacks, _) => lacks.join("; "),
            };
            self.put(DETAIL, &format!("{indent}not by {} ({}, {}): {because}", found.rule, found.category, found.confidence));
        }
        if let Some(p) = told.probability {
            self.put(DETAIL, &format!("{indent}p(body) = {p:.2}"));
        }
    }

    fn page(&mut self, explained: &Explained) {
        let lang = explained.lang.as_deref().unwrap_or("not asked for");
        let body = match explained.is_raw {
            None => "not asked",
            Some(true) => "a raw page, cut by it",
            Some(false) => "an article already, left to the rules",
        };
        self.put(Style::new(), &format!("verdict: {}; language: {lang}; body finder: {body}", explained.cleaned.verdict));
    }
}

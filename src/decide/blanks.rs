//! The last step of deciding: lines that go and stretches that go become edits, blank lines with them.
//!
//! Where a removal joins two runs of blank lines, the first blank line stays. At the page's edges blank lines go only where something
//! was removed. All others stay as they were.

use super::round::Outcome;
use super::{Cause, Judged};
use crate::edit::{Edit, Span};
use crate::engine::page::Page;

/// Turns an outcome into edits of the decoded text.
pub(crate) fn finish(page: &Page<'_>, outcome: Outcome) -> Judged {
    let mut gone: Vec<Option<&Cause>> = vec![None; page.view.lines.len()];
    let mut shown = vec![false; page.view.lines.len()];
    for (line, cause) in page.lines.iter().zip(&outcome.gone) {
        gone[line.number] = cause.as_ref();
        shown[line.number] = cause.is_none();
    }
    let mut from = 0;
    while from < gone.len() {
        if shown[from] {
            from += 1;
            continue;
        }
        let to = (from..gone.len()).find(|&i| shown[i]).unwrap_or(gone.len());
        take_blanks(&mut gone[from..to], from == 0 || to == shown.len());
        from = to;
    }
    let mut edits = line_edits(page, &gone);
    let changes_lines = !outcome.spans.is_empty();
    for taken in outcome.spans {
        if outcome.gone[taken.line].is_none() {
            let span = super::in_source(page, page.lines[taken.line].number, taken.span);
            edits.push(Edit { span, replacement: taken.replacement, reason: taken.cause.reason });
        }
    }
    edits.sort_by_key(|e| e.span);
    Judged {
        again: !edits.is_empty() && (changes_lines || !page.view.is_identity()),
        edits,
        passed: outcome.passed,
        verdicts: outcome.verdicts.into_iter().collect(),
        notes: outcome.notes,
        ..Judged::default()
    }
}

/// Decides on the blank lines of a gap between two lines that stay, or at an edge of the page.
fn take_blanks(gap: &mut [Option<&Cause>], edge: bool) {
    let Some(mut cause) = gap.iter().find_map(|c| *c) else { return };
    let mut runs = 0;
    let mut in_run = false;
    for line in gap.iter() {
        runs += usize::from(line.is_none() && !in_run);
        in_run = line.is_none();
    }
    if !edge && runs < 2 {
        return;
    }
    let mut first_stays = !edge;
    for line in gap {
        match line {
            Some(c) => cause = c,
            None if std::mem::take(&mut first_stays) => {}
            None => *line = Some(cause),
        }
    }
}

/// Neighbouring lines that go for the same reason are one edit.
fn line_edits(page: &Page<'_>, gone: &[Option<&Cause>]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (number, cause) in gone.iter().enumerate() {
        let Some(cause) = cause else { continue };
        let span = page.view.to_source(page.view.whole_line(number));
        match edits.last_mut() {
            Some(last) if last.span.end == span.start && last.reason == cause.reason => {
                last.span = Span::new(last.span.start, span.end)
            }
            _ => edits.push(Edit { span, replacement: String::new(), reason: cause.reason.clone() }),
        }
    }
    edits
}

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
    let (mut edits, mut end) = (Vec::new(), 0);
    while let Some(first) = (end..page.lines.len()).find(|&line| outcome.gone[line].is_some()) {
        end = (first..page.lines.len()).find(|&line| outcome.gone[line].is_none()).unwrap_or(page.lines.len());
        // All lines between two that stay.
        let from = first.checked_sub(1).map_or(0, |before| page.lines[before].number as usize + 1);
        let to = page.lines.get(end).map_or(page.view.len(), |line| line.number as usize);
        let mut gap: Vec<Option<&Cause>> = vec![None; to - from];
        for line in first..end {
            gap[page.lines[line].number as usize - from] = outcome.gone[line].as_deref();
        }
        take_blanks(&mut gap, from == 0 || to == page.view.len());
        line_edits(page, from, &gap, &mut edits);
    }
    let changes_lines = !outcome.spans.is_empty();
    for taken in outcome.spans {
        if outcome.gone[taken.line].is_none() {
            let span = super::in_source(page, page.lines[taken.line].number, taken.span);
            edits.push(Edit { span, replacement: taken.replacement, reason: taken.cause.reason.clone() });
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

/// Adds the edits of a gap that begins at line `from` of the view. Neighbouring lines that go for the same reason are one edit.
fn line_edits(page: &Page<'_>, from: usize, gap: &[Option<&Cause>], edits: &mut Vec<Edit>) {
    for (number, cause) in gap.iter().enumerate() {
        let Some(cause) = cause else { continue };
        let span = page.view.to_source(page.view.whole_line(from + number));
        match edits.last_mut() {
            Some(last) if last.span.end == span.start && last.reason == cause.reason => {
                last.span = Span::new(last.span.start, span.end)
            }
            _ => edits.push(Edit { span, replacement: String::new(), reason: cause.reason.clone() }),
        }
    }
}

//! Stretches inside lines that stay: who wins where they overlap, and the white space that goes with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::claims::{Claim, Extent};
use super::{Cause, in_source};
use crate::edit::{Passed, Span};
use crate::engine::page::Page;

/// A stretch of a line that goes or is replaced.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Taken {
    /// Index of the page's line.
    pub line: usize,
    /// Bytes of the line, white space included.
    pub span: Span,
    pub replacement: String,
    pub cause: Arc<Cause>,
}

/// Orders claims on stretches and drops those that lose: the one that contains the other wins, then confidence, layer, the earlier
/// start, the id.
pub(crate) fn resolve(page: &Page<'_>, claims: Vec<Claim>, passed: &mut Vec<Passed>) -> Vec<Taken> {
    let mut all: Vec<Taken> = claims
        .into_iter()
        .filter_map(|claim| match claim.extent {
            Extent::Span { line, span, replacement } => {
                Some(Taken { line, span, replacement: replacement.map_or_else(String::new, String::from), cause: claim.cause })
            }
            _ => None,
        })
        .collect();
    let trust = |t: &Taken| (t.cause.reason.confidence, t.cause.layer);
    // The longer first, so that whatever contains another comes before it.
    all.sort_by(|a, b| {
        (a.line, b.span.len()).cmp(&(b.line, a.span.len())).then_with(|| {
            trust(b)
                .cmp(&trust(a))
                .then(a.span.start.cmp(&b.span.start))
                .then_with(|| a.cause.reason.rule.cmp(&b.cause.reason.rule))
        })
    });
    let mut winners: Vec<Option<Taken>> = Vec::new();
    // The winners of one line, none of which overlap, by their starts.
    let (mut line, mut by_start) = (usize::MAX, BTreeMap::<usize, usize>::new());
    for taken in all {
        if std::mem::replace(&mut line, taken.line) != taken.line {
            by_start.clear();
        }
        let near = by_start.range(..taken.span.end).rev().map(|(_, number)| *number);
        let rivals: Vec<usize> = near.take_while(|&n| winners[n].as_ref().is_some_and(|w| w.span.overlaps(taken.span))).collect();
        // A longer one that only overlaps wins only if it is trusted at least as much.
        match rivals.iter().max().and_then(|&number| winners[number].as_ref()) {
            Some(rival) if rival.span.contains(taken.span) || trust(rival) >= trust(&taken) => {
                let because = format!("covered by {}", rival.cause.reason.rule);
                let span = in_source(page, page.lines[taken.line].number, taken.span);
                passed.push(Passed { span, reason: taken.cause.reason.clone(), because });
            }
            _ => {
                for loser in rivals.into_iter().filter_map(|number| winners[number].take()) {
                    by_start.remove(&loser.span.start);
                }
                by_start.insert(taken.span.start, winners.len());
                winners.push(Some(taken));
            }
        }
    }
    let mut winners: Vec<Taken> = winners.into_iter().flatten().collect();
    winners.sort_by_key(|t| (t.line, t.span));
    let mut end_before = (usize::MAX, 0);
    for taken in &mut winners {
        let from = if end_before.0 == taken.line { end_before.1 } else { 0 };
        if taken.replacement.is_empty() {
            taken.span = with_space(page.text(taken.line), taken.span, from);
        }
        end_before = (taken.line, taken.span.end);
    }
    winners
}

/// The span with one white space: the one behind it, or at the line's end the one before it. None where it would join two words.
fn with_space(line: &str, span: Span, from: usize) -> Span {
    let before = line[from..span.start].chars().next_back();
    let after = line[span.end..].chars().next();
    let space = |c: Option<char>| c.filter(|c| c.is_whitespace()).map(char::len_utf8);
    match (space(before), space(after)) {
        (Some(_), Some(behind)) => Span::new(span.start, span.end + behind),
        (None, Some(behind)) if span.start == 0 => Span::new(span.start, span.end + behind),
        (Some(ahead), None) if after.is_none() => Span::new(span.start - ahead, span.end),
        _ => span,
    }
}

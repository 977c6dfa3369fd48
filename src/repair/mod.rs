//! Mojibake: text that was UTF-8, and was read as something else on its way here.
//!
//! A run of characters is repaired only if it is a valid UTF-8 sequence read through another code page, and reads better decoded (the
//! idea is ftfy's; runs are repaired, not lines, and nothing is ever cosmetic). What cannot be decided stays and is reported. Debris is
//! the rules' matter. `prefilter` finds lines worth a look, `runs` the sequences in them, `judge` decides, by `look`.

mod controls;
mod double_byte;
mod judge;
mod line;
mod look;
mod name;
mod pages;
mod prefilter;
mod runs;

use std::borrow::Cow;
use std::sync::Arc;

use crate::edit::{self, Edit, Span, Untouched};
use judge::Topic;
use name::Reasons;
use runs::Cell;

/// What can be repaired in a text, and what only looks as if it could.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repaired {
    /// The repairs, sorted and apart from each other, in bytes of the text as it came.
    pub edits: Vec<Edit>,
    /// Places that look damaged and were left alone.
    pub suspects: Vec<Suspect>,
}

/// A place that looks damaged and was left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// Where it stands, in bytes of the text as it came.
    pub span: Span,
    /// What it looks like, and why it stays.
    pub evidence: Arc<str>,
}

impl Repaired {
    /// The text with its repairs; a text without any is borrowed.
    ///
    /// ```
    /// let text = "Voil\u{c3}\u{a0} le caf\u{c3}\u{a9}.";
    /// assert_eq!(unchaff::repair(text).text(text), "Voilà le café.");
    /// ```
    pub fn text<'t>(&self, original: &'t str) -> Cow<'t, str> {
        edit::apply(original, &self.edits)
    }
}

/// Finds what mojibake there is in a text.
///
/// ```
/// let text = "It doesnâ€™t hurt.\n";
/// let repaired = unchaff::repair(text);
/// assert_eq!(repaired.text(text), "It doesn’t hurt.\n");
/// assert_eq!(&*repaired.edits[0].reason.rule, "encoding.cp1252");
///
/// // What is quoted as an example stays.
/// assert!(unchaff::repair("The apostrophe became “â€™” in the feed.").edits.is_empty());
/// ```
pub fn repair(text: &str) -> Repaired {
    repair_after(text, None).0
}

/// Lines that were looked at and need no repair, whatever text they stand in.
#[derive(Debug, Default)]
pub(crate) struct Sound {
    /// Where they stand, and how many suspect places there are up to the end of each.
    lines: Vec<(Span, usize)>,
    suspects: Vec<Suspect>,
}

impl Sound {
    /// What is suspect in a line that is one of these.
    fn suspects_in(&self, line: Span) -> Option<&[Suspect]> {
        let number = self.lines.binary_search_by_key(&line, |(span, _)| *span).ok()?;
        let from = number.checked_sub(1).map_or(0, |before| self.lines[before].1);
        Some(&self.suspects[from..self.lines[number].1])
    }
}

/// Repairs a text, of which lines that no edit touched since are known to be sound. Where it needs no repair, the lines that were looked
/// at are told as well.
pub(crate) fn repair_after(text: &str, mut past: Option<(&Sound, &mut Untouched)>) -> (Repaired, Option<Sound>) {
    let (mut repaired, mut reasons) = (Repaired::default(), Reasons::default());
    let (topic, mut lines) = (Topic::new(text), Vec::new());
    let mut from = 0;
    while let Some(prefilter::Line { span }) = prefilter::next(text, from) {
        let sound = past.as_mut().and_then(|(sound, untouched)| {
            let was = untouched.before(span)?;
            Some((was, sound.suspects_in(was)?))
        });
        match sound {
            Some((was, suspects)) => {
                let moved = |at: usize| at - was.start + span.start;
                let now = |s: &Suspect| Suspect { span: Span::new(moved(s.span.start), moved(s.span.end)), ..s.clone() };
                repaired.suspects.extend(suspects.iter().map(now));
            }
            None => repair_line(&topic, span, &mut repaired, &mut reasons),
        }
        lines.push((span, repaired.suspects.len()));
        from = span.end;
    }
    // What a page is about may be another thing once lines have gone.
    let is_sound = repaired.edits.is_empty() && !topic.was_asked();
    let suspects = if is_sound { repaired.suspects.clone() } else { Vec::new() };
    (repaired, is_sound.then_some(Sound { lines, suspects }))
}

/// A line of more bytes is repaired in parts: the memory for it stays bounded.
const PART_BYTES: usize = 64 * 1024;
/// So often a line in parts is gone through, as the parts move with each repair.
const PASSES_MAX: usize = 6;

fn repair_line(topic: &Topic<'_>, span: Span, repaired: &mut Repaired, reasons: &mut Reasons) {
    let line = span.of(topic.text);
    if line.len() <= PART_BYTES {
        repair_part(topic, line, span.start, repaired, reasons);
        return;
    }
    let mut edits: Vec<Edit> = Vec::new();
    for _ in 0..PASSES_MAX {
        let mended = edit::apply(line, &edits);
        let mut pass = Repaired::default();
        for part in parts(&mended) {
            repair_part(topic, part.of(&mended), part.start, &mut pass, reasons);
        }
        if pass.edits.is_empty() {
            repaired.edits.extend(edits.into_iter().map(|edit| moved(edit, span.start)));
            return;
        }
        edits = edit::compose(edits, pass.edits);
    }
    let evidence = Arc::from("a long line that is damaged more often than anything real");
    repaired.suspects.push(Suspect { span, evidence });
}

fn moved(edit: Edit, by: usize) -> Edit {
    Edit { span: Span::new(edit.span.start + by, edit.span.end + by), ..edit }
}

/// A long line in parts, cut behind ASCII where there is any.
fn parts(line: &str) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut start = 0;
    while line.len() - start > PART_BYTES {
        let bytes = &line.as_bytes()[start..start + PART_BYTES];
        let ascii = bytes[PART_BYTES / 2..].iter().rposition(|b| b.is_ascii_alphabetic()).map(|at| PART_BYTES / 2 + at + 1);
        let end = ascii.map_or_else(|| line.floor_char_boundary(start + PART_BYTES), |at| start + at);
        parts.push(Span::new(start, end));
        start = end;
    }
    parts.push(Span::new(start, line.len()));
    parts
}

fn repair_part(topic: &Topic<'_>, part: &str, at: usize, repaired: &mut Repaired, reasons: &mut Reasons) {
    let Some(mended) = line::mend(part, topic) else {
        let evidence = Arc::from("damaged beyond repair: what could be decoded would read no better");
        repaired.suspects.push(Suspect { span: Span::new(at, at + part.len()), evidence });
        return;
    };
    for (start, end, page) in mended.suspects {
        let taken = &part[start..end];
        let evidence = page.map_or_else(|| name::suspect_pairs(taken), |page| name::suspect(taken, page));
        repaired.suspects.push(Suspect { span: Span::new(at + start, at + end), evidence });
    }
    for group in mended.cells.chunk_by(|a, b| a.how.times > 0 && b.how.times > 0 && a.end == b.start) {
        if group.iter().any(|cell| cell.how.times > 0) {
            repaired.edits.push(edit_of(group, at, reasons));
        }
    }
}

/// One edit for cells that touch.
fn edit_of(group: &[Cell], at: usize, reasons: &mut Reasons) -> Edit {
    let how = group.iter().map(|cell| cell.how).fold(runs::How::default(), runs::How::and);
    let (start, end) = (group.first().map_or(0, |c| c.start), group.last().map_or(0, |c| c.end));
    let replacement: String = group.iter().map(|cell| cell.c).collect();
    Edit { span: Span::new(at + start, at + end), replacement, reason: reasons.of(how) }
}

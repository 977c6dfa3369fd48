//! An edit and its reason; applying a sorted list of edits, undoing it, and joining two passes into one.
//!
//! Who decides on edits is not known here. Spans are byte offsets into the decoded text; edits are sorted by their start and do
//! not overlap.

use serde::Serialize;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::names::{Category, Confidence, Stage};

/// A half-open range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span { start, end }
    }

    /// Its length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether it holds all of `other`.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The bytes of `text` in it.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// Why an edit was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Which stage made it.
    pub stage: Stage,
    /// The rule's id, or the stage's own (`duplicate.title`).
    pub rule: Arc<str>,
    /// What kind of chaff it is.
    pub category: Category,
    /// How much the rule is trusted.
    pub confidence: Confidence,
    /// What it was decided on: the phrase and the conditions, in words.
    pub evidence: Arc<str>,
}

/// A change of the decoded text: the bytes of `span` become `replacement` (often nothing).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What is replaced, in bytes of the decoded text.
    pub span: Span,
    /// What it becomes.
    pub replacement: String,
    /// Why.
    pub reason: Reason,
}

/// A match that did not become an edit, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// What it would have taken.
    pub span: Span,
    /// Why it would have.
    pub reason: Reason,
    /// Why it did not, in words: `covered by share.row`, `budget`, `kept by …`, ``its `not` holds``.
    pub because: String,
}

/// Something odd about a page that is no error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note(pub String);

/// The text with the edits applied; a text without edits is borrowed.
///
/// ```
/// use unchaff::{edit, Cleaner, PageFacts};
/// let text = "One line.\n";
/// let cleaned = Cleaner::new(Default::default()).unwrap().clean(text, &PageFacts::default());
/// assert_eq!(edit::apply(text, &cleaned.edits), "One line.\n");
/// ```
pub fn apply<'t>(text: &'t str, edits: &[Edit]) -> Cow<'t, str> {
    if edits.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    parts(text, edits).for_each(|part| out.push_str(part));
    Cow::Owned(out)
}

/// The parts of a text with the edits applied: what they leave and what they write.
pub(crate) fn parts<'t>(text: &'t str, edits: &'t [Edit]) -> impl Iterator<Item = &'t str> {
    let starts = std::iter::once(0).chain(edits.iter().map(|edit| edit.span.end));
    let ends = edits.iter().map(|edit| edit.span.start).chain([text.len()]);
    let written = edits.iter().map(|edit| &*edit.replacement).chain([""]);
    starts.zip(ends).zip(written).flat_map(|((start, end), written)| [&text[start..end], written])
}

/// The original text, from the cleaned one, its edits and the bytes that each edit took.
///
/// `removed` holds, for each edit, the text that stood in its span. Returns `None` if the edits do not fit the cleaned text.
pub fn undo(cleaned: &str, edits: &[Edit], removed: &[&str]) -> Option<String> {
    if edits.len() != removed.len() {
        return None;
    }
    let mut out = String::with_capacity(cleaned.len());
    let mut at = 0;
    for (edit, removed) in edits.iter().zip(removed) {
        let kept = edit.span.start.checked_sub(out.len())?;
        out.push_str(cleaned.get(at..at + kept)?);
        at += kept;
        if cleaned.get(at..at + edit.replacement.len())? != edit.replacement || removed.len() != edit.span.len() {
            return None;
        }
        at += edit.replacement.len();
        out.push_str(removed);
    }
    out.push_str(cleaned.get(at..)?);
    Some(out)
}

/// Where places of the original text stand in the cleaned one, and the other way round; all in bytes.
///
/// ```
/// use unchaff::{Cleaner, PageFacts};
/// let page = "The bridge opened on Monday. It took three years.\n\nShare this article\n\nNobody came to see it. It rained.\n";
/// let cleaned = Cleaner::new(Default::default()).unwrap().clean(page, &PageFacts::default());
/// let (map, text) = (cleaned.map(), cleaned.text(page));
/// let old = page.find("Nobody").unwrap();
/// assert!(text[map.to_new(old)..].starts_with("Nobody"));
/// assert_eq!(map.to_old(map.to_new(old)), old);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffsetMap {
    /// For each edit, what it took of the original and what it wrote into the cleaned text.
    steps: Vec<(Span, Span)>,
}

impl OffsetMap {
    /// The map of these edits, which are sorted and do not overlap.
    pub fn new(edits: &[Edit]) -> OffsetMap {
        let mut shift = 0isize;
        let step = |edit: &Edit| {
            let start = edit.span.start.saturating_add_signed(shift);
            shift += edit.replacement.len() as isize - edit.span.len() as isize;
            (edit.span, Span::new(start, start + edit.replacement.len()))
        };
        OffsetMap { steps: edits.iter().map(step).collect() }
    }

    /// The same in characters of both texts; `original` is the text that the edits are of.
    ///
    /// ```
    /// use unchaff::{Cleaner, PageFacts, edit::OffsetMap};
    /// let page = "Die Brücke öffnete. Sie dauerte drei Jahre.\n\nShare this article\n";
    /// let cleaned = Cleaner::new(Default::default()).unwrap().clean(page, &PageFacts::default());
    /// let map = OffsetMap::in_chars(&cleaned.edits, page);
    /// assert_eq!(map.to_new(page.chars().count()), cleaned.text(page).chars().count());
    /// ```
    pub fn in_chars(edits: &[Edit], original: &str) -> OffsetMap {
        let (mut at, mut old, mut new) = (0, 0, 0);
        let step = |edit: &Edit| {
            let kept = original[at..edit.span.start].chars().count();
            let taken = edit.span.of(original).chars().count();
            let written = edit.replacement.chars().count();
            let step = (Span::new(old + kept, old + kept + taken), Span::new(new + kept, new + kept + written));
            (at, old, new) = (edit.span.end, step.0.end, step.1.end);
            step
        };
        OffsetMap { steps: edits.iter().map(step).collect() }
    }

    /// For each edit, what it took of the original and where in the cleaned text stands what it wrote.
    pub fn steps(&self) -> impl Iterator<Item = (Span, Span)> {
        self.steps.iter().copied()
    }

    /// The place in the cleaned text of a place in the original; one inside what was taken is where that stood.
    pub fn to_new(&self, old: usize) -> usize {
        moved(self.steps.iter().map(|(old, new)| (*old, *new)), self.steps.partition_point(|(span, _)| span.end <= old), old)
    }

    /// The place in the original of a place in the cleaned text; one inside what was written is where that was written.
    pub fn to_old(&self, new: usize) -> usize {
        moved(self.steps.iter().map(|(old, new)| (*new, *old)), self.steps.partition_point(|(_, span)| span.end <= new), new)
    }
}

/// A place behind the first `passed` steps, on the other side.
fn moved(steps: impl Iterator<Item = (Span, Span)>, passed: usize, at: usize) -> usize {
    let mut ahead = steps.skip(passed.saturating_sub(1));
    let before = if passed == 0 { None } else { ahead.next() };
    match ahead.next() {
        Some((from, to)) if from.start < at => to.start,
        _ => before.map_or(at, |(from, to)| at - from.end + to.end),
    }
}

/// Where stretches of an edited text stood before that no edit touches. They are asked for in the order of their starts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Untouched {
    /// For each edit, what it took of the original and what it wrote.
    steps: Vec<(Span, Span)>,
    /// How many of them lie wholly ahead of what was asked for last.
    passed: usize,
}

impl Untouched {
    /// By these edits, which are sorted and do not overlap.
    pub fn by(edits: &[Edit]) -> Untouched {
        Untouched { steps: OffsetMap::new(edits).steps, passed: 0 }
    }

    /// Begins again.
    pub fn rewind(&mut self) {
        self.passed = 0;
    }

    /// Where a span of the edited text stood, if it is as it was.
    pub fn before(&mut self, span: Span) -> Option<Span> {
        while self.steps.get(self.passed).is_some_and(|(_, written)| written.end <= span.start) {
            self.passed += 1;
        }
        if self.steps.get(self.passed).is_some_and(|(_, written)| written.start < span.end) {
            return None;
        }
        let (taken, written) = self.passed.checked_sub(1).map_or_else(Default::default, |last| self.steps[last]);
        let moved = |at: usize| at - written.end + taken.end;
        Some(Span::new(moved(span.start), moved(span.end)))
    }
}

/// What a span of the text between two passes stood for in the original; a stretch that the first pass wrote is taken whole.
pub(crate) fn original_span(first: &[Edit], span: Span) -> Span {
    let (mut shift, mut start, mut end) = (0isize, None, None);
    let moved = |at: usize, shift: isize| (at as isize + shift) as usize;
    for edit in first {
        let written = moved(edit.span.start, -shift);
        let written_end = written + edit.replacement.len();
        if start.is_none() && span.start < written_end {
            start = Some(if span.start < written { moved(span.start, shift) } else { edit.span.start });
        }
        if end.is_none() && span.end <= written_end {
            end = Some(if span.end <= written { moved(span.end, shift) } else { edit.span.end });
        }
        shift += edit.span.len() as isize - edit.replacement.len() as isize;
    }
    let (start, end) = (start.unwrap_or(moved(span.start, shift)), end.unwrap_or(moved(span.end, shift)));
    Span::new(start, end.max(start))
}

/// Two passes as one: `first` was applied to the original, `second` to what came out; both become edits of the original.
///
/// Where an edit of the second pass cuts into what the first one wrote, or spans a place where the first one took something, the
/// two become one edit with the second's reason.
pub fn compose(first: Vec<Edit>, second: Vec<Edit>) -> Vec<Edit> {
    let mut out: Vec<Edit> = Vec::with_capacity(first.len() + second.len());
    let mut first: VecDeque<Edit> = first.into();
    // How far the text between the passes is behind the original, after the edits of `first` that are done.
    let mut shift: isize = 0;
    let moved = |at: usize, shift: isize| (at as isize + shift) as usize;
    for edit in second {
        let (start, end) = (edit.span.start, edit.span.end);
        // Edits of the first pass that lie wholly before are passed through.
        while let Some(next) = first.pop_front_if(|f| moved(f.span.start, -shift) + f.replacement.len() <= start) {
            shift += next.span.len() as isize - next.replacement.len() as isize;
            out.push(next);
        }
        let mut span = Span::new(moved(start, shift), moved(end, shift));
        let mut ahead = String::new();
        while let Some(next) = first.pop_front_if(|f| moved(f.span.start, -shift) < end) {
            let written = moved(next.span.start, -shift);
            if written < start {
                ahead = next.replacement[..start - written].to_owned();
                span.start = next.span.start;
            }
            // What this edit leaves of the replacement may be cut by the next one: it goes back as an insertion.
            let used = next.replacement.len().min(end - written);
            shift += next.span.len() as isize - used as isize;
            span.end = moved(end, shift);
            if used < next.replacement.len() {
                let left = next.replacement[used..].to_owned();
                first.push_front(Edit { span: Span::new(next.span.end, next.span.end), replacement: left, reason: next.reason });
                break;
            }
        }
        out.push(Edit { span, replacement: ahead + &edit.replacement, reason: edit.reason });
    }
    out.extend(first);
    out.retain(|edit| !edit.span.is_empty() || !edit.replacement.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_edit_touches_is_found_where_it_stood() {
        let reason = Reason {
            stage: Stage::Rule,
            rule: "".into(),
            category: Category::Share,
            confidence: Confidence::Sure,
            evidence: "".into(),
        };
        let edit = |start, end, replacement: &str| Edit {
            span: Span::new(start, end),
            replacement: replacement.to_owned(),
            reason: reason.clone(),
        };
        let before = "one two three four five";
        let edits = [edit(4, 8, ""), edit(14, 18, "4th"), edit(23, 23, "!")];
        let after = apply(before, &edits);
        assert_eq!(after, "one three 4th five!");
        let mut untouched = Untouched::by(&edits);
        for (start, end, was) in
            [(0, 3, Some(0)), (0, 9, None), (4, 9, Some(8)), (4, 10, Some(8)), (10, 13, None), (13, 18, Some(18)), (14, 19, None)]
        {
            let found = untouched.before(Span::new(start, end));
            assert_eq!(found.map(|span| span.start), was, "{start}..{end}");
            assert!(found.is_none_or(|span| span.of(before) == &after[start..end]));
        }
        untouched.rewind();
        assert_eq!(untouched.before(Span::new(0, 1)), Some(Span::new(0, 1)));
    }
}

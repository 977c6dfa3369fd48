//! Lines over one text, and the view that rules and the body finder read: the text with hard-wrapped paragraphs joined.
//!
//! Spans are bytes. What a line says (words, prose) is `engine::shape`'s to know; what is done with lines is `decide`'s.

use std::borrow::Cow;

use crate::edit::{self, Edit, Span};

/// A line of a text: its content, and where the next one starts. A line owns its end (LF, CRLF or CR).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The content, without the line end.
    pub content: Span,
    /// One past the line end.
    pub next: usize,
}

/// Splits a text into lines; a text that ends in a line end has no empty line after it.
///
/// ```
/// let lines = unchaff::lines("a\r\nb\n");
/// assert_eq!(lines.len(), 2);
/// assert_eq!((lines[0].content.end, lines[0].next), (1, 3));
/// ```
pub fn lines(text: &str) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(bytes.len() / 40 + 1);
    let mut start = 0;
    for end in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if end < start {
            continue; // the LF of a CRLF
        }
        let crlf = bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n');
        let next = end + 1 + usize::from(crlf);
        lines.push(Line { content: Span::new(start, end), next });
        start = next;
    }
    if start < bytes.len() {
        lines.push(Line { content: Span::new(start, bytes.len()), next: bytes.len() });
    }
    lines
}

/// Whether a line shows nothing: only white space, zero-width marks and byte order marks.
pub fn is_blank(line: &str) -> bool {
    line.chars().all(|c| c.is_whitespace() || is_zero_width(c))
}

/// Marks that take no room and carry no text by themselves.
pub fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text as rules and the body finder read it, with the way back to the text it was made from.
#[derive(Debug)]
pub struct View<'t> {
    /// The text with repairs applied and wrapped paragraphs joined.
    pub text: Cow<'t, str>,
    /// The lines of `text`.
    pub lines: Vec<Line>,
    map: Vec<Segment>,
}

/// A stretch of the view and the stretch of the source it stands for. Where the lengths are equal, so are the bytes.
#[derive(Debug, Clone, Copy)]
struct Segment {
    view: Span,
    source: Span,
}

impl<'t> View<'t> {
    /// Makes the view of `text`; `repairs` are sorted and do not overlap.
    pub fn new(text: &'t str, repairs: &[Edit]) -> Self {
        let plain = lines(text);
        let joins = wrapped_joins(text, &plain);
        if joins.is_empty() && repairs.is_empty() {
            return View { text: Cow::Borrowed(text), lines: plain, map: Vec::new() };
        }
        let mut changes: Vec<(Span, &str)> = repairs.iter().map(|e| (e.span, e.replacement.as_str())).collect();
        changes.extend(joins.iter().filter(|join| repairs.iter().all(|e| !e.span.overlaps(**join))).map(|join| (*join, " ")));
        changes.sort_by_key(|(span, _)| *span);
        let (mut view, mut map, mut from) = (String::with_capacity(text.len()), Vec::with_capacity(2 * changes.len() + 1), 0);
        let mut push = |view: &mut String, source: Span, bytes: &str| {
            let start = view.len();
            view.push_str(bytes);
            map.push(Segment { view: Span::new(start, view.len()), source });
        };
        for (span, replacement) in changes {
            push(&mut view, Span::new(from, span.start), &text[from..span.start]);
            push(&mut view, span, replacement);
            from = span.end;
        }
        push(&mut view, Span::new(from, text.len()), &text[from..]);
        let lines = lines(&view);
        View { text: Cow::Owned(view), lines, map }
    }

    /// Whether the view is the text itself, byte for byte.
    pub fn is_identity(&self) -> bool {
        self.map.is_empty()
    }

    /// Whether the view of what edits leave, which take whole lines, is the text itself: it is of this one, and no paragraph looks wrapped
    /// now.
    pub fn is_identity_without(&self, edits: &[Edit]) -> bool {
        if !self.is_identity() || edits.is_empty() {
            return self.is_identity();
        }
        // A CR and a LF that come together are one line end.
        if memchr::memchr(b'\r', self.text.as_bytes()).is_some() {
            return View::new(&edit::apply(&self.text, edits), &[]).is_identity();
        }
        let mut edits = edits.iter().peekable();
        let stays = |line: &&Line| {
            let at = line.content.start;
            while edits.next_if(|edit| edit.span.end <= at).is_some() {}
            edits.peek().is_none_or(|edit| at < edit.span.start)
        };
        let left: Vec<Line> = self.lines.iter().filter(stays).copied().collect();
        wrapped_joins(&self.text, &left).is_empty()
    }

    /// The content of a line.
    pub fn line(&self, index: usize) -> &str {
        self.lines[index].content.of(&self.text)
    }

    /// A line with its end, as a span of the view.
    pub fn whole_line(&self, index: usize) -> Span {
        Span::new(self.lines[index].content.start, self.lines[index].next)
    }

    /// The bytes of the source that a span of the view stands for; a stretch that was changed is taken whole.
    pub fn to_source(&self, span: Span) -> Span {
        if self.map.is_empty() {
            return span;
        }
        let first = self.map.partition_point(|s| s.view.end <= span.start && !(s.view.end == span.start && s.view.is_empty()));
        let start = self.map.get(first).map_or_else(
            || self.map.last().map_or(0, |s| s.source.end),
            |s| if s.view.len() == s.source.len() { s.source.start + (span.start - s.view.start) } else { s.source.start },
        );
        if span.is_empty() {
            return Span::new(start, start);
        }
        let last = self.map.partition_point(|s| s.view.end < span.end);
        let end = self.map.get(last).map_or(start, |s| {
            if s.view.len() == s.source.len() { s.source.start + (span.end - s.view.start) } else { s.source.end }
        });
        Span::new(start, end.max(start))
    }
}

/// Lines that are wrapped are between these many characters long.
const WRAP_WIDTH: std::ops::RangeInclusive<usize> = 45..=120;

/// The line ends of paragraphs that were wrapped at a fixed width, each with the white space around it.
///
/// Each paragraph is judged by itself, so that taking one out never changes what another is. It was wrapped if the first word of
/// each line would not have fitted on the line before, and half of the lines that follow start in small letters (a list of
/// headlines does not).
fn wrapped_joins(text: &str, lines: &[Line]) -> Vec<Span> {
    let mut joins = Vec::new();
    let mut from = 0;
    while from < lines.len() {
        let mut to = from;
        // Byte lengths first: they cost nothing, and no line of a wrapped paragraph is longer than four bytes a character.
        while to < lines.len() && !lines[to].content.is_empty() && lines[to].content.len() <= 4 * WRAP_WIDTH.end() {
            to += 1;
        }
        let block = &lines[from..to];
        let long_enough = |line: &Line| line.content.len() >= *WRAP_WIDTH.start();
        if block.len() >= 2 && long_enough(&block[0]) {
            for paragraph in block.split(|line| is_blank(line.content.of(text))) {
                if paragraph.len() >= 2 && is_wrapped(text, paragraph) {
                    joins.extend(paragraph.windows(2).map(|pair| join(text, pair)));
                }
            }
        }
        from = to.max(from + 1);
    }
    joins
}

fn is_wrapped(text: &str, paragraph: &[Line]) -> bool {
    let shown: Vec<&str> = paragraph.iter().map(|line| line.content.of(text).trim_end()).collect();
    let lengths: Vec<usize> = shown.iter().map(|line| line.chars().count()).collect();
    let width = lengths.iter().copied().max().unwrap_or(0);
    if !WRAP_WIDTH.contains(&width) {
        return false;
    }
    let mut small = 0;
    for (i, line) in shown.iter().enumerate().skip(1) {
        let line = line.trim_start();
        let Some(first) = line.chars().next() else { return false };
        let word = line.split_whitespace().next().map_or(0, |w| w.chars().count());
        if !(first.is_alphanumeric() || "\"'“”‘’«»(„[".contains(first)) || lengths[i - 1] + 1 + word <= width {
            return false;
        }
        // A sentence that begins small behind a full stop is no sentence: this is a list.
        let sentence_over = shown[i - 1].ends_with(['.', '!', '?', '…', ':']);
        if sentence_over && first.is_lowercase() {
            return false;
        }
        small += usize::from(first.is_lowercase());
    }
    let following = shown.len() - 1;
    small * 2 >= following && (following > 1 || (lengths[0] >= 60 && small == 1))
}

fn join(text: &str, pair: &[Line]) -> Span {
    let before = pair[0].content.of(text).trim_end();
    let after = pair[1].content.of(text).trim_start();
    Span::new(pair[0].content.start + before.len(), pair[1].content.end - after.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRAPPED: &str = "The council met on Tuesday evening to hear what the people of the\nquarter thought of the new bridge, and nobody was surprised by the\nanswer that they gave.\n\nAfter\n";

    #[test]
    fn line_ends() {
        let shown = |t: &str| lines(t).iter().map(|l| (l.content.of(t).to_owned(), l.next)).collect::<Vec<_>>();
        assert_eq!(shown("a\nb\r\n\rc"), [("a".into(), 2), ("b".into(), 5), ("".into(), 6), ("c".into(), 7)]);
        assert_eq!(shown(""), []);
        assert_eq!(shown("\n"), [("".into(), 1)]);
    }

    #[test]
    fn wrapped_paragraphs_are_one_line_of_the_view() {
        let view = View::new(WRAPPED, &[]);
        assert_eq!(view.lines.len(), 3);
        assert!(view.line(0).ends_with("surprised by the answer that they gave."));
        let answer = view.text.find("the answer").unwrap();
        let source = view.to_source(Span::new(answer, answer + 10));
        assert_eq!(source.of(WRAPPED), "the\nanswer");
        assert_eq!(view.to_source(view.whole_line(0)).of(WRAPPED), &WRAPPED[..156]);
        assert_eq!(view.to_source(view.whole_line(2)).of(WRAPPED), "After\n");
    }

    #[test]
    fn lists_of_headlines_are_not_joined() {
        let list = "Minister says the bridge will open in the spring of next year\nCouncil wants more money for the schools of the old quarter\nMuseum shows what the river left behind after the great flood\n";
        assert!(View::new(list, &[]).is_identity());
    }

    #[test]
    fn what_is_left_may_look_wrapped() {
        let between = WRAPPED.replacen("\n", "\nShare\n", 1);
        for (text, taken, is_identity) in [
            ("one\ntwo\n", "two\n", true),
            (WRAPPED, "After\n", false),
            (&*between, "After\n", true),
            (&*between, "Share\n", false),
            // What was a line end and a blank line is one line end.
            (&*WRAPPED.replacen("\n", "\rShare\n\n", 1), "Share\n", false),
        ] {
            let reason = crate::edit::Reason {
                stage: crate::names::Stage::Rule,
                rule: "".into(),
                category: crate::names::Category::Share,
                confidence: crate::names::Confidence::Sure,
                evidence: "".into(),
            };
            let start = text.find(taken).unwrap();
            let edits = [Edit { span: Span::new(start, start + taken.len()), replacement: String::new(), reason }];
            assert_eq!(View::new(text, &[]).is_identity_without(&edits), is_identity, "{text:?} without {taken:?}");
            let left = View::new(text, &[]).is_identity() && View::new(&edit::apply(text, &edits), &[]).is_identity();
            assert_eq!(left, is_identity, "{text:?} without {taken:?}");
        }
    }
}

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
    let mut lines = Vec::with_capacity(text.len() / LINE_BYTES + 1);
    lines.extend(Lines::of(text));
    lines
}

/// How long lines are, about: so many of them are made room for.
const LINE_BYTES: usize = 40;

/// The lines of a text, one after the other.
struct Lines<'t> {
    bytes: &'t [u8],
    ends: memchr::Memchr2<'t>,
    start: usize,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        Lines { bytes: text.as_bytes(), ends: memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()), start: 0 }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let (bytes, start) = (self.bytes, self.start);
        // The LF of a CRLF ends no line of its own.
        let Some(end) = self.ends.find(|end| *end >= start) else {
            self.start = bytes.len();
            return (start < bytes.len()).then(|| Line { content: Span::new(start, bytes.len()), next: bytes.len() });
        };
        let crlf = bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n');
        self.start = end + 1 + usize::from(crlf);
        Some(Line { content: Span::new(start, end), next: self.start })
    }
}

/// Whether a line shows nothing: only white space, zero-width marks and byte order marks.
pub fn is_blank(line: &str) -> bool {
    !line.as_bytes().first().is_some_and(u8::is_ascii_graphic) && line.chars().all(|c| c.is_whitespace() || is_zero_width(c))
}

/// Marks that take no room and carry no text by themselves.
pub fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The longest text that a view is made of, in bytes: places in it are kept as 32 bits, for there are many.
pub const VIEW_BYTES_MAX: usize = u32::MAX as usize;

/// The text as rules and the body finder read it, with the way back to the text it was made from.
#[derive(Debug, Default)]
pub struct View<'t> {
    /// The text with wrapped paragraphs joined.
    pub text: Cow<'t, str>,
    lines: Vec<Bounds>,
    map: Vec<Segment>,
}

/// The content of a line of a view; the next line begins where it ends, or behind its line end.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    start: u32,
    end: u32,
}

impl Bounds {
    fn all(text: &str) -> Vec<Bounds> {
        let mut all = Vec::with_capacity(text.len() / LINE_BYTES + 1);
        let bounds = |line: Line| Bounds { start: line.content.start as u32, end: line.content.end as u32 };
        all.extend(Lines::of(text).map(bounds));
        all
    }

    fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    fn of(self, text: &str) -> &str {
        self.span().of(text)
    }
}

/// A stretch of the view and the stretch of the source it stands for. Where the lengths are equal, so are the bytes.
#[derive(Debug, Clone, Copy)]
struct Segment {
    view: Bounds,
    source: Bounds,
}

impl<'t> View<'t> {
    /// Makes the view of a text, of which it leaves out what is beyond `VIEW_BYTES_MAX`.
    pub fn new(text: Cow<'t, str>) -> Self {
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..text.floor_char_boundary(VIEW_BYTES_MAX)]),
            Cow::Owned(mut text) => {
                text.truncate(text.floor_char_boundary(VIEW_BYTES_MAX));
                Cow::Owned(text)
            }
        };
        let lines = Bounds::all(&text);
        let joins = wrapped_joins(&text, &lines);
        if joins.is_empty() {
            return View { text, lines, map: Vec::new() };
        }
        drop(lines);
        let (mut map, mut from, mut at) = (Vec::with_capacity(2 * joins.len() + 1), 0, 0);
        let mut push = |source: Bounds, bytes: u32| {
            map.push(Segment { view: Bounds { start: at, end: at + bytes }, source });
            at += bytes;
        };
        for join in &joins {
            push(Bounds { start: from, end: join.start }, join.start - from);
            push(*join, 1);
            from = join.end;
        }
        let end = text.len() as u32;
        push(Bounds { start: from, end }, end - from);
        let text = joined(text.into_owned(), &joins);
        let lines = Bounds::all(&text);
        View { text: Cow::Owned(text), lines, map }
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it has no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Its lines and the way back to the source, with which the spans of lines in the source can be told, but no text.
    pub(crate) fn without_text(self) -> View<'static> {
        View { text: Cow::Borrowed(""), lines: self.lines, map: self.map }
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
            return View::new(edit::apply(&self.text, edits)).is_identity();
        }
        let mut edits = edits.iter().peekable();
        let stays = |line: &&Bounds| {
            let at = line.start as usize;
            while edits.next_if(|edit| edit.span.end <= at).is_some() {}
            edits.peek().is_none_or(|edit| at < edit.span.start)
        };
        let left: Vec<Bounds> = self.lines.iter().filter(stays).copied().collect();
        wrapped_joins(&self.text, &left).is_empty()
    }

    /// The content of a line.
    pub fn line(&self, index: usize) -> &str {
        self.lines[index].of(&self.text)
    }

    /// The content of a line, as a span of the view.
    pub fn content(&self, index: usize) -> Span {
        self.lines[index].span()
    }

    /// A line with its end, as a span of the view.
    pub fn whole_line(&self, index: usize) -> Span {
        let next = self.lines.get(index + 1).map_or(self.text.len(), |next| next.start as usize);
        Span::new(self.lines[index].start as usize, next)
    }

    /// The bytes of the source that a span of the view stands for; a stretch that was changed is taken whole.
    pub fn to_source(&self, span: Span) -> Span {
        self.to_source_from(span, &mut self.map.partition_point(|segment| segment.is_before(span.start)))
    }

    /// The same of spans that are asked for in the order of their starts; `from` is where the last one was found, at first 0.
    pub(crate) fn to_source_from(&self, span: Span, from: &mut usize) -> Span {
        if self.map.is_empty() {
            return span;
        }
        *from += self.map[*from..].iter().take_while(|segment| segment.is_before(span.start)).count();
        let start = self.map.get(*from).map_or_else(
            || self.map.last().map_or(0, |s| s.source.span().end),
            |s| if s.is_same() { s.source.span().start + (span.start - s.view.span().start) } else { s.source.span().start },
        );
        if span.is_empty() {
            return Span::new(start, start);
        }
        let end = self.map[*from..].iter().find(|s| s.view.span().end >= span.end).map_or(start, |s| {
            if s.is_same() { s.source.span().start + (span.end - s.view.span().start) } else { s.source.span().end }
        });
        Span::new(start, end.max(start))
    }
}

impl Segment {
    /// Whether it ends ahead of a place of the view.
    fn is_before(&self, at: usize) -> bool {
        let view = self.view.span();
        view.end <= at && !(view.end == at && view.is_empty())
    }

    /// Whether it has as many bytes as its source.
    fn is_same(&self) -> bool {
        self.view.span().len() == self.source.span().len()
    }
}

/// Lines that are wrapped are between these many characters long.
const WRAP_WIDTH: std::ops::RangeInclusive<usize> = 45..=120;

/// The line ends of paragraphs that were wrapped at a fixed width, each with the white space around it.
///
/// Each paragraph is judged by itself, so that taking one out never changes what another is. It was wrapped if the first word of
/// each line would not have fitted on the line before, and half of the lines that follow start in small letters (a list of
/// headlines does not).
fn wrapped_joins(text: &str, lines: &[Bounds]) -> Vec<Bounds> {
    let mut joins = Vec::new();
    let mut from = 0;
    while from < lines.len() {
        let mut to = from;
        // Byte lengths first: they cost nothing, and no line of a wrapped paragraph is longer than four bytes a character.
        while to < lines.len() && (1..=4 * WRAP_WIDTH.end()).contains(&lines[to].span().len()) {
            to += 1;
        }
        let block = &lines[from..to];
        let long_enough = |line: &Bounds| line.span().len() >= *WRAP_WIDTH.start();
        if block.len() >= 2 && long_enough(&block[0]) {
            for paragraph in block.split(|line| is_blank(line.of(text))) {
                if paragraph.len() >= 2 && is_wrapped(text, paragraph) {
                    joins.extend(paragraph.windows(2).map(|pair| join(text, pair)));
                }
            }
        }
        from = to.max(from + 1);
    }
    joins
}

fn is_wrapped(text: &str, paragraph: &[Bounds]) -> bool {
    let shown = |line: &Bounds| line.of(text).trim_end();
    // What single lines tell comes first: most paragraphs of more lines are lists.
    let (mut small, following) = (0, paragraph.len() - 1);
    for (left, pair) in (0..following).rev().zip(paragraph.windows(2)) {
        let Some(first) = shown(&pair[1]).trim_start().chars().next() else { return false };
        let is_small = first.is_lowercase();
        // A sentence that begins small behind a full stop is no sentence: this is a list.
        let is_listed = || shown(&pair[0]).ends_with(['.', '!', '?', '…', ':']);
        if !(first.is_alphanumeric() || "\"'“”‘’«»(„[".contains(first)) || (is_small && is_listed()) {
            return false;
        }
        small += usize::from(is_small);
        if (small + left) * 2 < following {
            return false;
        }
    }
    let lengths: Vec<usize> = paragraph.iter().map(|line| shown(line).chars().count()).collect();
    let width = lengths.iter().copied().max().unwrap_or(0);
    let fits_no_more = |(before, line): (&usize, &Bounds)| {
        let word = shown(line).split_whitespace().next().map_or(0, |word| word.chars().count());
        before + 1 + word > width
    };
    WRAP_WIDTH.contains(&width)
        && lengths.iter().zip(&paragraph[1..]).all(fits_no_more)
        && (following > 1 || (lengths[0] >= 60 && small == 1))
}

fn join(text: &str, pair: &[Bounds]) -> Bounds {
    let before = pair[0].of(text).trim_end().len() as u32;
    let after = pair[1].of(text).trim_start().len() as u32;
    Bounds { start: pair[0].start + before, end: pair[1].end - after }
}

/// The text with a space for each join, in the same memory.
fn joined(text: String, joins: &[Bounds]) -> String {
    let (mut bytes, mut from, mut to) = (text.into_bytes(), 0, 0);
    for join in joins {
        let Span { start, end } = join.span();
        bytes.copy_within(from..start, to);
        to += start - from;
        bytes[to] = b' ';
        (to, from) = (to + 1, end);
    }
    let left = bytes.len() - from;
    bytes.copy_within(from.., to);
    bytes.truncate(to + left);
    // Joins begin and end between characters, so this is UTF-8 still.
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
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
        let view = View::new(WRAPPED.into());
        assert_eq!(view.len(), 3);
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
        assert!(View::new(list.into()).is_identity());
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
            assert_eq!(View::new(text.into()).is_identity_without(&edits), is_identity, "{text:?} without {taken:?}");
            let left = View::new(text.into()).is_identity() && View::new(edit::apply(text, &edits)).is_identity();
            assert_eq!(left, is_identity, "{text:?} without {taken:?}");
        }
    }
}

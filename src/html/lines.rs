//! Writing text: white space, lines, the gaps between them, and for each line where it stands.
//!
//! What is a block and what is hidden is not known here.

use super::markup::{NONE, Place};
use crate::edit::Span;

/// What stands between two words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Nothing: they are one word.
    #[default]
    None,
    /// A space where a capital follows a small letter or a figure: two labels beside each other.
    Label,
    /// A space.
    Word,
    /// A tab: two cells of a table.
    Cell,
}

/// The text that is being written.
///
/// What scripts may show (`hidden`, `display: none`, `noscript`) is veiled: whether it is part of the text is decided at the end. Pages
/// that are put together in the browser come with their whole article in such parts; others have menus, dialogs and pictures there.
#[derive(Debug, Default)]
pub struct Lines {
    text: String,
    lines: Vec<Line>,
    line: String,
    is_veiled: bool,
    /// How many line ends stand between the last line and the next one.
    gap: usize,
    space: Space,
    /// Characters of the line that are no white space, and how many of them stand in links.
    shown: usize,
    linked: usize,
    /// Whether the line keeps its white space.
    is_pre: bool,
    /// Whether `br` ended the last line.
    is_broken: bool,
    /// The depth of the element that holds all of the line's text so far, and the least depth since its last word.
    common: usize,
    least: usize,
    element: u32,
}

/// A line that is written.
#[derive(Debug)]
struct Line {
    place: Place,
    /// How many line ends stand before it at least.
    gap: usize,
    is_veiled: bool,
}

/// From how many bytes on a line tells whether a page's text is veiled: shorter ones are menus and labels.
const TELLING_BYTES_MIN: usize = 80;
/// Up to which share of its characters in links, in per cent.
const TELLING_LINKED_MAX: u8 = 50;

impl Line {
    fn telling_bytes(&self) -> usize {
        let is_telling = self.place.span.len() >= TELLING_BYTES_MIN && self.place.linked <= TELLING_LINKED_MAX;
        if is_telling { self.place.span.len() } else { 0 }
    }
}

/// What is around a text: how deep it stands, and a way to find the element of a depth.
pub struct Around<'a> {
    pub depth: usize,
    pub is_link: bool,
    pub element: &'a mut dyn FnMut(usize) -> u32,
}

/// Whether text can be seen: not only white space, joiners and marks without width.
fn is_visible(text: &str) -> bool {
    let is_mark = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.bytes().any(|b| b.is_ascii_graphic()) || text.chars().any(|c| !is_mark(c) && !c.is_control())
}

/// Whether one label ends and another begins.
fn is_label_border(before: &str, after: &str) -> bool {
    let ends = before.chars().next_back().is_some_and(|c| c.is_lowercase() || c.is_numeric());
    ends && after.starts_with(char::is_uppercase)
}

/// How many characters words have, spaces between them aside.
fn characters(words: &str) -> usize {
    words.bytes().filter(|b| b & 0xc0 != 0x80 && *b != b' ').count()
}

/// Whether white space in a text is single spaces only. All of it is looked at, which compilers make a few instructions of.
fn is_flowing(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_control = bytes.iter().fold(false, |is, b| is | (b.wrapping_sub(b'\t') <= b'\r' - b'\t'));
    let next = bytes.get(1..).unwrap_or_default();
    !is_control && !bytes.iter().zip(next).fold(false, |is, (a, b)| is | ((*a == b' ') & (*b == b' ')))
}

impl Lines {
    /// Whether nothing stands in the line yet.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// Asks for white space before the next word of the line.
    pub fn space(&mut self, space: Space) {
        self.space = self.space.max(space);
    }

    /// The stack of elements is not deeper than this any more.
    pub fn closed_to(&mut self, depth: usize) {
        self.least = self.least.min(depth);
    }

    /// Writes text whose runs of white space are one space.
    pub fn flow(&mut self, text: &str, around: &mut Around<'_>) {
        let words = text.trim_ascii();
        if text.as_bytes().first().is_some_and(u8::is_ascii_whitespace) {
            self.space(Space::Word);
        }
        if words.is_empty() {
            return;
        }
        if is_flowing(words) {
            self.words(words, around);
        } else {
            for (number, word) in words.split_ascii_whitespace().enumerate() {
                self.space(if number > 0 { Space::Word } else { Space::None });
                self.words(word, around);
            }
        }
        if text.as_bytes().last().is_some_and(u8::is_ascii_whitespace) {
            self.space(Space::Word);
        }
    }

    /// Writes words with one space between them.
    fn words(&mut self, word: &str, around: &mut Around<'_>) {
        if !self.line.is_empty() {
            match self.space {
                Space::Label if is_label_border(&self.line, word) => self.line.push(' '),
                Space::None | Space::Label => {}
                Space::Word => self.line.push(' '),
                Space::Cell => self.line.push('\t'),
            }
        }
        self.space = Space::None;
        self.stands(around);
        self.count(word, around.is_link);
        self.line.push_str(word);
    }

    /// Counts the characters of words.
    fn count(&mut self, word: &str, is_link: bool) {
        let characters = characters(word);
        self.shown += characters;
        self.linked += if is_link { characters } else { 0 };
    }

    /// Takes in where text of the line stands.
    fn stands(&mut self, around: &mut Around<'_>) {
        if self.line.is_empty() {
            self.common = around.depth;
            self.element = (around.element)(around.depth);
        } else if self.least < self.common {
            self.common = self.least;
            self.element = (around.element)(self.common);
        }
        self.least = around.depth;
    }

    /// Writes text whose white space and line ends stay.
    pub fn keep(&mut self, text: &str, around: &mut Around<'_>) {
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.end_kept();
            }
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                self.stands(around);
                line.split_ascii_whitespace().for_each(|word| self.count(word, around.is_link));
                self.line.push_str(line);
                self.is_pre = true;
            }
        }
    }

    fn end_kept(&mut self) {
        if self.is_pre && is_visible(&self.line) {
            self.end(1);
        } else {
            // A blank line of a listing.
            self.gap += 1;
            self.clear();
        }
    }

    /// Ends the line as `br` does; two of them leave a blank line.
    pub fn break_line(&mut self) {
        let gap = if self.is_broken && !is_visible(&self.line) { 2 } else { 1 };
        self.end(gap);
        self.is_broken = true;
    }

    /// From here on text is veiled, or is not any more.
    pub fn veil(&mut self, is_veiled: bool) {
        if self.is_veiled != is_veiled {
            self.end(0);
            self.is_veiled = is_veiled;
        }
    }

    /// Ends the line; at least `gap` line ends stand before the next one.
    pub fn end(&mut self, gap: usize) {
        let line = if self.is_pre { self.line.trim_end() } else { self.line.trim() };
        if is_visible(line) {
            let start = self.text.len();
            self.text.push_str(line);
            let linked = (100 * self.linked / self.shown.max(1)) as u8;
            let place = Place { span: Span::new(start, self.text.len()), element: self.element, linked };
            self.lines.push(Line { place, gap: self.gap, is_veiled: self.is_veiled });
            self.gap = gap;
        } else {
            self.gap = self.gap.max(gap);
        }
        self.is_broken = false;
        self.clear();
    }

    fn clear(&mut self) {
        self.line.clear();
        (self.space, self.shown, self.linked, self.is_pre) = (Space::None, 0, 0, false);
        (self.common, self.least, self.element) = (0, usize::MAX, NONE);
    }

    /// The text, which ends in a line end, and its lines. Veiled lines are part of it if they hold more running text than the others.
    pub fn finish(mut self) -> (String, Vec<Place>) {
        self.end(0);
        let telling = |is_veiled: bool| {
            self.lines.iter().filter(|line| line.is_veiled == is_veiled).map(Line::telling_bytes).sum::<usize>()
        };
        let is_lifted = telling(true) > telling(false);
        let (mut text, mut places, mut gap) = (String::with_capacity(self.text.len() + 2 * self.lines.len()), Vec::new(), 0);
        for line in &self.lines {
            gap = line.gap.max(gap);
            if line.is_veiled && !is_lifted {
                continue;
            }
            if !text.is_empty() {
                text.extend(std::iter::repeat_n('\n', gap.max(1)));
            }
            let start = text.len();
            text.push_str(line.place.span.of(&self.text));
            places.push(Place { span: Span::new(start, text.len()), ..line.place });
            gap = 0;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        (text, places)
    }
}

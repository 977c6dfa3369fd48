//! What the markup tells of each line of a page's text, also after edits.
//!
//! Lines are known by the bytes they take, so that edits can carry them along. Elements stand in one table that all versions of a page
//! share; each knows the one around it. What follows from it is for rules and the body finder to say.

use std::collections::HashSet;
use std::sync::Arc;

use crate::edit::{Edit, Span};

/// What the markup of a page tells of its lines; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markup {
    pub(super) places: Arc<[Place]>,
    pub(super) elements: Arc<Elements>,
}

/// A line, or what edits have left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub span: Span,
    /// The innermost element that holds all of it.
    pub element: u32,
    /// How many of its characters stand in links, in per cent.
    pub linked: u8,
}

/// No element: the page itself.
pub const NONE: u32 = u32::MAX;

/// The elements of a page that hold text, each after the one around it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Elements {
    pub all: Vec<Element>,
    /// Names of tags.
    pub tags: Vec<Box<str>>,
    /// Words of classes and identifiers.
    pub words: Vec<Box<str>>,
    /// Numbers of words; elements of the same classes have the same range.
    pub lists: Vec<u32>,
}

/// An element that holds text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// The element around it, or [`NONE`].
    pub parent: u32,
    pub tag: u32,
    pub is_block: bool,
    pub landmark: Option<Landmark>,
    /// Its range of [`Elements::lists`].
    pub words: (u32, u32),
}

/// A part of a page that a tag or an ARIA role names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Landmark {
    /// `nav`, role `navigation`.
    Nav,
    /// `header`, role `banner`.
    Header,
    /// `footer`, role `contentinfo`.
    Footer,
    /// `aside`, role `complementary`.
    Aside,
    /// `main`.
    Main,
    /// `article`.
    Article,
    /// `search`.
    Search,
    /// `dialog`, role `alertdialog`.
    Dialog,
}

impl Landmark {
    /// All of them.
    pub const ALL: [Landmark; 8] = [
        Landmark::Nav,
        Landmark::Header,
        Landmark::Footer,
        Landmark::Aside,
        Landmark::Main,
        Landmark::Article,
        Landmark::Search,
        Landmark::Dialog,
    ];

    /// Its name in rules, which is the tag's.
    pub fn name(self) -> &'static str {
        match self {
            Landmark::Nav => "nav",
            Landmark::Header => "header",
            Landmark::Footer => "footer",
            Landmark::Aside => "aside",
            Landmark::Main => "main",
            Landmark::Article => "article",
            Landmark::Search => "search",
            Landmark::Dialog => "dialog",
        }
    }

    /// What a tag is.
    pub(super) fn of_tag(tag: &str) -> Option<Landmark> {
        Landmark::ALL.into_iter().find(|landmark| landmark.name() == tag)
    }

    /// What a role names.
    pub(super) fn of_role(role: &str) -> Option<Landmark> {
        match role {
            "navigation" => Some(Landmark::Nav),
            "banner" => Some(Landmark::Header),
            "contentinfo" => Some(Landmark::Footer),
            "complementary" => Some(Landmark::Aside),
            "alertdialog" => Some(Landmark::Dialog),
            // A role `header` there is not.
            "header" | "footer" | "nav" | "aside" => None,
            _ => Landmark::of_tag(role),
        }
    }
}

/// What the markup tells of a stretch of text.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'m> {
    elements: &'m Elements,
    element: u32,
    /// How many of its characters stand in links, in per cent.
    pub linked: u8,
}

impl Markup {
    /// Lines around which an element has a word for its class.
    pub(crate) fn with_word(lines: &[Span], word: &str) -> Markup {
        let element = Element { parent: NONE, tag: 0, is_block: true, landmark: None, words: (0, 1) };
        let elements = Elements { all: vec![element], tags: vec!["div".into()], words: vec![word.into()], lists: vec![0] };
        let places = lines.iter().map(|span| Place { span: *span, element: 0, linked: 0 }).collect();
        Markup { places, elements: Arc::new(elements) }
    }

    /// What is told of the lines that share bytes with `span`, all together: the innermost element around them all. Nothing where no
    /// line stands.
    pub fn of(&self, span: Span) -> Option<Seen<'_>> {
        let first = self.places.partition_point(|place| place.span.end <= span.start);
        let within = self.places[first..].iter().take_while(|place| place.span.start < span.end);
        let (mut element, mut linked, mut bytes) = (None, 0, 0);
        for place in within {
            element = Some(element.map_or(place.element, |other| self.elements.around_both(other, place.element)));
            linked += place.span.len() * usize::from(place.linked);
            bytes += place.span.len();
        }
        Some(Seen { elements: &self.elements, element: element?, linked: (linked / bytes.max(1)) as u8 })
    }

    /// What is told of the text that edits make; `edits` are sorted and do not overlap.
    pub fn after(&self, edits: &[Edit]) -> Markup {
        if edits.is_empty() {
            return self.clone();
        }
        let mut starts = Moved::new(edits);
        let mut ends = Moved::new(edits);
        let moved = self
            .places
            .iter()
            .map(|place| Place { span: Span::new(starts.start(place.span.start), ends.end(place.span.end)), ..*place });
        let places = moved.filter(|place| !place.span.is_empty()).collect();
        Markup { places, elements: Arc::clone(&self.elements) }
    }

    /// The lines whose nearest block has a tag.
    pub(super) fn lines_of(&self, tag: &str) -> impl Iterator<Item = Span> {
        let seen = |place: &Place| Seen { elements: &self.elements, element: place.element, linked: place.linked };
        self.places.iter().filter(move |place| seen(place).block() == Some(tag)).map(|place| place.span)
    }

    /// The words of classes and identifiers, each once; elements know them by their places.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.elements.words.iter().map(|word| &**word)
    }

    /// The elements that hold text, outer ones first.
    pub(crate) fn elements(&self) -> impl Iterator<Item = OneElement<'_>> {
        self.elements.all.iter().map(|element| OneElement { elements: &self.elements, element })
    }
}

/// One element by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneElement<'m> {
    elements: &'m Elements,
    element: &'m Element,
}

impl<'m> OneElement<'m> {
    /// Its tag.
    pub fn tag(self) -> &'m str {
        &self.elements.tags[self.element.tag as usize]
    }

    /// The landmark it is.
    pub fn landmark(self) -> Option<Landmark> {
        self.element.landmark
    }

    /// The element around it; an outer one has the smaller number.
    pub fn parent(self) -> Option<usize> {
        (self.element.parent != NONE).then_some(self.element.parent as usize)
    }

    /// Whether it ends lines.
    pub fn is_block(self) -> bool {
        self.element.is_block
    }

    /// The places of the words of its classes and identifier.
    pub fn words(self) -> &'m [u32] {
        let (from, to) = self.element.words;
        &self.elements.lists[from as usize..to as usize]
    }

    /// A number of its classes, identifier and role: the same for those who have the same.
    pub fn names(self) -> (u32, u32) {
        self.element.words
    }
}

impl Elements {
    fn words_of<'m>(&'m self, element: &Element) -> impl Iterator<Item = &'m str> + use<'m> {
        let (from, to) = element.words;
        self.lists[from as usize..to as usize].iter().map(|word| &*self.words[*word as usize])
    }

    /// An element and all around it, innermost first.
    fn up(&self, element: u32) -> impl Iterator<Item = &Element> {
        let at = |number: u32| self.all.get(number as usize);
        std::iter::successors(at(element), move |element| at(element.parent))
    }

    /// The innermost element around two others; an outer one has the smaller number.
    fn around_both(&self, mut one: u32, mut other: u32) -> u32 {
        while one != other {
            if one == NONE || other == NONE {
                return NONE;
            }
            let inner = if one > other { &mut one } else { &mut other };
            *inner = self.all[*inner as usize].parent;
        }
        one
    }
}

impl<'m> Seen<'m> {
    /// The number of the innermost element around it.
    pub(crate) fn element(self) -> Option<usize> {
        (self.element != NONE).then_some(self.element as usize)
    }

    /// The tag of the nearest block around it (`p`, `li`, `h2`); none if only the page is.
    pub fn block(self) -> Option<&'m str> {
        let block = self.elements.up(self.element).find(|element| element.is_block)?;
        Some(&self.elements.tags[block.tag as usize])
    }

    /// The nearest landmark around it.
    pub fn landmark(self) -> Option<Landmark> {
        self.elements.up(self.element).find_map(|element| element.landmark)
    }

    /// The words of the classes and identifiers of all elements around it, innermost first, each once; those of `html` and `body` are
    /// not among them, for they say nothing of a line.
    pub fn words(self) -> impl Iterator<Item = &'m str> {
        let mut seen = HashSet::new();
        let all = self.elements.up(self.element).flat_map(|element| self.elements.words_of(element));
        all.filter(move |word| seen.insert(*word))
    }

    /// Whether an element around it has this tag, is this landmark, or has this word in its classes or identifier.
    pub fn has(self, word: &str) -> bool {
        self.elements.up(self.element).any(|element| {
            *self.elements.tags[element.tag as usize] == *word
                || element.landmark.is_some_and(|landmark| landmark.name() == word)
                || self.elements.words_of(element).any(|own| own == word)
        })
    }
}

/// Where places of a text stand after edits; asked in rising order.
struct Moved<'e> {
    edits: &'e [Edit],
    /// How many bytes the edits that are done took and wrote.
    taken: usize,
    written: usize,
}

impl<'e> Moved<'e> {
    fn new(edits: &'e [Edit]) -> Self {
        Moved { edits, taken: 0, written: 0 }
    }

    fn pass(&mut self, is_before: impl Fn(&Edit) -> bool) {
        while let Some((edit, rest)) = self.edits.split_first().filter(|(edit, _)| is_before(edit)) {
            self.taken += edit.span.len();
            self.written += edit.replacement.len();
            self.edits = rest;
        }
    }

    /// Where a line that began at `at` begins: what was written at its very beginning is part of it.
    fn start(&mut self, at: usize) -> usize {
        self.pass(|edit| edit.span.end <= at && edit.span.start < at);
        match self.edits.first() {
            Some(edit) if edit.span.start < at => edit.span.start - self.taken + self.written,
            _ => at - self.taken + self.written,
        }
    }

    /// Where a line that ended at `at` ends: what was written at its very end is part of it.
    fn end(&mut self, at: usize) -> usize {
        self.pass(|edit| edit.span.end <= at);
        match self.edits.first() {
            Some(edit) if edit.span.start < at => edit.span.start + edit.replacement.len() - self.taken + self.written,
            _ => at - self.taken + self.written,
        }
    }
}

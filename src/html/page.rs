//! A page while it is read: what tags and text do to its lines, and what it says of itself (title, language).

use std::rc::Rc;

use html5gum::State;

use super::lines::{Around, Lines, Space};
use super::markup::{Element, Elements, Landmark, Markup, NONE};
use super::nesting::{Nesting, Showing};
use super::reader::{Attribute, Attributes};
use super::tags::{Kind, TagId, Tags, id};
use super::told::Told;
use super::words;
use crate::hash::NameMap;

/// A page while it is read.
pub struct Page {
    tags: Tags,
    nesting: Nesting,
    lines: Lines,
    elements: Vec<Element>,
    names: Names,
    told: Told,
    /// The title is being read.
    in_title: bool,
    /// A listing has just begun: a line end there is not part of it.
    pre_begins: bool,
    /// The inline element that has just ended.
    ended: Option<TagId>,
    /// How many elements stood too deep, and how many attributes were too long.
    pub too_deep: usize,
    pub too_long: usize,
}

/// Classes and roles, each combination once. Most elements hold no text, so that nobody asks what theirs say.
#[derive(Default)]
struct Names {
    known: NameMap<Rc<[u8]>, u32>,
    all: Vec<Said>,
    /// The attributes of the element that was asked for last.
    key: Vec<u8>,
    lists: Vec<u32>,
    ids: NameMap<Box<str>, u32>,
    words: Vec<Box<str>>,
}

/// What attributes say.
enum Said {
    /// Not read yet: their values, each with [`BETWEEN`] behind it.
    Raw(Rc<[u8]>),
    Read(Named),
}

/// A landmark, and a range of the lists of words.
type Named = (Option<Landmark>, (u32, u32));

/// The attributes whose words are kept, in the order of their words.
const NAMED: [Attribute; 4] = [Attribute::Role, Attribute::Class, Attribute::Id, Attribute::Itemprop];

/// What stands between the values of attributes: no character of HTML.
const BETWEEN: u8 = 0xff;

impl Names {
    /// The number of what an element's attributes say; 0 is nothing.
    fn number(&mut self, attributes: &Attributes) -> u32 {
        if !attributes.is_any(&NAMED) {
            return 0;
        }
        self.key.clear();
        for attribute in NAMED {
            self.key.extend_from_slice(attributes.bytes(attribute));
            self.key.push(BETWEEN);
        }
        if let Some(known) = self.known.get(self.key.as_slice()) {
            return *known;
        }
        let key: Rc<[u8]> = self.key.as_slice().into();
        self.all.push(Said::Raw(key.clone()));
        let number = self.all.len() as u32;
        self.known.insert(key, number);
        number
    }

    fn get(&mut self, number: u32) -> Named {
        let Some(place) = (number as usize).checked_sub(1) else { return Named::default() };
        let key = match &self.all[place] {
            Said::Read(named) => return *named,
            Said::Raw(key) => key.clone(),
        };
        let values = key.split(|b| *b == BETWEEN).map(|value| std::str::from_utf8(value).unwrap_or_default());
        let role = values.clone().next().unwrap_or_default();
        let landmark = Landmark::of_role(&role.trim().to_ascii_lowercase());
        let from = self.lists.len() as u32;
        for value in values {
            words::split(value, |word| {
                let number = self.ids.get(word).copied().unwrap_or_else(|| {
                    let next = self.words.len() as u32;
                    self.ids.insert(word.into(), next);
                    self.words.push(word.into());
                    next
                });
                self.lists.push(number);
            });
        }
        // A range tells looks apart, also an empty one: elements without words look alike where no new ones are said between them.
        let named = (landmark, (from, self.lists.len() as u32));
        self.all[place] = Said::Read(named);
        named
    }
}

impl Page {
    pub fn new(depth_max: usize) -> Page {
        Page {
            tags: Tags::default(),
            nesting: Nesting::new(depth_max),
            lines: Lines::default(),
            elements: Vec::new(),
            names: Names::default(),
            told: Told::default(),
            in_title: false,
            pre_begins: false,
            ended: None,
            too_deep: 0,
            too_long: 0,
        }
    }

    /// Whether text that comes now is used.
    pub fn wants_text(&self) -> bool {
        self.in_title || !self.nesting.is_hidden()
    }

    pub fn cut_attribute(&mut self) {
        self.too_long += 1;
    }

    pub fn text(&mut self, text: &str) {
        if self.in_title {
            self.told.title.push_str(text);
            return;
        }
        if self.nesting.is_hidden() {
            return;
        }
        // The Standard drops NUL from text.
        if text.contains('\0') {
            return self.visible(&text.replace('\0', ""));
        }
        self.visible(text);
    }

    fn visible(&mut self, text: &str) {
        let (depth, is_link, is_pre) = (self.nesting.depth(), self.nesting.is_link(), self.nesting.is_pre());
        let Page { nesting, elements, names, tags, .. } = self;
        let mut element = |depth: usize| element_at(depth, nesting, elements, names, tags);
        let mut around = Around { depth, is_link, element: &mut element };
        if is_pre {
            let begins = std::mem::take(&mut self.pre_begins);
            self.lines.keep(text.strip_prefix('\n').filter(|_| begins).unwrap_or(text), &mut around);
        } else {
            self.lines.flow(text, &mut around);
        }
        self.ended = None;
    }

    /// A start tag. Says how the tokenizer goes on.
    pub fn start_tag(&mut self, name: &[u8], attributes: &Attributes) -> Option<State> {
        let tag = self.tags.id(name);
        let kind = self.tags.kind(tag);
        match name {
            // What hides the whole page is lifted by a script.
            b"html" | b"body" | b"head" => {
                self.told.root(attributes);
                return None;
            }
            b"meta" => self.told.meta(attributes),
            _ => {}
        }
        self.pre_begins = false;
        if let Some(depth) = self.nesting.implied(tag, kind) {
            self.close_to(depth);
        }
        self.begin(tag, kind);
        if kind.is_void {
            return None;
        }
        self.in_title = name == b"title" && self.told.title.is_empty() && !self.nesting.is_hidden();
        let showing = self.showing(name, kind, attributes);
        let names = if self.nesting.is_hidden() || showing == Showing::Never { 0 } else { self.names.number(attributes) };
        self.too_deep += usize::from(!self.nesting.push(tag, kind, showing, names));
        self.lines.veil(self.nesting.is_veiled());
        self.pre_begins = kind.is_pre;
        kind.state
    }

    pub fn end_tag(&mut self, name: &[u8]) {
        let tag = self.tags.id(name);
        let kind = self.tags.kind(tag);
        match name {
            b"html" | b"body" | b"head" => return,
            // As the Standard reads it.
            b"br" => self.begin(tag, kind),
            _ => {}
        }
        self.in_title = false;
        if kind.is_void {
            return;
        }
        let depth = self.nesting.ended(tag, kind);
        if let Some(depth) = depth {
            self.close_to(depth);
        }
        // The end of a paragraph that was not begun is one, too.
        if (depth.is_some() || tag == id::P) && !self.nesting.is_hidden() {
            if kind.gap > 0 {
                self.lines.end(kind.gap.into());
            }
            if kind.is_apart {
                self.lines.space(Space::Word);
            }
        }
        self.ended = Some(tag);
    }

    /// What a start tag does to the line.
    fn begin(&mut self, tag: TagId, kind: Kind) {
        if self.nesting.is_hidden() {
            return;
        }
        if tag == id::BR {
            self.lines.break_line();
        } else if kind.gap > 0 {
            self.lines.end(kind.gap.into());
        }
        if kind.is_apart || (tag == id::A && self.ended == Some(id::A)) {
            self.lines.space(Space::Word);
        } else if matches!(tag, id::TD | id::TH) {
            self.lines.space(Space::Cell);
        } else if self.ended.is_some() {
            self.lines.space(Space::Label);
        }
    }

    fn close_to(&mut self, depth: usize) {
        let tags = &self.tags;
        let gap = self.nesting.close_to(depth, |tag| tags.kind(tag).gap);
        if gap > 0 {
            self.lines.end(gap.into());
        }
        self.lines.closed_to(depth);
        self.lines.veil(self.nesting.is_veiled());
    }

    /// Whether what is in an element is shown. What scripts may show stands in lines of its own; inside a line it is not shown.
    fn showing(&self, name: &[u8], kind: Kind, attributes: &Attributes) -> Showing {
        if kind.is_hidden {
            Showing::Never
        } else if kind.is_fallback || is_hidden(name, attributes) {
            if self.lines.is_empty() { Showing::Veiled } else { Showing::Never }
        } else {
            Showing::Shown
        }
    }

    /// The text, what the markup tells of its lines, and what the page says of itself.
    pub fn finish(self) -> (String, Markup, Told) {
        let (text, places) = self.lines.finish();
        let Names { words, lists, .. } = self.names;
        let elements = Elements { all: self.elements, tags: self.tags.into_names(), words, lists };
        (text, Markup { places: places.into(), elements: elements.into() }, self.told)
    }
}

/// The element that is open at a depth; it and those around it hold text now.
fn element_at(depth: usize, nesting: &mut Nesting, elements: &mut Vec<Element>, names: &mut Names, tags: &Tags) -> u32 {
    let known = nesting.open[..depth].iter().rposition(|open| open.element.is_some());
    let mut parent = known.and_then(|place| nesting.open[place].element).unwrap_or(NONE);
    for open in &mut nesting.open[known.map_or(0, |place| place + 1)..depth] {
        let (role, words) = names.get(open.names);
        let landmark = role.or_else(|| Landmark::of_tag(tags.name(open.tag)));
        elements.push(Element { parent, tag: open.tag, is_block: open.is_block, landmark, words });
        parent = elements.len() as u32 - 1;
        open.element = Some(parent);
    }
    parent
}

/// Whether an element's attributes hide it.
fn is_hidden(name: &[u8], attributes: &Attributes) -> bool {
    let hidden = attributes.get(Attribute::Hidden).is_some_and(|value| !value.eq_ignore_ascii_case("until-found"));
    hidden
        || (name == b"dialog" && attributes.get(Attribute::Open).is_none())
        || attributes.get(Attribute::Style).is_some_and(is_not_displayed)
}

/// Whether a style says `display: none`.
fn is_not_displayed(style: &str) -> bool {
    let declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
    let mut display = declarations.filter(|(property, _)| property.trim().eq_ignore_ascii_case("display"));
    display.any(|(_, value)| value.trim().get(..4).is_some_and(|value| value.eq_ignore_ascii_case("none")))
}

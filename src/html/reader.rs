//! What the tokenizer calls: tags with the few attributes that matter, and text. What they mean is the page's to know.
//!
//! Comments, errors and all other attributes are dropped where they stand, without a copy.

use std::convert::Infallible;

use html5gum::{Emitter, Error, State};

use super::page::Page;

/// The attributes that matter.
#[derive(Debug, Default)]
pub struct Attributes {
    values: [Value; NAMES.len()],
}

#[derive(Debug, Default)]
struct Value {
    is_set: bool,
    bytes: Vec<u8>,
}

/// Their names, in the order of [`Attribute`].
const NAMES: [&[u8]; 13] = [
    b"class",
    b"id",
    b"role",
    b"itemprop",
    b"style",
    b"hidden",
    b"open",
    b"lang",
    b"content",
    b"property",
    b"name",
    b"http-equiv",
    b"xml:lang",
];

/// An attribute that matters.
#[derive(Debug, Clone, Copy)]
pub enum Attribute {
    Class,
    Id,
    Role,
    Itemprop,
    Style,
    Hidden,
    Open,
    Lang,
    Content,
    Property,
    Name,
    HttpEquiv,
    XmlLang,
}

impl Attributes {
    /// The value of an attribute, nothing if it is not there; what is no UTF-8 is nothing too.
    pub fn get(&self, attribute: Attribute) -> Option<&str> {
        let value = &self.values[attribute as usize];
        if value.is_set { std::str::from_utf8(&value.bytes).ok() } else { None }
    }

    /// The value of an attribute, as long as its tag stands; empty if it is not there.
    pub fn bytes(&self, attribute: Attribute) -> &[u8] {
        &self.values[attribute as usize].bytes
    }

    /// Whether any of the attributes is there.
    pub fn is_any(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().any(|attribute| self.values[*attribute as usize].is_set)
    }

    fn clear(&mut self) {
        for value in self.values.iter_mut().filter(|value| value.is_set) {
            value.is_set = false;
            value.bytes.clear();
        }
    }
}

/// The longest name that matters.
const NAME_BYTES_MAX: usize = 10;

/// What the tokenizer calls.
pub struct Reader<'p> {
    page: &'p mut Page,
    attribute_bytes_max: usize,
    tag: Vec<u8>,
    is_end: bool,
    last_start: Vec<u8>,
    attributes: Attributes,
    name: Vec<u8>,
    /// The attribute whose value is read, if it matters and is the first of its name.
    reading: Option<usize>,
    /// Text that is not handed on yet: the tokenizer gives it in pieces.
    text: Vec<u8>,
}

impl<'p> Reader<'p> {
    pub fn new(page: &'p mut Page, attribute_bytes_max: usize) -> Self {
        Reader {
            page,
            attribute_bytes_max,
            tag: Vec::new(),
            is_end: false,
            last_start: Vec::new(),
            attributes: Attributes::default(),
            name: Vec::new(),
            reading: None,
            text: Vec::new(),
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            match std::str::from_utf8(&self.text) {
                Ok(text) => self.page.text(text),
                Err(_) => self.page.text(&String::from_utf8_lossy(&self.text)),
            }
            self.text.clear();
        }
    }

    /// The name of an attribute is complete.
    fn named(&mut self) {
        if self.name.is_empty() {
            return;
        }
        let place = NAMES.iter().position(|name| *name == self.name);
        self.reading = place.filter(|place| !self.is_end && !self.attributes.values[*place].is_set);
        if let Some(place) = self.reading {
            self.attributes.values[place].is_set = true;
        }
        self.name.clear();
    }
}

impl Emitter for Reader<'_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, last_start_tag: Option<&[u8]>) {
        self.last_start.clear();
        self.last_start.extend_from_slice(last_start_tag.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.flush();
    }

    fn emit_error(&mut self, _: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, text: &[u8]) {
        if self.page.wants_text() {
            self.text.extend_from_slice(text);
        }
    }

    fn init_start_tag(&mut self) {
        self.tag.clear();
        self.attributes.clear();
        self.is_end = false;
    }

    fn init_end_tag(&mut self) {
        self.tag.clear();
        self.is_end = true;
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        self.named();
        self.reading = None;
        self.flush();
        if self.is_end {
            self.last_start.clear();
            self.page.end_tag(&self.tag);
            return None;
        }
        std::mem::swap(&mut self.last_start, &mut self.tag);
        self.page.start_tag(&self.last_start, &self.attributes)
    }

    fn emit_current_comment(&mut self) {}

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {}

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, name: &[u8]) {
        let room = self.attribute_bytes_max.saturating_sub(self.tag.len()).min(name.len());
        self.tag.extend_from_slice(&name[..room]);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        self.named();
        self.reading = None;
    }

    fn init_attribute_value(&mut self) {
        self.named();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        // One byte more than any that matters: it is none of them.
        let room = (NAME_BYTES_MAX + 1).saturating_sub(self.name.len()).min(name.len());
        self.name.extend_from_slice(&name[..room]);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        self.named();
        if let Some(place) = self.reading {
            let bytes = &mut self.attributes.values[place].bytes;
            if bytes.len() + value.len() <= self.attribute_bytes_max {
                bytes.extend_from_slice(value);
            } else {
                self.reading = None;
                self.page.cut_attribute();
            }
        }
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && !self.last_start.is_empty() && self.last_start == self.tag
    }
}

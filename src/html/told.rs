//! What a page says of itself: its title and its language.

use super::reader::{Attribute, Attributes};

/// What a page says of itself.
#[derive(Debug, Default)]
pub struct Told {
    /// What stands in `title`.
    pub title: String,
    shared_title: Option<String>,
    lang: Option<String>,
    lang_of_header: Option<String>,
    lang_of_locale: Option<String>,
}

impl Told {
    /// Takes in the attributes of `html` or `body`.
    pub fn root(&mut self, attributes: &Attributes) {
        for attribute in [Attribute::Lang, Attribute::XmlLang] {
            set(&mut self.lang, attributes.get(attribute).and_then(tag_of));
        }
    }

    /// Takes in a `meta`.
    pub fn meta(&mut self, attributes: &Attributes) {
        let Some(content) = attributes.get(Attribute::Content) else { return };
        let is =
            |attribute: Attribute, name: &str| attributes.get(attribute).is_some_and(|value| value.eq_ignore_ascii_case(name));
        // Both attributes are in use for it.
        let is_property = |name: &str| is(Attribute::Property, name) || is(Attribute::Name, name);
        if is_property("og:title") {
            set(&mut self.shared_title, Some(squeezed(content)).filter(|title| !title.is_empty()));
        } else if is(Attribute::HttpEquiv, "content-language") {
            set(&mut self.lang_of_header, tag_of(content));
        } else if is_property("og:locale") {
            set(&mut self.lang_of_locale, tag_of(content));
        }
    }

    /// The language, as a tag (`pt-BR`).
    pub fn lang(&mut self) -> Option<String> {
        self.lang.take().or(self.lang_of_header.take()).or(self.lang_of_locale.take())
    }

    /// The title: the first of the page's main headings that what is told holds, for that one stands on the page and has no site's name
    /// behind it; else the one for sharing, which seldom has one; else what `title` holds.
    pub fn title<'h>(&mut self, mut headings: impl Iterator<Item = &'h str>) -> Option<String> {
        let own = squeezed(&self.title);
        let told = self.shared_title.take().or(Some(own.clone()).filter(|title| !title.is_empty()))?;
        let folded = [plain(&told), plain(&own)];
        let heading = headings.find(|heading| {
            let heading = plain(heading);
            !heading.is_empty() && folded.iter().any(|told| told.contains(&heading))
        });
        Some(heading.map_or(told, str::to_owned))
    }
}

fn set(place: &mut Option<String>, value: Option<String>) {
    if place.is_none() {
        *place = value;
    }
}

/// With single spaces.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Letters and figures alone, in small letters, as names of sites are compared: `The Daily` and `thedaily`.
pub fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| char::from(b.to_ascii_lowercase())).collect();
    }
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The longest tag of a language in use.
const LANG_BYTES_MAX: usize = 35;

/// A language's tag, if it looks like one; the first of several.
fn tag_of(value: &str) -> Option<String> {
    let tag = value.split(',').next()?.trim();
    let language = tag.split(['-', '_']).next()?;
    let is_tag = tag.len() <= LANG_BYTES_MAX
        && (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    is_tag.then(|| tag.to_owned())
}

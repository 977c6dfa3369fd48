//! What the elements of an HTML page are to the lines in them: landmarks, boxes, and what the words of their classes tell.

use std::sync::LazyLock;

use super::features::{MarkupFeature as F, NONE};
use crate::hash::NameMap;
use crate::html::{Landmark, Markup};

/// The lists of words, in the order of the features.
const WORDS: &str = include_str!("../../patterns/body/classes.txt");

/// How many lists there are.
const LISTS: usize = LIST_FEATURES.len();
/// The prefix of their features' names.
const LIST_PREFIX: &str = "class-";

/// For each word, the lists that have it, a bit each.
static LISTED: LazyLock<NameMap<&str, u32>> = LazyLock::new(|| {
    let mut listed = NameMap::default();
    for (name, word) in words() {
        let number = LIST_FEATURES.iter().position(|feature| F::ALL[*feature as usize].1.strip_prefix(LIST_PREFIX) == Some(name));
        *listed.entry(word).or_default() |= number.map_or(0, |number| 1 << number);
    }
    listed
});

/// The words, each with its list: `name: word word`, and lines that go on with it.
fn words() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let named = lines.scan("", |name, line| {
        let (new, words) = line.split_once(": ").unwrap_or((name, line));
        *name = new;
        Some((new, words))
    });
    named.flat_map(|(name, words)| words.split_whitespace().map(move |word| (name, word)))
}

/// What an element is to the lines in it.
#[derive(Debug, Clone, Copy)]
pub struct Inside {
    /// For each list of words, how many elements further out the nearest with one of its words stands.
    pub lists: [u8; LISTS],
    pub landmark: u8,
    /// 1 in main, 2 in an article, 3 in both.
    pub main: u8,
    /// How many other landmarks are around.
    pub frames: u8,
    pub depth: u8,
    /// The nearest block, and the nearest box, of the elements around and itself.
    pub block: usize,
    pub cell: usize,
}

/// No element: the page itself.
pub const PAGE: usize = usize::MAX;

pub const OUTSIDE: Inside =
    Inside { lists: [NONE; LISTS], landmark: NONE, main: 0, frames: 0, depth: 0, block: PAGE, cell: PAGE };

/// The order of landmarks, from what is never the article's to what is.
const LANDMARKS: [Landmark; 8] = [
    Landmark::Footer,
    Landmark::Nav,
    Landmark::Aside,
    Landmark::Dialog,
    Landmark::Search,
    Landmark::Header,
    Landmark::Article,
    Landmark::Main,
];

/// Tags from boxes to paragraphs; those that are not listed are boxes.
fn tag_code(tag: &str) -> u8 {
    match tag {
        "p" => 14,
        "blockquote" => 13,
        "pre" | "listing" | "xmp" => 12,
        "h1" => 11,
        "h2" => 10,
        "h3" => 9,
        "h4" => 8,
        "h5" => 7,
        "h6" => 6,
        "li" => 5,
        "dt" | "dd" => 4,
        "figure" | "figcaption" | "caption" => 3,
        "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "table" => 2,
        _ => 1,
    }
}

/// The code of a box.
pub const BOX: u8 = 1;

/// The elements of a page.
#[derive(Debug, Default)]
pub struct Elements {
    pub inside: Vec<Inside>,
    /// The element around each, or [`PAGE`].
    pub parents: Vec<usize>,
    /// What each is by its tag.
    pub codes: Vec<u8>,
    /// A number of the classes of each.
    pub names: Vec<(u32, u32)>,
    /// How many are articles.
    pub articles: usize,
}

impl Elements {
    /// Looks at all elements, outer ones first.
    pub fn new(markup: &Markup) -> Elements {
        let masks: Vec<u32> = markup.words().map(|word| LISTED.get(word).copied().unwrap_or(0)).collect();
        let mut all = Elements::default();
        for (number, element) in markup.elements().enumerate() {
            let around = element.parent().map_or(OUTSIDE, |parent| all.inside[parent]);
            let mask = element.words().iter().fold(0, |mask, word| mask | masks[*word as usize]);
            let code = tag_code(element.tag());
            let mut own = Inside { depth: around.depth.saturating_add(1).min(254), ..around };
            for (list, steps) in own.lists.iter_mut().enumerate() {
                *steps = if mask >> list & 1 == 1 { 0 } else { steps.saturating_add(1) };
            }
            if let Some(landmark) = element.landmark() {
                own.stands_in(landmark);
                all.articles += usize::from(landmark == Landmark::Article);
            }
            if element.is_block() {
                own.block = number;
                own.cell = if code == BOX { number } else { around.cell };
            }
            all.inside.push(own);
            all.parents.push(element.parent().unwrap_or(PAGE));
            all.codes.push(code);
            all.names.push(element.names());
        }
        all
    }
}

impl Inside {
    fn stands_in(&mut self, landmark: Landmark) {
        self.landmark = LANDMARKS.iter().position(|other| *other == landmark).map_or(NONE, |place| place as u8);
        match landmark {
            Landmark::Main => self.main |= 1,
            Landmark::Article => self.main |= 2,
            _ => self.frames = self.frames.saturating_add(1).min(254),
        }
    }
}

/// The features of the lists of words.
pub const LIST_FEATURES: [F; 21] = [
    F::Content,
    F::Prose,
    F::Heading,
    F::Navigation,
    F::Footer,
    F::Header,
    F::Social,
    F::Comments,
    F::Related,
    F::Cards,
    F::Aside,
    F::Advert,
    F::Appeal,
    F::Controls,
    F::Byline,
    F::Tags,
    F::Caption,
    F::Product,
    F::Forum,
    F::Unseen,
    F::Toc,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_is_there_and_no_other() {
        let mut named: Vec<_> = LIST_FEATURES.iter().map(|f| &F::ALL[*f as usize].1[LIST_PREFIX.len()..]).collect();
        let mut written: Vec<_> = words().map(|(name, _)| name).collect();
        named.sort_unstable();
        written.sort_unstable();
        written.dedup();
        assert_eq!(named, written);
        assert!(words().all(|(_, word)| word == word.to_lowercase()), "words of classes are in small letters");
        assert!(LISTED["nav"] != 0);
    }
}

//! By what a phrase is found: the rarest key that each of its spellings has.
//!
//! How keys become tables is `index`'s and `tables`' work.

use xxhash_rust::xxh3::xxh3_64;

use super::fold::{is_aside, is_unspaced, scan_fold, trim_aside};
use super::tables::window_hash;
use crate::names::At;
use crate::rules::load::{RuleSet, Shared};
use crate::rules::phrase::{Node, Slot};

/// The class that counts, dates and times imply.
const DIGITS: &str = "digit";

/// How a pattern is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Line(u64),
    Head(u64),
    Tail(u64),
    Anchor(String),
    Class(u32),
}

/// The keys of a phrase: one for each of its spellings.
pub fn keys(nodes: &[Node], at: At, set: &RuleSet, shared: &Shared) -> Option<Vec<Key>> {
    let mut found = Vec::new();
    for spelling in spellings(nodes, set) {
        let mut best: Option<(u32, Vec<Key>)> = None;
        let mut offer = |cost: u32, keys: Vec<Key>| {
            if !keys.is_empty() && best.as_ref().is_none_or(|(c, _)| cost < *c) {
                best = Some((cost, keys));
            }
        };
        if let ([Part::Text(text)], At::Line) = (&spelling[..], at) {
            let folded = scan_fold(text);
            let key = trim_aside(folded.as_bytes());
            if !key.is_empty() {
                offer(0, vec![Key::Line(xxh3_64(key))]);
            }
        }
        if let (Some(Part::Text(text)), At::Line | At::Start) = (spelling.first(), at) {
            let folded = scan_fold(text);
            let shown = &folded.as_bytes()[folded.len() - trim_start(folded.as_bytes()).len()..];
            if let Some(word) = head_word(shown).filter(|w| w.len() < shown.len() || is_short_unspaced(w)) {
                offer(word_cost(word), vec![Key::Head(xxh3_64(word))]);
            }
        }
        if let (Some(Part::Text(text)), At::Line | At::End) = (spelling.last(), at) {
            let folded = scan_fold(text);
            let shown = trim_end(folded.as_bytes());
            if let Some(word) = tail_word(shown).filter(|w| w.len() < shown.len() || is_short_unspaced(w)) {
                offer(word_cost(word), vec![Key::Tail(xxh3_64(word))]);
            }
        }
        for part in &spelling {
            match part {
                Part::Text(text) => {
                    if let Some((cost, key)) = anchor_key(text, shared) {
                        offer(cost, vec![key]);
                    }
                }
                Part::Members(members) => {
                    let keys: Option<Vec<_>> = members.iter().map(|m| anchor_key(m, shared)).collect();
                    if let Some(keys) = keys {
                        let cost = keys.iter().map(|k| k.0).max().unwrap_or(0) + 1;
                        offer(cost, keys.into_iter().map(|k| k.1).collect());
                    }
                }
                Part::Languages => {
                    let names = shared.languages.iter().flat_map(|l| l.own.iter().chain(&l.foreign));
                    offer(5, names.filter_map(|n| anchor_key(n, shared)).map(|k| k.1).collect());
                }
                Part::Figures => offer(
                    10,
                    shared.classes.iter().position(|(n, _)| n == DIGITS).map(|c| Key::Class(c as u32)).into_iter().collect(),
                ),
                Part::Gap => {}
            }
        }
        found.extend(best?.1);
    }
    Some(found)
}

fn is_short_unspaced(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|w| w.chars().count() == 2 && w.chars().all(is_unspaced))
}

fn word_cost(word: &[u8]) -> u32 {
    match word.len() {
        0..=2 => 9,
        3 => 7,
        4..=5 => 4,
        _ => 2,
    }
}

/// The key of a literal, with what it costs to look for it.
pub fn anchor_key(text: &str, shared: &Shared) -> Option<(u32, Key)> {
    let folded = scan_fold(text);
    let literal = folded.trim_matches(' ');
    let class = || {
        let within = |(_, ranges): &(String, Vec<(char, char)>)| {
            ranges.iter().any(|(a, b)| literal.chars().any(|c| (*a..=*b).contains(&c)))
        };
        shared.classes.iter().position(|class| class.0 != DIGITS && within(class)).map(|c| (6, Key::Class(c as u32)))
    };
    let cost = match (literal.len(), literal.is_ascii()) {
        (8.., _) => 1,
        (6..=7, _) => 3,
        (4..=5, _) => 5,
        (2..=3, false) => 6,
        // Two letters stand in every second line (`in`, `on`): figures are rarer.
        (3, true) => 9,
        (2, true) => 11,
        _ => return class(),
    };
    class().filter(|(c, _)| *c < cost).or(Some((cost, Key::Anchor(literal.to_owned()))))
}

/// A part of one spelling of a phrase.
#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Members(Vec<String>),
    Languages,
    Figures,
    Gap,
}

/// How many spellings the sets of a phrase may be written out to; larger sets are looked for by their members.
const WRITTEN_OUT_MAX: usize = 256;

fn spellings(nodes: &[Node], set: &RuleSet) -> Vec<Vec<Part>> {
    let mut all: Vec<Vec<Part>> = vec![Vec::new()];
    for node in nodes {
        let ways: Vec<Vec<Part>> = match node {
            Node::Text(text) => vec![vec![Part::Text(text.clone())]],
            Node::CutStart | Node::CutEnd => continue,
            Node::AnyEnding => vec![vec![Part::Gap]],
            Node::Slot(Slot::Count | Slot::Date | Slot::Time) => vec![vec![Part::Figures]],
            Node::Slot(Slot::Own | Slot::Foreign | Slot::Langs) => vec![vec![Part::Languages]],
            Node::Slot(_) => vec![vec![Part::Gap]],
            Node::Group(ways) => ways.iter().flat_map(|way| spellings(way, set)).collect(),
            Node::Set { set: index, many, .. } => {
                let members = set.sets.get(*index as usize).cloned().unwrap_or_default();
                if all.len() * members.len() > WRITTEN_OUT_MAX {
                    vec![vec![Part::Members(members)]]
                } else {
                    // What may follow a member of several begins with a separator, so its last word is whole.
                    let several = |m| vec![Part::Text(format!("{m} ")), Part::Gap];
                    members.into_iter().map(|m| if *many { several(m) } else { vec![Part::Text(m)] }).collect()
                }
            }
        };
        let mut longer = Vec::with_capacity(all.len() * ways.len());
        for spelling in &all {
            for way in &ways {
                longer.push(joined(spelling, way));
            }
        }
        all = longer;
    }
    all
}

fn joined(before: &[Part], after: &[Part]) -> Vec<Part> {
    let mut parts = before.to_vec();
    for part in after {
        match (parts.last_mut(), part) {
            (Some(Part::Text(last)), Part::Text(text)) => last.push_str(text),
            _ => parts.push(part.clone()),
        }
    }
    parts
}

fn trim_start(folded: &[u8]) -> &[u8] {
    let start = folded.iter().position(|&b| !is_aside(b)).unwrap_or(folded.len());
    &folded[start..]
}

fn trim_end(folded: &[u8]) -> &[u8] {
    let end = folded.iter().rposition(|&b| !is_aside(b)).map_or(0, |i| i + 1);
    &folded[..end]
}

/// The first word of a trimmed scan fold: letters and digits, of scripts without spaces two characters.
pub fn head_word(folded: &[u8]) -> Option<&[u8]> {
    let plain = folded.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(folded.len());
    if plain == folded.len() || folded[plain].is_ascii() {
        return (plain > 0).then(|| &folded[..plain]);
    }
    let text = std::str::from_utf8(folded).ok()?;
    let first = text.chars().next()?;
    let end = if is_unspaced(first) {
        text.char_indices().nth(2).map_or(text.len(), |(i, _)| i)
    } else {
        text.char_indices().find(|(_, c)| !c.is_alphanumeric() || is_unspaced(*c)).map_or(text.len(), |(i, _)| i)
    };
    (end > 0).then(|| &folded[..end])
}

/// The last word of a trimmed scan fold, likewise.
pub fn tail_word(folded: &[u8]) -> Option<&[u8]> {
    let plain = folded.iter().rposition(|b| !b.is_ascii_alphanumeric()).map_or(0, |i| i + 1);
    if plain == 0 || folded[plain - 1].is_ascii() {
        return (plain < folded.len()).then(|| &folded[plain..]);
    }
    let text = std::str::from_utf8(folded).ok()?;
    let last = text.chars().next_back()?;
    let start = if is_unspaced(last) {
        text.char_indices().rev().nth(1).map_or(0, |(i, _)| i)
    } else {
        text.char_indices().rev().find(|(_, c)| !c.is_alphanumeric() || is_unspaced(*c)).map_or(0, |(i, c)| i + c.len_utf8())
    };
    (start < text.len()).then(|| &folded[start..])
}

/// The widths of windows, in the order of their sections.
pub const WINDOWS: [usize; 3] = [8, 4, 2];

/// The window of a literal that pages hold least often, as its width's index and its hash.
pub fn rarest_window(literal: &[u8]) -> (usize, u64) {
    let width = WINDOWS.iter().position(|w| *w <= literal.len()).unwrap_or(WINDOWS.len() - 1);
    let commonness = |window: &[u8]| -> u32 { window.iter().map(|&b| byte_commonness(b)).sum() };
    let rarest = literal.windows(WINDOWS[width]).min_by_key(|w| commonness(w)).unwrap_or(literal);
    let mut bytes = [0; 8];
    bytes[..rarest.len().min(8)].copy_from_slice(&rarest[..rarest.len().min(8)]);
    (width, window_hash(u64::from_le_bytes(bytes)))
}

/// How common a byte is in folded text, roughly, in per mille of English.
fn byte_commonness(b: u8) -> u32 {
    const LETTERS: [u32; 26] =
        [65, 12, 22, 34, 100, 18, 16, 49, 56, 1, 6, 32, 19, 56, 60, 15, 1, 48, 51, 73, 22, 8, 19, 1, 16, 1];
    match b {
        b' ' => 180,
        b'a'..=b'z' => LETTERS[usize::from(b - b'a')],
        0xd0 | 0xd1 | 0xe3..=0xe9 => 60,
        0x80.. => 20,
        _ => 8,
    }
}

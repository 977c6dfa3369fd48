//! By what a phrase is found: the rarest key that each of its spellings has.
//!
//! How keys become tables is `index`'s and `tables`' work.

use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

use super::fold::{is_aside, is_unspaced, scan_fold, trim_aside};
use crate::char_table::is_alphanumeric;
use crate::names::At;
use crate::rules::load::{RuleSet, Shared};
use crate::rules::phrase::{Node, Slot};

/// The class that counts imply.
const DIGITS: &str = "digit";
/// Stands for a class of lines that hold a date; classes of characters have smaller numbers.
pub const DATES: u32 = 32;
/// Stands for a class of lines that hold a time of day.
pub const TIMES: u32 = 33;

/// How a pattern is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The hash of a whole folded line, and its length in bytes.
    Line(u64, usize),
    Head(u64),
    Tail(u64),
    Anchor(Anchor),
    Class(u32),
}

/// A literal that stands in each match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// Its scan fold.
    pub literal: String,
    /// Whether a word begins where it begins: no letter or figure of ASCII goes on from before.
    pub starts: bool,
    /// Whether a word ends where it ends.
    pub ends: bool,
}

/// Which ends of a literal are borders of words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Borders {
    /// Its start.
    pub starts: bool,
    /// Its end.
    pub ends: bool,
}

/// Keys that together find every spelling of a phrase, and what it costs to look for the commonest of them.
type Way = (u32, Vec<Key>);

/// What it costs to look for the characters of a class.
const CLASS_COST: u32 = 6;
/// What it costs to look for lines that begin or end with a member of a set.
const SET_COST: u32 = 5;
/// What it costs to look for every name of every language.
const LANGUAGES_COST: u32 = 5;

/// The keys of a phrase: of all the ways to find it the cheapest, and of those the one with the fewest keys.
pub fn keys(nodes: &[Node], at: At, set: &RuleSet, shared: &Shared) -> Option<Vec<Key>> {
    let spellings = spellings(nodes, set);
    let mut ways: Vec<Way> = (0..nodes.len()).filter_map(|i| node_way(nodes, i, set, shared)).collect();
    if at == At::Line {
        ways.extend(all(&spellings, |s| line_key(s).map(|key| (0, key))));
    }
    if matches!(at, At::Line | At::Start) {
        ways.extend(all(&spellings, head_key));
    }
    if matches!(at, At::Line | At::End) {
        ways.extend(all(&spellings, tail_key));
    }
    ways.extend(all(&spellings, |s| longest_key(s, shared)));
    ways.extend(set_way(nodes, at, set));
    let best = ways.into_iter().min_by_key(|(cost, keys)| (*cost, keys.len()));
    // Thousands of names: written out only where nothing else is as rare.
    match best {
        Some((cost, keys)) if cost <= LANGUAGES_COST => Some(keys),
        best => language_keys(nodes, shared).or(best.map(|(_, keys)| keys)),
    }
}

/// A line that begins or ends with a set is found by the first or the last words of the set's members, one that is a member by all of
/// it: a menu of a hundred words has some in every second line, but hardly ever there.
fn set_way(nodes: &[Node], at: At, set: &RuleSet) -> Option<Way> {
    let members = |node: Option<&Node>| match node {
        Some(Node::Set { set: index, .. }) => set.sets.get(*index as usize),
        _ => None,
    };
    let every = |members: &[String], key: &dyn Fn(&str) -> Option<Key>| {
        let found: Option<Vec<_>> = members.iter().map(|m| key(trim_aside(&scan_fold(m))).map(|key| (0, key))).collect();
        found.and_then(join).map(|(_, keys)| keys)
    };
    if let (At::Line, [Node::Set { many: false, .. }]) = (at, nodes) {
        return every(members(nodes.first())?, &|m| (!m.is_empty()).then(|| Key::Line(hash(m), m.len()))).map(|keys| (0, keys));
    }
    // Of scripts without spaces a line's first word is its first two characters, whatever the member is.
    let whole = |word: &str| word.chars().count() >= 2 || !word.chars().all(is_unspaced);
    let head = |m: &str| head_word(m).filter(|w| whole(w)).map(|w| Key::Head(hash(w)));
    let tail = |m: &str| tail_word(m).filter(|w| whole(w)).map(|w| Key::Tail(hash(w)));
    let first = members(nodes.first()).filter(|_| at != At::End && at != At::Anywhere).and_then(|m| every(m, &head));
    let last = || members(nodes.last()).filter(|_| at != At::Start && at != At::Anywhere).and_then(|m| every(m, &tail));
    first.or_else(last).map(|keys| (SET_COST, keys))
}

/// The names of all languages, if the phrase asks for one.
fn language_keys(nodes: &[Node], shared: &Shared) -> Option<Vec<Key>> {
    let slot = |node: &Node| matches!(node, Node::Slot(Slot::Own | Slot::Foreign | Slot::Langs));
    nodes.iter().find(|node| slot(node))?;
    let names = shared.languages.iter().flat_map(|l| l.own.iter().chain(&l.foreign));
    // A name ends where a word ends, whatever slot it stands for. In a list of languages it may follow a code.
    let lists = nodes.iter().any(|node| matches!(node, Node::Slot(Slot::Langs)));
    let starts = !lists && nodes.iter().enumerate().filter(|(_, node)| slot(node)).all(|(i, _)| begins_word(&nodes[..i]));
    let borders = Borders { starts, ends: true };
    Some(names.filter_map(|n| anchor_key(n, borders, shared)).map(|(_, key)| key).collect())
}

/// Whether a match of what comes before ends where a word may end, whatever follows.
fn begins_word(before: &[Node]) -> bool {
    match before.last() {
        None => true,
        Some(Node::CutStart | Node::CutEnd) => begins_word(&before[..before.len() - 1]),
        Some(Node::Text(text)) => scan_fold(text).ends_with(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()),
        Some(Node::Group(_) | Node::Slot(_) | Node::Set { .. } | Node::AnyEnding) => false,
    }
}

/// Whether the phrase is over behind a part.
fn is_over(behind: &[Node]) -> bool {
    behind.iter().all(|node| matches!(node, Node::CutStart | Node::CutEnd))
}

/// A way that takes one key of each spelling; none if a spelling has none.
fn all(spellings: &[Vec<Part>], key: impl Fn(&[Part]) -> Option<(u32, Key)>) -> Option<Way> {
    let found: Option<Vec<_>> = spellings.iter().map(|spelling| key(spelling)).collect();
    found.and_then(join)
}

fn join(found: Vec<(u32, Key)>) -> Option<Way> {
    let cost = found.iter().map(|(cost, _)| *cost).max()?;
    let keys: BTreeSet<Key> = found.into_iter().map(|(_, key)| key).collect();
    Some((cost, keys.into_iter().collect()))
}

/// The way to find a phrase by one of its parts, whatever its other parts are.
fn node_way(nodes: &[Node], i: usize, set: &RuleSet, shared: &Shared) -> Option<Way> {
    let every = |texts: Vec<&String>, borders: Borders, more: u32| {
        let found: Option<Vec<_>> = texts.into_iter().map(|t| anchor_key(t, borders, shared)).collect();
        found.and_then(join).map(|(cost, keys)| (cost + more, keys))
    };
    let (starts, ends) = (begins_word(&nodes[..i]), is_over(&nodes[i + 1..]));
    match &nodes[i] {
        Node::Text(text) => every(vec![text], Borders { starts, ends }, 0),
        Node::Group(ways) => {
            let longest = |way: &Vec<Node>| {
                let text = |(j, node): (usize, &Node)| {
                    let Node::Text(text) = node else { return None };
                    let starts = if is_over(&way[..j]) { starts } else { begins_word(&way[..j]) };
                    anchor_key(text, Borders { starts, ends: ends && is_over(&way[j + 1..]) }, shared)
                };
                way.iter().enumerate().filter_map(text).min_by_key(|(cost, _)| *cost)
            };
            ways.iter().map(longest).collect::<Option<Vec<_>>>().and_then(join)
        }
        // A member stands between borders of words, unless any ending may follow it.
        Node::Set { set: index, .. } => {
            let whole = !matches!(nodes.get(i + 1), Some(Node::AnyEnding));
            every(set.sets.get(*index as usize)?.iter().collect(), Borders { starts: whole, ends: whole }, 1)
        }
        // Rarer than figures; the scan looks for them once a line.
        Node::Slot(Slot::Date) => Some((8, vec![Key::Class(DATES)])),
        Node::Slot(Slot::Time) => Some((8, vec![Key::Class(TIMES)])),
        Node::Slot(Slot::Count) => {
            let digits = shared.classes.iter().position(|(name, _)| name == DIGITS)?;
            Some((10, vec![Key::Class(digits as u32)]))
        }
        Node::Slot(_) | Node::AnyEnding | Node::CutStart | Node::CutEnd => None,
    }
}

fn line_key(spelling: &[Part]) -> Option<Key> {
    let [Part::Text(text)] = spelling else { return None };
    let folded = scan_fold(text);
    let key = trim_aside(&folded);
    (!key.is_empty()).then(|| Key::Line(hash(key), key.len()))
}

fn head_key(spelling: &[Part]) -> Option<(u32, Key)> {
    let Some(Part::Text(text)) = spelling.first() else { return None };
    // The word is whole only if the phrase goes on behind it.
    whole_head(&scan_fold(text), false)
}

/// The key of a text, folded, that begins a line with a whole word; `ends` says that no letter follows it.
pub fn whole_head(folded: &str, ends: bool) -> Option<(u32, Key)> {
    let shown = trim_start(folded);
    let word = head_word(shown).filter(|w| w.len() < shown.len() || ends || is_short_unspaced(w))?;
    Some((word_cost(word.as_bytes()), Key::Head(hash(word))))
}

fn tail_key(spelling: &[Part]) -> Option<(u32, Key)> {
    let Some(Part::Text(text)) = spelling.last() else { return None };
    let folded = scan_fold(text);
    let shown = trim_end(&folded);
    let word = tail_word(shown).filter(|w| w.len() < shown.len() || is_short_unspaced(w))?;
    Some((word_cost(word.as_bytes()), Key::Tail(hash(word))))
}

/// The rarest literal of a spelling, groups and small sets written out.
fn longest_key(spelling: &[Part], shared: &Shared) -> Option<(u32, Key)> {
    let key = |(i, part): (usize, &Part)| {
        let Part::Text(text) = part else { return None };
        anchor_key(text, Borders { starts: i == 0, ends: i + 1 == spelling.len() }, shared)
    };
    spelling.iter().enumerate().filter_map(key).min_by_key(|(cost, _)| *cost)
}

fn is_short_unspaced(word: &str) -> bool {
    word.chars().count() == 2 && word.chars().all(is_unspaced)
}

fn hash(folded: &str) -> u64 {
    xxh3_64(folded.as_bytes())
}

fn word_cost(word: &[u8]) -> u32 {
    match word.len() {
        0..=2 => 8,
        3 => 7,
        4..=5 => 4,
        _ => 2,
    }
}

/// The key of a literal, with what it costs to look for it.
pub fn anchor_key(text: &str, borders: Borders, shared: &Shared) -> Option<(u32, Key)> {
    let folded = scan_fold(text);
    let literal = folded.trim_matches(' ');
    // A space that a line may leave out stands beside another one or at the line's end.
    let (starts, ends) = (borders.starts || folded.starts_with(' '), borders.ends || folded.ends_with(' '));
    let anchor = || Key::Anchor(Anchor { literal: literal.to_owned(), starts, ends });
    let class = || {
        let within = |(_, ranges): &(String, Vec<(char, char)>)| {
            ranges.iter().any(|(a, b)| literal.chars().any(|c| (*a..=*b).contains(&c)))
        };
        shared.classes.iter().position(|class| class.0 != DIGITS && within(class)).map(|c| (CLASS_COST, Key::Class(c as u32)))
    };
    let cost = match (literal.len(), literal.is_ascii()) {
        // Eight bytes of common words (`on the s`) stand in many lines.
        (8.., true) => match commonness(rarest(literal.as_bytes(), 8)) {
            ..450 => 1,
            450..600 => 2,
            _ => 4,
        },
        (8.., false) => 1,
        (6..=7, _) => 3,
        (4..=5, _) => 5,
        (2..=3, false) => 6,
        // Two letters stand in every second line (`in`, `on`): figures are rarer.
        (3, true) => 9,
        (2, true) => 11,
        _ => return class(),
    };
    let rarer = if cost > CLASS_COST { class() } else { None };
    rarer.or_else(|| Some((cost, anchor())))
}

/// A part of one spelling of a phrase.
#[derive(Debug, Clone)]
enum Part {
    Text(String),
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
            Node::AnyEnding | Node::Slot(_) => vec![vec![Part::Gap]],
            Node::Group(ways) => ways.iter().flat_map(|way| spellings(way, set)).collect(),
            Node::Set { set: index, many, .. } => {
                let members = set.sets.get(*index as usize).cloned().unwrap_or_default();
                if all.len() * members.len() > WRITTEN_OUT_MAX {
                    vec![vec![Part::Gap]]
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

fn trim_start(folded: &str) -> &str {
    let start = folded.bytes().position(|b| !is_aside(b)).unwrap_or(folded.len());
    &folded[start..]
}

fn trim_end(folded: &str) -> &str {
    let end = folded.bytes().rposition(|b| !is_aside(b)).map_or(0, |i| i + 1);
    &folded[..end]
}

/// The first word of a trimmed scan fold: letters and digits, of scripts without spaces two characters.
pub fn head_word(text: &str) -> Option<&str> {
    let folded = text.as_bytes();
    let plain = folded.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(folded.len());
    if plain == folded.len() || folded[plain].is_ascii() {
        return (plain > 0).then(|| &text[..plain]);
    }
    let first = text.chars().next()?;
    let end = if is_unspaced(first) {
        text.char_indices().nth(2).map_or(text.len(), |(i, _)| i)
    } else {
        text.char_indices().find(|(_, c)| !is_alphanumeric(*c) || is_unspaced(*c)).map_or(text.len(), |(i, _)| i)
    };
    (end > 0).then(|| &text[..end])
}

/// The last word of a trimmed scan fold, likewise.
pub fn tail_word(text: &str) -> Option<&str> {
    let folded = text.as_bytes();
    let plain = folded.iter().rposition(|b| !b.is_ascii_alphanumeric()).map_or(0, |i| i + 1);
    if plain == 0 || folded[plain - 1].is_ascii() {
        return (plain < folded.len()).then(|| &text[plain..]);
    }
    let last = text.chars().next_back()?;
    let start = if is_unspaced(last) {
        text.char_indices().rev().nth(1).map_or(0, |(i, _)| i)
    } else {
        text.char_indices().rev().find(|(_, c)| !is_alphanumeric(*c) || is_unspaced(*c)).map_or(0, |(i, c)| i + c.len_utf8())
    };
    (start < text.len()).then(|| &text[start..])
}

/// The widths of windows, in the order of their sections.
pub const WINDOWS: [usize; 6] = [12, 8, 6, 4, 3, 2];

/// The part of a literal, so many bytes long, that pages hold least often.
pub fn rarest(literal: &[u8], width: usize) -> &[u8] {
    literal.windows(width).min_by_key(|w| commonness(w)).unwrap_or(literal)
}

pub(super) fn commonness(window: &[u8]) -> u32 {
    window.iter().map(|&b| byte_commonness(b)).sum()
}

/// How common a byte is in folded text, roughly, in per mille of English.
pub(super) fn byte_commonness(b: u8) -> u32 {
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

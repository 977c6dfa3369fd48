//! Words that a phrase needs: a line without them need not be compared with it, nor the phrase's rule be read.
//!
//! A token is a run of letters and digits of a scan fold; of scripts without spaces, two neighbouring characters.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::fold::{is_unspaced, scan_fold};
use super::places::{BLOCK_BYTES, Places, behind, each_bit, is_word, places};
use crate::char_table::is_alphanumeric;
use crate::rules::phrase::Node;

/// A needed word's hash; [`NONE`] if the phrase needs none for certain.
pub type Need = u32;

/// No certain word.
pub const NONE: Need = 0;

/// Any character beyond ASCII: what most expressions of other scripts need, whatever they are anchored by.
pub const BEYOND_ASCII: Need = 1;

/// What every match of an expression holds for certain: a character beyond ASCII, or nothing that is known.
pub fn need_of_regex(pattern: &str) -> Need {
    let hir = regex_syntax::parse(pattern);
    if hir.is_ok_and(|hir| is_beyond_ascii(&hir)) { BEYOND_ASCII } else { NONE }
}

fn is_beyond_ascii(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => !literal.0.is_ascii(),
        HirKind::Class(Class::Unicode(class)) => class.iter().all(|range| !range.start().is_ascii()),
        HirKind::Class(Class::Bytes(class)) => class.iter().all(|range| !range.start().is_ascii()),
        HirKind::Repetition(repetition) => repetition.min > 0 && is_beyond_ascii(&repetition.sub),
        HirKind::Capture(capture) => is_beyond_ascii(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(is_beyond_ascii),
        HirKind::Alternation(ways) => ways.iter().all(is_beyond_ascii),
        HirKind::Empty | HirKind::Look(_) => false,
    }
}

/// A group of more ways is not written out to its words.
const WAYS_MAX: usize = 12;

/// The words of a line, as bits of their hashes: a word that stands there is always found, one that does not hardly ever.
#[derive(Debug, Clone)]
pub struct TokenSet([u64; 16]);

impl TokenSet {
    /// The words of a scan fold of `shown` bytes; a block of zeros stands behind it.
    pub fn new(folded: &str, shown: usize) -> TokenSet {
        let mut set = TokenSet([0; 16]);
        if folded[..shown].is_ascii() {
            set.add_ascii(folded.as_bytes(), shown);
        } else {
            each_token(&folded[..shown], |token, _| set.add(need(token)));
        }
        set
    }

    /// Adds the words of ASCII, found by where they begin and end in blocks.
    fn add_ascii(&mut self, folded: &[u8], shown: usize) {
        let (mut start, mut before) = (None, false);
        for from in (0..=shown).step_by(BLOCK_BYTES) {
            let Some(block) = folded[from..].first_chunk() else { break };
            let word: Places = places::<BLOCK_BYTES>(block, is_word);
            each_bit(word ^ behind(word, before), |place| match start.take() {
                None => start = Some(from + place),
                Some(start) => self.add(need_at(folded, start, from + place)),
            });
            before = word >> (BLOCK_BYTES - 1) == 1;
        }
    }

    fn add(&mut self, need: Need) {
        let bit = bit_of(need);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether a needed word may stand in the line.
    pub fn may_hold(&self, need: Need) -> bool {
        let bit = bit_of(need);
        need == NONE || self.0[bit / 64] >> (bit % 64) & 1 == 1
    }
}

/// Its place among the bits: the highest bits of a product hang on all bytes.
fn bit_of(need: Need) -> usize {
    (need >> 22) as usize
}

/// The hash of a word.
fn need(token: &[u8]) -> Need {
    let eight = |bytes: &[u8]| bytes.iter().rev().fold(0, |all: u64, b| all << 8 | u64::from(*b));
    match (token.first_chunk(), token.last_chunk()) {
        (Some(first), Some(last)) => need_of(u64::from_le_bytes(*first), u64::from_le_bytes(*last), token.len()),
        _ => need_of(eight(token), 0, token.len()),
    }
}

/// The hash of a word that stands in a text with eight more bytes behind it.
#[inline]
fn need_at(text: &[u8], start: usize, end: usize) -> Need {
    let eight = |at: usize| text[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    match end - start {
        length @ ..8 => need_of(eight(start) & !(u64::MAX << (8 * length)), 0, length),
        length => need_of(eight(start), eight(end - 8), length),
    }
}

/// The hash of a word's first and last eight bytes and its length, which tell words apart well enough.
#[inline]
fn need_of(first: u64, last: u64, length: usize) -> Need {
    let mixed = (first ^ last.rotate_left(29) ^ length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 32) as u32).max(BEYOND_ASCII + 1)
}

/// Where a token stands in its text: whether it touches the beginning, the end.
type Touches = (bool, bool);

fn each_token(text: &str, mut take: impl FnMut(&[u8], Touches)) {
    let folded = text.as_bytes();
    if folded.is_ascii() {
        let mut at = 0;
        for word in folded.split(|b| !b.is_ascii_alphanumeric()) {
            if !word.is_empty() {
                take(word, (at == 0, at + word.len() == folded.len()));
            }
            at += word.len() + 1;
        }
        return;
    }
    let mut start = None;
    let mut last_unspaced: Option<usize> = None;
    let touches = |from: usize, to: usize| (from == 0, to == text.len());
    for (at, c) in text.char_indices() {
        let unspaced = !c.is_ascii() && is_unspaced(c);
        let in_word = !unspaced && is_alphanumeric(c);
        if !in_word && let Some(from) = start.take() {
            take(&folded[from..at], touches(from, at));
        }
        if in_word {
            start = start.or(Some(at));
        }
        if unspaced {
            let end = at + c.len_utf8();
            take(&folded[at..end], touches(at, end));
            if let Some(before) = last_unspaced {
                take(&folded[before..end], touches(before, end));
            }
        }
        last_unspaced = unspaced.then_some(at);
    }
    if let Some(from) = start {
        take(&folded[from..], touches(from, text.len()));
    }
}

/// A word and how much it tells.
type Found = (usize, Need);

/// The words of which one stands in every match of a phrase; [`NONE`] alone if there is no such word.
pub fn needs(nodes: &[Node]) -> Vec<Need> {
    // What ends a word on this side: the phrase's own end, or a literal that goes on with no letter.
    let ends = |node: Option<&Node>, is_edge: fn(&str) -> bool| match node {
        None => true,
        Some(Node::Text(text)) => is_edge(&scan_fold(text)),
        Some(_) => false,
    };
    let free_before = |i: usize| ends(i.checked_sub(1).map(|b| &nodes[b]), |t| !t.ends_with(char::is_alphanumeric));
    let free_behind = |i: usize| ends(nodes.get(i + 1), |t| !t.starts_with(char::is_alphanumeric));
    let mut best: Option<(usize, Vec<Need>)> = None;
    let mut offer = |length: usize, needs: Vec<Need>| {
        if best.as_ref().is_none_or(|(known, _)| length > *known) {
            best = Some((length, needs));
        }
    };
    for (i, node) in nodes.iter().enumerate() {
        match node {
            Node::Text(text) => {
                let found = longest(text, free_before(i), free_behind(i));
                found.into_iter().for_each(|(length, need)| offer(length, vec![need]));
            }
            Node::Group(ways) if ways.len() <= WAYS_MAX => {
                let one = |way: &Vec<Node>| match &way[..] {
                    [Node::Text(text)] => longest(text, free_before(i), free_behind(i)),
                    _ => None,
                };
                let found: Option<Vec<Found>> = ways.iter().map(one).collect();
                // Each way costs a place in the tables, so a group has to tell more than a word of the phrase's own.
                let length = found.iter().flatten().map(|(length, _)| *length).min().unwrap_or(0).saturating_sub(2);
                found.into_iter().for_each(|f| offer(length, f.into_iter().map(|(_, need)| need).collect()));
            }
            _ => {}
        }
    }
    best.map_or(vec![NONE], |(_, needs)| needs)
}

/// The longest word of a literal that no neighbour can go on.
fn longest(text: &str, free_start: bool, free_end: bool) -> Option<Found> {
    let folded = scan_fold(text);
    let mut found: Option<Found> = None;
    each_token(&folded, |token, (at_start, at_end)| {
        let of_unspaced = std::str::from_utf8(token).is_ok_and(|t| t.chars().all(|c| !c.is_ascii() && is_unspaced(c)));
        let is_whole = of_unspaced || ((!at_start || free_start) && (!at_end || free_end));
        if is_whole && found.is_none_or(|(length, _)| token.len() > length) {
            found = Some((token.len(), need(token)));
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    fn holds(line: &str, nodes: &[Node]) -> bool {
        let mut folded = scan_fold(line);
        let shown = folded.len();
        folded.extend(['\0'; BLOCK_BYTES]);
        let set = TokenSet::new(&folded, shown);
        needs(nodes).into_iter().any(|need| set.may_hold(need))
    }

    #[test]
    fn a_phrase_needs_its_longest_whole_word() {
        let slot = || Node::AnyEnding;
        assert!(holds("12 March at noon", &[slot(), text(" at "), slot()]));
        assert!(!holds("12 March, noon", &[slot(), text(" at "), slot()]));
        // What touches a slot may go on.
        assert_eq!(needs(&[slot(), text("min")]), vec![NONE]);
        assert_eq!(needs(&[text("shar"), slot()]), vec![NONE]);
        assert!(holds("Updated: noon", &[text("updated")]));
        assert!(!holds("Updates: noon", &[text("updated")]));
    }

    #[test]
    fn words_are_found_wherever_they_stand_in_a_block() {
        for before in 0..70 {
            for word in ["a", "updated", "everyone", "newsletters", &"x".repeat(130)] {
                let line = format!("{} {word}", "z".repeat(before));
                assert!(holds(&line, &[text(word)]), "{line}");
                assert!(holds(&format!("{line}, and"), &[text(word)]), "{line}");
                assert!(!holds(&format!("{line}s"), &[text(word)]), "{line}");
            }
        }
    }

    #[test]
    fn accents_and_case_do_not_hide_a_word() {
        assert!(holds("MÀJ à 12 h", &[text("maj"), text(" "), Node::AnyEnding]));
        assert!(holds("ΔΗΜΟΣΙΕΥΘΗΚΕ 12", &[text("δημοσιεύθηκε ")]));
    }

    #[test]
    fn scripts_without_spaces_need_two_characters() {
        assert!(holds("2013年3月12日更新", &[Node::AnyEnding, text("更新")]));
        assert!(!holds("2013年3月12日", &[Node::AnyEnding, text("更新")]));
    }

    #[test]
    fn an_expression_may_need_a_character_beyond_ascii() {
        for (pattern, need) in [
            ("(?:图|圖)\\s?[:：].+", BEYOND_ASCII),
            ("\\d{1,2}月\\d{1,2}日", BEYOND_ASCII),
            ("(?:图|photo).*", NONE),
            ("é?x", NONE),
            ("(?i)k", NONE),
        ] {
            assert_eq!(need_of_regex(pattern), need, "{pattern}");
        }
    }

    #[test]
    fn a_group_needs_one_of_its_words() {
        let group = Node::Group(vec![vec![text("uhr")], vec![text("stunden")]]);
        let nodes = [Node::AnyEnding, text(" "), group];
        assert!(holds("12 Uhr", &nodes) && holds("12 Stunden", &nodes));
        assert_eq!(needs(&nodes).len(), 2);
    }
}

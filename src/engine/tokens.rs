//! Words that a phrase needs: a line without them need not be compared with it, nor the phrase's rule be read.
//!
//! A token is a run of letters and digits of a scan fold; of scripts without spaces, two neighbouring characters.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::fold::{is_unspaced, scan_fold};
use super::shape::is_alphanumeric;
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
    /// The words of a scan fold.
    pub fn new(folded: &[u8]) -> TokenSet {
        let mut set = TokenSet([0; 16]);
        each_token(folded, |token, _| {
            let bit = need(token) as usize & 1023;
            set.0[bit / 64] |= 1 << (bit % 64);
        });
        set
    }

    /// Whether a needed word may stand in the line.
    pub fn may_hold(&self, need: Need) -> bool {
        let bit = need as usize & 1023;
        need == NONE || self.0[bit / 64] >> (bit % 64) & 1 == 1
    }
}

/// The hash of a word: of its first and last eight bytes and its length, which tell words apart well enough.
fn need(token: &[u8]) -> Need {
    let eight = |bytes: &[u8]| bytes.iter().fold(0, |all: u64, b| all << 8 | u64::from(*b));
    let (first, last) = match (token.first_chunk::<8>(), token.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_be_bytes(*first), u64::from_be_bytes(*last)),
        _ => (eight(token), 0),
    };
    let mixed = (first ^ last.rotate_left(29) ^ token.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 32) as u32).max(BEYOND_ASCII + 1)
}

/// Where a token stands in its text: whether it touches the beginning, the end.
type Touches = (bool, bool);

fn each_token(folded: &[u8], mut take: impl FnMut(&[u8], Touches)) {
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
    let Ok(text) = std::str::from_utf8(folded) else { return };
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
    each_token(folded.as_bytes(), |token, (at_start, at_end)| {
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
        let set = TokenSet::new(scan_fold(line).as_bytes());
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

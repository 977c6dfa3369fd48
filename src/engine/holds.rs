//! What a line must hold that its bytes alone do not tell: a date, a time of day, a word in capitals.
//!
//! A line with a date is named by a hundred phrases, and most of them ask for a date where it has none. What is asked for here is known
//! once a line; an outline carries it as bits.

use super::fold::scan_fold;
use crate::names::At;
use crate::rules::phrase::{Node, Slot};

/// What a line holds, or has to hold, a bit each.
pub type Holds = u32;

/// A date.
pub const DATE: Holds = 1;
/// A time of day.
pub const TIME: Holds = 1 << 1;
/// A date where the shown text begins.
pub const DATE_FIRST: Holds = 1 << 2;
/// Two capitals of ASCII side by side.
pub const CAPITALS: Holds = 1 << 3;

/// What lines hold that a phrase matches in. Dates and times are looked for where words begin, so only those count that stand there.
pub fn of_phrase(nodes: &[Node], at: At) -> Holds {
    let slots = nodes.iter().enumerate().filter(|(i, _)| begins_word(&nodes[..*i]));
    let own = slots.fold(0, |holds, (_, node)| match node {
        Node::Slot(Slot::Date) => holds | DATE,
        Node::Slot(Slot::Time) => holds | TIME,
        _ => holds,
    });
    let first = nodes.iter().find(|node| !matches!(node, Node::CutStart | Node::CutEnd));
    let is_first = matches!((at, first), (At::Line | At::Start, Some(Node::Slot(Slot::Date))));
    own | if is_first { DATE_FIRST } else { 0 }
}

/// Whether what comes before a slot ends in a sign or a space, or is nothing.
fn begins_word(before: &[Node]) -> bool {
    match before.last() {
        None => true,
        Some(Node::CutStart | Node::CutEnd) => begins_word(&before[..before.len() - 1]),
        Some(Node::Text(text)) => scan_fold(text).ends_with(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()),
        Some(_) => false,
    }
}

/// What lines hold that an expression matches in, of whose anchors, all literals, one is in the line letter for letter.
pub fn of_regex<'l>(pattern: &str, mut literals: impl Iterator<Item = &'l String>) -> Holds {
    if !pattern.contains("(?i") && literals.all(|literal| has_capitals(literal)) { CAPITALS } else { 0 }
}

/// Whether two capitals of ASCII stand side by side in a text.
pub fn has_capitals(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without a branch in it, many bytes are compared at once.
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(0, |found, (a, b)| found | (u8::from(a.is_ascii_uppercase()) & u8::from(b.is_ascii_uppercase()))) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::phrase::{SetNames, parse};

    struct NoSets;
    impl SetNames for NoSets {
        fn find(&mut self, _: &str) -> Option<u32> {
            None
        }
        fn names(&self) -> Vec<String> {
            Vec::new()
        }
    }

    #[test]
    fn phrases_ask_for_dates_where_words_begin() {
        for (phrase, at, holds) in [
            ("{date}", At::Line, DATE | DATE_FIRST),
            ("⟦{date}⟧ {time}", At::Start, DATE | TIME | DATE_FIRST),
            ("{date}T{time}", At::Line, DATE | DATE_FIRST),
            ("on {date}", At::Line, DATE),
            ("作成{date}", At::Line, 0),
            ("{date}", At::End, DATE),
            ("(on |){date}", At::Line, 0),
            ("({date}|never) seen", At::Line, 0),
            ("{n} {time}", At::Anywhere, TIME),
        ] {
            assert_eq!(of_phrase(&parse(phrase, &mut NoSets).unwrap().nodes, at), holds, "{phrase}");
        }
    }

    #[test]
    fn expressions_ask_for_capitals() {
        for (pattern, literals, holds) in [
            ("(?:READ|SEE) .", &["READ", "SEE"][..], CAPITALS),
            ("(?:READ|See) .", &["READ", "See"], 0),
            ("(?i)READ", &["READ"], 0),
            ("LÊ", &["LÊ"], 0),
        ] {
            let literals: Vec<String> = literals.iter().map(|l| (*l).to_owned()).collect();
            assert_eq!(of_regex(pattern, literals.iter()), holds, "{pattern}");
        }
    }
}

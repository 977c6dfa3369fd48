//! Running an automaton over a text: the ways are tried in the order of their preference, and none twice from the same place, so that
//! the time is bounded by the steps of the automaton times the bytes of the text.

use regex::Captures;
use regex_syntax::hir::Look;
use std::sync::Arc;

use super::automaton::{Automaton, Op};
use crate::edit::Span;

/// A match of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The whole of it, in bytes.
    pub whole: Span,
    /// Its named groups that are part of it.
    pub groups: Vec<(Arc<str>, Span)>,
}

impl Match {
    /// A match of `regex`.
    pub fn of(names: regex::CaptureNames<'_>, captures: &Captures<'_>) -> Match {
        let span = |m: regex::Match<'_>| Span::new(m.start(), m.end());
        let group = |name: &str| captures.name(name).map(|m| (name.into(), span(m)));
        Match { whole: captures.get(0).map_or(Span::new(0, 0), span), groups: names.flatten().filter_map(group).collect() }
    }

    /// The part that a named group matched.
    pub fn group(&self, name: &str) -> Option<Span> {
        self.groups.iter().find(|g| *g.0 == *name).map(|g| g.1)
    }
}

/// Room for running automata, kept from one to the next.
#[derive(Debug, Default)]
pub struct Room {
    /// A bit for each mark and place.
    tried: Vec<u64>,
    left: Vec<Way>,
    saved: Vec<Option<usize>>,
}

/// A way that was left for later.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Goes on with an operation at a place.
    On { op: usize, at: usize },
    /// Goes on behind an operation with one character less, down to a place.
    Less { op: usize, at: usize, down_to: usize },
    /// Goes on behind an operation with one character more.
    More { op: usize, at: usize, left: u32 },
    /// Undoes what was saved on the way.
    Saved { slot: usize, before: Option<usize> },
}

/// So much room the marks may take, in bits.
const TRIED_BITS_MAX: usize = 1 << 24;

impl Automaton {
    /// The matches that begin up to `start_max`, from left to right: those that `regex` finds. `max` of them at most; nothing where the
    /// text is too long for the automaton.
    pub fn matches(&self, text: &str, start_max: usize, max: usize, room: &mut Room) -> Option<Vec<Match>> {
        if self.marks * (text.len() + 1) > TRIED_BITS_MAX {
            return None;
        }
        let (mut found, mut from, mut ended) = (Vec::new(), 0, None);
        while found.len() < max && from <= start_max {
            let Some(mut next) = self.first_match(text, from, start_max, room) else { break };
            // An empty match just behind the one before is none; the search goes on a character further.
            if next.whole.is_empty() && ended == Some(next.whole.end) {
                let beyond = text.ceil_char_boundary(from + 1);
                if from >= text.len() || beyond > start_max {
                    break;
                }
                let Some(behind) = self.first_match(text, beyond, start_max, room) else { break };
                next = behind;
            }
            from = next.whole.end;
            ended = Some(from);
            found.push(next);
        }
        Some(found)
    }

    fn first_match(&self, text: &str, from: usize, start_max: usize, room: &mut Room) -> Option<Match> {
        // What begins where the text does begins nowhere else.
        let is_anchored = matches!(self.ops.first(), Some(Op::Look(Look::Start)));
        let start_max = if is_anchored { 0 } else { start_max.min(text.len()) };
        let is_start = |&at: &usize| match (&self.first, text.as_bytes().get(at)) {
            (Some(first), Some(&byte)) if byte < 0x80 => first.holds_ascii(byte),
            (Some(first), _) => text.is_char_boundary(at) && first.end_at(text, at).is_some(),
            (None, _) => text.is_char_boundary(at),
        };
        let mut starts = (from..=start_max).filter(is_start);
        let mut start = starts.next()?;
        room.tried.clear();
        room.tried.resize((self.marks * (text.len() + 1)).div_ceil(64), 0);
        room.saved.clear();
        room.saved.resize(2 * self.names.len(), None);
        loop {
            if let Some(end) = (Run { automaton: self, text, room }).run(start) {
                let group = |(name, pair): (&Arc<str>, &[Option<usize>])| Some((name.clone(), Span::new(pair[0]?, pair[1]?)));
                let groups = self.names.iter().zip(room.saved.chunks_exact(2)).filter_map(group).collect();
                return Some(Match { whole: Span::new(start, end), groups });
            }
            start = starts.next()?;
        }
    }
}

struct Run<'a> {
    automaton: &'a Automaton,
    text: &'a str,
    room: &'a mut Room,
}

impl Run<'_> {
    /// Where the match ends that begins at a place.
    fn run(&mut self, start: usize) -> Option<usize> {
        self.room.left.clear();
        let (mut op, mut at) = (0, start);
        loop {
            let next = match &self.automaton.ops[op] {
                Op::Accept => return Some(at),
                Op::Text(text) => self.text.as_bytes()[at..].starts_with(text).then(|| (op + 1, at + text.len())),
                Op::One(class) => self.automaton.classes[*class as usize].end_at(self.text, at).map(|end| (op + 1, end)),
                Op::Jump(to) => Some((*to as usize, at)),
                Op::Look(look) => self.holds(*look, at).then_some((op + 1, at)),
                Op::Save(slot) => {
                    let slot = *slot as usize;
                    let before = self.room.saved[slot].replace(at);
                    self.room.left.push(Way::Saved { slot, before });
                    Some((op + 1, at))
                }
                Op::Split { ways, mark } => self.is_new(*mark, at).then(|| {
                    // Of many ways most begin with a text that does not stand there.
                    if !self.may_go_on(ways[0] as usize, at) {
                        return (ways[1] as usize, at);
                    }
                    self.room.left.push(Way::On { op: ways[1] as usize, at });
                    (ways[0] as usize, at)
                }),
                Op::Many { .. } => self.many(op, at),
            };
            (op, at) = match next {
                Some(next) => next,
                None => self.another()?,
            };
        }
    }

    /// Whether an operation may lead on from a place, as far as the first byte of a text tells.
    #[inline]
    fn may_go_on(&self, op: usize, at: usize) -> bool {
        match &self.automaton.ops[op] {
            Op::Text(text) => text.first().is_none_or(|first| self.text.as_bytes().get(at) == Some(first)),
            _ => true,
        }
    }

    /// Marks a place as tried; tells whether it was not before.
    #[inline]
    fn is_new(&mut self, mark: u32, at: usize) -> bool {
        let bit = mark as usize * (self.text.len() + 1) + at;
        let word = &mut self.room.tried[bit / 64];
        let before = *word;
        *word |= 1 << (bit % 64);
        before != *word
    }

    /// As many characters of a class as are preferred; the other counts are left for later.
    fn many(&mut self, op: usize, start: usize) -> Option<(usize, usize)> {
        let Op::Many { class, min, max, greedy, mark } = self.automaton.ops[op] else { return None };
        let class = &self.automaton.classes[class as usize];
        let endless = max == u32::MAX;
        if !endless && !self.is_new(mark, start) {
            return None;
        }
        let mut at = start;
        for _ in 0..min {
            at = class.end_at(self.text, at)?;
        }
        // Without an end to the count, what was tried from a place holds for each that reaches it.
        if endless && !self.is_new(mark, at) {
            return None;
        }
        if !greedy {
            self.room.left.push(Way::More { op, at, left: max - min });
            return Some((op + 1, at));
        }
        let down_to = at;
        for _ in min..max {
            let Some(end) = class.end_at(self.text, at) else { break };
            if endless && !self.is_new(mark, end) {
                break;
            }
            at = end;
        }
        if at > down_to {
            self.room.left.push(Way::Less { op, at, down_to });
        }
        Some((op + 1, at))
    }

    /// The way that was left last.
    fn another(&mut self) -> Option<(usize, usize)> {
        loop {
            match self.room.left.pop()? {
                Way::On { op, at } => return Some((op, at)),
                Way::Saved { slot, before } => self.room.saved[slot] = before,
                Way::Less { op, at, down_to } => {
                    let at = self.text.floor_char_boundary(at - 1);
                    if at > down_to {
                        self.room.left.push(Way::Less { op, at, down_to });
                    }
                    return Some((op + 1, at));
                }
                Way::More { op, at, left } => {
                    let Op::Many { class, max, mark, .. } = self.automaton.ops[op] else { continue };
                    let end = self.automaton.classes[class as usize].end_at(self.text, at).filter(|_| left > 0);
                    let Some(end) = end.filter(|&end| max != u32::MAX || self.is_new(mark, end)) else { continue };
                    self.room.left.push(Way::More { op, at: end, left: left - u32::from(max != u32::MAX) });
                    return Some((op + 1, end));
                }
            }
        }
    }

    fn holds(&self, look: Look, at: usize) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(regex_syntax::is_word_character);
        let differ = || is_word(self.text[..at].chars().next_back()) != is_word(self.text[at..].chars().next());
        match look {
            Look::Start => at == 0,
            Look::End => at == self.text.len(),
            Look::WordUnicode => differ(),
            _ => !differ(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    /// What `regex` finds, and what the automaton does.
    fn both(pattern: &str, text: &str) -> (Vec<Match>, Vec<Match>) {
        let (regex, automaton) = (Regex::new(pattern).unwrap(), Automaton::new(pattern).unwrap());
        let expected = regex.captures_iter(text).map(|captures| Match::of(regex.capture_names(), &captures)).collect();
        (expected, automaton.matches(text, text.len(), usize::MAX, &mut Room::default()).unwrap())
    }

    #[test]
    fn finds_what_regex_finds() {
        let patterns = [
            "a",
            "é*",
            "",
            "a*?",
            "(?:a*)*",
            "(?:a*)+?b",
            "(?:a|ab)(?P<cut>c|bcd)",
            "(?P<cut>a|b)*",
            "(?P<cut>a*)+",
            "(?:a?b??)*",
            "(?:|a)+",
            "(?:a|)*?b",
            "a{2,3}",
            "a{2,3}?b",
            "(?:ab?){2,3}",
            "(?:ab?){2,}?",
            "(?:a|b{0,2}){1,3}c",
            "[^a]{1,4}b",
            ".{2,5}?c",
            r"\b\w+\b",
            r"\Ba",
            "^a|b$",
            r"(?i)É+a",
            r"(?P<cut>\s+)\S(?P<b>a)?",
            ".*c",
            ".+?c",
            "(?:.*,)?b",
            "(?:a*?b?)*?c",
            "(?:(?:a|b)*c)*",
            "(?:a{0,2}){2,3}",
            r"\p{Lu}\p{Ll}*|\d",
            "(?:(?P<cut>a)|b|)*",
            "[^é]+",
            "(?:^|b)a*(?:$|c)",
        ];
        let texts =
            ["", "a", "aab", "abcd", "aaab ab c", "Éé aébc", "bbbbaac, ab\nc", "ababab", "日本 aB9é", "c,a,b", "é\u{300}a é"];
        for (pattern, text) in patterns.iter().flat_map(|p| texts.iter().map(move |t| (p, t))) {
            let (expected, found) = both(pattern, text);
            assert_eq!(found, expected, "`{pattern}` on `{text}`");
        }
    }

    fn pattern() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec!["a", "b", "ab", "é", ".", "[ab]", "[^a]", r"\s", r"\b", "^", "$", "", "c"]);
        leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
            let sign = prop::sample::select(vec!["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}"]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 2..4).prop_map(|ways| format!("(?:{})", ways.join("|"))),
                (inner, sign).prop_map(|(part, sign)| format!("(?:{part}){sign}")),
            ]
        })
    }

    proptest! {
        #[test]
        fn finds_what_regex_finds_of_any_expression(first in pattern(), cut in pattern(), text in "[abcé ]{0,12}") {
            let (expected, found) = both(&format!("{first}(?P<cut>{cut})"), &text);
            prop_assert_eq!(found, expected);
        }
    }
}

//! How languages are written, as slots look for it: their names folded and sorted when packs are compiled, so that nothing is folded
//! when a page first asks.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::fold::{LineChar, verify_into};
use crate::rules::load::Language;

/// Which kind of name of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NameKind {
    /// In the language itself.
    Own,
    /// In another language.
    Foreign,
}

/// The codes and the names of all languages; a language is its place among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spelled {
    /// The codes as numbers, in their order, and whose they are.
    pub codes: Vec<(u32, u16)>,
    /// The verify folds of the names, one behind the other: by their first two characters, those of a pair longest first.
    pub text: String,
    /// For each name its bytes in the text, and of how many languages it is.
    pub names: Vec<(u32, u32)>,
    /// Those languages, name by name.
    pub of: Vec<(u16, NameKind)>,
}

/// How many letters a code has.
pub const CODE_LETTERS: std::ops::RangeInclusive<usize> = 2..=3;

/// Letters of a code as a number.
pub fn number_of(letters: impl Iterator<Item = char>) -> u32 {
    letters.fold(0, |number, letter| number << 8 | letter as u32)
}

/// The first two characters of a text; U+0000 stands for one that is not there.
pub fn first_two(text: &str) -> (char, char) {
    let mut chars = text.chars();
    let mut next = || chars.next().unwrap_or('\0');
    (next(), next())
}

impl Spelled {
    /// Folds and sorts what languages are called.
    pub fn new(languages: &[Language]) -> Spelled {
        let mut spelled = Spelled { codes: codes(languages), ..Spelled::default() };
        let (mut all, mut room) = (BTreeMap::<_, Vec<(u16, NameKind)>>::new(), Vec::new());
        for (language, i) in languages.iter().zip(0..) {
            let own = language.own.iter().map(|name| (name, NameKind::Own));
            for (name, kind) in own.chain(language.foreign.iter().map(|name| (name, NameKind::Foreign))) {
                room = verify_into(name, room);
                let name: String = room.iter().map(|l: &LineChar| l.c).collect();
                let of = all.entry((first_two(&name), Reverse(room.len()), name)).or_default();
                if !of.contains(&(i, kind)) {
                    of.push((i, kind));
                }
            }
        }
        for ((_, _, name), of) in all {
            spelled.text.push_str(&name);
            spelled.names.push((name.len() as u32, of.len() as u32));
            spelled.of.extend(of);
        }
        spelled
    }
}

fn codes(languages: &[Language]) -> Vec<(u32, u16)> {
    let codes = languages.iter().zip(0..).map(|(language, i)| (language.code.to_lowercase(), i));
    let is_short = |code: &str| CODE_LETTERS.contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
    let of = |(code, i): (String, u16)| is_short(&code).then(|| (number_of(code.chars()), i));
    let mut codes: Vec<(u32, u16)> = codes.filter_map(of).collect();
    // Of two languages of a code the first one is meant.
    codes.sort_unstable();
    codes.dedup_by_key(|(code, _)| *code);
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_each_is_there_once() {
        let language = |code: &str, names: [&str; 2]| {
            let [own, foreign] = names.map(|name| vec![name.to_owned()]);
            Language { code: code.into(), own, foreign, words: Vec::new() }
        };
        let spelled =
            Spelled::new(&[language("b", ["No", "NORSK"]), language("nn", ["norsk", "Å"]), language("NN", ["Norge", "no"])]);
        assert_eq!(spelled.codes, [(number_of("nn".chars()), 1)]);
        assert_eq!(spelled.text, "norgenorsknoå");
        assert_eq!(spelled.names, [(5, 1), (5, 2), (2, 2), (2, 1)]);
        let (own, foreign) = (NameKind::Own, NameKind::Foreign);
        assert_eq!(spelled.of, [(2, own), (0, foreign), (1, own), (0, own), (2, foreign), (1, foreign)]);
    }
}

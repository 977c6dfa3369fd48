//! The language of a page: by script where a script is a language's own, else by its commonest function words.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use xxhash_rust::xxh3::xxh3_64;

use super::fold::is_unspaced;
use crate::rules::load::Language;

/// A page of fewer words has no language.
const WORDS_MIN: u32 = 50;
/// How many words are read.
const WORDS_MAX: u32 = 500;
/// A language's function words are at least this share of a page, in per cent.
const SHARE_MIN: u32 = 8;

/// Function words and scripts of languages.
#[derive(Debug, Default)]
pub struct Languages {
    codes: Vec<String>,
    words: HashMap<String, Vec<u16>, BuildHasherDefault<WordHasher>>,
    /// Languages without function words, by the block of their own name's first letter.
    blocks: HashMap<u32, u16>,
}

/// Hashes words; the words are the packs' own, so nobody can choose them to collide.
#[derive(Debug, Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= xxh3_64(bytes);
    }

    // What ends a string says nothing of it.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Languages {
    /// Takes the languages' data.
    pub fn new(languages: &[Language]) -> Languages {
        let mut all = Languages::default();
        for (i, language) in languages.iter().enumerate() {
            all.codes.push(language.code.clone());
            for word in &language.words {
                all.words.entry(word.to_lowercase()).or_default().push(i as u16);
            }
            let letter = language.own.first().and_then(|own| own.chars().next());
            if let (true, Some(block)) = (language.words.is_empty(), letter.and_then(block)) {
                all.blocks.entry(block).or_insert(i as u16);
            }
        }
        all
    }

    /// The code of a text's language.
    pub fn find<'t>(&self, lines: impl Iterator<Item = &'t str>) -> Option<&str> {
        let mut hits = vec![0u32; self.codes.len()];
        let (mut words, mut lower) = (0, String::new());
        let mut count = |word: &str| {
            if let Some(langs) = self.words.get(word) {
                langs.iter().for_each(|&lang| hits[usize::from(lang)] += 1);
                return;
            }
            if let Some(&lang) = word.chars().next().and_then(block).and_then(|b| self.blocks.get(&b)) {
                hits[usize::from(lang)] += 1;
            }
        };
        'lines: for line in lines {
            for token in line.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')).filter(|t| !t.is_empty()) {
                if token.chars().next().is_some_and(is_unspaced) {
                    let mut letters = 0;
                    for c in token.chars() {
                        letters += 1;
                        count(c.encode_utf8(&mut [0; 4]));
                    }
                    words += letters / 2 + letters % 2;
                } else {
                    words += 1;
                    lower.clear();
                    if token.is_ascii() {
                        lower.push_str(token);
                        lower.make_ascii_lowercase();
                    } else {
                        lower.extend(token.chars().flat_map(char::to_lowercase));
                    }
                    count(&lower);
                }
                if words >= WORDS_MAX {
                    break 'lines;
                }
            }
        }
        let (best, most) = hits.iter().enumerate().max_by_key(|(i, n)| (**n, std::cmp::Reverse(*i)))?;
        (words >= WORDS_MIN && most * 100 >= words * SHARE_MIN).then(|| self.codes[best].as_str())
    }
}

/// The block of a letter whose script belongs to one language, or next to one.
fn block(c: char) -> Option<u32> {
    match c as u32 {
        code @ (0xac00..=0xd7a3 | 0x1100..=0x11ff) => Some(code.min(0xac00) & !0xff),
        code @ 0x0590..=0x1cff => Some(code & !0x7f),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        let list = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let language = |code: &str, own: &str, words: Vec<String>| Language {
            code: code.into(),
            own: vec![own.into()],
            foreign: Vec::new(),
            words,
        };
        let languages = Languages::new(&[
            language("en", "English", list("the of and to in that is was for")),
            language("de", "Deutsch", list("der die das und ist nicht von zu im")),
            language("ja", "日本語", list("の は を に が")),
            language("th", "ไทย", Vec::new()),
        ]);
        languages.find(text.lines()).map(str::to_owned)
    }

    #[test]
    fn by_words_and_by_script() {
        for (text, expected) in [
            ("The house of the king is in the north of the land. ".repeat(6), Some("en")),
            ("Das Haus des Königs ist im Norden von dem Land und nicht im Süden. ".repeat(6), Some("de")),
            ("私は東京の学校に行く。空が青い。".repeat(12), Some("ja")),
            ("ประเทศไทยเป็นประเทศที่สวยงาม".repeat(12), Some("th")),
            ("The house of the king.".to_owned(), None),
            ("Lorem ipsum dolor sit amet consectetur. ".repeat(20), None),
        ] {
            assert_eq!(found(&text).as_deref(), expected, "{text}");
        }
    }
}

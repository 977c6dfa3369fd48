//! The language of a page: by script where a script is a language's own, else by its commonest function words.

use std::collections::{BTreeMap, HashMap};

use super::fold::is_unspaced;
use crate::char_table::{CharTable, is_alphanumeric};
use crate::hash::NameMap;
use crate::rules::load::Language;

/// A page of fewer words has no language.
const WORDS_MIN: u32 = 50;
/// How many words are read.
const WORDS_MAX: u32 = 500;
/// A language's function words are at least this share of a page, in per cent.
const SHARE_MIN: u32 = 8;
/// Up to so many bytes of ASCII a word is looked up by its bytes as one number.
const SHORT_BYTES_MAX: usize = 8;

/// Function words and scripts of languages.
#[derive(Debug, Default)]
pub struct Languages {
    codes: Vec<String>,
    /// The languages of short words of ASCII: most function words are, and most words of most pages.
    short: Short,
    /// The languages of all other words.
    words: NameMap<String, Vec<u16>>,
    /// How long those of ASCII are, at most.
    long_bytes_max: usize,
    /// Languages without function words, by the block of their own name's first letter.
    blocks: HashMap<u32, u16>,
}

/// The languages of short words.
#[derive(Debug, Default)]
struct Short {
    /// Open addressing: numbers of words plus one, four times as many places as words at least; few words of a page are here.
    places: Vec<u16>,
    /// The words, each with the range of its languages.
    words: Vec<(u64, u32, u32)>,
    langs: Vec<u16>,
}

impl Short {
    /// Of words with their languages, each once; no more than a place can number.
    fn new(words: impl IntoIterator<Item = (u64, Vec<u16>)>) -> Short {
        let mut short = Short::default();
        for (word, langs) in words.into_iter().take(usize::from(u16::MAX)) {
            let from = short.langs.len() as u32;
            short.langs.extend(langs);
            short.words.push((word, from, short.langs.len() as u32));
        }
        short.places = vec![0; (4 * short.words.len() + 1).next_power_of_two()];
        for (number, (word, ..)) in (1..).zip(&short.words) {
            let mut place = short.place(*word);
            while short.places[place] != 0 {
                place = (place + 1) & (short.places.len() - 1);
            }
            short.places[place] = number;
        }
        short
    }

    /// Where a word is looked for first. An odd number whose bits look random; the halves of the product spread over all bits what single
    /// bits say.
    fn place(&self, word: u64) -> usize {
        let product = u128::from(word) * 0x9e37_79b9_7f4a_7c15;
        (product as u64 ^ (product >> 64) as u64) as usize & (self.places.len() - 1)
    }

    #[inline]
    fn of(&self, word: u64) -> Option<&[u16]> {
        let mut place = self.place(word);
        while let Some(number) = self.places[place].checked_sub(1) {
            let (known, from, to) = self.words[usize::from(number)];
            if known == word {
                return Some(&self.langs[from as usize..to as usize]);
            }
            place = (place + 1) & (self.places.len() - 1);
        }
        None
    }
}

/// What a byte is in a word: an ASCII letter, digit or apostrophe is one in small letters.
const LOWER: [u8; 256] = {
    let mut table = [BETWEEN; 256];
    let mut byte = 0u8;
    while byte < 0xff {
        if byte.is_ascii_alphanumeric() || byte == b'\'' {
            table[byte as usize] = byte.to_ascii_lowercase();
        } else if !byte.is_ascii() {
            table[byte as usize] = OTHER;
        }
        byte += 1;
    }
    table
};
/// An ASCII byte that stands between words.
const BETWEEN: u8 = 0xff;
/// A byte of a character beyond ASCII (UTF-8 has no 0xff).
const OTHER: u8 = 0xfe;

/// A short word of small ASCII letters as a number.
fn number_of(word: &[u8]) -> u64 {
    word.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A character of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letter {
    /// None: it stands between tokens.
    Between,
    /// Its small letter; itself where it has none.
    Small(char),
    /// Its small letter is written with several.
    Several,
}

impl Letter {
    fn of(c: char) -> Letter {
        if !is_alphanumeric(c) && !matches!(c, '\'' | '’') {
            return Letter::Between;
        }
        let mut small = c.to_lowercase();
        match (small.next(), small.next()) {
            (Some(small), None) => Letter::Small(small),
            _ => Letter::Several,
        }
    }
}

impl Languages {
    /// Takes the languages' data.
    pub fn new(languages: &[Language]) -> Languages {
        let (mut all, mut short) = (Languages::default(), BTreeMap::<u64, Vec<u16>>::new());
        for (i, language) in languages.iter().enumerate() {
            all.codes.push(language.code.clone());
            for word in &language.words {
                let word = word.to_lowercase();
                let of_word = if word.is_ascii() && word.len() <= SHORT_BYTES_MAX {
                    short.entry(number_of(word.as_bytes())).or_default()
                } else {
                    let bytes = if word.is_ascii() { word.len() } else { 0 };
                    all.long_bytes_max = all.long_bytes_max.max(bytes);
                    all.words.entry(word).or_default()
                };
                of_word.push(i as u16);
            }
            let letter = language.own.first().and_then(|own| own.chars().next());
            if let (true, Some(block)) = (language.words.is_empty(), letter.and_then(block)) {
                all.blocks.entry(block).or_insert(i as u16);
            }
        }
        Languages { short: Short::new(short), ..all }
    }

    /// Begins to read a text.
    pub fn reading(&self) -> Reading<'_> {
        Reading { languages: self, hits: vec![0; self.codes.len()], words: 0, lower: String::new() }
    }
}

/// A text that is read until it has told its language.
#[derive(Debug)]
pub struct Reading<'l> {
    languages: &'l Languages,
    /// For each language, how many words of the text are its function words.
    hits: Vec<u32>,
    words: u32,
    /// The token that is read, in small letters.
    lower: String,
}

impl<'l> Reading<'l> {
    /// Whether so many words were read that no further line says anything.
    pub fn is_full(&self) -> bool {
        self.words >= WORDS_MAX
    }

    /// Reads the next line.
    pub fn read(&mut self, line: &str) {
        let bytes = line.as_bytes();
        let mut start = 0;
        while start < bytes.len() && !self.is_full() {
            let (mut end, mut number, mut next) = (start, 0u64, BETWEEN);
            for byte in &bytes[start..] {
                next = LOWER[usize::from(*byte)];
                if next >= OTHER {
                    break;
                }
                number = number << 8 | u64::from(next);
                end += 1;
            }
            if next == OTHER {
                let length = self.lower(&line[start..]);
                self.token();
                // Behind what ends it, which is one character.
                start = line.ceil_char_boundary(start + length + 1);
                continue;
            }
            match end - start {
                0 => {}
                1..=SHORT_BYTES_MAX => {
                    self.words += 1;
                    if let Some(langs) = self.languages.short.of(number) {
                        langs.iter().for_each(|&lang| self.hits[usize::from(lang)] += 1);
                    }
                }
                bytes if bytes > self.languages.long_bytes_max => self.words += 1,
                bytes => {
                    self.lower(&line[start..start + bytes]);
                    self.token();
                }
            }
            start = end + 1;
        }
    }

    /// Puts the token at the beginning of a text into small letters, where its script writes spaces; gives how long it is.
    fn lower(&mut self, text: &str) -> usize {
        static LETTERS: CharTable<Letter> = CharTable::new(Letter::of);
        self.lower.clear();
        let is_kept = text.chars().next().is_some_and(is_unspaced);
        for (at, c) in text.char_indices() {
            match LETTERS.get(c) {
                Letter::Between => return at,
                _ if is_kept => self.lower.push(c),
                Letter::Small(small) => self.lower.push(small),
                Letter::Several => self.lower.extend(c.to_lowercase()),
            }
        }
        text.len()
    }

    /// Reads the token that was put into small letters; it may be empty.
    fn token(&mut self) {
        let Some(first) = self.lower.chars().next() else { return };
        let token = std::mem::take(&mut self.lower);
        if is_unspaced(first) {
            let mut letters = 0;
            for c in token.chars() {
                letters += 1;
                self.count(c.encode_utf8(&mut [0; 4]));
            }
            self.words += letters / 2 + letters % 2;
        } else {
            self.words += 1;
            self.count(&token);
        }
        self.lower = token;
    }

    fn count(&mut self, word: &str) {
        let Languages { short, words, blocks, .. } = self.languages;
        let is_short = word.is_ascii() && word.len() <= SHORT_BYTES_MAX;
        let langs = if is_short { short.of(number_of(word.as_bytes())) } else { words.get(word).map(Vec::as_slice) };
        if let Some(langs) = langs {
            langs.iter().for_each(|&lang| self.hits[usize::from(lang)] += 1);
        } else if let Some(&lang) = word.chars().next().and_then(block).and_then(|block| blocks.get(&block)) {
            self.hits[usize::from(lang)] += 1;
        }
    }

    /// The code of the language of what was read.
    pub fn code(&self) -> Option<&'l str> {
        // Of as many hits the first language has it.
        let most = self.hits.iter().max()?;
        let best = self.hits.iter().position(|hits| hits == most)?;
        (self.words >= WORDS_MIN && most * 100 >= self.words * SHARE_MIN).then(|| self.languages.codes[best].as_str())
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
            language("hu", "Magyar", list("a az és hogy nem egy")),
            language("ja", "日本語", list("の は を に が")),
            language("th", "ไทย", Vec::new()),
        ]);
        let mut reading = languages.reading();
        text.lines().for_each(|line| reading.read(line));
        reading.code().map(str::to_owned)
    }

    #[test]
    fn by_words_and_by_script() {
        for (text, expected) in [
            ("The house of the king is in the north of the land. ".repeat(6), Some("en")),
            ("Das Haus des Königs ist im Norden von dem Land und nicht im Süden. ".repeat(6), Some("de")),
            ("私は東京の学校に行く。空が青い。".repeat(12), Some("ja")),
            ("ประเทศไทยเป็นประเทศที่สวยงาม".repeat(12), Some("th")),
            ("型A ".repeat(100), None),
            ("The house of the king.".to_owned(), None),
            ("Lorem ipsum dolor sit amet consectetur. ".repeat(20), None),
        ] {
            assert_eq!(found(&text).as_deref(), expected, "{text}");
        }
    }
}

//! What one line is made of, counted in one pass over its characters. Words and sentences are `engine::shape`'s.

use std::sync::LazyLock;

use super::spelling::{self, Letters, Spelling, letters};
use crate::engine::fold::is_unspaced;
use crate::engine::shape::Shape;

/// The counts of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    pub shape: Shape,
    pub letters: u32,
    pub cased: u32,
    pub capitals: u32,
    pub digits: u32,
    pub marks: u32,
    pub commas: u32,
    pub separators: u32,
    pub money: u32,
    pub quotes: u32,
    pub years: u32,
    /// Words with case, and those of them with a capital.
    pub words_cased: u32,
    pub words_capitalised: u32,
    pub begin: Begin,
    pub end: End,
}

/// How a line begins, from what lists have to what paragraphs have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Begin {
    Bullet,
    #[default]
    Mark,
    Digit,
    Small,
    Caseless,
    Capital,
    Quote,
}

/// How a line ends, from what labels have to what paragraphs have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Letter,
    Digit,
    #[default]
    Mark,
    Closing,
    Ellipsis,
    Comma,
    Colon,
    Question,
    Stop,
    QuotedStop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Capital,
    Caseless,
    /// A letter of a script without spaces.
    Unspaced,
    Digit,
    Space,
    Comma,
    Separator,
    Bullet,
    Money,
    Quote,
    Apostrophe,
    Open,
    Close,
    Colon,
    Stop,
    Question,
    Ellipsis,
    Dash,
    Mark,
}

const ASCII: [Kind; 128] = {
    let mut table = [Kind::Mark; 128];
    let mut i = 0;
    while i < 128 {
        table[i] = match i as u8 {
            b'a'..=b'z' => Kind::Small,
            b'A'..=b'Z' => Kind::Capital,
            b'0'..=b'9' => Kind::Digit,
            b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c => Kind::Space,
            b',' | b';' => Kind::Comma,
            b'|' | b'/' | b'>' | b'<' | b'~' => Kind::Separator,
            b'*' | b'+' => Kind::Bullet,
            b'-' => Kind::Dash,
            b'$' | b'%' => Kind::Money,
            b'"' => Kind::Quote,
            b'\'' => Kind::Apostrophe,
            b'(' | b'[' => Kind::Open,
            b')' | b']' => Kind::Close,
            b':' => Kind::Colon,
            b'.' | b'!' => Kind::Stop,
            b'?' => Kind::Question,
            _ => Kind::Mark,
        };
        i += 1;
    }
    table
};

/// For characters of two bytes at most, what they are and what a word's hash takes them for: most scripts that have case are among them.
static KNOWN: LazyLock<Vec<(Kind, char)>> = LazyLock::new(|| ('\0'..'\u{800}').map(|c| (kind(c), small(c))).collect());

fn small(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn kind(c: char) -> Kind {
    if c.is_ascii() {
        return ASCII[c as usize];
    }
    match c {
        '،' | '、' | '，' | '؛' | '；' | '､' => Kind::Comma,
        '·' | '›' | '‹' | '→' | '←' | '｜' | '│' | '‖' | '／' | '▶' | '►' | '▸' | '❯' => Kind::Separator,
        '•' | '‣' | '◦' | '▪' | '●' | '○' | '■' | '□' | '◆' | '★' | '☆' | '✓' | '✔' | '※' => {
            Kind::Bullet
        }
        '–' | '—' | '―' | '−' | '‐' | '‑' => Kind::Dash,
        '€' | '£' | '¥' | '₽' | '₹' | '₩' | '₺' | '₴' | '₪' | '￥' | '％' => Kind::Money,
        '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' => Kind::Quote,
        '’' | '‘' => Kind::Apostrophe,
        '（' | '【' | '［' => Kind::Open,
        '）' | '】' | '］' => Kind::Close,
        '：' => Kind::Colon,
        '。' | '！' | '۔' | '।' | '॥' | '．' | '｡' | '։' | '၊' | '။' => Kind::Stop,
        '？' | '؟' => Kind::Question,
        '…' => Kind::Ellipsis,
        c if is_unspaced(c) && c.is_alphanumeric() => Kind::Unspaced,
        c if c.is_lowercase() => Kind::Small,
        c if c.is_uppercase() => Kind::Capital,
        c if c.is_numeric() => Kind::Digit,
        c if c.is_alphabetic() => Kind::Caseless,
        c if c.is_whitespace() => Kind::Space,
        _ => Kind::Mark,
    }
}

/// Letters from which on a word tells what a page is about.
const TOPIC_LETTERS_MIN: u32 = 4;

/// A word while its letters come by, where it is more than a run of letters of ASCII.
#[derive(Default)]
struct Word {
    chars: u32,
    digits: u32,
    starts_capital: bool,
    is_cased: bool,
    spelling: Spelling,
}

impl Word {
    fn push(&mut self, small: char, kind: Kind) {
        let (is_capital, is_small) = (kind == Kind::Capital, kind == Kind::Small);
        self.starts_capital |= self.chars == 0 && is_capital;
        self.is_cased |= is_capital || is_small;
        self.digits += u32::from(kind == Kind::Digit);
        self.chars += 1;
        self.spelling.push(small);
    }
}

/// Counts a line; the hashes of its words, or of its pairs of letters in scripts without spaces, are added to `words`.
pub fn marks(line: &str, shape: Shape, words: &mut Vec<u64>) -> Marks {
    let line = line.trim();
    let bytes = line.as_bytes();
    let mut m = Marks { shape, ..Marks::default() };
    m.begin = line.chars().next().map_or(m.begin, |c| begin(kind(c)));
    let table = KNOWN.as_slice();
    let (mut word, mut before, mut before_char) = (Word::default(), Kind::Space, ' ');
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        // Most words are letters of ASCII alone.
        if word.chars == 0 && byte.is_ascii_alphabetic() {
            let run = letters(&bytes[at..]);
            let next = bytes.get(at + run.bytes).copied().unwrap_or(b' ');
            if next.is_ascii() && !matches!(ASCII[usize::from(next)], Kind::Digit | Kind::Apostrophe) {
                m.letters_alone(&run, byte.is_ascii_uppercase());
                words.push(run.spelling.hash(run.bytes >= TOPIC_LETTERS_MIN as usize));
                at += run.bytes;
                (before, before_char) = (Kind::Small, 'a');
                if next == b' ' {
                    at += 1;
                    (before, before_char) = (Kind::Space, ' ');
                }
                continue;
            }
        }
        if word.chars == 0 && byte == b' ' {
            at += 1;
            (before, before_char) = (Kind::Space, ' ');
            continue;
        }
        let c = if byte.is_ascii() { char::from(byte) } else { line[at..].chars().next().unwrap_or(' ') };
        at += c.len_utf8();
        let known = table.get(c as usize);
        let kind = known.map_or_else(|| kind(c), |known| known.0);
        let in_word = matches!(kind, Kind::Small | Kind::Capital | Kind::Caseless | Kind::Digit);
        if in_word {
            word.push(known.map_or_else(|| small(c), |known| known.1), kind);
        } else if word.chars > 0 && kind != Kind::Apostrophe {
            m.word(&mut word, words);
        }
        m.count(kind, before_char);
        if kind == Kind::Unspaced && before == Kind::Unspaced {
            words.push(spelling::pair(before_char, c));
        }
        m.end = end(m.end, kind, c == before_char);
        (before, before_char) = (kind, c);
    }
    m.word(&mut word, words);
    m
}

impl Marks {
    fn count(&mut self, kind: Kind, before: char) {
        match kind {
            Kind::Small | Kind::Capital => {
                self.letters += 1;
                self.cased += 1;
                self.capitals += u32::from(kind == Kind::Capital);
            }
            Kind::Caseless | Kind::Unspaced => self.letters += 1,
            Kind::Digit => {
                self.digits += 1;
                // The time of day `12:30`.
                self.years += u32::from(before == ':');
            }
            Kind::Space => {}
            kind => {
                self.marks += 1;
                match kind {
                    Kind::Comma => self.commas += 1,
                    Kind::Separator | Kind::Bullet => self.separators += 1,
                    Kind::Money => self.money += 1,
                    Kind::Quote => self.quotes += 1,
                    _ => {}
                }
            }
        }
    }

    /// Takes in a word that is a run of letters of ASCII.
    fn letters_alone(&mut self, run: &Letters, starts_capital: bool) {
        self.letters += run.bytes as u32;
        self.cased += run.bytes as u32;
        self.capitals += run.capitals;
        self.words_cased += 1;
        self.words_capitalised += u32::from(starts_capital);
        self.end = End::Letter;
    }

    /// Takes in a word that has ended.
    fn word(&mut self, word: &mut Word, words: &mut Vec<u64>) {
        let word = std::mem::take(word);
        if word.chars == 0 {
            return;
        }
        if word.is_cased {
            self.words_cased += 1;
            self.words_capitalised += u32::from(word.starts_capital);
        }
        self.years += u32::from(word.digits == 4 && word.chars == 4);
        words.push(word.spelling.hash(word.chars >= TOPIC_LETTERS_MIN && word.digits == 0));
    }
}

fn begin(kind: Kind) -> Begin {
    match kind {
        Kind::Bullet | Kind::Dash | Kind::Separator => Begin::Bullet,
        Kind::Digit => Begin::Digit,
        Kind::Small => Begin::Small,
        Kind::Capital => Begin::Capital,
        Kind::Caseless | Kind::Unspaced => Begin::Caseless,
        Kind::Quote | Kind::Apostrophe => Begin::Quote,
        _ => Begin::Mark,
    }
}

/// How the line ends if this is its last character; white space at the end has been trimmed.
fn end(before: End, kind: Kind, is_again: bool) -> End {
    match kind {
        Kind::Small | Kind::Capital | Kind::Caseless | Kind::Unspaced => End::Letter,
        Kind::Digit => End::Digit,
        Kind::Comma => End::Comma,
        Kind::Colon => End::Colon,
        Kind::Question => End::Question,
        Kind::Stop if is_again && matches!(before, End::Stop | End::Ellipsis) => End::Ellipsis,
        Kind::Stop => End::Stop,
        Kind::Ellipsis => End::Ellipsis,
        Kind::Quote | Kind::Apostrophe | Kind::Close => match before {
            End::Stop | End::Question | End::QuotedStop => End::QuotedStop,
            _ => End::Closing,
        },
        Kind::Space => before,
        _ => End::Mark,
    }
}

#[cfg(test)]
mod tests {
    use super::spelling::is_long;
    use super::*;
    use crate::engine::shape::shape;

    #[test]
    fn ends_and_begins() {
        for (line, begin, end) in [
            ("- Home", Begin::Bullet, End::Letter),
            ("“Come in.”", Begin::Quote, End::QuotedStop),
            ("He left (at last)", Begin::Capital, End::Closing),
            ("and so on...", Begin::Small, End::Ellipsis),
            ("今天天气很好。", Begin::Caseless, End::Stop),
            ("3 Comments", Begin::Digit, End::Letter),
            ("Is it? ", Begin::Capital, End::Question),
            ("Tags:", Begin::Capital, End::Colon),
        ] {
            let m = marks(line, shape(line), &mut Vec::new());
            assert_eq!((m.begin, m.end), (begin, end), "{line}");
        }
    }

    #[test]
    fn counts() {
        let mut topics = Vec::new();
        let m = marks(
            "In 2024, Anna paid $5 for it: see https://example.org or a@b.example | more at 12:30",
            Shape::default(),
            &mut topics,
        );
        assert_eq!((m.money, m.years, m.commas, m.separators), (1, 2, 1, 3));
        assert_eq!(topics.iter().filter(|word| is_long(**word)).count(), 6, "Anna paid https example example more");
        topics.clear();
        let m = marks("今天天气", Shape::default(), &mut topics);
        assert_eq!((m.letters, m.cased, topics.len()), (4, 0, 3));
    }
}

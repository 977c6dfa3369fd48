//! What a line looks like: words, sentences, prose. No phrase and no language is known here.

use std::sync::OnceLock;

use super::fold::is_unspaced;
use unicode_normalization::char::is_combining_mark;

/// The counts of a line that conditions are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shape {
    /// Words; two letters of a script without spaces are one.
    pub words: u32,
    /// Sentences of three words or more that have an end mark.
    pub sentences: u32,
    /// Whether the line ends in an end mark, quotes and brackets aside.
    pub ends: bool,
}

/// From how many words on a single sentence is prose.
pub const PROSE_WORDS_MIN: u32 = 25;
/// From how many words on a line of a script without end marks ends as a paragraph does.
const UNMARKED_WORDS_MIN: u32 = 40;

fn is_thai_or_lao(c: char) -> bool {
    ('\u{e00}'..='\u{eff}').contains(&c)
}

/// How many words a sentence has at least.
const SENTENCE_WORDS_MIN: u32 = 3;

impl Shape {
    /// Whether the line is prose: two sentences, or 25 words with an end mark.
    pub fn is_prose(self) -> bool {
        self.sentences >= 2 || (self.words >= PROSE_WORDS_MIN && self.ends)
    }
}

const WORD: u8 = 1;
const SPACE: u8 = 2;
const END: u8 = 4;
const CLOSING: u8 = 8;
const UNSPACED: u8 = 16;
const UPPER: u8 = 32;
const DIGIT: u8 = 64;
/// May stand inside a word: an apostrophe, a hyphen, a vowel sign.
const INSIDE: u8 = 128;

const ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut i = 0;
    while i < 128 {
        table[i] = match i as u8 {
            b'0'..=b'9' => WORD | DIGIT,
            b'A'..=b'Z' => WORD | UPPER,
            b'a'..=b'z' => WORD,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => SPACE,
            b'.' | b'!' | b'?' => END,
            b'"' | b')' | b']' => CLOSING,
            b'\'' => CLOSING | INSIDE,
            b'-' => INSIDE,
            _ => 0,
        };
        i += 1;
    }
    table
};

/// What a character is to the counts. Pages of 64 characters beyond ASCII are worked out when first met.
fn kind(c: char) -> u8 {
    static PAGES: [OnceLock<Box<[u8; 64]>>; 0x20000 >> 6] = [const { OnceLock::new() }; 0x20000 >> 6];
    if c.is_ascii() {
        return ASCII[c as usize];
    }
    let code = c as u32;
    let Some(page) = PAGES.get((code >> 6) as usize) else { return work_out(c) };
    let kind_at = |i: usize| char::from_u32((code & !0x3f) | i as u32).map_or(0, work_out);
    page.get_or_init(|| Box::new(std::array::from_fn(kind_at)))[(code & 0x3f) as usize]
}

/// Whether a character is a letter or a figure.
pub fn is_alphanumeric(c: char) -> bool {
    kind(c) & WORD != 0
}

fn work_out(c: char) -> u8 {
    match c {
        '…' | '。' | '！' | '？' | '؟' | '۔' | '।' | '॥' | '．' | '｡' | '։' | '၊' | '။' => END,
        '’' => CLOSING | INSIDE,
        '”' | '»' | '›' | '」' | '』' | '）' | '】' | '“' | '«' => CLOSING,
        c if is_unspaced(c) && c.is_alphanumeric() => WORD | UNSPACED,
        c if is_unspaced(c) => UNSPACED,
        c if c.is_alphanumeric() => WORD | if c.is_uppercase() { UPPER } else { 0 },
        c if c.is_whitespace() => SPACE,
        '\u{200c}' | '\u{200d}' => INSIDE,
        c if is_combining_mark(c) => INSIDE,
        _ => 0,
    }
}

/// How many small letters of ASCII come first, eight at once.
fn lowercase_run(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let mut run = 0;
    while let Some(chunk) = bytes.get(run..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        // The high bit of each byte: whether what is left of it without that bit is `a` or more, and whether it is more than `z`.
        let low = word & (0x7f * EACH);
        let (from_a, beyond_z) = (low + (0x80 - u64::from(b'a')) * EACH, low + (0x7f - u64::from(b'z')) * EACH);
        let others = !(from_a & !beyond_z & !word) & (0x80 * EACH);
        if others != 0 {
            return run + others.trailing_zeros() as usize / 8;
        }
        run += 8;
    }
    run + bytes[run..].iter().take_while(|b| b.is_ascii_lowercase()).count()
}

/// Counts words, sentences and the end mark of a line.
///
/// A sentence ends at an end mark that white space, the line's end or a letter of a script without spaces follows; the mark behind a
/// single capital (`J. Roe`) or between digits ends none.
pub fn shape(line: &str) -> Shape {
    let mut shape = Shape::default();
    let (mut unspaced, mut in_word, mut sentence_start) = (0u32, false, 0u32);
    let (mut pending, mut word_chars, mut word_upper, mut last_digit) = (false, 0u32, false, false);
    let close_sentence = |shape: &mut Shape, words: u32, start: &mut u32| {
        shape.sentences += u32::from(words - *start >= SENTENCE_WORDS_MIN);
        *start = words;
    };
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        // Most text is small letters and the spaces between words.
        if byte.is_ascii_lowercase() {
            if !in_word {
                shape.words += 1;
                (in_word, word_chars, word_upper) = (true, 0, false);
            }
            let letters = lowercase_run(&bytes[at..]);
            at += letters;
            word_chars += letters as u32;
            (last_digit, pending, shape.ends) = (false, false, false);
            if bytes.get(at) == Some(&b' ') {
                at += 1;
                in_word = false;
            }
            continue;
        }
        if byte == b' ' && !pending {
            at += 1;
            (in_word, last_digit) = (false, false);
            continue;
        }
        let c = if byte.is_ascii() { char::from(byte) } else { line[at..].chars().next().unwrap_or(' ') };
        at += c.len_utf8();
        let kind = kind(c);
        let is = |flag: u8| kind & flag != 0;
        if pending && !is(END | CLOSING) {
            if is(SPACE | UNSPACED) {
                let words = shape.words + unspaced.div_ceil(2);
                close_sentence(&mut shape, words, &mut sentence_start);
            }
            pending = false;
        }
        if is(WORD) && is(UNSPACED) {
            unspaced += 1;
            in_word = false;
            word_chars = 2;
        } else if is(WORD) {
            if !in_word {
                shape.words += 1;
                in_word = true;
                word_chars = 0;
                word_upper = is(UPPER);
            }
            word_chars += 1;
        } else {
            pending |= is(END) && !(in_word && word_chars == 1 && word_upper && c == '.');
            // Vowel signs are part of their word, and so is a mark between figures.
            in_word = in_word && (is(INSIDE) || (matches!(c, '.' | ',') && last_digit));
        }
        last_digit = is(DIGIT);
        if !is(SPACE | CLOSING) {
            shape.ends = is(END);
        }
    }
    shape.words += unspaced.div_ceil(2);
    if pending {
        let words = shape.words;
        close_sentence(&mut shape, words, &mut sentence_start);
    }
    // Thai and Lao have no full stop: a paragraph of them ends where it ends.
    shape.ends |=
        shape.words >= UNMARKED_WORDS_MIN && line.chars().rev().find(|c| !c.is_whitespace()).is_some_and(is_thai_or_lao);
    shape
}

/// How many words a text has.
pub fn words(text: &str) -> u32 {
    shape(text).words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_come_first() {
        for text in ["", "abc", "abcdefgh", "abcdefghijk l", "azAZ", "a{", "`a", "zz\u{e9}zzzzzz", "abcdefg\u{e1}", "mnopqrst9"] {
            let expected = text.bytes().take_while(u8::is_ascii_lowercase).count();
            assert_eq!(lowercase_run(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn letters_and_figures() {
        for c in ('\0'..='\u{3ffff}').step_by(7) {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn counts() {
        for (line, words, sentences, ends) in [
            ("", 0, 0, false),
            ("Share this article", 3, 0, false),
            ("It is so. That was not it.", 7, 2, true),
            ("J. R. Roe came home.", 5, 1, true),
            ("“Come in,” he said. “Sit down there!”", 7, 2, true),
            ("Pay 3.5 at most", 4, 0, false),
            ("don't re-read", 2, 0, false),
            ("Thank you. Bye.", 3, 0, true),
            ("今天天气很好。我们去公园散步。", 7, 2, true),
            ("यह एक वाक्य है। यह दूसरा वाक्य है।", 8, 2, true),
            ("می\u{200c}شود", 1, 0, false),
            (&"สะพานเปิดเมื่อวานนี้".repeat(8), 72, 0, true),
        ] {
            assert_eq!(shape(line), Shape { words, sentences, ends }, "{line}");
        }
    }
}

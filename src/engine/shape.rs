//! What a line looks like: words, sentences, prose. No phrase and no language is known here.

use super::fold::is_unspaced;
use super::places::{BLOCK_BYTES, Places, behind, each_bit, is_word, places, reached};
use crate::char_table::CharTable;
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

/// What a character is to the counts.
fn kind(c: char) -> u8 {
    static KINDS: CharTable<u8> = CharTable::new(work_out);
    if c.is_ascii() { ASCII[c as usize] } else { KINDS.get(c) }
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

/// What stands in a block for a letter beyond ASCII of a script without spaces, and for what else is of one.
const UNSPACED_WORD_SIGN: u8 = 0x80;
const UNSPACED_SIGN: u8 = 0x81;

/// What a byte of a block is to the counts.
const KINDS: [u8; 256] = {
    let (mut table, mut i) = ([0; 256], 0);
    while i < 128 {
        table[i] = ASCII[i];
        i += 1;
    }
    table[UNSPACED_WORD_SIGN as usize] = WORD | UNSPACED;
    table[UNSPACED_SIGN as usize] = UNSPACED;
    table
};

/// What stands in a block for a character beyond ASCII: a byte that counts as it does.
fn sign_of(kind: u8) -> u8 {
    match kind {
        kind if kind == WORD | UNSPACED => UNSPACED_WORD_SIGN,
        UNSPACED => UNSPACED_SIGN,
        kind if kind & WORD != 0 => [b'a', b'A'][usize::from(kind & UPPER != 0)],
        SPACE => b' ',
        END => b'!',
        CLOSING => b'"',
        INSIDE => b'-',
        0 => b'#',
        _ => b'\'',
    }
}

/// Some characters of a text, at most as many as a block has bytes: a byte for each, and spaces behind the last one.
struct Block {
    bytes: [u8; BLOCK_BYTES],
    chars: usize,
}

impl Block {
    /// The characters from a place on, and where the next ones begin.
    fn at(text: &str, at: usize) -> (Block, usize) {
        let rest = &text.as_bytes()[at..];
        if let Some(&bytes) = rest.first_chunk()
            && bytes.is_ascii()
        {
            return (Block { bytes, chars: BLOCK_BYTES }, at + BLOCK_BYTES);
        }
        let mut block = Block { bytes: [b' '; BLOCK_BYTES], chars: 0 };
        if rest.len() < BLOCK_BYTES && rest.is_ascii() {
            block.bytes[..rest.len()].copy_from_slice(rest);
            block.chars = rest.len();
            return (block, text.len());
        }
        let at = block.fill(text, at);
        (block, at)
    }

    /// Takes characters of which some are beyond ASCII; gives where the next ones begin.
    fn fill(&mut self, text: &str, mut at: usize) -> usize {
        const HIGH: u64 = 0x8080_8080_8080_8080;
        let (bytes, mut chars) = (text.as_bytes(), 0);
        while chars < BLOCK_BYTES && at < bytes.len() {
            if let (Some(room), Some(eight)) = (self.bytes[chars..].first_chunk_mut(), bytes[at..].first_chunk()) {
                // What is beyond ASCII is written over.
                *room = *eight;
                let ascii = (u64::from_le_bytes(*eight) & HIGH).trailing_zeros() as usize / 8;
                (chars, at) = (chars + ascii, at + ascii);
                if ascii == 8 {
                    continue;
                }
            }
            // Characters beyond ASCII stand beside each other; near the end of the text or the block ASCII comes here too.
            let mut ascii = 0;
            for c in text[at..].chars() {
                if chars == BLOCK_BYTES || ascii == 2 {
                    break;
                }
                ascii = if c.is_ascii() { ascii + 1 } else { 0 };
                self.bytes[chars] = if c.is_ascii() { c as u8 } else { sign_of(kind(c)) };
                (chars, at) = (chars + 1, at + c.len_utf8());
            }
        }
        self.bytes[chars..].fill(b' ');
        self.chars = chars;
        at
    }

    /// Where letters and figures stand, and where spaces do.
    #[inline]
    fn words_and_spaces(&self) -> (Places, Places) {
        let is_space = |b: u8| b == b' ';
        match self.bytes.first_chunk::<32>() {
            // Many lines are no longer.
            Some(half) if self.chars <= 32 => (places(half, is_word), places(half, is_space) | Places::MAX << 32),
            _ => (places(&self.bytes, is_word), places(&self.bytes, is_space)),
        }
    }
}

/// What is counted so far, and what the last character leaves to the next one.
#[derive(Debug, Default)]
struct Counts {
    words: u32,
    unspaced: u32,
    sentences: u32,
    /// How many words there were where the sentence began.
    sentence_start: u32,
    ends: bool,
    /// A word may go on.
    in_word: bool,
    /// All of a word so far is one capital.
    is_initial: bool,
    /// An end mark, and perhaps closing signs, came last.
    pending: bool,
    after_digit: bool,
}

/// The signs of a block, a bit each where they are of a kind.
#[derive(Debug, Default)]
struct Signs {
    space: Places,
    end: Places,
    dot: Places,
    closing: Places,
    inside: Places,
    unspaced: Places,
    unspaced_word: Places,
}

impl Signs {
    /// Looks at each sign; most of a text has few.
    #[inline]
    fn of(block: &[u8; BLOCK_BYTES], signs: Places, after_digit: bool) -> Signs {
        let mut found = Signs::default();
        each_bit(signs, |i| {
            let (byte, bit) = (block[i], 1 << i);
            let kind = KINDS[usize::from(byte)];
            let flag = |flag: u8| if kind & flag != 0 { bit } else { 0 };
            found.space |= flag(SPACE);
            found.end |= flag(END);
            found.closing |= flag(CLOSING);
            found.inside |= flag(INSIDE);
            if byte == b'.' || byte == b',' {
                // A mark between figures is part of their word.
                let is_digit = i.checked_sub(1).map_or(after_digit, |before| block[before].is_ascii_digit());
                found.inside |= if is_digit { bit } else { 0 };
                found.dot |= if byte == b'.' { bit } else { 0 };
            }
            if byte >= 0x80 {
                found.unspaced |= bit;
                found.unspaced_word |= flag(WORD);
            }
        });
        found
    }
}

impl Counts {
    /// Goes on over a block.
    fn add(&mut self, block: &Block) {
        let (word, blank) = block.words_and_spaces();
        let block = &block.bytes;
        let others = !(word | blank);
        let signs = Signs::of(block, others, self.after_digit);
        let in_word = word | reached(behind(word, self.in_word) & signs.inside, signs.inside);
        let starts = word & !behind(in_word, self.in_word);
        let initials = self.initials(block, word, in_word, starts, &signs);
        if signs.end != 0 || self.pending {
            let closing = signs.end | signs.closing;
            let ends = signs.end & !(signs.dot & behind(initials, self.is_initial));
            let pending = reached(ends | behind(0, self.pending) & closing, closing);
            let breaks = behind(pending, self.pending) & !closing & (blank | signs.space | signs.unspaced);
            each_bit(breaks, |i| {
                let before = !(Places::MAX << i);
                self.close_sentence(starts & before, signs.unspaced_word & before);
            });
            self.pending = is_last(pending);
        }
        let shown = word | others & !(signs.space | signs.closing);
        if shown != 0 {
            self.ends = signs.end >> shown.ilog2() & 1 != 0;
        }
        self.words += starts.count_ones();
        self.unspaced += signs.unspaced_word.count_ones();
        (self.in_word, self.is_initial) = (is_last(in_word), is_last(initials));
        self.after_digit = block[BLOCK_BYTES - 1].is_ascii_digit();
    }

    /// Up to where a word has but one letter, a capital; looked up only where an end mark may stand behind it.
    #[inline]
    fn initials(&self, block: &[u8; BLOCK_BYTES], word: Places, in_word: Places, starts: Places, signs: &Signs) -> Places {
        if signs.end == 0 && !is_last(starts | in_word & !word) {
            return 0;
        }
        let mut initials = 0;
        each_bit(starts & !(word >> 1), |i| initials |= Places::from(block[i].is_ascii_uppercase()) << i);
        initials | reached(behind(initials, self.is_initial) & signs.inside, signs.inside)
    }

    /// Ends a sentence behind some more words of a block.
    fn close_sentence(&mut self, words: Places, unspaced: Places) {
        let words = self.words + words.count_ones() + (self.unspaced + unspaced.count_ones()).div_ceil(2);
        self.sentences += u32::from(words - self.sentence_start >= SENTENCE_WORDS_MIN);
        self.sentence_start = words;
    }
}

/// Whether the last byte of a block is among the places.
#[inline]
fn is_last(places: Places) -> bool {
    places >> (BLOCK_BYTES - 1) != 0
}

/// Counts words, sentences and the end mark of a line.
///
/// A sentence ends at an end mark that white space, the line's end or a letter of a script without spaces follows; the mark behind a
/// single capital (`J. Roe`) or between digits ends none.
pub fn shape(line: &str) -> Shape {
    let (mut counts, mut at) = (Counts::default(), 0);
    while at < line.len() {
        let (block, next) = Block::at(line, at);
        counts.add(&block);
        at = next;
    }
    if counts.pending {
        counts.close_sentence(0, 0);
    }
    let words = counts.words + counts.unspaced.div_ceil(2);
    // Thai and Lao have no full stop: a paragraph of them ends where it ends.
    let last = || line.chars().rev().find(|c| !c.is_whitespace());
    let ends = counts.ends || words >= UNMARKED_WORDS_MIN && last().is_some_and(is_thai_or_lao);
    Shape { words, sentences: counts.sentences, ends }
}

/// How many words a text has.
pub fn words(text: &str) -> u32 {
    shape(text).words
}

#[cfg(test)]
mod tests;

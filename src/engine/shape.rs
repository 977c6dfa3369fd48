//! What a line looks like: words, sentences, prose. No phrase and no language is known here.

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
/// How many words a sentence has at least.
const SENTENCE_WORDS_MIN: u32 = 3;

impl Shape {
    /// Whether the line is prose: two sentences, or 25 words with an end mark.
    pub fn is_prose(self) -> bool {
        self.sentences >= 2 || (self.words >= PROSE_WORDS_MIN && self.ends)
    }
}

fn is_end_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '۔' | '।' | '॥' | '．' | '｡' | '։' | '၊' | '။' | '។')
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '」' | '』' | '）' | '】' | '“' | '«')
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
        if words - *start >= SENTENCE_WORDS_MIN {
            shape.sentences += 1;
        }
        *start = words;
    };
    for c in line.chars() {
        let wordy = c.is_alphanumeric();
        let is_space = c.is_whitespace();
        if pending && !is_end_mark(c) && !is_closing(c) {
            if is_space || is_unspaced(c) {
                let words = shape.words + unspaced.div_ceil(2);
                close_sentence(&mut shape, words, &mut sentence_start);
            }
            pending = false;
        }
        if wordy && is_unspaced(c) {
            unspaced += 1;
            in_word = false;
            word_chars = 2;
        } else if wordy {
            if !in_word {
                shape.words += 1;
                in_word = true;
                word_chars = 0;
                word_upper = c.is_uppercase();
            }
            word_chars += 1;
        } else {
            if is_end_mark(c) {
                pending |= !(in_word && word_chars == 1 && word_upper && c == '.');
            }
            // Vowel signs are part of their word, and so is a mark between figures.
            let joins = c > '\u{2ff}' && is_combining_mark(c);
            in_word = in_word && (joins || matches!(c, '\'' | '’' | '-') || (matches!(c, '.' | ',') && last_digit));
        }
        last_digit = c.is_ascii_digit();
        if !is_space && !is_closing(c) {
            shape.ends = is_end_mark(c);
        }
    }
    if pending {
        let words = shape.words + unspaced.div_ceil(2);
        close_sentence(&mut shape, words, &mut sentence_start);
    }
    shape.words += unspaced.div_ceil(2);
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
        ] {
            assert_eq!(shape(line), Shape { words, sentences, ends }, "{line}");
        }
    }
}

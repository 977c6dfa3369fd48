//! The counts of lines by blocks beside those by characters, and what they are of lines of many scripts.

use super::*;
use crate::dice::{Dice, SEED};

/// The counts told character by character.
fn told(line: &str) -> Shape {
    let mut shape = Shape::default();
    let (mut unspaced, mut in_word, mut sentence_start) = (0u32, false, 0u32);
    let (mut pending, mut word_chars, mut word_upper, mut last_digit) = (false, 0u32, false, false);
    let close_sentence = |shape: &mut Shape, words: u32, start: &mut u32| {
        shape.sentences += u32::from(words - *start >= SENTENCE_WORDS_MIN);
        *start = words;
    };
    for c in line.chars() {
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

/// What signs of all kinds make of each other, at all places of blocks.
#[test]
fn blocks_count_as_characters_do() {
    const PARTS: [&str; 44] = [
        "a",
        "b",
        "J",
        "J.",
        "J.",
        "J'.",
        "Jo",
        "x9",
        "7",
        "3.5",
        "1,",
        ".",
        ".",
        "!",
        "?",
        ")",
        "\"",
        "'",
        "-",
        " ",
        " ",
        "  ",
        "\t",
        "#",
        "\u{1}",
        "\u{7f}",
        "word",
        "It is so. ",
        "\u{80}",
        "é",
        "É",
        "’",
        "”",
        "…",
        "。",
        "今",
        "\u{e31}",
        "ส",
        "\u{a0}",
        "\u{200c}",
        "\u{301}",
        "٣",
        "—",
        "😀",
    ];
    let mut dice = Dice(SEED);
    for round in 0..6000 {
        // Lines of ASCII, lines with a little else, and lines of anything.
        let kinds = [28, 34, PARTS.len()][round % 3];
        let (filler, parts) = (dice.below(70), dice.below(round % 130 + 1));
        let line: String = "s".repeat(filler) + &(0..parts).map(|_| PARTS[dice.below(kinds)]).collect::<String>();
        assert_eq!(shape(&line), told(&line), "{line:?}");
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

//! What the folds make of texts.

use super::*;

#[test]
fn scan_folds() {
    for (text, folded) in [
        ("Share  THIS\tStory", "share this story"),
        ("À lire\u{a0}aussi", "a lire aussi"),
        ("ΣΧΌΛΙΑ σχόλιας", "σχολια σχολιασ"),
        ("Ｆａｃｅ１２", "face12"),
        ("it’s “x” – y", "it's \"x\" - y"),
        ("e\u{301}tude", "etude"),
        ("İstanbul ısı", "istanbul isi"),
        ("مُشَارَكَـة", "مشاركه"),
        ("٢٠٢٤", "2024"),
        ("한국어 日本語", "한국어 日本語"),
        ("\u{f099} Tweet\u{200b}", "* tweet"),
    ] {
        assert_eq!(scan_fold(text), folded, "{text}");
    }
}

#[test]
fn plain_runs() {
    for sign in ["", "  ", "\t", "\u{7f}", "é", "\0", " "] {
        for before in 0..20 {
            let text = format!("{}{sign}~!x y z{}", "a b!".repeat(5)[..before].trim_end(), "c ".repeat(9));
            let is_plain = |at: &usize| match &text.as_bytes()[..=*at] {
                [.., b' ', b' '] => false,
                [.., last] => (b' '..0x7f).contains(last),
                [] => false,
            };
            let expected = (0..text.len()).take_while(is_plain).count();
            assert_eq!(plain_run(text.as_bytes()), expected, "{text:?}");
        }
    }
}

#[test]
fn ends_are_set_aside() {
    assert_eq!(trim_aside("* share this: >"), "share this");
    assert_eq!(trim_aside(" ... "), "");
}

#[test]
fn verify_fold_keeps_places() {
    let folded = verify_fold("A\u{301}  b\u{ad}c");
    let shown: Vec<_> = folded.iter().map(|l| (l.c, l.start, l.end, l.upper)).collect();
    assert_eq!(shown, [('á', 0, 3, true), (' ', 3, 5, false), ('b', 5, 6, false), ('c', 8, 9, false)]);
}

#[test]
fn letters_join_in_scripts_with_spaces() {
    let joins = |text: &str| verify_fold(text).iter().map(|l| l.joins).collect::<Vec<_>>();
    assert_eq!(joins("a1-分かไé"), [true, true, false, false, false, false, true]);
}

#[test]
fn characters_are_what_they_are_worked_out_to_be() {
    for c in ('\0'..='\u{2ffff}').filter(|c| !is_accent(*c)) {
        assert_eq!(line_char(c), work_out_line_char(c), "{c:?}");
    }
}

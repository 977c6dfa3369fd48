//! Packs of any number of rules, shaped as the built-in ones are: for seeing what more rules cost.
//!
//! The shares of scopes, of phrases a rule, of words a phrase and of slots are those of the built-in packs. The phrases are the packs' own
//! words in other company, so that they share their windows with the pages and hardly ever match.

use std::io::{self, Write};

use super::text::{Dice, SEED, Writer};

/// Of a hundred rules, how many have which scope and place.
const SHAPES: &[(usize, &str)] = &[
    (62, "scope = \"line\""),
    (85, "scope = \"line\"\nat = \"start\""),
    (90, "scope = \"section\""),
    (95, "scope = \"line\"\nat = \"anywhere\""),
    (100, "scope = \"span\"\nat = \"end\""),
];

/// Of a hundred phrases, how many have up to so many words. One word alone is left out: it would match.
const WORDS: &[(usize, usize)] = &[(35, 2), (60, 3), (78, 4), (88, 5), (94, 6), (97, 8), (100, 11)];

pub fn write(rules: usize, out: &mut impl Write) -> io::Result<()> {
    let (writer, mut dice) = (Writer::new(false), Dice(SEED));
    writeln!(out, "[pack]\nschema = 1\nlang = [\"any\"]\ncategory = \"share\"\nconfidence = \"likely\"\n")?;
    for number in 0..rules {
        let phrases: Vec<String> = (0..1 + dice.below(21)).map(|_| format!("\"{}\"", phrase(&writer, &mut dice))).collect();
        let shape = dice.below(100);
        let shape = SHAPES.iter().find(|(share, _)| shape < *share).map_or("", |(_, shape)| shape);
        writeln!(
            out,
            "[[rule]]\nid = \"made.rule-{number}\"\nwhy = \"Made to be many.\"\nphrases = [{}]\n{shape}\nwhen = {{ words-max = {} }}\n\
             hit = [\"made {number}\"]\nmiss = [\"Nobody said so.\"]\n",
            phrases.join(", "),
            8 + dice.below(12)
        )?;
    }
    Ok(())
}

/// Half of the phrases have alternatives, a quarter ends in `{rest}`, one in twelve counts something.
fn phrase(writer: &Writer, dice: &mut Dice) -> String {
    let share = dice.below(100);
    let words = WORDS.iter().find(|(of, _)| share < *of).map_or(2, |(_, words)| *words);
    let mut phrase = writer.phrase(dice, words);
    while phrase.split(' ').count() < 2 || phrase.len() < 8 {
        phrase = writer.phrase(dice, words + 1);
    }
    if dice.below(2) == 0
        && let Some((first, rest)) = phrase.split_once(' ')
    {
        phrase = format!("({first}|{}) {rest}", ["our", "the", "this", "all"][dice.below(4)]);
    }
    match dice.below(12) {
        0..3 => phrase + " {rest}",
        3 => format!("{{n}} {phrase}"),
        _ => phrase,
    }
}

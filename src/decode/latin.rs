//! Second thoughts on the Latin code pages: which of them makes letters that one language has together.
//!
//! chardetng weighs pairs of letters, and takes short Hungarian and Lithuanian for windows-1252, where `õ` and `þ` are letters as
//! well. But no language writes `þ` with `ë` and `ø`. Which encoding is likeliest at all is `detect`'s work.

use encoding_rs::{Encoding, ISO_8859_2, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257};

/// The encodings that are weighed against each other, each with its languages: the letters beyond ASCII of each one's spelling.
/// Beside those of the lists below: Turkish and Kurdish; Lithuanian, Latvian, Estonian and Polish.
const PAGES: &[(&Encoding, &[&str])] = &[
    (WINDOWS_1252, WESTERN),
    (WINDOWS_1250, CENTRAL),
    (ISO_8859_2, CENTRAL),
    (WINDOWS_1254, &["çğıöşüâîû", "çêîşû"]),
    (WINDOWS_1257, &["ąčęėįšųūž", "āčēģīķļņōŗšūž", "äõöüšž", "ąćęłńóśźż"]),
];

/// French, German, Spanish with Galician and Basque, Catalan, Portuguese, Italian, Swedish with Finnish, Danish with Norwegian,
/// Icelandic with Faroese, Dutch, Afrikaans, Estonian, Irish with Scottish Gaelic, Albanian, Breton with Welsh, Luxembourgish.
const WESTERN: &[&str] = &[
    "àâæçéèêëîïôœùûüÿ",
    "äöüßé",
    "áéíïñóúüçªº",
    "àçéèíïóòúüªº",
    "àáâãçéêíóôõúüªº",
    "àèéìíîòóùúªº",
    "åäöéàüšž",
    "æøåéèêóòôâüäö",
    "áéíóúýþæöðø",
    "áäéèëêïíóöúüç",
    "áéèêëíîïóôúûý",
    "äõöüšž",
    "áéíóúàèìòù",
    "çë",
    "âêîôûùüñéïáàë",
    "äëéüöèêâîôûßç",
];

/// Czech, Slovak, Polish, Hungarian, Croatian with Slovene, Romanian, German, Albanian.
const CENTRAL: &[&str] = &["áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž", "ăâîşţ", "äöüßé", "çë"];

/// So many letters that no language has beside the others are no accident, and one in so many of all letters.
const ODD_MIN: usize = 2;
const LETTERS_PER_ODD: usize = 50;

/// Another encoding must have so many times fewer of them.
const BETTER_BY: usize = 4;

/// The encoding whose letters fit one language where those of the likeliest one do not.
pub fn refine(sample: &[u8], likeliest: &'static Encoding) -> &'static Encoding {
    let Some((_, languages)) = PAGES.iter().find(|(encoding, _)| *encoding == likeliest) else { return likeliest };
    let (odd, letters) = fit(sample, likeliest, languages);
    if odd < ODD_MIN || odd * LETTERS_PER_ODD < letters {
        return likeliest;
    }
    let others = PAGES.iter().map(|(encoding, languages)| (fit(sample, encoding, languages).0, *encoding));
    // Of equals the first one.
    match others.min_by_key(|(odd, _)| *odd) {
        Some((least, encoding)) if least * BETTER_BY <= odd => encoding,
        _ => likeliest,
    }
}

/// How many letters are odd in the language that fits best, and how many there are.
fn fit(sample: &[u8], encoding: &'static Encoding, languages: &[&str]) -> (usize, usize) {
    let (text, _) = encoding.decode_without_bom_handling(sample);
    // Marks that stand alone are odd in every language: a letter was meant.
    let is_letter =
        |c: &char| !c.is_ascii() && (c.is_alphabetic() || "×÷ˇ˘˙˝˛¸¨¯¤".contains(*c) || ('\u{80}'..'\u{a0}').contains(c));
    let letters: Vec<char> =
        text.chars().filter(is_letter).filter_map(|c| c.to_lowercase().next()).filter(|c| !c.is_ascii()).collect();
    let odd = |language: &&str| letters.iter().filter(|c| !language.contains(**c)).count();
    (languages.iter().map(odd).min().unwrap_or_default(), letters.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refined() {
        for (text, encoding, want) in [
            ("az emberi nem és erkölcsük fölé nőtt hűség, megőrző szűz erdők", WINDOWS_1250, WINDOWS_1250),
            (
                "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis; jiems įgimtas protas ir sąžinė, jų atžvilgiu",
                WINDOWS_1257,
                WINDOWS_1257,
            ),
            ("Olá, não há razões; a nação põe condições e opiniões à ação", WINDOWS_1252, WINDOWS_1252),
            ("Die Größe läßt übrigens öfter Glück spüren", WINDOWS_1252, WINDOWS_1252),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            assert_eq!(refine(&bytes, WINDOWS_1252), want, "{text}");
        }
    }
}

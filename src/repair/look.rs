//! How characters look beside each other: what is rare in text that was meant, and which neighbours are odd.
//!
//! The costs are in half points. They are written by hand, from what the damage of thirty-odd languages and their clean text look like;
//! that odd neighbours give mojibake away is ftfy's idea. Who weighs them is `judge`.

use crate::char_table::CharTable;

/// What kind of character it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// White space, and what stands outside the line.
    Space,
    /// Letters, by case where their script has it.
    Lower,
    /// A capital.
    Upper,
    /// A letter of a script without case.
    Letter,
    /// A mark on a letter, also joiners.
    Mark,
    /// An ASCII digit, or one of another script.
    Digit,
    /// ASCII punctuation.
    Ascii,
    /// Opening quotes, inverted marks.
    Open,
    /// Closing quotes, ™, ®.
    Close,
    /// Dashes, the ellipsis, the apostrophe, the soft hyphen: all stand between letters too.
    Dash,
    /// Money.
    Currency,
    /// Numbers as signs (½ ²), § and ¶.
    Number,
    /// Signs of sums.
    Sum,
    /// Signs that text hardly uses.
    Junk,
    /// Box drawing.
    Box,
    /// C1 controls.
    Control,
    /// Pictures, arrows.
    Picture,
    /// Punctuation of scripts other than Latin.
    Stop,
    /// U+FFFD.
    Lost,
}

/// A character's kind, its script (0 none, 1 Latin, others by number) and what it costs to meet it at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub kind: Kind,
    pub script: u8,
    pub cost: i32,
    pub ascii: bool,
}

/// What stands outside of a line.
pub(super) const EDGE: Look = Look { kind: Kind::Space, script: 0, cost: 0, ascii: true };

pub(super) const LATIN: u8 = 1;
const GREEK: u8 = 2;
const CYRILLIC: u8 = 3;
pub(super) const HAN: u8 = 4;
pub(super) const KANA: u8 = 5;
pub(super) const HANGUL: u8 = 6;
const OTHER: u8 = 8;

/// Looks at a character.
#[inline]
pub(super) fn look(c: char) -> Look {
    static LOOKS: CharTable<Look> = CharTable::new(work_out);
    LOOKS.get(c)
}

fn work_out(c: char) -> Look {
    use Kind::*;
    let ascii = c.is_ascii();
    let (kind, script, cost) = match c {
        'a'..='z' => (Lower, LATIN, 0),
        'A'..='Z' => (Upper, LATIN, 0),
        '0'..='9' => (Digit, 0, 0),
        '\t'..='\r' | ' ' => (Space, 0, 0),
        '\0'..='\u{1f}' | '\u{7f}' => (Control, 0, 4),
        '!'..='~' => (Ascii, 0, 0),
        '\u{80}'..='\u{9f}' => (Control, 0, 10),
        '\u{a0}' => (Space, 0, 0),
        '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2019}' | '…' | '·' => (Dash, 0, 0),
        '‘' | '‚' | '“' | '„' | '‛' | '‟' | '«' | '‹' | '¿' | '¡' => (Open, 0, 0),
        '©' | '•' => (Open, 0, 1),
        '”' | '»' | '›' => (Close, 0, 0),
        '™' | '®' => (Close, 0, 1),
        '¢' | '£' | '¥' | '€' | '\u{20a0}'..='\u{20cf}' => (Currency, 0, 0),
        '°' | 'ª' | 'º' => (Number, 0, 0),
        '²' | '³' | '¹' | '¼'..='¾' | '§' => (Number, 0, 0),
        '±' | '×' | '÷' | 'µ' => (Sum, 0, 0),
        '¶' => (Number, 0, 2),
        '\u{2070}'..='\u{209f}' | '\u{2150}'..='\u{218f}' => (Number, 0, 1),
        '\u{2200}'..='\u{22ff}' => (Sum, 0, 1),
        '\u{a4}' | '¦' | '¨' | '¬' | '¯' | '´' | '¸' | '†' | '‡' | '‰' | '⌐' | '⌠' | '⌡' | '◊' => {
            (Junk, 0, 2)
        }
        '\u{2c0}'..='\u{2df}' => (Junk, 0, 3),
        '\u{2b0}'..='\u{2bf}' => (Mark, 0, 2),
        '\u{2e0}'..='\u{2ff}' => (Junk, 0, 6),
        '\u{2500}'..='\u{259f}' => (Box, 0, 2),
        '\u{fffd}' => (Lost, 0, 2),
        '\u{fe00}'..='\u{fe0f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
            (Mark, 0, 1)
        }
        '\u{2000}'..='\u{206f}' => (Stop, 0, 1),
        '\u{e000}'..='\u{f8ff}' => (Junk, 0, 5),
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' => (Picture, 0, 0),
        '\u{2190}'..='\u{2bff}' | '\u{2100}'..='\u{214f}' => (Picture, 0, 1),
        _ => letter(c),
    };
    Look { kind, script, cost, ascii }
}

/// Letters and marks beyond ASCII, with what they cost by how much is written with them.
fn letter(c: char) -> (Kind, u8, i32) {
    let cased = if c.is_uppercase() { Kind::Upper } else { Kind::Lower };
    match c as u32 {
        // The commonest leading bytes of all are hardly letters of anything else.
        0xc3 => (cased, LATIN, 4),
        0xc2 => (cased, LATIN, 3),
        0xce => (cased, LATIN, 2),
        0xc4 | 0xc5 | 0xcf | 0xd0 | 0x102 | 0x139 => (cased, LATIN, 1),
        0x152 | 0x178 => (cased, LATIN, 3),
        0x153 => (cased, LATIN, 2),
        0x192 => (cased, LATIN, 4),
        0x17f => (cased, LATIN, 22),
        0x132..=0x133 | 0x138 | 0x13f..=0x140 | 0x149 => (cased, LATIN, 3),
        // Esperanto's, Maltese and the like: where another page gives a commoner letter, that one is meant.
        0x108..=0x10b | 0x114..=0x115 | 0x11c..=0x11d | 0x124..=0x125 | 0x128..=0x129 | 0x12c..=0x12d | 0x134..=0x135 => {
            (cased, LATIN, 2)
        }
        0x14e..=0x14f | 0x154..=0x155 | 0x15c..=0x15d | 0x166..=0x167 | 0x16c..=0x16d => (cased, LATIN, 2),
        0xca | 0x164..=0x165 | 0xde | 0xfe => (cased, LATIN, 1),
        0xc0..=0x17f | 0x1e00..=0x1eff => (cased, LATIN, 0),
        0x18f | 0x259 | 0x1a0..=0x1a1 | 0x1af..=0x1b0 | 0x218..=0x21b | 0x1cd..=0x1dc | 0x1e6..=0x1e7 => (cased, LATIN, 2),
        0x181 | 0x18a | 0x198..=0x199 | 0x253..=0x254 | 0x256..=0x257 | 0x25b | 0x186 | 0x189 | 0x190 => (cased, LATIN, 4),
        0x180..=0x2af | 0x2c60..=0x2c7f | 0xa720..=0xa7ff => (cased, LATIN, 8),
        0x300..=0x36f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff => (Kind::Mark, 0, 2),
        0x391..=0x3a9 | 0x3b1..=0x3c9 | 0x386..=0x390 | 0x3ac..=0x3ce => (cased, GREEK, 0),
        0x1f00..=0x1fff => (cased, GREEK, 2),
        0x370..=0x3ff => (cased, GREEK, 8),
        0x410..=0x44f | 0x401 | 0x451 | 0x404 | 0x406 | 0x407 | 0x454 | 0x456 | 0x457 | 0x490 | 0x491 => (cased, CYRILLIC, 0),
        0x400..=0x45f => (cased, CYRILLIC, 1),
        0x492..=0x493 | 0x49a..=0x49b | 0x4a2..=0x4a3 | 0x4ae..=0x4b1 | 0x4ba..=0x4bb | 0x4d8..=0x4d9 | 0x4e8..=0x4e9 => {
            (cased, CYRILLIC, 1)
        }
        0x496..=0x497 | 0x4b2..=0x4b3 | 0x4b6..=0x4b7 | 0x4c0 | 0x4cf | 0x4e2..=0x4e3 | 0x4ee..=0x4ef | 0x4d0..=0x4d7 => {
            (cased, CYRILLIC, 2)
        }
        0x460..=0x52f => (cased, CYRILLIC, 6),
        0x2de0..=0x2dff | 0xa640..=0xa69f | 0x1c80..=0x1c8f => (cased, CYRILLIC, 8),
        0x531..=0x587 => (cased, OTHER, 0),
        0x591..=0x5c7 => (Kind::Mark, 0, 1),
        0x5d0..=0x5ea => (Kind::Letter, OTHER + 1, 0),
        0x5eb..=0x5ff => (Kind::Letter, OTHER + 1, 6),
        0x60c | 0x61b | 0x61f | 0x6d4 | 0x964 | 0x965 => (Kind::Stop, 0, 0),
        0x61c => (Kind::Mark, 0, 2),
        0x640 | 0x621..=0x63a | 0x641..=0x64a => (Kind::Letter, OTHER + 2, 0),
        0x64b..=0x655 | 0x670 => (Kind::Mark, 0, 0),
        0x660..=0x669 | 0x6f0..=0x6f9 => (Kind::Digit, OTHER + 2, 0),
        0x671..=0x6d3 | 0x6d5 => (Kind::Letter, OTHER + 2, 2),
        0x600..=0x6ff | 0x750..=0x77f => (Kind::Letter, OTHER + 2, 6),
        0x700..=0x8ff => (Kind::Letter, OTHER + 3 + ((c as u32 - 0x700) >> 6) as u8, 8),
        0x900..=0x109f | 0x1780..=0x17ff => {
            let script = OTHER + 16 + ((c as u32 - 0x900) >> 7) as u8;
            (Kind::Letter, script, 0)
        }
        0x10a0..=0x10ff | 0x1c90..=0x1cbf => (Kind::Letter, OTHER + 80, 0),
        0x1100..=0x11ff => (Kind::Letter, HANGUL, 4),
        0x1200..=0x139f => (Kind::Letter, OTHER + 81, 1),
        0x13a0..=0x13ff | 0xab70..=0xabbf => (Kind::Letter, OTHER + 85, 4),
        0x1400..=0x177f => (Kind::Letter, OTHER + 82, 5),
        0x1800..=0x1dbf => (Kind::Letter, OTHER + 83, 6),
        0x3000..=0x303f => (Kind::Stop, 0, 0),
        0x3040..=0x30ff => (Kind::Letter, KANA, 0),
        0x4e00..=0x9fff => (Kind::Letter, HAN, 0),
        0x3400..=0x4dbf => (Kind::Letter, HAN, 4),
        0xac00..=0xd7a3 => (Kind::Letter, HANGUL, 0),
        0xfb01 | 0xfb02 => (Kind::Lower, LATIN, 2),
        0xfb1d..=0xfb4f => (Kind::Letter, OTHER + 1, 2),
        0xfb50..=0xfdcf | 0xfdf0..=0xfdff | 0xfe70..=0xfefe => (Kind::Letter, OTHER + 2, 3),
        0xff01..=0xff5e => (Kind::Stop, 0, 0),
        0xff61..=0xff9f => (Kind::Letter, KANA, 2),
        0x20000..=0x3ffff => (Kind::Letter, HAN, 4),
        0x1d400..=0x1d7ff => (Kind::Letter, OTHER + 84, 3),
        0xe0000.. => (Kind::Junk, 0, 10),
        0xfdd0..=0xfdef | 0xfffe..=0xffff => (Kind::Junk, 0, 12),
        _ => (if c.is_alphabetic() { Kind::Letter } else { Kind::Junk }, OTHER + 90, 6),
    }
}

/// What it costs that `b` stands behind `a`.
pub(super) fn odd(a: Look, b: Look) -> i32 {
    use Kind::*;
    let letter = |l: Look| matches!(l.kind, Lower | Upper | Letter);
    match (a.kind, b.kind) {
        _ if letter(a) && letter(b) => letters(a, b),
        (Space, Space) => 0,
        (Space, Mark) if b.script == 0 => 2,
        (Space, Junk | Box) | (Junk | Box, Space) => 0,
        (Space, _) | (_, Space) => 0,
        (Mark, _) | (_, Mark) => 0,
        (Lost, _) | (_, Lost) | (Control, _) | (_, Control) => 1,
        (Ascii, Upper) if !b.ascii && b.script == LATIN => 1,
        (Junk, Junk) => 0,
        (Box, Box) => 2,
        (Junk, Dash | Ascii | Digit) | (Dash | Ascii | Digit, Junk) => 1,
        (Junk, _) | (_, Junk) => 6,
        (Box, Ascii | Digit | Dash) | (Ascii | Digit | Dash, Box) => 2,
        (Box, _) | (_, Box) => 6,
        (Currency, Digit | Ascii | Dash) | (Digit | Ascii | Dash, Currency) => 0,
        (Currency, _) | (_, Currency) => 5,
        (Digit, Upper) if !b.ascii => 2,
        (Sum, _) if b.script == GREEK => 1,
        (Sum, _) if letter(b) => 4,
        (_, Sum) if letter(a) => 4,
        (Sum, Sum) => 2,
        (Sum, Digit | Ascii | Dash) | (Digit | Ascii | Dash, Sum) => 0,
        (Sum, _) | (_, Sum) => 1,
        (Number, Digit | Ascii | Dash | Number) | (Digit | Ascii | Dash, Number) => 0,
        (_, Number) if a.ascii => 1,
        (Number, _) | (_, Number) => 4,
        (_, Open) if letter(a) => 6,
        (Digit, Open) => 3,
        (Close, _) if letter(b) => 4,
        (Close, Digit | Open) => 3,
        (_, Close) if letter(a) && !a.ascii => 2,
        (Open, Close | Open) | (Close, Close) => 1,
        (Dash, Dash) => 1,
        (Dash, Open) | (Close, Dash) => 0,
        (Dash, Upper) if !b.ascii => 1,
        (Dash, Close) => 1,
        (Picture, _) | (_, Picture) => 1,
        // Marks of the East stand beside letters of the East.
        (Stop, _) if letter(b) && b.script <= CYRILLIC => {
            if b.ascii {
                1
            } else {
                4
            }
        }
        (_, Stop) if letter(a) && a.script <= CYRILLIC => {
            if a.ascii {
                1
            } else {
                4
            }
        }
        _ => 0,
    }
}

/// What it costs that one letter stands behind another.
fn letters(a: Look, b: Look) -> i32 {
    if a.script == b.script {
        let rising = a.kind == Kind::Lower && b.kind == Kind::Upper;
        return if rising && !(a.ascii && b.ascii) { 5 } else { 0 };
    }
    let east = |l: Look| matches!(l.script, HAN | KANA | HANGUL);
    match (a, b) {
        (a, b) if east(a) && east(b) => i32::from(a.script == HANGUL || b.script == HANGUL),
        (a, b) if (east(a) && b.ascii) || (a.ascii && east(b)) => 4,
        // α-Helix, γcK: science mixes them.
        (a, b) if (a.script == GREEK && b.ascii) || (a.ascii && b.script == GREEK) => 2,
        _ => 7,
    }
}

/// Whether the character is a letter.
pub(super) fn is_letter(l: Look) -> bool {
    matches!(l.kind, Kind::Lower | Kind::Upper | Kind::Letter)
}

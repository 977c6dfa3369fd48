//! What counts as the same letter: one table, two folds.
//!
//! The *scan* fold is for finding: it drops accents and marks, and both phrases and lines go through it before they are hashed or
//! searched. The *verify* fold is for deciding: it keeps accents and where each character stood. Both share [`fold_char`], which
//! maps case, width, digits, quotes, dashes, bullets and icons, and Arabic letter variants. Folding is never written to a page.
//!
//! Case: final sigma and dotless i are their plain letters. Accents: a capital without its accent matches the accented letter
//! (`A LIRE AUSSI`, `ΣΧΟΛΙΑ`), a small letter does not.

use crate::char_table::CharTable;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical, is_combining_mark};

/// A character folded: as it is verified, and as it is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoldChar {
    /// With its accents. U+0000 if the character is dropped.
    pub verify: char,
    /// Without.
    pub scan: char,
}

const DROPPED: FoldChar = FoldChar { verify: '\0', scan: '\0' };

/// Folds one character.
pub fn fold_char(c: char) -> FoldChar {
    static FOLDED: CharTable<FoldChar> = CharTable::new(work_out);
    match c as u32 {
        code if is_han_or_hangul(code) => same(c),
        0xf0000.. => same('*'),
        0x20000.. => same(c),
        _ => FOLDED.get(c),
    }
}

/// The largest blocks, whose characters all fold to themselves.
fn is_han_or_hangul(code: u32) -> bool {
    (0x3400..=0x9fff).contains(&code) || (0xac00..=0xd7a3).contains(&code)
}

fn same(c: char) -> FoldChar {
    FoldChar { verify: c, scan: c }
}

fn work_out(c: char) -> FoldChar {
    let mapped = match c {
        c if c.is_whitespace() => ' ',
        '\u{ad}' | '\u{61c}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            return DROPPED;
        }
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => return DROPPED,
        // The dot below of Hindi's borrowed sounds: written as a mark, as part of its letter, or left out.
        '\u{93c}' => return DROPPED,
        // Arabic and Hebrew vowel signs and points are written or not as the writer pleases.
        '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c7}' => {
            return DROPPED;
        }
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => return DROPPED,
        '‘' | '’' | '‚' | '‛' | '′' | 'ʼ' | 'ʹ' | '＇' | '׳' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '＂' | '״' => '"',
        '‐'..='―' | '−' | '﹘' | '﹣' | '－' | '־' => '-',
        '»' | '›' | '→' | '►' | '▶' | '▸' | '❯' | '⟩' | '➔' | '➜' => '>',
        '«' | '‹' | '←' | '◄' | '◀' | '◂' | '❮' => '<',
        '…' | '。' | '।' | '۔' | '｡' => '.',
        '،' | '、' | '､' => ',',
        '؛' => ';',
        '؟' | '¿' => '?',
        '¡' => '!',
        '·' | '•' | '・' | '‣' | '⁃' | '∙' | '⋅' => '*',
        '\u{fe30}'..='\u{fe4f}' => '-',
        '【' | '「' | '『' | '〔' | '〖' => '[',
        '】' | '」' | '』' | '〕' | '〗' => ']',
        '│' | '┃' | '¦' | '❘' => '|',
        // Icons: private use, arrows, technical signs, box drawing, shapes, dingbats, pictographs.
        '\u{e000}'..='\u{f8ff}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => '*',
        'ى' | 'ی' | 'ئ' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        '\u{958}'..='\u{95f}' => ['क', 'ख', 'ग', 'ज', 'ड', 'ढ', 'फ', 'य'][c as usize - 0x958],
        'ς' => 'σ',
        // Romanian is still written with the cedilla of old code pages.
        'ş' | 'Ş' => 'ș',
        'ţ' | 'Ţ' => 'ț',
        'ı' | 'İ' => 'i',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c).to_ascii_lowercase(),
        c => match digit_value(c) {
            Some(digit) => char::from(b'0' + digit),
            None => {
                let mut lower = c.to_lowercase();
                match (lower.next(), lower.next()) {
                    (Some(l), None) => l,
                    _ => c,
                }
            }
        },
    };
    FoldChar { verify: mapped, scan: if is_accent(c) { '\0' } else { without_accent(mapped) } }
}

/// Decimal digits of the scripts that pages count in.
fn digit_value(c: char) -> Option<u8> {
    const ZEROS: [char; 12] = ['0', '٠', '۰', '०', '০', '੦', '૦', '௦', '౦', '೦', '๐', '០'];
    ZEROS.iter().find_map(|&zero| (c as u32).checked_sub(zero as u32).filter(|d| *d < 10)).map(|d| d as u8)
}

/// Accents that stand behind their letter as characters of their own.
pub fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn without_accent(c: char) -> char {
    let (mut first, mut rest_are_marks) = (None, true);
    decompose_canonical(c, |part| match first {
        None => first = Some(part),
        Some(_) => rest_are_marks &= canonical_combining_class(part) != 0,
    });
    match first {
        Some(first) if rest_are_marks => first,
        _ => c,
    }
}

const ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut i = 0;
    while i < 128 {
        let b = i as u8;
        table[i] = match b {
            b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => b' ',
            b if b < b' ' || b == 0x7f => 0,
            b => b.to_ascii_lowercase(),
        };
        i += 1;
    }
    table
};

/// How long a text goes on with nothing but signs of ASCII and single spaces between them; eight bytes at a time.
fn plain_run(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::MAX / 0xff;
    let (mut run, mut before) = (0, 0);
    while let Some(eight) = bytes[run..].first_chunk() {
        // Each sets the highest bit of the bytes it is about; sums run over into others only behind one beyond ASCII.
        let eight = u64::from_le_bytes(*eight);
        let beyond = eight | eight.wrapping_add(EACH);
        let control = !eight.wrapping_add(EACH * 0x60);
        let spaces = !((eight ^ (EACH * 0x20)).wrapping_add(EACH * 0x7f)) & (EACH * 0x80);
        if (beyond | control | (spaces & (spaces << 8 | before))) & (EACH * 0x80) != 0 {
            break;
        }
        before = spaces >> 56;
        run += 8;
    }
    let is_plain = |&at: &usize| match bytes[at] {
        b' ' => at == 0 || bytes[at - 1] != b' ',
        byte => byte > b' ' && byte < 0x7f,
    };
    run + (run..bytes.len()).take_while(is_plain).count()
}

/// Whether a text has nothing but signs of ASCII and single spaces; without a branch in it, so that many bytes are compared at once.
fn is_plain(bytes: &[u8]) -> bool {
    let others = bytes.iter().fold(0, |others, &b| others | u8::from(b.wrapping_sub(b' ') >= 0x5f));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(others, |others, (&a, &b)| others | (u8::from(a == b' ') & u8::from(b == b' '))) == 0
}

/// How long a text goes on with characters beyond ASCII that fold to themselves.
fn own_run(text: &str) -> usize {
    let is_own = |c: &char| !c.is_ascii() && fold_char(*c).scan == *c;
    text.chars().take_while(is_own).map(char::len_utf8).sum()
}

/// Appends the scan fold of `text`, runs of white space as one space.
pub fn scan_into(text: &str, out: &mut String) {
    out.reserve(text.len() + 8);
    let bytes = text.as_bytes();
    if is_plain(bytes) {
        let from = out.len();
        out.push_str(text);
        out[from..].make_ascii_lowercase();
        return;
    }
    let mut last = 0;
    let mut i = 0;
    while i < bytes.len() {
        let b = bytes[i];
        if b > b' ' && b < 0x7f {
            let run = plain_run(&bytes[i..]);
            let from = out.len();
            out.push_str(&text[i..i + run]);
            out[from..].make_ascii_lowercase();
            i += run;
            last = bytes[i - 1];
            continue;
        }
        if b < 0x80 {
            let folded = ASCII[b as usize];
            if folded != 0 && (folded != b' ' || last != b' ') {
                out.push(char::from(folded));
                last = folded;
            }
            i += 1;
            continue;
        }
        // Most letters fold to themselves, and stand beside each other.
        let run = own_run(&text[i..]);
        if run > 0 {
            out.push_str(&text[i..i + run]);
            (i, last) = (i + run, 0);
            continue;
        }
        let Some(c) = text[i..].chars().next() else { break };
        i += c.len_utf8();
        let folded = fold_char(c).scan;
        if folded != '\0' && (folded != ' ' || last != b' ') {
            out.push(folded);
            last = if folded == ' ' { b' ' } else { 0 };
        }
    }
}

/// The scan fold of a text.
pub fn scan_fold(text: &str) -> String {
    let mut out = String::new();
    scan_into(text, &mut out);
    out
}

/// Whether a folded character is set aside at both ends of a line: white space, bullets, icons, brackets, end punctuation.
pub const fn is_aside(folded: u8) -> bool {
    matches!(
        folded,
        b' ' | b'*'
            | b'-'
            | b'>'
            | b'<'
            | b'|'
            | b'.'
            | b','
            | b':'
            | b';'
            | b'!'
            | b'?'
            | b'('
            | b')'
            | b'['
            | b']'
            | b'#'
            | b'_'
            | b'='
            | b'+'
            | b'~'
            | b'/'
            | b'\\'
    )
}

/// A scan fold without what is set aside at its ends.
pub fn trim_aside(folded: &str) -> &str {
    let bytes = folded.as_bytes();
    let Some(start) = bytes.iter().position(|&b| !is_aside(b)) else { return "" };
    let end = bytes.iter().rposition(|&b| !is_aside(b)).map_or(start, |i| i + 1);
    &folded[start..end]
}

/// A character of a line as it is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineChar {
    /// Folded, with accents.
    pub c: char,
    /// Folded, without.
    pub base: char,
    /// First byte in the line.
    pub start: u32,
    /// One past the last byte, dropped characters behind it included only between two that stay.
    pub end: u32,
    /// Whether it was a capital.
    pub upper: bool,
    /// Whether its script has no case.
    pub caseless: bool,
    /// Whether it is a letter or digit.
    pub word: bool,
    /// Whether it is one of a script that writes spaces: between two of these there is no word border.
    pub joins: bool,
}

impl LineChar {
    /// Whether it is a letter or digit.
    pub fn is_word(self) -> bool {
        self.word
    }

    /// Whether it is set aside at the ends of a line.
    pub fn is_aside(self) -> bool {
        self.c.is_ascii() && is_aside(self.c as u8)
    }
}

/// The characters of ASCII as they are verified, wherever they stand; U+0000 is dropped.
const ASCII_CHARS: [LineChar; 128] = {
    let none = LineChar { c: '\0', base: '\0', start: 0, end: 0, upper: false, caseless: false, word: false, joins: false };
    let (mut table, mut i) = ([none; 128], 0);
    while i < 128 {
        let (c, word) = (ASCII[i] as char, ASCII[i].is_ascii_alphanumeric());
        table[i] = LineChar { c, base: c, upper: (i as u8).is_ascii_uppercase(), word, joins: word, ..none };
        i += 1;
    }
    table
};

/// The verify fold of a line.
pub fn verify_fold(line: &str) -> Vec<LineChar> {
    verify_into(line, Vec::new())
}

/// The verify fold of a line, in the room of a list that was used before.
pub fn verify_into(line: &str, mut out: Vec<LineChar>) -> Vec<LineChar> {
    out.clear();
    out.reserve(line.len());
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at as u32;
        if byte > b' ' && byte < 0x7f {
            let run = plain_run(&bytes[at..]);
            let char_of = |(&b, start): (&u8, u32)| LineChar { start, end: start + 1, ..ASCII_CHARS[usize::from(b & 0x7f)] };
            out.extend(bytes[at..at + run].iter().zip(start..).map(char_of));
            at += run;
            continue;
        }
        if byte < 0x80 {
            at += 1;
            let plain = ASCII_CHARS[usize::from(byte)];
            match (plain.c, out.last_mut()) {
                ('\0', _) => {}
                (' ', Some(last)) if last.c == ' ' => last.end = start + 1,
                _ => out.push(LineChar { start, end: start + 1, ..plain }),
            }
            continue;
        }
        let Some(c) = line[at..].chars().next() else { break };
        at += c.len_utf8();
        let end = at as u32;
        if is_accent(c) {
            if let Some(last) = out.last_mut() {
                last.c = compose(last.c, c).unwrap_or(last.c);
                last.end = end;
            }
            continue;
        }
        let folded = line_char(c);
        match folded.c {
            '\0' => {}
            ' ' if out.last().is_some_and(|l| l.c == ' ') => {
                if let Some(last) = out.last_mut() {
                    last.end = end;
                }
            }
            _ => out.push(LineChar { start, end, ..folded }),
        }
    }
    out
}

/// A character as it is verified, wherever it stands.
fn line_char(c: char) -> LineChar {
    static CHARS: CharTable<LineChar> = CharTable::new(work_out_line_char);
    let code = c as u32;
    if is_han_or_hangul(code) && !(0x4dc0..=0x4dff).contains(&code) {
        return LineChar { c, base: c, caseless: true, word: true, joins: !is_unspaced(c), ..ASCII_CHARS[0] };
    }
    CHARS.get(c)
}

fn work_out_line_char(c: char) -> LineChar {
    let folded = fold_char(c);
    let (upper, lower) = (c.is_uppercase(), c.is_lowercase());
    // Vowel signs and the sign that takes a vowel away are no letters of their own, and no border either.
    let mark = is_combining_mark(c);
    let cased = upper || lower;
    // The standard library looks long for whether a character beyond ASCII is a letter: asked once at most, and not of one with case.
    let letter = cased || mark || c.is_alphabetic();
    let caseless = letter && !cased;
    let word = mark || if folded.verify == c { letter || c.is_numeric() } else { folded.verify.is_alphanumeric() };
    let joins = word && !is_unspaced(folded.verify);
    LineChar { c: folded.verify, base: folded.scan, start: 0, end: 0, upper, caseless, word, joins }
}

/// Whether a character belongs to a script that writes no spaces between words; most alphabets come before all of these.
#[inline]
pub fn is_unspaced(c: char) -> bool {
    c >= '\u{e00}'
        && matches!(c as u32,
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x20000..=0x3ffff)
}

#[cfg(test)]
mod tests;

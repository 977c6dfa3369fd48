//! UTF-16 without a byte order mark, by its shape. Text with a mark, or that is declared, needs no looking.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// In a hundred units: how many may be no text (controls, private use, half pairs).
const BAD_MAX: usize = 1;

/// In a hundred units: how many lie in the scripts with few high bytes, or have their script's few high bytes, or are Chinese,
/// Japanese or Korean.
const ALPHABETIC_MIN: usize = 80;
const CONCENTRATED_MIN: usize = 85;
const EAST_ASIAN_MIN: usize = 95;

/// In a hundred units: how many are ASCII, or the punctuation and Kana of East Asia, which no other encoding's bytes look like.
const COMMON_MIN: usize = 2;

/// In a hundred units: how many of the scripts from Yi to Meetei Mayek must be what no double-byte encoding can be.
const SOUTH_ASIAN_ONLY_MIN: usize = 5;

/// In a hundred units: how many may be two ASCII characters side by side, as all of them are in an ASCII text with a NUL in it. Kana,
/// which are a zero and a letter, do not count.
const ASCII_PAIRS_MAX: usize = 60;

/// In a hundred units, of those at even and of those at odd places: where one side has so many from ASCII and the other has not half
/// of that, the bytes are a table of numbers, whose first halves are small.
const TABLE_MIN: usize = 80;

/// Fewer units always have few high bytes.
const CONCENTRATED_UNITS_MIN: usize = 32;

/// An alphabet, its punctuation and ASCII have at most so many high bytes.
const HIGH_BYTES: usize = 6;

/// How two bytes make a unit.
type Unit = fn([u8; 2]) -> u16;

/// Whether these bytes are UTF-16 by their mark or their shape.
pub fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || sniff(bytes).is_some()
}

/// The order of bytes in which they are UTF-16 text. Meant for the beginning of a page: it reads all that it is given.
pub fn sniff(bytes: &[u8]) -> Option<&'static Encoding> {
    let orders: [(&'static Encoding, Unit); 2] = [(UTF_16LE, u16::from_le_bytes), (UTF_16BE, u16::from_be_bytes)];
    let shapes = orders.map(|(encoding, unit)| (encoding, Shape::new(bytes, unit)));
    let best = |tells: fn(&Shape) -> bool| {
        let told = shapes.iter().filter(|(_, shape)| tells(shape));
        told.max_by_key(|(_, shape)| (shape.common, shape.alphabetic)).map(|(encoding, _)| *encoding)
    };
    best(Shape::is_alphabetic).or_else(|| best(Shape::is_east_asian)).or_else(|| best(Shape::is_south_asian))
}

/// What kinds of units there are.
#[derive(Default)]
struct Shape {
    units: usize,
    bad: usize,
    common: usize,
    ascii: usize,
    /// Units from ASCII at even and at odd places.
    ascii_sides: [usize; 2],
    ascii_pairs: usize,
    alphabetic: usize,
    /// Units of all scripts that have an alphabet and spaces, wherever they lie.
    spaced: usize,
    east_asian: usize,
    /// Units of the scripts from Yi to Meetei Mayek, and those of them whose second byte no double-byte encoding has.
    south_asian: usize,
    south_asian_only: usize,
    /// How many units have one of the commonest high bytes.
    concentrated: usize,
}

impl Shape {
    fn new(bytes: &[u8], unit: Unit) -> Shape {
        let mut shape = Shape::default();
        let mut high_bytes = [0usize; 256];
        let mut high_half = false;
        for pair in bytes.as_chunks::<2>().0 {
            let unit = unit(*pair);
            // A half without its other half is no text; the pair is counted at its second half.
            let is_low_half = (0xdc00..=0xdfff).contains(&unit);
            shape.units += 1;
            shape.bad += usize::from(high_half != is_low_half);
            high_half = (0xd800..=0xdbff).contains(&unit);
            let is_half = high_half || is_low_half;
            shape.bad += usize::from(!is_half && is_bad(unit));
            shape.ascii_sides[shape.units % 2] += usize::from(is_ascii(unit));
            shape.ascii += usize::from(is_ascii(unit));
            let is_ascii_pair = pair.iter().all(|&b| is_ascii(b.into()));
            shape.ascii_pairs += usize::from(is_ascii_pair && !is_east_asian_sign(unit));
            shape.common += usize::from(is_ascii(unit) || is_east_asian_sign(unit));
            // Two white space characters of ASCII side by side are letters too: runs of blank lines say nothing.
            let is_blank_pair = pair.iter().all(|b| matches!(b, 9 | 10 | 13));
            shape.alphabetic += usize::from(unit < 0x2000 && !is_blank_pair);
            shape.spaced += usize::from(unit < 0x2000 || is_half || is_spaced(unit));
            shape.east_asian += usize::from(is_half || is_east_asian(unit));
            let is_south_asian = (0xa000..=0xabff).contains(&unit);
            shape.south_asian += usize::from(is_south_asian);
            shape.south_asian_only += usize::from(is_south_asian && matches!(unit & 0xff, 0..=0x1f | 0x80..=0xa0));
            high_bytes[usize::from(unit >> 8)] += 1;
        }
        high_bytes.sort_unstable();
        shape.concentrated = high_bytes.iter().rev().take(HIGH_BYTES).sum();
        shape
    }

    fn is(&self, count: usize, percent: usize) -> bool {
        count * 100 >= self.units * percent
    }

    fn is_text(&self) -> bool {
        let [few, many] =
            if self.ascii_sides.is_sorted() { self.ascii_sides } else { [self.ascii_sides[1], self.ascii_sides[0]] };
        let is_table = self.units >= CONCENTRATED_UNITS_MIN && self.is(many * 2, TABLE_MIN) && few * 2 < many;
        self.units > 1 && self.bad * 100 <= self.units * BAD_MAX && !is_table
    }

    /// A script with few high bytes. Below U+2000 those are control characters, which no other text has; above, ASCII's spaces
    /// must stand between.
    fn is_alphabetic(&self) -> bool {
        let has_spaces = self.units >= CONCENTRATED_UNITS_MIN && self.is(self.ascii, 2 * COMMON_MIN);
        let is_spaced = has_spaces && self.is(self.spaced, ALPHABETIC_MIN);
        self.is_text() && self.is(self.concentrated, CONCENTRATED_MIN) && (self.is(self.alphabetic, ALPHABETIC_MIN) || is_spaced)
    }

    fn is_east_asian(&self) -> bool {
        let are_signs = self.common > 0 && self.is(self.common, COMMON_MIN);
        let are_pairs = self.is(self.ascii_pairs, ASCII_PAIRS_MAX);
        self.is_text() && self.is(self.east_asian, EAST_ASIAN_MIN) && are_signs && !are_pairs
    }

    /// Scripts that may do without spaces, such as Javanese.
    fn is_south_asian(&self) -> bool {
        let is_only = self.south_asian_only > 0 && self.is(self.south_asian_only, SOUTH_ASIAN_ONLY_MIN);
        self.is_text() && self.is(self.south_asian, ALPHABETIC_MIN) && is_only
    }
}

fn is_ascii(unit: u16) -> bool {
    matches!(unit, 9 | 10 | 13 | 0x20..=0x7e)
}

/// Controls, private use, and what is no character.
fn is_bad(unit: u16) -> bool {
    matches!(unit, 0..=8 | 11 | 14..=0x1f | 0x7f..=0x9f | 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfff0..=0xfffc | 0xfffe..)
}

fn is_east_asian_sign(unit: u16) -> bool {
    matches!(unit, 0x3000..=0x3003 | 0x3005 | 0x3008..=0x3011 | 0x3041..=0x3096 | 0x30a1..=0x30fc | 0xff01..=0xff1f)
}

/// Above U+2000: Coptic to Ethiopic, Yi to Cherokee, and the Arabic forms.
fn is_spaced(unit: u16) -> bool {
    matches!(unit, 0x2c00..=0x2dff | 0xa000..=0xabff | 0xfb00..=0xfdff | 0xfe70..=0xfefe)
}

fn is_east_asian(unit: u16) -> bool {
    is_ascii(unit)
        || matches!(unit, 0xa0..=0xff | 0x2010..=0x205e | 0x3000..=0x4dbf | 0x4e00..=0x9fff | 0xa000..=0xd7a3 | 0xff00..=0xffef)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn texts() {
        for text in [
            "hi",
            "Все люди рождаются свободными",
            "שלום",
            "人人生而自由，在尊严和权利上一律平等。",
            "모든 인간은 태어날 때부터",
            "すべての人間は",
        ] {
            for cut in 0..2 {
                let (le, be) = (bytes(text, u16::to_le_bytes), bytes(text, u16::to_be_bytes));
                assert_eq!(sniff(&le[..le.len() - cut * usize::from(le.len() > 4)]), Some(UTF_16LE), "{text}");
                assert_eq!(sniff(&be[..be.len() - cut * usize::from(be.len() > 4)]), Some(UTF_16BE), "{text}");
            }
        }
    }

    #[test]
    fn others() {
        let numbers: Vec<u8> = (0..2000u32).flat_map(u32::to_le_bytes).collect();
        let small: Vec<u8> = (0..2000u16).flat_map(|n| (n % 90).to_le_bytes()).collect();
        let all: Vec<u8> = (0..=255).collect();
        // The table of an archive of libraries: a few places, each many times.
        let places: Vec<u8> = (0..500u32).flat_map(|n| (0x0020_cbf4 + (n / 99) * 0x1_0311).to_be_bytes()).collect();
        for bytes in [
            &b"Bush hid the facts"[..],
            &places,
            &[b'\n'; 400],
            b"a\0",
            b"\0\0\0\0",
            b"ab\0\0",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            &numbers,
            &small,
            &all,
            b"",
        ] {
            assert_eq!(sniff(bytes), None, "{bytes:?}");
        }
    }
}

//! The tables that a page is scanned by: how they are written, and how they are read in place.
//!
//! All are words of 32 bits. What stands in them is `index`'s business.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Spreads a window's bytes over 64 bits (Fibonacci hashing).
#[inline]
pub fn window_hash(bytes: u128) -> u64 {
    let (low, high) = (bytes as u64, (bytes >> 64) as u64);
    (low ^ low >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ high.wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// What a list of a table holds: values of one word or more.
pub trait Value: Ord {
    /// The value's words.
    fn words(&self) -> impl Iterator<Item = u32>;
}

impl Value for u32 {
    fn words(&self) -> impl Iterator<Item = u32> {
        std::iter::once(*self)
    }
}

impl Value for [u32; 4] {
    fn words(&self) -> impl Iterator<Item = u32> {
        self.iter().copied()
    }
}

/// Lists, each written once: its length in words, and its values. Thousands of keys stand for the same patterns.
#[derive(Debug, Default)]
pub struct Lists {
    /// The lists, one behind the other.
    pub words: Vec<u32>,
    known: HashMap<Vec<u32>, u32>,
}

impl Lists {
    /// Where the list of these values begins.
    pub fn place<V: Value>(&mut self, values: &BTreeSet<V>) -> u32 {
        let list: Vec<u32> = values.iter().flat_map(Value::words).collect();
        *self.known.entry(list).or_insert_with_key(|list| {
            let at = self.words.len() as u32;
            self.words.push(list.len() as u32);
            self.words.extend(list);
            at
        })
    }
}

/// The values of the list that begins at `at`.
#[inline]
pub fn list_at(words: &[u32], at: u32) -> &[u32] {
    let at = at as usize;
    &words[at + 1..at + 1 + words[at] as usize]
}

/// An open-addressed table: `[log2, bits, slot × 2^log2, lists …]`, a list being its length in words and its values. A slot is a place among
/// the lists, from 1, in its low `bits`, and above them a tag, as much of the hash as there is room for; 0 is free.
pub fn write_table<V: Value + Clone>(map: &BTreeMap<u64, BTreeSet<V>>) -> Vec<u32> {
    let log2 = (map.len() * 2 + 1).next_power_of_two().trailing_zeros();
    (BITS_MIN..u32::BITS).find_map(|bits| table_of(map, log2, bits)).unwrap_or_default()
}

/// How many bits a place among lists has, unless there are too many lists. Eight are left for the tag; more would hardly ever tell more: a
/// filter or a gate stands before most tables, and what a list names is compared in any case. They cannot be compressed either.
const BITS_MIN: u32 = 24;

/// Words before the slots of a table.
const TABLE_HEAD: usize = 2;

/// A table whose places among lists have so many bits, if that is enough.
fn table_of<V: Value + Clone>(map: &BTreeMap<u64, BTreeSet<V>>, log2: u32, bits: u32) -> Option<Vec<u32>> {
    let size = 1usize << log2;
    let mut slots: Vec<Option<(u32, Cow<'_, BTreeSet<V>>)>> = vec![None; size];
    for (hash, values) in map {
        let mut slot = table_slot(*hash, log2);
        let tag = table_tag(*hash, bits);
        while slots[slot].as_ref().is_some_and(|(known, _)| *known != tag) {
            slot = (slot + 1) % size;
        }
        match &mut slots[slot] {
            // A hash that would be found where another stands has its values there too; verification tells them apart.
            Some((_, known)) => known.to_mut().extend(values.iter().cloned()),
            free => *free = Some((tag, Cow::Borrowed(values))),
        }
    }
    let mut words = vec![log2, bits];
    let mut lists = Lists::default();
    for slot in slots {
        let Some((tag, values)) = slot else {
            words.push(0);
            continue;
        };
        let place = lists.place(&values) + 1;
        if place >> bits != 0 {
            return None;
        }
        words.push(tag | place);
    }
    words.extend(lists.words);
    Some(words)
}

#[inline]
fn table_slot(hash: u64, log2: u32) -> usize {
    (hash >> 32) as usize & ((1 << log2) - 1)
}

/// What of a hash stands above the place of its list.
#[inline]
fn table_tag(hash: u64, bits: u32) -> u32 {
    hash as u32 >> bits << bits
}

/// The values that a table holds for a hash, and perhaps those of others; verification tells them apart.
pub fn look_up(table: &[u32], hash: u64) -> &[u32] {
    let (log2, bits) = (table[0], table[1]);
    let mut slot = table_slot(hash, log2);
    let tag = table_tag(hash, bits);
    loop {
        match table[TABLE_HEAD + slot] {
            0 => return &[],
            found if (found ^ tag) >> bits == 0 => {
                let place = found & ((1 << bits) - 1);
                return list_at(&table[TABLE_HEAD + (1 << log2)..], place - 1);
            }
            _ => slot = (slot + 1) & ((1 << log2) - 1),
        }
    }
}

/// A bitmap of hashes before their table: `[log2 of its words, words …, table …]`. A hash sets two bits of one word.
pub fn write_filter<V: Value + Clone>(map: &BTreeMap<u64, BTreeSet<V>>) -> Vec<u32> {
    // One word a hash keeps false alarms rare and the bitmap small enough for the second cache.
    let log2 = map.len().next_power_of_two().trailing_zeros().clamp(5, 16);
    let mut words = vec![0; 1 + (1 << log2)];
    words[0] = log2;
    for hash in map.keys() {
        words[1 + (hash >> (64 - log2)) as usize] |= filter_bits(*hash);
    }
    words.extend(write_table(map));
    words
}

/// The two bits of a hash in its word of a bitmap.
#[inline]
pub fn filter_bits(hash: u64) -> u32 {
    1 << (hash >> 38 & 31) | 1 << (hash >> 43 & 31)
}

/// How many words a gate has, one bitmap of windows of all widths; each sets two bits of one word.
pub const GATE_WORDS: usize = 1 << 16;

/// The word of a gate that a window belongs to, and its bits.
#[inline]
pub fn gate_place(window: u128) -> (u16, u32) {
    let (low, high) = (window as u64, (window >> 64) as u64);
    let hash = low.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ high.wrapping_mul(0xd6e8_feb8_6659_fd93);
    ((hash >> 48) as u16, 1 << (hash >> 38 & 31) | 1 << (hash >> 43 & 31))
}

/// `[classes, list offset × classes, lists …]`.
pub fn write_classes<V: Value>(map: &BTreeMap<u32, BTreeSet<V>>) -> Vec<u32> {
    let classes = map.keys().max().map_or(0, |m| m + 1);
    let mut words = vec![0; 1 + classes as usize];
    words[0] = classes;
    let mut lists = Lists::default();
    let (behind, none) = (words.len() as u32, BTreeSet::new());
    for class in 0..classes {
        words[1 + class as usize] = behind + lists.place(map.get(&class).unwrap_or(&none));
    }
    words.extend(lists.words);
    words
}

/// `[mask × 256 bytes, (first, mask) …]`: which classes a byte may begin, and for all characters from a first one on to the next first one
/// their classes.
pub fn write_class_bytes(classes: &[(String, Vec<(char, char)>)]) -> Vec<u32> {
    let mut words = vec![0; 256];
    let mut ranges = BTreeMap::from([(0, 0)]);
    for (class, (_, list)) in classes.iter().enumerate().take(32) {
        for &(first, last) in list {
            let mut utf8 = [0; 4];
            let mut lead = |c: char| c.encode_utf8(&mut utf8).as_bytes()[0];
            for byte in lead(first)..=lead(last) {
                words[usize::from(byte)] |= 1 << class;
            }
            for border in [first as u32, last as u32 + 1] {
                let before = ranges.range(..=border).next_back().map_or(0, |(_, mask)| *mask);
                ranges.entry(border).or_insert(before);
            }
            ranges.range_mut(first as u32..=last as u32).for_each(|(_, mask)| *mask |= 1 << class);
        }
    }
    words.extend(ranges.into_iter().flat_map(|(first, mask)| [first, mask]));
    words
}

/// The classes that a line's characters belong to, as bits, read from the section of class bytes.
pub fn classes_of(section: &[u32], line: &str) -> u32 {
    let ascii = line.bytes().filter(u8::is_ascii);
    ascii.fold(rare_classes_of(section, line), |mask, b| mask | section[usize::from(b)])
}

/// The classes of those characters of a line that are beyond ASCII, or controls.
pub fn rare_classes_of(section: &[u32], line: &str) -> u32 {
    const EACH: u64 = u64::MAX / 0xff;
    let (bytes, ranges) = section.split_at(256);
    let (ranges, _) = ranges.as_chunks::<2>();
    let mut classes = 0;
    let mut look = |at: usize| {
        let found = bytes[usize::from(line.as_bytes()[at])];
        if line.as_bytes()[at].is_ascii() {
            classes |= found;
        } else if found & !classes != 0
            && let Some(c) = line.get(at..).and_then(|rest| rest.chars().next()).map(u32::from)
        {
            let behind = ranges.partition_point(|[first, _]| *first <= c);
            classes |= ranges[..behind].last().map_or(0, |[_, mask]| *mask);
        }
    };
    let (eights, rest) = line.as_bytes().as_chunks::<8>();
    for (number, eight) in eights.iter().enumerate() {
        // Each sets the highest bit of the bytes it is about; no sum runs over. Of a character beyond ASCII, of its first byte alone.
        let eight = u64::from_le_bytes(*eight);
        let low = eight & (EACH * 0x7f);
        let control = !eight & (!(low + EACH * 0x60) | (low + EACH));
        let mut rare = (control | (eight & (low + EACH * 0x40))) & (EACH * 0x80);
        while rare != 0 {
            look(8 * number + rare.trailing_zeros() as usize / 8);
            rare &= rare - 1;
        }
    }
    let last = line.len() - rest.len();
    rest.iter().enumerate().filter(|(_, b)| !matches!(b, b' '..=b'~')).for_each(|(at, _)| look(last + at));
    classes
}

#[cfg(test)]
mod tests {
    use super::super::fold::{scan_fold, trim_aside};
    use super::super::outline::{Made, class_bits};
    use super::*;

    #[test]
    fn classes_of_rare_characters_and_of_the_fold_are_all_classes() {
        let classes = [
            ("brackets", vec![('(', '('), ('（', '（'), ('【', '【')]),
            ("figures", vec![('0', '9'), ('٠', '٩')]),
            ("letters", vec![('A', 'Z'), ('a', 'z')]),
            ("quotes", vec![('“', '”'), ('"', '"')]),
            ("controls", vec![('\u{1}', '\u{8}'), ('\u{7f}', '\u{9f}')]),
            ("kana", vec![('ぁ', 'ヿ')]),
            ("last", vec![('\u{10fffe}', '\u{10ffff}')]),
        ];
        let classes: Vec<_> = classes.into_iter().map(|(name, ranges)| (name.to_owned(), ranges)).collect();
        let section = write_class_bytes(&classes);
        let bits = class_bits(&section);
        assert!(!bits.is_empty());
        let told = |line: &str| {
            let holds = |ranges: &[(char, char)]| line.chars().any(|c| ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)));
            classes.iter().enumerate().fold(0, |mask, (i, (_, ranges))| mask | u32::from(holds(ranges)) << i)
        };
        let parts = [
            "-",
            "?",
            " ",
            "  ",
            "(",
            "a",
            "B",
            "7",
            "\u{1}",
            "\u{7f}",
            "“",
            "’",
            "（",
            "é",
            "か",
            "٣",
            "\u{10ffff}",
            "字",
            "\t",
        ];
        for round in 0..4000_usize {
            let line: String =
                (0..round % 40).map(|i| parts[(round * (i + 3) * (round % 7 + 1) / 5 + i * i) % parts.len()]).collect();
            let line = if round % 3 == 0 { line } else { "-".repeat(round % 19) + &line.replace(['a', 'B', '7', '('], "-") };
            assert_eq!(classes_of(&section, &line), told(&line), "{line:?}");
            let fold = scan_fold(&line);
            let made = Made::of(fold.as_bytes(), trim_aside(&fold).as_bytes()).classes(&bits);
            let rare = rare_classes_of(&section, &line) | rare_classes_of(&section, &fold);
            assert_eq!(made.map(|made| made | rare), Some(told(&line) | told(&fold)), "{line:?}");
        }
    }
}

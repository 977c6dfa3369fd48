//! Literals by which phrases are found inside lines: which windows of theirs are looked for, and where.
//!
//! Most literals begin where a word begins, or hold a place where one does. Their windows are chosen there, so that only such places
//! of a line are asked for windows of all widths. The few other literals are asked for at every place. How lines are asked is `windows`' work.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Entry;
use super::keys::{Anchor, WINDOWS, commonness, rarest};
use super::tables::{GATE_WORDS, Lists, Value, gate_place, window_hash, write_table};

/// How much of a literal is searched for.
pub const ANCHOR_BYTES_MAX: usize = 16;

/// How many words an anchor has in a table.
pub(super) const ANCHOR_WORDS: usize = 6;

/// A window inside a word is looked for where no narrower one than this stands at a word's beginning.
const START_BYTES_MIN: usize = 4;

/// The widest window inside a word.
const INNER_BYTES_MAX: usize = 8;

/// Entries by the part of a literal that is looked for.
pub type Anchors = BTreeMap<Part, BTreeSet<Entry>>;

/// A literal, or the rarest sixteen bytes of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    bytes: Vec<u8>,
    /// Whether no letter or figure of ASCII goes on before it, or behind it.
    starts: bool,
    ends: bool,
}

impl Part {
    /// The part of a literal that stands for it: verification reads the rest.
    pub fn of(anchor: &Anchor) -> Part {
        let whole = Part { bytes: anchor.literal.as_bytes().to_vec(), starts: anchor.starts, ends: anchor.ends };
        let length = whole.bytes.len().min(ANCHOR_BYTES_MAX);
        // Around the widest window that may be looked for where a word begins, if there is one.
        let start = WINDOWS.into_iter().filter(|width| *width >= START_BYTES_MIN).find_map(|width| whole.start(width));
        let from = start
            .map_or_else(|| place_in(&whole.bytes, rarest(&whole.bytes, length)), |start| start.min(whole.bytes.len() - length));
        let to = from + length;
        let free = |beside: Option<&u8>, edge: bool| beside.map_or(edge, |b| !b.is_ascii_alphanumeric());
        Part {
            starts: free(from.checked_sub(1).map(|before| &whole.bytes[before]), whole.starts),
            ends: free(whole.bytes.get(to), whole.ends),
            bytes: whole.bytes[from..to].to_vec(),
        }
    }

    /// The start of the rarest of its windows of a width that is looked for where words begin.
    fn start(&self, width: usize) -> Option<usize> {
        let starts = (0..(self.bytes.len() + 1).saturating_sub(width)).filter(|at| self.is_start(*at));
        starts.min_by_key(|at| commonness(&self.bytes[*at..*at + width]))
    }

    /// Whether a place of it is one where a word or a character beyond ASCII begins, or a sign stands.
    fn is_start(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or(!self.starts, |before| self.bytes[before].is_ascii_alphanumeric());
        let goes_on = before && self.bytes[at].is_ascii_alphanumeric();
        !goes_on && !matches!(self.bytes[at], b' ' | 0x80..0xc0)
    }

    /// The place and the width of the window by which it is found, and whether that stands inside a word.
    fn window(&self) -> (usize, usize, bool) {
        let widths = || WINDOWS.into_iter().filter(|width| *width <= self.bytes.len());
        let wide = |width: &usize| *width >= START_BYTES_MIN.min(self.bytes.len());
        let at_start = |width: usize| self.start(width).map(|at| (at, width, false));
        widths().filter(wide).find_map(at_start).unwrap_or_else(|| {
            // Its first four bytes are asked for at every place of a line.
            let inside = |width: &usize| *width <= INNER_BYTES_MAX && wide(width);
            let places = widths().filter(inside).flat_map(|width| (0..=self.bytes.len() - width).map(move |at| (at, width)));
            let begins = |at: usize, width: usize| commonness(&self.bytes[at..at + width.min(PREFIX_BYTES)]);
            let rarest = places.min_by_key(|(at, width)| (begins(*at, *width), std::cmp::Reverse(*width)));
            rarest.map_or((0, 0, true), |(at, width)| (at, width, true))
        })
    }
}

/// Where a part of some bytes begins in them.
fn place_in(bytes: &[u8], part: &[u8]) -> usize {
    part.as_ptr() as usize - bytes.as_ptr() as usize
}

/// A part of a literal in its table. Its window finds it, its bytes confirm it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Anchor16 {
    part: Part,
    /// Where its window begins in it.
    offset: usize,
    /// Where the list of its entries begins.
    list: u32,
}

/// A word begins before it.
pub(super) const STARTS: u32 = 1 << 16;
/// A word ends behind it.
pub(super) const ENDS: u32 = 1 << 17;

impl Value for Anchor16 {
    fn words(&self) -> impl Iterator<Item = u32> {
        let mut bytes = [0; ANCHOR_BYTES_MAX];
        bytes[..self.part.bytes.len()].copy_from_slice(&self.part.bytes);
        let borders = if self.part.starts { STARTS } else { 0 } | if self.part.ends { ENDS } else { 0 };
        let head = [borders | (self.offset << 8 | self.part.bytes.len()) as u32, self.list];
        let bytes: Vec<u32> = bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        head.into_iter().chain(bytes)
    }
}

/// What anchors are as sections.
pub struct Written {
    /// Windows to anchors, a table for each width.
    pub tables: [Vec<u32>; WINDOWS.len()],
    /// Which windows there are.
    pub gate: Vec<u32>,
    /// Which widths windows have where words begin, by how they begin.
    pub starts: Vec<u32>,
    /// Which widths windows have inside words, likewise.
    pub inner: Vec<u32>,
    /// How they begin: a bit for each hash of four bytes, then the two bytes of those that have no more.
    pub inner_places: Vec<u32>,
}

/// Writes anchors, and the lists of what they stand for.
pub fn write(anchors: Anchors, lists: &mut Lists) -> Written {
    let mut tables: [BTreeMap<u64, BTreeSet<Anchor16>>; WINDOWS.len()] = Default::default();
    let (mut gate, mut starts, mut inner) = (vec![0; GATE_WORDS], vec![0; WIDTHS_WORDS], vec![0; WIDTHS_WORDS]);
    let mut inner_places = vec![0; INNER_WORDS];
    for (part, entries) in anchors {
        let (offset, width, is_inner) = part.window();
        let mut bytes = [0; ANCHOR_BYTES_MAX];
        bytes[..width].copy_from_slice(&part.bytes[offset..offset + width]);
        let window = u128::from_le_bytes(bytes);
        let (word, bits) = gate_place(window);
        gate[usize::from(word)] |= bits;
        if is_inner {
            add_inner_place(&mut inner_places, window as u32, width);
        }
        set_width(if is_inner { &mut inner } else { &mut starts }, window as u32, width);
        let anchor = Anchor16 { part, offset, list: lists.place(&entries) };
        let table = WINDOWS.iter().position(|w| *w == width).unwrap_or(WINDOWS.len() - 1);
        tables[table].entry(window_hash(window)).or_default().insert(anchor);
    }
    Written { tables: tables.map(|table| write_table(&table)), gate, starts, inner, inner_places }
}

/// How many bytes tell how a window begins; of narrower ones two do.
pub(super) const PREFIX_BYTES: usize = 4;

/// How many widths of windows have four bytes or more; they come first.
pub(super) const LONG_WIDTHS: usize = 4;

/// How many words say which widths windows have that begin with certain bytes: a byte for each hash of four, two bits for each two.
pub(super) const WIDTHS_WORDS: usize = SHORT_FROM + (1 << 12);

/// Where the part for two bytes begins.
const SHORT_FROM: usize = 1 << 14;

/// The place and the shift of the bits that stand for four bytes; a bit for each width.
#[inline]
pub(super) fn long_place(bytes: u32) -> (usize, u32) {
    let hash = bytes.wrapping_mul(0x9e37_79b1) >> 16;
    ((hash >> 2) as usize, (hash & 3) * 8)
}

/// The place and the shift of the bits that stand for the first two of four bytes; a bit for each width that is less than four.
#[inline]
pub(super) fn short_place(bytes: u32) -> (usize, u32) {
    let pair = bytes & 0xffff;
    (SHORT_FROM + (pair >> 4) as usize, (pair & 15) * 2)
}

/// How many words the bitmap of the first four bytes of windows inside words has.
pub(super) const INNER_WORDS: usize = 1 << 13;

/// Of how many windows of two bytes inside words a line is asked for each; where there are more, for any at every place.
const PAIRS_MAX: usize = 16;

/// The word and the bit that stand for the first four bytes of a window inside a word.
#[inline]
pub(super) fn inner_place(bytes: u32) -> (usize, u32) {
    let hash = bytes.wrapping_mul(0x85eb_ca6b) >> 14;
    ((hash >> 5) as usize, hash & 31)
}

/// Adds how a window inside a word begins.
fn add_inner_place(places: &mut Vec<u32>, first: u32, width: usize) {
    let mut set = |bytes: u32| {
        let (word, bit) = inner_place(bytes);
        places[word] |= 1 << bit;
    };
    match width {
        PREFIX_BYTES.. => set(first),
        3 => (0..=0xff).for_each(|last: u32| set(first & 0xff_ffff | last << 24)),
        _ if places[INNER_WORDS..].contains(&(first & 0xffff)) => {}
        _ if places.len() - INNER_WORDS < PAIRS_MAX => places.push(first & 0xffff),
        _ => places[..INNER_WORDS].fill(u32::MAX),
    }
}

/// Sets the bit of a window's width where its first bytes are looked up.
fn set_width(widths: &mut [u32], first: u32, width: usize) {
    let place = WINDOWS.iter().position(|w| *w == width).unwrap_or(0);
    let (word, shift, bit) = match place.checked_sub(LONG_WIDTHS) {
        None => (long_place(first).0, long_place(first).1, place),
        Some(place) => (short_place(first).0, short_place(first).1, place),
    };
    widths[word] |= 1 << shift << bit;
}

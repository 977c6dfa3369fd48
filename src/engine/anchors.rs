//! Literals by which phrases are found inside lines: which windows of theirs are looked for, and where.
//!
//! Most literals begin where a word begins, or hold a place where one does. Their windows are chosen there, so that only such places
//! of a line are asked for windows of all widths, and of those only the ones that begin as a window does. The few other literals are
//! asked for wherever four bytes of a line begin as theirs do.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Entry;
use super::keys::{Anchor, WINDOWS, commonness, rarest};
use super::tables::{GATE_WORDS, Lists, Value, gate_place, list_at, look_up, window_hash, write_table};

/// How much of a literal is searched for.
pub const ANCHOR_BYTES_MAX: usize = 16;

/// How many words an anchor has in a table.
const ANCHOR_WORDS: usize = 6;

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

    /// The start of the rarest of its windows of a width that [`Windows::each`] looks for where words begin.
    fn start(&self, width: usize) -> Option<usize> {
        let starts = (0..(self.bytes.len() + 1).saturating_sub(width)).filter(|at| self.is_start(*at));
        starts.min_by_key(|at| commonness(&self.bytes[*at..*at + width]))
    }

    /// Whether a place of it is one that [`Windows::each`] asks for windows of all widths.
    fn is_start(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or(!self.starts, |before| self.bytes[before].is_ascii_alphanumeric());
        self.bytes[at] != b' ' && !(before && self.bytes[at].is_ascii_alphanumeric())
    }

    /// The place and the width of the window by which it is found, and whether that stands inside a word.
    fn window(&self) -> (usize, usize, bool) {
        let widths = || WINDOWS.into_iter().filter(|width| *width <= self.bytes.len());
        let wide = |width: &usize| *width >= START_BYTES_MIN.min(self.bytes.len());
        let at_start = |width: usize| self.start(width).map(|at| (at, width, false));
        widths().filter(wide).find_map(at_start).unwrap_or_else(|| {
            let width = widths().find(|width| *width <= INNER_BYTES_MAX).unwrap_or(0);
            (place_in(&self.bytes, rarest(&self.bytes, width)), width, true)
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
const STARTS: u32 = 1 << 16;
/// A word ends behind it.
const ENDS: u32 = 1 << 17;

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
    /// How windows where words begin do begin.
    pub starts: Vec<u32>,
    /// How windows inside words begin.
    pub inner: Vec<u32>,
}

/// Writes anchors, and the lists of what they stand for.
pub fn write(anchors: Anchors, lists: &mut Lists) -> Written {
    let mut tables: [BTreeMap<u64, BTreeSet<Anchor16>>; WINDOWS.len()] = Default::default();
    let (mut gate, mut starts, mut inner) = (vec![0; GATE_WORDS], vec![0; PREFIX_WORDS], vec![0; PREFIX_WORDS]);
    for (part, entries) in anchors {
        let (offset, width, is_inner) = part.window();
        let mut bytes = [0; ANCHOR_BYTES_MAX];
        bytes[..width].copy_from_slice(&part.bytes[offset..offset + width]);
        let window = u128::from_le_bytes(bytes);
        let (word, bits) = gate_place(window);
        gate[usize::from(word)] |= bits;
        let prefixes = if is_inner { &mut inner } else { &mut starts };
        let (word, bit) = if width < PREFIX_BYTES { pair_place(window as u32) } else { prefix_place(window as u32) };
        prefixes[word] |= 1 << bit;
        let anchor = Anchor16 { part, offset, list: lists.place(&entries) };
        let table = WINDOWS.iter().position(|w| *w == width).unwrap_or(WINDOWS.len() - 1);
        tables[table].entry(window_hash(window)).or_default().insert(anchor);
    }
    Written { tables: tables.map(|table| write_table(&table)), gate, starts, inner }
}

/// How many bytes tell how a window begins; of narrower ones two do.
const PREFIX_BYTES: usize = 4;

/// How many words a bitmap of prefixes has: a part for four bytes, a part for two.
const PREFIX_WORDS: usize = PAIRS_FROM + (1 << 11);

/// Where the part for two bytes begins.
const PAIRS_FROM: usize = 1 << 13;

/// The word and the bit that stand for four bytes.
#[inline]
fn prefix_place(bytes: u32) -> (usize, u32) {
    let hash = bytes.wrapping_mul(0x9e37_79b1) >> 14;
    ((hash >> 5) as usize, hash & 31)
}

/// The word and the bit that stand for the first two of four bytes.
#[inline]
fn pair_place(bytes: u32) -> (usize, u32) {
    (PAIRS_FROM + ((bytes & 0xffff) >> 5) as usize, bytes & 31)
}

/// How windows begin.
#[derive(Debug, Clone, Copy)]
struct Prefixes<'b>(&'b [u32; PREFIX_WORDS]);

impl Prefixes<'_> {
    /// Whether a window may begin with four bytes, 1 if so.
    #[inline]
    fn may_begin(self, bytes: u32) -> u32 {
        let ((word, bit), (pair_word, pair_bit)) = (prefix_place(bytes), pair_place(bytes));
        (self.0[word] >> bit | self.0[pair_word] >> pair_bit) & 1
    }
}

/// Gives the entries of those anchors of a list that stand around the window at `at` of a scan fold of `shown` bytes, which has
/// sixteen more behind it.
pub fn each_anchor<'b>(
    folded: &[u8],
    shown: usize,
    at: usize,
    anchors: &[u32],
    lists: &'b [u32],
    mut take: impl FnMut(&'b [u32]),
) {
    for anchor in anchors.chunks_exact(ANCHOR_WORDS) {
        let &[head, list, a, b, c, d] = anchor else { continue };
        let (offset, bytes) = ((head >> 8 & 0xff) as usize, head & 0xff);
        let Some(start) = at.checked_sub(offset).filter(|start| start + bytes as usize <= shown) else { continue };
        let word = |low: u32, high: u32| u128::from(low) | u128::from(high) << 32;
        let wanted = word(a, b) | word(c, d) << 64;
        let mut stands = [0; ANCHOR_BYTES_MAX];
        stands.copy_from_slice(&folded[start..start + ANCHOR_BYTES_MAX]);
        // All bytes at once; those behind the literal are shifted out.
        let beyond = 128 - 8 * bytes;
        let differ = (u128::from_le_bytes(stands) ^ wanted).checked_shl(beyond).unwrap_or(0) != 0;
        let goes_on = |at: usize| folded[at - 1].is_ascii_alphanumeric() && folded[at].is_ascii_alphanumeric();
        let end = start + bytes as usize;
        if differ || (head & ENDS != 0 && goes_on(end)) || (head & STARTS != 0 && start > 0 && goes_on(start)) {
            continue;
        }
        take(list_at(lists, list));
    }
}

/// Windows of all widths: the bitmaps before a table for each width.
#[derive(Debug, Clone, Copy)]
pub struct Windows<'b> {
    gate: &'b [u32; GATE_WORDS],
    starts: Prefixes<'b>,
    inner: Prefixes<'b>,
    tables: [&'b [u32]; WINDOWS.len()],
}

/// How many places are looked at in one go.
const GO: usize = 64;

impl<'b> Windows<'b> {
    /// Reads the sections; none if they are not as [`write()`] writes them.
    pub fn new(gate: &'b [u32], starts: &'b [u32], inner: &'b [u32], tables: [&'b [u32]; WINDOWS.len()]) -> Option<Windows<'b>> {
        let (starts, inner) = (Prefixes(starts.try_into().ok()?), Prefixes(inner.try_into().ok()?));
        Some(Windows { gate: gate.try_into().ok()?, starts, inner, tables })
    }

    #[inline]
    fn may_hold(&self, window: u128) -> bool {
        let (word, bits) = gate_place(window);
        self.gate[usize::from(word)] & bits == bits
    }

    /// The places of a scan fold that hold a window, and what it stands for; `folded` has sixteen bytes behind `shown`.
    pub fn each(&self, folded: &[u8], shown: usize, mut take: impl FnMut(usize, &'b [u32])) {
        let mut before = 0;
        for from in (0..shown).step_by(GO) {
            let to = shown.min(from + GO);
            let (starts, inner) = self.places(&folded[from..to + PREFIX_BYTES - 1], before);
            before = folded[to - 1];
            let mut places = starts | inner;
            while places != 0 {
                let place = places.trailing_zeros();
                let at = from + place as usize;
                if inner >> place & 1 == 1 || self.starts.may_begin(first_four(&folded[at..])) == 1 {
                    self.at(folded, at, &mut take);
                }
                places &= places - 1;
            }
        }
    }

    /// Which of the places of a text may hold windows, a bit each: where words begin, and inside them. Three more bytes stand behind the
    /// last. None begins at a space.
    fn places(&self, text: &[u8], before: u8) -> (u64, u64) {
        let mut in_word = WORD[usize::from(before)];
        text.windows(PREFIX_BYTES).enumerate().fold((0, 0), |(starts, inner), (i, bytes)| {
            let word = WORD[usize::from(bytes[0])];
            let is_start = (bytes[0] != b' ') & !(word & in_word);
            in_word = word;
            (starts | u64::from(is_start) << i, inner | u64::from(self.inner.may_begin(first_four(bytes))) << i)
        })
    }

    #[inline]
    fn at(&self, folded: &[u8], at: usize, take: &mut impl FnMut(usize, &'b [u32])) {
        let bytes = folded[at..at + ANCHOR_BYTES_MAX].try_into().map_or(0, u128::from_le_bytes);
        // All widths are asked before any branch: few places hold anything.
        if !MASKS.iter().fold(false, |held, mask| held | self.may_hold(bytes & mask)) {
            return;
        }
        for (mask, table) in MASKS.iter().zip(self.tables).filter(|(mask, _)| self.may_hold(bytes & **mask)) {
            take(at, look_up(table, window_hash(bytes & mask)));
        }
    }
}

/// Four bytes as a number.
#[inline]
fn first_four(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// What is left of sixteen bytes for each width.
const MASKS: [u128; WINDOWS.len()] = {
    let (mut masks, mut i) = ([0; WINDOWS.len()], 0);
    while i < masks.len() {
        masks[i] = u128::MAX >> (128 - 8 * WINDOWS[i]);
        i += 1;
    }
    masks
};

/// The letters and figures of ASCII.
const WORD: [bool; 256] = {
    let (mut table, mut i) = ([false; 256], 0);
    while i < 256 {
        table[i] = (i as u8).is_ascii_alphanumeric();
        i += 1;
    }
    table
};

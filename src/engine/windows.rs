//! Finding literals inside a line: its windows walked against bitmaps, then a table, then the literals' own bytes.
//!
//! Which windows there are is `anchors`' business.

use super::anchors::{
    ANCHOR_BYTES_MAX, ANCHOR_WORDS, ENDS, INNER_WORDS, LONG_WIDTHS, PREFIX_BYTES, STARTS, WIDTHS_WORDS, inner_place, long_place,
    short_place,
};
use super::keys::WINDOWS;
use super::places::{BLOCK_BYTES, Places, behind, each_bit, gathered, is_word, places};
use super::tables::{GATE_WORDS, gate_place, list_at, look_up, window_hash};

/// How many places are looked at in one go.
const GO: usize = BLOCK_BYTES;

/// Their bytes, and those behind them that tell how a window begins.
const GO_BYTES: usize = GO + PREFIX_BYTES - 1;

/// How many bytes have to stand behind a scan fold, so that every window, anchor and go can be read whole.
pub const BEHIND_BYTES: usize = GO + ANCHOR_BYTES_MAX;

/// What stands behind a scan fold, so that every window and anchor can be read whole.
pub const BEHIND: &str = match std::str::from_utf8(&[0; BEHIND_BYTES]) {
    Ok(behind) => behind,
    Err(_) => "",
};

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
    starts: Widths<'b>,
    inner: Widths<'b>,
    inner_bits: &'b [u32; INNER_WORDS],
    pairs: &'b [u32],
    tables: [&'b [u32]; WINDOWS.len()],
}

/// Which widths windows have, by how they begin.
#[derive(Debug, Clone, Copy)]
struct Widths<'b>(&'b [u32; WIDTHS_WORDS]);

impl Widths<'_> {
    /// A bit for each width of [`WINDOWS`] that a window may have that begins with four bytes.
    #[inline]
    fn of(self, first: u32) -> u32 {
        let ((long, long_shift), (short, short_shift)) = (long_place(first), short_place(first));
        self.0[long] >> long_shift & 0xf | (self.0[short] >> short_shift & 3) << LONG_WIDTHS
    }
}

impl<'b> Windows<'b> {
    /// Reads the sections; none if they are not as [`write()`](super::anchors::write) writes them.
    pub fn new(
        gate: &'b [u32],
        starts: &'b [u32],
        inner: &'b [u32],
        inner_places: &'b [u32],
        tables: [&'b [u32]; WINDOWS.len()],
    ) -> Option<Windows<'b>> {
        let (starts, inner) = (Widths(starts.try_into().ok()?), Widths(inner.try_into().ok()?));
        let (inner_bits, pairs) = inner_places.split_first_chunk()?;
        Some(Windows { gate: gate.try_into().ok()?, starts, inner, inner_bits, pairs, tables })
    }

    /// The places of a scan fold of `shown` bytes that hold a window, and what it stands for; [`BEHIND_BYTES`] more stand behind it.
    pub fn each(&self, folded: &[u8], shown: usize, mut take: impl FnMut(usize, &'b [u32])) {
        let mut word_before = false;
        for from in (0..shown).step_by(GO) {
            let Some(go) = folded[from..].first_chunk::<GO_BYTES>() else { break };
            let count = (shown - from).min(GO);
            let within = Places::MAX >> (GO - count);
            let (starts, word_after) = starts(go, word_before);
            word_before = word_after;
            let widths = |place: usize, widths: Widths<'b>| widths.of(first_four(&folded[from + place..]));
            each_bit(starts & within, |place| match widths(place, self.starts) {
                0 => {}
                widths => self.at(folded, from + place, widths, &mut take),
            });
            each_bit(self.inner_places(go, count) & within, |place| match widths(place, self.inner) {
                0 => {}
                widths => self.at(folded, from + place, widths, &mut take),
            });
        }
    }

    /// The places where a window inside a word may begin, of so many first ones.
    #[inline]
    fn inner_places(&self, go: &[u8; GO_BYTES], count: usize) -> Places {
        let mut pairs = [0; GO];
        for pair in self.pairs {
            let [first, second, ..] = pair.to_le_bytes();
            (0..GO).for_each(|i| pairs[i] |= u8::from(go[i] == first) & u8::from(go[i + 1] == second));
        }
        let mut inner = gathered(&pairs);
        // Most lines are shorter than a go.
        for from in (0..count).step_by(8) {
            let Some(bytes) = go[from..].first_chunk::<{ 8 + PREFIX_BYTES - 1 }>() else { break };
            let bit = |i: usize| {
                let (word, bit) = inner_place(u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]));
                (self.inner_bits[word] >> bit & 1) << i
            };
            let eight = bit(0) | bit(1) | bit(2) | bit(3) | bit(4) | bit(5) | bit(6) | bit(7);
            inner |= Places::from(eight) << from;
        }
        inner
    }

    #[inline(never)]
    fn at(&self, folded: &[u8], at: usize, mut widths: u32, take: &mut impl FnMut(usize, &'b [u32])) {
        let bytes = folded[at..].first_chunk::<ANCHOR_BYTES_MAX>().map_or(0, |bytes| u128::from_le_bytes(*bytes));
        while widths != 0 {
            let width = widths.trailing_zeros() as usize;
            widths &= widths - 1;
            let window = bytes & MASKS[width];
            let (word, bits) = gate_place(window);
            if self.gate[usize::from(word)] & bits == bits {
                take(at, look_up(self.tables[width], window_hash(window)));
            }
        }
    }
}

/// Where a word, a sign or a character beyond ASCII may begin, and whether the last byte is of a word; of the byte before it is told.
#[inline]
fn starts(go: &[u8; GO_BYTES], word_before: bool) -> (Places, bool) {
    let block = go.first_chunk::<GO>().unwrap_or(&[0; GO]);
    let (word, begins) = (places(block, is_word), places(block, |b| (b != b' ') & (b & 0xc0 != 0x80)));
    (begins & !(word & behind(word, word_before)), word >> (GO - 1) == 1)
}

/// Four bytes as a number.
#[inline]
fn first_four(bytes: &[u8]) -> u32 {
    bytes.first_chunk::<PREFIX_BYTES>().map_or(0, |bytes| u32::from_le_bytes(*bytes))
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

#[cfg(test)]
mod tests {
    use super::super::anchors::{Anchors, Part, write};
    use super::super::keys::Anchor;
    use super::super::tables::Lists;
    use super::*;

    #[test]
    fn words_signs_and_characters_begin() {
        let mut go = [b' '; GO_BYTES];
        let text = "a1 (b-é2日本z";
        go[..text.len()].copy_from_slice(text.as_bytes());
        let (starts, _) = starts(&go, false);
        let shown: Vec<usize> = (0..GO).filter(|i| starts >> i & 1 == 1).collect();
        assert_eq!(shown, [0, 3, 4, 5, 6, 8, 9, 12, 15]);
    }

    #[test]
    fn literals_are_found_where_they_stand() {
        let anchor = |literal: &str, starts: bool, ends: bool| Anchor { literal: literal.to_owned(), starts, ends };
        let anchors = [
            anchor("share", true, true),
            anchor("share", false, false),
            anchor("share this story", true, false),
            anchor("artikel", false, false),
            anchor("ga", false, true),
            anchor("its", false, false),
            anchor("редакция", true, true),
            anchor("日本", false, false),
            anchor("(c)", false, false),
            anchor("| by", false, true),
        ];
        let mut parts = Anchors::default();
        for (number, anchor) in (0..).zip(&anchors) {
            parts.entry(Part::of(anchor)).or_default().insert([0, number, 0, 0]);
        }
        let mut lists = Lists::default();
        let written = write(parts, &mut lists);
        let tables = std::array::from_fn(|i| written.tables[i].as_slice());
        let windows = Windows::new(&written.gate, &written.starts, &written.inner, &written.inner_places, tables).unwrap();
        let far = format!("{} share | by", "ab ".repeat(40));
        for line in [
            "share",
            "shares this story",
            "reshare (c) this",
            "the leitartikel",
            "yoga",
            "gas bits",
            "от редакция日本|日本",
            "a | by",
            &far,
        ] {
            let mut folded = line.as_bytes().to_vec();
            folded.extend([0; BEHIND_BYTES]);
            let mut found = std::collections::BTreeSet::new();
            windows.each(&folded, line.len(), |at, anchors| {
                each_anchor(&folded, line.len(), at, anchors, &lists.words, |entries| {
                    found.extend(entries.chunks_exact(4).map(|entry| entry[1]));
                });
            });
            let goes_on = |at: usize| {
                let word = |at: Option<usize>| at.and_then(|at| line.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric);
                word(at.checked_sub(1)) && word(Some(at))
            };
            let stands = |a: &Anchor| {
                let mut places = line.match_indices(&a.literal).map(|(at, _)| (at, at + a.literal.len()));
                places.any(|(from, to)| !(a.starts && goes_on(from) || a.ends && goes_on(to)))
            };
            let expected = (0..).zip(&anchors).filter(|(_, anchor)| stands(anchor)).map(|(number, _)| number).collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}

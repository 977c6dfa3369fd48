//! What a line must be made of for a pattern to match in it: bytes that it holds, may hold, begins and ends with, and its length.
//!
//! A table names far more patterns than match. Comparing a few bit sets costs less than reading a phrase's program. Every set here
//! errs on the side of trying: a line that is turned away could not have matched.

use super::expression;
use super::fold::{is_aside, scan_fold, trim_aside};
use super::holds::{self, Holds};
use crate::names::At;
use crate::rules::phrase::{Node, Slot};

/// A set of bytes of scan folds, a bit each for letters and signs, one for all figures; bytes beyond ASCII share five.
pub type Bits = u64;

/// Every byte.
pub(super) const ALL: Bits = Bits::MAX;
const DIGIT: Bits = BIT_OF[b'0' as usize];
const LETTERS: Bits = (1 << 26) - 1;
const BEYOND_ASCII: Bits = 0x1f << 59;

/// The bit of a byte of a scan fold; none for white space and what a fold drops.
const BIT_OF: [Bits; 256] = {
    let mut table = [0; 256];
    let (mut byte, mut next) = (0, 27);
    while byte < 256 {
        let b = byte as u8;
        table[byte] = match b {
            b'a'..=b'z' => 1 << (b - b'a'),
            b'0'..=b'9' => 1 << 26,
            b'!'..=b'/' | b':'..=b'@' | b'['..=b'`' | b'{'..=b'~' => {
                next += 1;
                1 << (next - 1)
            }
            0x80.. => 1 << (59 + b % 5),
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// The bytes of a part of a scan fold.
pub fn bits_of(folded: &[u8]) -> Bits {
    folded.iter().fold(0, |bits, &b| bits | BIT_OF[usize::from(b)])
}

/// The classes of bytes of ASCII by their bits: which bits have any, and those of each; bytes that a fold drops are left out. Nothing if
/// bytes of one bit differ in them, or white space has some.
pub fn class_bits(class_bytes: &[u32]) -> Vec<u32> {
    let (mut any, mut masks) = (0, [None; Bits::BITS as usize]);
    for byte in 0..128_u8 {
        let (bits, mask) = (BIT_OF[usize::from(byte.to_ascii_lowercase())], class_bytes[usize::from(byte)]);
        if bits == 0 && mask != 0 && matches!(byte, b' ' | b'\t'..=b'\r') {
            return Vec::new();
        } else if bits == 0 {
            continue;
        }
        if *masks[bits.trailing_zeros() as usize].get_or_insert(mask) != mask {
            return Vec::new();
        }
        any |= if mask == 0 { 0 } else { bits };
    }
    [any as u32, (any >> 32) as u32].into_iter().chain(masks.into_iter().map(Option::unwrap_or_default)).collect()
}

/// What a scan fold is made of.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    holds: Holds,
    held: Bits,
    shown: Bits,
    first: Bits,
    last: Bits,
    chars: u32,
}

impl Made {
    /// Looks at a scan fold; `shown` is what is left of it without what is set aside at its ends.
    pub fn of(folded: &[u8], shown: &[u8]) -> Made {
        let bit = |byte: Option<&u8>| byte.map_or(ALL, |&b| BIT_OF[usize::from(b)]);
        let inside = bits_of(shown);
        let start = folded.iter().position(|&b| !is_aside(b)).unwrap_or(folded.len());
        let outside = bits_of(&folded[..start]) | bits_of(&folded[(start + shown.len()).min(folded.len())..]);
        Made {
            holds: 0,
            held: inside | outside,
            shown: inside,
            first: bit(shown.first()),
            last: bit(shown.last()),
            chars: if inside & BEYOND_ASCII == 0 {
                shown.len() as u32
            } else {
                shown.iter().fold(0, |chars, b| chars + u32::from(b & 0xc0 != 0x80))
            },
        }
    }

    /// Adds what its bytes do not tell.
    pub fn add(&mut self, holds: Holds) {
        self.holds |= holds;
    }

    /// Whether so many characters are shown at most.
    pub fn is_within(&self, chars_max: u32) -> bool {
        self.chars <= chars_max
    }

    /// The classes of its bytes, by a table that [`class_bits()`] wrote; none if that cannot tell.
    pub fn classes(&self, table: &[u32]) -> Option<u32> {
        let (any, masks) = table.split_first_chunk::<2>()?;
        let mut held = self.held & (Bits::from(any[0]) | Bits::from(any[1]) << 32);
        let mut classes = 0;
        while held != 0 {
            classes |= masks[held.trailing_zeros() as usize];
            held &= held - 1;
        }
        Some(classes)
    }

    /// Whether there are figures.
    pub fn has_digits(&self) -> bool {
        self.held & DIGIT != 0
    }

    /// Whether all that is asked for was added.
    pub fn holds(&self, asked: Holds) -> bool {
        asked & !self.holds == 0
    }

    /// Whether a pattern of an outline, as it was written into a table, may match.
    pub fn fits(&self, outline: &[u32]) -> bool {
        let &[holds, a, b, c, d, e, f, g, h, i, j] = outline else { return true };
        let bits = |low: u32, high: u32| Bits::from(low) | Bits::from(high) << 32;
        self.holds(holds)
            && bits(a, b) & !self.held == 0
            && self.first & bits(g, h) != 0
            && self.shown & !bits(e, f) == 0
            && (self.held & bits(c, d) != 0 || bits(c, d) == 0)
            && self.last & bits(i, j) != 0
    }
}

/// How many words an outline has in a table.
pub const OUTLINE_WORDS: usize = 11;

/// What a pattern asks of the lines that it matches in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outline {
    /// All of this is there.
    holds: Holds,
    /// Each of these is there.
    all: Bits,
    /// One of these is there, if there are any.
    any: Bits,
    /// Nothing else is shown.
    only: Bits,
    /// One of these comes first.
    first: Bits,
    /// One of these comes last.
    last: Bits,
    /// So many characters are shown at most.
    chars_max: u32,
}

impl Outline {
    /// Asks for nothing.
    pub const NONE: Outline = Outline { holds: 0, all: 0, any: 0, only: ALL, first: ALL, last: ALL, chars_max: u32::MAX };

    /// The outline of a phrase.
    pub fn of_phrase(nodes: &[Node], at: At, sets: &[Members]) -> Outline {
        let read = Nodes { sets };
        let ends = |found: Start| if found.passes { ALL } else { found.bits };
        let holds = holds::of_phrase(nodes, at);
        let mut outline = Outline { holds, all: read.all(nodes), any: read.any(nodes), ..Outline::NONE };
        if at == At::Line {
            outline.only = read.only(nodes);
            outline.chars_max = u32::try_from(chars_max(nodes)).unwrap_or(u32::MAX);
        }
        if matches!(at, At::Line | At::Start) {
            outline.first = ends(read.edge(nodes.iter(), false));
        }
        if matches!(at, At::Line | At::End) {
            outline.last = ends(read.edge(nodes.iter().rev(), true));
        }
        outline
    }

    /// The outline of an expression; `literals` are its anchors, if they are all literals.
    pub fn of_regex(pattern: &str, at: At, literals: Option<&[&String]>) -> Outline {
        let Ok(hir) = regex_syntax::parse(pattern) else { return Outline::NONE };
        let mut any = Vec::new();
        let holds = literals.map_or(0, |literals| holds::of_regex(pattern, literals.iter().copied()));
        let mut outline = Outline { holds, all: expression::all(&hir, &mut any), ..Outline::NONE };
        outline.any = rarest(any);
        if at == At::Line {
            outline.only = expression::only(&hir);
            outline.chars_max = hir.properties().maximum_len().and_then(|n| u32::try_from(n).ok()).unwrap_or(u32::MAX);
        }
        if matches!(at, At::Line | At::Start) {
            let start = expression::start(&hir);
            outline.first = if start.passes { ALL } else { start.bits };
        }
        outline
    }

    /// How many characters its lines show at most.
    pub fn chars_max(&self) -> u32 {
        self.chars_max
    }

    /// The words that it is in a table.
    pub fn words(&self) -> [u32; OUTLINE_WORDS] {
        let [[a, b], [c, d], [e, f], [g, h], [i, j]] =
            [self.all, self.any, self.only, self.first, self.last].map(|bits| [bits as u32, (bits >> 32) as u32]);
        [self.holds, a, b, c, d, e, f, g, h, i, j]
    }
}

/// What the members of a set have in common.
#[derive(Debug, Clone, Copy)]
pub struct Members {
    all: Bits,
    any: Bits,
    only: Bits,
    first: Start,
    last: Start,
}

impl Members {
    /// Looks at a set.
    pub fn of(set: &[String]) -> Members {
        let folded: Vec<String> = set.iter().map(|m| scan_fold(m)).collect();
        let each = || folded.iter().map(|m| bits_of(m.as_bytes()));
        let edge = |last: bool| folded.iter().map(|m| text_edge(m, last)).fold(Start::default(), Start::or);
        Members {
            all: each().fold(ALL, |a, b| a & b),
            any: one_of(each()),
            only: each().fold(0, |a, b| a | b),
            first: edge(false),
            last: edge(true),
        }
    }
}

/// What a match may begin with, the other way round what it may end with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Start {
    pub(super) bits: Bits,
    /// Whether it may be over before it shows anything.
    pub(super) passes: bool,
}

impl Start {
    pub(super) const ANY: Start = Start { bits: ALL, passes: true };
    pub(super) const NOTHING: Start = Start { bits: 0, passes: true };

    fn of(bits: Bits) -> Start {
        Start { bits, passes: false }
    }

    pub(super) fn or(self, other: Start) -> Start {
        Start { bits: self.bits | other.bits, passes: self.passes || other.passes }
    }

    /// One behind the other.
    pub(super) fn then(self, next: impl FnOnce() -> Start) -> Start {
        if !self.passes {
            return self;
        }
        let next = next();
        Start { bits: self.bits | next.bits, passes: next.passes }
    }
}

pub(super) fn text_edge(folded: &str, last: bool) -> Start {
    let shown = trim_aside(folded).as_bytes();
    let byte = if last { shown.last() } else { shown.first() };
    byte.map_or(Start::NOTHING, |&b| Start::of(BIT_OF[usize::from(b)]))
}

/// How common a byte is, by its bit.
fn commonness(bit: u32) -> u32 {
    match bit {
        0..26 => super::keys::byte_commonness(b'a' + bit as u8),
        26 => 30,
        _ => 8,
    }
}

fn total(bits: Bits) -> u32 {
    (0..Bits::BITS).filter(|bit| bits >> bit & 1 == 1).map(commonness).sum()
}

/// Of those sets of which one is there, the one that pages hold least often; none if all are common.
fn rarest(sets: Vec<Bits>) -> Bits {
    const COMMON: u32 = 200;
    sets.into_iter().map(|bits| (total(bits), bits)).filter(|(cost, _)| (1..COMMON).contains(cost)).min().map_or(0, |(_, b)| b)
}

/// The rarest byte of each; nothing if one has none.
pub(super) fn one_of(ways: impl Iterator<Item = Bits>) -> Bits {
    let rarest = |bits: Bits| (0..Bits::BITS).filter(|bit| bits >> bit & 1 == 1).min_by_key(|bit| commonness(*bit));
    ways.map(|bits| rarest(bits).map(|bit| 1 << bit)).try_fold(0, |all, bit| Some(all | bit?)).unwrap_or(0)
}

/// What counts are written with.
const COUNT_SIGNS: &[u8] = "0,.'kmb万萬만億亿+".as_bytes();

/// Reads the parts of phrases, given their sets.
struct Nodes<'s> {
    sets: &'s [Members],
}

impl Nodes<'_> {
    fn set(&self, index: u32) -> Option<&Members> {
        self.sets.get(index as usize)
    }

    fn all(&self, nodes: &[Node]) -> Bits {
        let of = |node: &Node| match node {
            Node::Text(text) => bits_of(scan_fold(text).as_bytes()),
            Node::Group(ways) => ways.iter().map(|way| self.all(way)).fold(ALL, |a, b| a & b),
            Node::Set { set, .. } => self.set(*set).map_or(0, |members| members.all),
            Node::Slot(Slot::Count | Slot::Date | Slot::Time) => DIGIT,
            Node::Slot(_) | Node::AnyEnding | Node::CutStart | Node::CutEnd => 0,
        };
        nodes.iter().fold(0, |bits, node| bits | of(node))
    }

    fn any(&self, nodes: &[Node]) -> Bits {
        let of = |node: &Node| match node {
            Node::Group(ways) => Some(one_of(ways.iter().map(|way| self.all(way)))),
            Node::Set { set, .. } => self.set(*set).map(|members| members.any),
            _ => None,
        };
        rarest(nodes.iter().filter_map(of).collect())
    }

    fn only(&self, nodes: &[Node]) -> Bits {
        let of = |node: &Node| match node {
            Node::Text(text) => bits_of(scan_fold(text).as_bytes()),
            Node::Group(ways) => ways.iter().map(|way| self.only(way)).fold(0, |a, b| a | b),
            Node::Set { set, many, .. } => {
                let between =
                    if *many { bits_of(&(0..128).filter(|b| *b == b'&' || is_aside(*b)).collect::<Vec<u8>>()) } else { 0 };
                self.set(*set).map_or(ALL, |members| members.only | between)
            }
            Node::Slot(Slot::Count) => bits_of(COUNT_SIGNS),
            Node::Slot(_) | Node::AnyEnding => ALL,
            Node::CutStart | Node::CutEnd => 0,
        };
        nodes.iter().fold(0, |bits, node| bits | of(node))
    }

    /// What comes first of parts, or last if they are given backwards.
    fn edge<'n>(&self, nodes: impl Iterator<Item = &'n Node>, last: bool) -> Start {
        let of = |node: &Node| match node {
            Node::Text(text) => text_edge(&scan_fold(text), last),
            Node::Group(ways) => {
                let of = |way: &Vec<Node>| if last { self.edge(way.iter().rev(), last) } else { self.edge(way.iter(), last) };
                ways.iter().map(of).fold(Start::default(), Start::or)
            }
            Node::Set { set, .. } => self.set(*set).map_or(Start::ANY, |m| if last { m.last } else { m.first }),
            Node::Slot(Slot::Count) if last => Start::of(bits_of(COUNT_SIGNS)),
            Node::Slot(Slot::Count | Slot::Time) if !last => Start::of(DIGIT),
            Node::Slot(Slot::Code) if !last => Start::of(LETTERS),
            Node::Slot(_) | Node::AnyEnding => Start::ANY,
            Node::CutStart | Node::CutEnd => Start::NOTHING,
        };
        nodes.fold(Start::NOTHING, |start, node| start.then(|| of(node)))
    }
}

/// How many characters what the nodes match has at most; shapes are given more room than they need.
pub fn chars_max(nodes: &[Node]) -> usize {
    const SHAPE_CHARS: usize = 40;
    let of = |node: &Node| match node {
        Node::Text(text) => text.chars().count(),
        Node::Slot(Slot::Count | Slot::Date | Slot::Time) => SHAPE_CHARS,
        Node::Slot(Slot::Name) => 6 * SHAPE_CHARS,
        Node::Group(ways) => ways.iter().map(|way| chars_max(way)).max().unwrap_or(0),
        Node::CutStart | Node::CutEnd => 0,
        Node::Slot(_) | Node::Set { .. } | Node::AnyEnding => usize::MAX / 1024,
    };
    nodes.iter().map(of).sum()
}

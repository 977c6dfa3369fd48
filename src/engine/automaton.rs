//! A rule's expression as a small automaton over characters.
//!
//! An automaton over bytes, as general engines build it, has dozens of states for each class of Unicode and for each count, and is made
//! of the same expression a hundred times slower. Rules ask for one line at a time, so `backtrack` runs this one as it stands.

use regex_syntax::hir::{self, Hir, HirKind, Look, Repetition};
use std::sync::Arc;

/// An expression ready to run.
#[derive(Debug)]
pub struct Automaton {
    pub(super) ops: Vec<Op>,
    pub(super) classes: Vec<Class>,
    /// What a match may begin with; nothing if it may be empty or begins with a look around.
    pub(super) first: Option<Class>,
    /// How many operations are marked where they were tried.
    pub(super) marks: usize,
    /// The names of its groups, by their places among the groups.
    pub names: Vec<Arc<str>>,
}

/// A step of an automaton. Places are of operations.
#[derive(Debug)]
pub(super) enum Op {
    Text(Box<[u8]>),
    One(u32),
    /// So many of a class.
    Many {
        class: u32,
        min: u32,
        /// `u32::MAX` is without end.
        max: u32,
        greedy: bool,
        mark: u32,
    },
    /// The first way is the one that is preferred.
    Split {
        ways: [u32; 2],
        mark: u32,
    },
    Jump(u32),
    /// The beginning of a named group has an even number, its end the odd one behind it.
    Save(u32),
    Look(Look),
    Accept,
}

/// A set of characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Class {
    ascii: [u64; 2],
    /// Those beyond ASCII, sorted.
    ranges: Box<[(char, char)]>,
}

impl Class {
    fn new(ranges: &[(char, char)]) -> Class {
        let mut class = Class::default();
        for code in ranges.iter().flat_map(|&(a, b)| a as u32..=(b as u32).min(0x7f)) {
            class.ascii[code as usize >> 6] |= 1 << (code & 63);
        }
        class.ranges = ranges.iter().filter(|r| !r.1.is_ascii()).map(|&(a, b)| (a.max('\u{80}'), b)).collect();
        class
    }

    /// Whether a character of ASCII is one of the class.
    #[inline]
    pub(super) fn holds_ascii(&self, byte: u8) -> bool {
        self.ascii[usize::from(byte >> 6) & 1] >> (byte & 63) & 1 == 1
    }

    /// The end of the character at a place, if it is one of the class.
    #[inline]
    pub(super) fn end_at(&self, text: &str, at: usize) -> Option<usize> {
        let byte = *text.as_bytes().get(at)?;
        if byte < 0x80 {
            return self.holds_ascii(byte).then_some(at + 1);
        }
        let c = text[at..].chars().next()?;
        let behind = self.ranges.partition_point(|r| r.1 < c);
        self.ranges.get(behind).filter(|r| r.0 <= c).map(|_| at + c.len_utf8())
    }

    /// What any of some classes holds.
    fn any(classes: &[Class]) -> Class {
        let mut any = Class::default();
        for class in classes {
            any.ascii[0] |= class.ascii[0];
            any.ascii[1] |= class.ascii[1];
        }
        let mut ranges: Vec<_> = classes.iter().flat_map(|class| &class.ranges).copied().collect();
        ranges.sort_unstable();
        let mut joined: Vec<(char, char)> = Vec::new();
        for range in ranges {
            match joined.last_mut() {
                Some(last) if range.0 <= last.1 => last.1 = last.1.max(range.1),
                _ => joined.push(range),
            }
        }
        any.ranges = joined.into();
        any
    }
}

/// An expression with more steps is left to a general engine.
const OPS_MAX: usize = 5_000;

impl Automaton {
    /// Makes an automaton; nothing for the few expressions that it cannot be, those too large among them.
    pub fn new(pattern: &str) -> Option<Automaton> {
        let hir = regex_syntax::parse(pattern).ok()?;
        let mut automaton = Automaton { ops: Vec::new(), classes: Vec::new(), first: None, marks: 0, names: Vec::new() };
        automaton.push(&hir)?;
        automaton.ops.push(Op::Accept);
        let mut first = Vec::new();
        automaton.first = first_of(&hir, &mut first).then(|| Class::any(&first));
        Some(automaton)
    }

    fn push(&mut self, hir: &Hir) -> Option<()> {
        if self.ops.len() > OPS_MAX {
            return None;
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(text) => {
                std::str::from_utf8(&text.0).ok()?;
                self.ops.push(Op::Text(text.0.clone()));
            }
            HirKind::Class(_) => {
                let class = self.class(hir)?;
                self.ops.push(Op::One(class));
            }
            HirKind::Look(look @ (Look::Start | Look::End | Look::WordUnicode | Look::WordUnicodeNegate)) => {
                self.ops.push(Op::Look(*look));
            }
            HirKind::Look(_) => return None,
            HirKind::Repetition(repetition) => self.repetition(repetition)?,
            HirKind::Capture(capture) => match &capture.name {
                None => self.push(&capture.sub)?,
                Some(name) => {
                    let known = self.names.iter().position(|n| **n == **name);
                    let group = known.unwrap_or(self.names.len()) as u32;
                    if known.is_none() {
                        self.names.push((**name).into());
                    }
                    self.ops.push(Op::Save(2 * group));
                    self.push(&capture.sub)?;
                    self.ops.push(Op::Save(2 * group + 1));
                }
            },
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.push(part))?,
            HirKind::Alternation(ways) => {
                let (last, others) = ways.split_last()?;
                let mut jumps = Vec::new();
                for way in others {
                    let split = self.split();
                    self.push(way)?;
                    jumps.push(self.ops.len());
                    self.ops.push(Op::Jump(0));
                    self.lead(split, true, split + 1, self.ops.len());
                }
                self.push(last)?;
                let behind = self.ops.len() as u32;
                jumps.into_iter().for_each(|jump| self.ops[jump] = Op::Jump(behind));
            }
        }
        Some(())
    }

    /// The copies are those that `regex` makes, so that the same way is the first to match.
    fn repetition(&mut self, repetition: &Repetition) -> Option<()> {
        let Repetition { min, max, greedy, sub } = repetition;
        if let Some(class) = self.class(sub) {
            let mark = self.mark();
            self.ops.push(Op::Many { class, min: *min, max: max.unwrap_or(u32::MAX), greedy: *greedy, mark });
            return Some(());
        }
        let may_be_empty = sub.properties().minimum_len().is_none_or(|len| len == 0);
        match *max {
            None if *min == 0 && !may_be_empty => {
                let split = self.split();
                self.push(sub)?;
                self.ops.push(Op::Jump(split as u32));
                self.lead(split, *greedy, split + 1, self.ops.len());
            }
            None => {
                let optional = (*min == 0).then(|| self.split());
                (1..*min).try_for_each(|_| self.push(sub))?;
                let body = self.ops.len();
                self.push(sub)?;
                let again = self.split();
                self.lead(again, *greedy, body, again + 1);
                if let Some(optional) = optional {
                    self.lead(optional, *greedy, body, again + 1);
                }
            }
            Some(max) => {
                (0..*min).try_for_each(|_| self.push(sub))?;
                let mut splits = Vec::new();
                for _ in *min..max {
                    splits.push(self.split());
                    self.push(sub)?;
                }
                let behind = self.ops.len();
                splits.into_iter().for_each(|split| self.lead(split, *greedy, split + 1, behind));
            }
        }
        Some(())
    }

    fn mark(&mut self) -> u32 {
        self.marks += 1;
        self.marks as u32 - 1
    }

    fn split(&mut self) -> usize {
        let mark = self.mark();
        self.ops.push(Op::Split { ways: [0; 2], mark });
        self.ops.len() - 1
    }

    fn lead(&mut self, split: usize, greedy: bool, inside: usize, behind: usize) {
        if let Op::Split { ways, .. } = &mut self.ops[split] {
            *ways = if greedy { [inside as u32, behind as u32] } else { [behind as u32, inside as u32] };
        }
    }

    /// The class that an expression of one character is.
    fn class(&mut self, hir: &Hir) -> Option<u32> {
        let class = one(hir)?;
        let known = self.classes.iter().position(|c| *c == class);
        Some(known.unwrap_or_else(|| {
            self.classes.push(class);
            self.classes.len() - 1
        }) as u32)
    }
}

/// Adds what a match of a part may begin with; tells whether it begins with a character in each case. Many ways begin with the same
/// class, of hundreds of ranges: each is added once.
fn first_of(hir: &Hir, first: &mut Vec<Class>) -> bool {
    let mut add = |class: Class| {
        if !first.contains(&class) {
            first.push(class);
        }
    };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(text) => {
            let c = std::str::from_utf8(&text.0).ok().and_then(|t| t.chars().next());
            c.map(|c| add(Class::new(&[(c, c)]))).is_some()
        }
        HirKind::Class(_) => one(hir).map(add).is_some(),
        HirKind::Repetition(r) => first_of(&r.sub, first) && r.min > 0,
        HirKind::Capture(capture) => first_of(&capture.sub, first),
        HirKind::Concat(parts) => parts.iter().any(|part| first_of(part, first)),
        // Each way adds what it begins with.
        HirKind::Alternation(ways) => ways.iter().filter(|way| !first_of(way, first)).count() == 0,
    }
}

/// An expression of one character.
fn one(hir: &Hir) -> Option<Class> {
    match hir.kind() {
        HirKind::Class(hir::Class::Unicode(class)) => {
            Some(Class::new(&class.iter().map(|r| (r.start(), r.end())).collect::<Vec<_>>()))
        }
        // Of an expression over characters it is ASCII.
        HirKind::Class(hir::Class::Bytes(class)) => {
            Some(Class::new(&class.iter().map(|r| (r.start().into(), r.end().into())).collect::<Vec<_>>()))
        }
        HirKind::Literal(text) => {
            let mut chars = std::str::from_utf8(&text.0).ok()?.chars();
            chars.next().filter(|_| chars.next().is_none()).map(|c| Class::new(&[(c, c)]))
        }
        HirKind::Capture(capture) if capture.name.is_none() => one(&capture.sub),
        _ => None,
    }
}

//! Pages and what was taken of them, by a name that they have: of so many names each by itself.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::AddAssign;

/// A name that is longer is cut.
const NAME_BYTES_MAX: usize = 253;

/// What some edits took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Pages with such an edit.
    pub pages: u64,
    /// Edits.
    pub edits: u64,
    /// Lines that went, or of which a part went; blank ones do not count.
    pub lines: u64,
    /// Bytes that went.
    pub bytes: u64,
}

/// Some pages, and what was taken from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Group {
    /// Pages.
    pub pages: u64,
    /// Bytes of their texts.
    pub bytes: u64,
    /// What went; its pages are those that have edits.
    pub taken: Taken,
}

/// Pages by a name of theirs; the first are counted each by itself, the others together.
#[derive(Debug)]
pub struct Groups {
    index: HashMap<Box<str>, usize>,
    /// The groups by index: pages of which the name is not known, pages of other names, then those of each name.
    pub(super) groups: Vec<Group>,
    names: Vec<Box<str>>,
    max: usize,
}

/// Index of the pages of which the name is not known.
pub const UNKNOWN: usize = 0;

/// Index of the pages of names that are not counted by themselves.
pub const OTHERS: usize = 1;

impl Taken {
    /// Adds what was taken of a page, or of a further part of one.
    pub(super) fn add(&mut self, edits: u64, lines: u64, bytes: u64, is_new: bool) {
        self.pages += u64::from(is_new);
        self.edits += edits;
        self.lines += lines;
        self.bytes += bytes;
    }
}

impl AddAssign<&Group> for Group {
    fn add_assign(&mut self, other: &Group) {
        self.pages += other.pages;
        self.bytes += other.bytes;
        self.taken += &other.taken;
    }
}

impl AddAssign<&Taken> for Taken {
    fn add_assign(&mut self, other: &Taken) {
        self.pages += other.pages;
        self.edits += other.edits;
        self.lines += other.lines;
        self.bytes += other.bytes;
    }
}

impl Groups {
    /// Counts so many names, each by itself.
    pub(super) fn new(max: usize) -> Self {
        Groups { index: HashMap::new(), groups: vec![Group::default(); 2], names: Vec::new(), max }
    }

    /// The index of a name.
    pub(super) fn index_of(&mut self, name: Option<&str>) -> usize {
        let Some(name) = name else { return UNKNOWN };
        let name = &name[..name.floor_char_boundary(NAME_BYTES_MAX)];
        match self.index.get(name) {
            Some(index) => *index,
            None if self.names.len() >= self.max => OTHERS,
            None => {
                self.index.insert(name.into(), self.groups.len());
                self.names.push(name.into());
                self.groups.push(Group::default());
                self.groups.len() - 1
            }
        }
    }

    /// The group of an index.
    pub fn group(&self, index: usize) -> &Group {
        &self.groups[index]
    }

    /// The names that are counted by themselves, each with its index, those first that lost most.
    pub fn named(&self) -> Vec<(&str, usize)> {
        let mut all: Vec<_> = self.names.iter().enumerate().map(|(i, name)| (&**name, i + 2)).collect();
        all.sort_by_key(|(name, i)| {
            let group = &self.groups[*i];
            (Reverse((group.taken.bytes, group.pages)), *name)
        });
        all
    }
}

//! Hashers for maps that pages fill: names of a page, and hashes that need no hashing again.
//!
//! The standard hasher takes longer for a short name than all else that is done with it.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// For hashes, which are their own.
#[derive(Debug, Default)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// For names and numbers that a page chooses: with a seed that each run draws anew, so that no page can choose them to collide.
#[derive(Debug)]
pub struct Seeded(u64);

impl Default for Seeded {
    fn default() -> Seeded {
        static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(()));
        Seeded(*SEED)
    }
}

impl Hasher for Seeded {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    /// What ends a string says nothing of it.
    fn write_u8(&mut self, _: u8) {}

    /// Nor does the length that is written before bytes, which their hash knows.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map by [`Seeded`] hashes of strings, of bytes, or of numbers that are neither `u8` nor `usize`.
pub type NameMap<K, V> = std::collections::HashMap<K, V, std::hash::BuildHasherDefault<Seeded>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_told_apart() {
        let mut strings: NameMap<Box<str>, usize> = NameMap::default();
        let mut numbers: NameMap<(u16, u32, u32), usize> = NameMap::default();
        for n in 0..1000 {
            strings.insert("x".repeat(n).into(), n);
            numbers.insert(((n % 7) as u16, (n % 11) as u32, (n / 77) as u32), n);
        }
        assert!((0..1000).all(|n| strings.get("x".repeat(n).as_str()) == Some(&n)));
        assert_eq!((strings.len(), numbers.len()), (1000, 1000));
        assert_eq!(numbers[&(3, 3, 0)], 3);
    }

    #[test]
    fn hashes_stay_as_they_are() {
        let mut hasher = AsItIs::default();
        hasher.write_u64(7);
        assert_eq!(hasher.finish(), 7);
    }
}

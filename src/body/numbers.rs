//! Numbers for hashes: words and lines are told apart by small numbers, in the order in which they come.

use std::hash::{BuildHasher, RandomState};

/// How many places the smallest table has.
const PLACES_MIN: usize = 1 << 6;

/// The numbers that hashes have: open addressing, for the hashes are hashes already.
#[derive(Debug)]
pub struct Numbers {
    /// A hash and its number from 1 on; 0 is a free place. Twice as many as hashes at least, a power of two.
    places: Vec<(u64, u32)>,
    shift: u32,
    count: u32,
    /// Spreads the hashes over the places, differently in each run: no page can be written whose words collide. Numbers do not depend
    /// on it.
    factor: u64,
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers::with_room(0)
    }
}

impl Numbers {
    /// Room for so many hashes to begin with.
    pub fn with_room(hashes: usize) -> Self {
        let places = (2 * hashes).next_power_of_two().max(PLACES_MIN);
        Numbers::new(places, RandomState::new().hash_one(0) | 1)
    }

    fn new(places: usize, factor: u64) -> Self {
        Numbers { places: vec![(0, 0); places], shift: 64 - places.ilog2(), count: 0, factor }
    }

    /// How many numbers were given.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Forgets all hashes.
    pub fn clear(&mut self) {
        self.places.fill((0, 0));
        self.count = 0;
    }

    /// The number of a hash, from 0 on; a new one if it has none.
    #[inline]
    pub fn of(&mut self, hash: u64) -> usize {
        match self.places[self.place(hash)].1 {
            0 => self.add(hash),
            number => number as usize - 1,
        }
    }

    #[inline]
    fn place(&self, hash: u64) -> usize {
        let last = self.places.len() - 1;
        let mut at = (hash.wrapping_mul(self.factor) >> self.shift) as usize & last;
        while self.places[at].1 != 0 && self.places[at].0 != hash {
            at = (at + 1) & last;
        }
        at
    }

    fn add(&mut self, hash: u64) -> usize {
        if 2 * (self.count() + 1) > self.places.len() {
            self.grow();
        }
        let place = self.place(hash);
        self.count += 1;
        self.places[place] = (hash, self.count);
        self.count() - 1
    }

    fn grow(&mut self) {
        let mut larger = Numbers { count: self.count, ..Numbers::new(2 * self.places.len(), self.factor) };
        for known in self.places.iter().filter(|known| known.1 > 0) {
            let place = larger.place(known.0);
            larger.places[place] = *known;
        }
        *self = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_hash_has_the_same_number() {
        let mut numbers = Numbers::default();
        let hash = |n: usize| (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for _ in 0..2 {
            assert!((0..5000).all(|n| numbers.of(hash(n)) == n));
        }
        assert_eq!(numbers.count(), 5000);
        numbers.clear();
        assert_eq!((numbers.of(7), numbers.of(8), numbers.of(7)), (0, 1, 0));
    }
}

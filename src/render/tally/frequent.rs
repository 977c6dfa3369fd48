//! The most frequent of any number of things, in bounded memory.
//!
//! Misra and Gries' counters, thinned out by the median when they run out (Anderson et al., "A High-Performance Algorithm for
//! Identifying Frequent Items in Data Streams", 2017). What comes out depends on the order in which things come, and on nothing else.

use std::cmp::Reverse;
use std::collections::HashMap;

/// Counts things by their hashes.
#[derive(Debug)]
pub struct Frequent<T> {
    counts: HashMap<u64, Counted<T>>,
    max: usize,
    missed: u64,
}

#[derive(Debug)]
struct Counted<T> {
    count: u64,
    value: T,
}

impl<T> Frequent<T> {
    /// Counts at most so many things at a time.
    pub fn new(max: usize) -> Self {
        Frequent { counts: HashMap::new(), max: max.max(2), missed: 0 }
    }

    /// Counts one more of a thing; `value` says what it is, if it was not known.
    pub fn add(&mut self, key: u64, value: impl FnOnce() -> T) {
        if let Some(known) = self.counts.get_mut(&key) {
            known.count += 1;
            return;
        }
        if self.counts.len() >= self.max {
            self.thin_out();
        }
        self.counts.insert(key, Counted { count: 1, value: value() });
    }

    /// How many of each there may be beyond its count; with 0 the counts are exact.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    /// The most frequent, each with how often it was seen at least.
    pub fn top(&self, count: usize) -> Vec<(&T, u64)> {
        let mut all: Vec<_> = self.counts.iter().collect();
        all.sort_by_key(|(key, counted)| (Reverse(counted.count), **key));
        all.into_iter().take(count).map(|(_, counted)| (&counted.value, counted.count)).collect()
    }

    /// Takes the median from every count, and drops what is left with none: at least half of them.
    fn thin_out(&mut self) {
        let mut counts: Vec<u64> = self.counts.values().map(|counted| counted.count).collect();
        let middle = counts.len() / 2;
        let (_, median, _) = counts.select_nth_unstable(middle);
        let median = *median;
        self.counts.retain(|_, counted| {
            counted.count = counted.count.saturating_sub(median);
            counted.count > 0
        });
        self.missed += median;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(things: impl Iterator<Item = u64>, max: usize) -> Frequent<u64> {
        let mut frequent = Frequent::new(max);
        things.for_each(|thing| frequent.add(thing, || thing));
        frequent
    }

    #[test]
    fn few_things_are_counted_exactly() {
        let frequent = counted([1, 2, 2, 3, 3, 3].into_iter(), 3);
        assert_eq!((frequent.top(2), frequent.missed()), (vec![(&3, 3), (&2, 2)], 0));
    }

    /// A thing that is one in three comes out on top, with a count that is at most `missed` too low, whatever else there is.
    #[test]
    fn of_many_things_the_frequent_ones_are_found() {
        let things = (0..300_000u64).map(|n| if n % 3 == 0 { 7 } else { 1000 + n });
        let frequent = counted(things, 64);
        let top = frequent.top(1);
        let (thing, count) = top[0];
        assert_eq!(*thing, 7);
        assert!(count <= 100_000 && count + frequent.missed() >= 100_000, "{count} + {}", frequent.missed());
        assert!(frequent.counts.len() <= 64);
    }
}

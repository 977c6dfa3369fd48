//! Lists that are found by two characters: most places of a line are turned away by one look.

/// Two characters that stand side by side.
pub type Pair = (char, char);

/// The number that stands for two characters.
pub fn bit_of((first, second): Pair) -> usize {
    ((first as u32).wrapping_mul(0x9e37_79b1) ^ (second as u32).wrapping_mul(0x85eb_ca6b)) as usize >> 12
}

/// For each of many pairs of characters a list.
#[derive(Debug, Clone)]
pub struct Pairs<T> {
    /// What all lists hold, one behind the other.
    items: Vec<T>,
    /// The pairs, each with the range of its items.
    lists: Vec<(Pair, u32, u32)>,
    /// Where those pairs stand: open addressing, places plus one, twice as many as pairs at least.
    places: Vec<u32>,
}

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Pairs { items: Vec::new(), lists: Vec::new(), places: vec![0] }
    }
}

impl<T> Pairs<T> {
    /// Of items that are sorted by their pairs; those of a pair stay in their order.
    pub fn new(sorted: impl IntoIterator<Item = (Pair, T)>) -> Pairs<T> {
        let mut pairs = Pairs::default();
        for (pair, item) in sorted {
            let at = pairs.items.len() as u32;
            pairs.items.push(item);
            match pairs.lists.last_mut().filter(|(last, ..)| *last == pair) {
                Some((.., end)) => *end = at + 1,
                None => pairs.lists.push((pair, at, at + 1)),
            }
        }
        pairs.places = vec![0; (2 * pairs.lists.len() + 1).next_power_of_two()];
        let last = pairs.places.len() - 1;
        for (number, (pair, ..)) in (1..).zip(&pairs.lists) {
            let mut place = bit_of(*pair) & last;
            while pairs.places[place] != 0 {
                place = (place + 1) & last;
            }
            pairs.places[place] = number;
        }
        pairs
    }

    /// The list of a pair; empty if there is none.
    #[inline]
    pub fn of(&self, pair: Pair) -> &[T] {
        let last = self.places.len() - 1;
        let mut place = bit_of(pair) & last;
        while let Some(number) = self.places[place].checked_sub(1) {
            let (known, from, to) = self.lists[number as usize];
            if known == pair {
                return &self.items[from as usize..to as usize];
            }
            place = (place + 1) & last;
        }
        &[]
    }

    /// The pairs that have a list.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.lists.iter().map(|(pair, ..)| *pair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_by_their_pair() {
        let pairs = Pairs::new([(('a', 'b'), 1), (('a', 'b'), 0), (('a', 'c'), 2), (('é', '\0'), 3)]);
        for (pair, expected) in [(('a', 'b'), &[1, 0][..]), (('a', 'c'), &[2]), (('é', '\0'), &[3]), (('b', 'a'), &[])] {
            assert_eq!(pairs.of(pair), expected, "{pair:?}");
        }
        assert_eq!(pairs.pairs().count(), 3);
        assert!(Pairs::<u8>::default().of(('a', 'b')).is_empty());
    }
}

//! What each thread needs one of, while it works: taken from a list, or made, and put back for the next.

use std::sync::{Mutex, PoisonError};

/// Things that are lent, one to each thread that asks at the same time.
#[derive(Debug)]
pub struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool(Mutex::default())
    }
}

impl<T: Default> Pool<T> {
    /// Lends one. It is not put back if `work` panics: nobody knows what state it is in.
    pub fn lend<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let all = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut one = all().pop().unwrap_or_default();
        let result = work(&mut one);
        all().push(one);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lent_is_lent_again() {
        let pool: Pool<u32> = Pool::default();
        assert_eq!(pool.lend(|one| std::mem::replace(one, 7)), 0);
        // The second is asked for while the first is lent.
        assert_eq!(pool.lend(|one| (*one, pool.lend(|other| *other))), (7, 0));
    }
}

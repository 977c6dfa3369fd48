//! A small generator of numbers with a fixed seed (xorshift), so that every run of a test or a bench meets the same bytes.
//!
//! What is made of the numbers is for those who throw.

/// The seed for those who have no wish of their own.
pub const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// The generator's state, which must not be zero.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 up to `n`, which itself does not come.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

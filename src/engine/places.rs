//! Text by 64 bytes at once: what holds of each byte, a bit each.
//!
//! Loops over arrays, without a branch and without a byte that waits for the one before it, which the compiler turns into vectors.

/// How many bytes are looked at at once.
pub const BLOCK_BYTES: usize = 64;

/// The bytes of a block, a bit each, the first one lowest.
pub type Places = u64;

/// The places whose bytes are as asked, of eight bytes or a multiple; the question must have no branch in it.
#[inline]
pub fn places<const BYTES: usize>(bytes: &[u8; BYTES], is: impl Fn(u8) -> bool) -> Places {
    let mut flags = [0; BYTES];
    for (flag, &byte) in flags.iter_mut().zip(bytes) {
        *flag = u8::from(is(byte));
    }
    gathered(&flags)
}

/// A bit for each byte, which is 0 or 1.
#[inline]
pub fn gathered(bytes: &[u8]) -> Places {
    const EACH: u64 = 0x0102_0408_1020_4080;
    let eight = |chunk: &[u8]| chunk.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight).wrapping_mul(EACH) >> 56);
    bytes.chunks_exact(8).enumerate().fold(0, |places, (i, chunk)| places | eight(chunk) << (8 * i))
}

/// Whether a byte is a letter or a figure of ASCII; without a branch.
#[inline]
pub fn is_word(b: u8) -> bool {
    ((b | 0x20).wrapping_sub(b'a') < 26) | (b.wrapping_sub(b'0') < 10)
}

/// Calls `work` with the place of each bit.
#[inline]
pub fn each_bit(mut bits: Places, mut work: impl FnMut(usize)) {
    while bits != 0 {
        work(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// The places behind those given, and the first one if it is behind one of the block before.
#[inline]
pub fn behind(bits: Places, before: bool) -> Places {
    bits << 1 | Places::from(before)
}

/// What is reached from some places of a set by going up within it; they must be of the set.
#[inline]
pub fn reached(from: Places, set: Places) -> Places {
    // A sum carries through all places of a run from the first one on; those of others in the run are kept.
    from | set & !set.wrapping_add(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_stand_for_bytes() {
        let block: [u8; BLOCK_BYTES] = std::array::from_fn(|i| (i * 37 % 251) as u8);
        let found = places(&block, |b| b % 3 == 0);
        for (i, byte) in block.iter().enumerate() {
            assert_eq!(found >> i & 1 == 1, byte % 3 == 0, "{i}");
        }
        let mut seen = Vec::new();
        each_bit(1 << 63 | 0b101, |place| seen.push(place));
        assert_eq!(seen, [0, 2, 63]);
    }

    #[test]
    fn runs_are_gone_up() {
        for (from, set, expected) in [
            (0, 0b0110, 0),
            (0b0010, 0b0110, 0b0110),
            (0b0100, 0b0110, 0b0100),
            (0b0101_0010, 0b0111_0110, 0b0111_0110),
            (1 << 62, 0b11 << 62, 0b11 << 62),
            (1, Places::MAX, Places::MAX),
        ] {
            assert_eq!(reached(from, set), expected, "{from:b} {set:b}");
        }
    }
}

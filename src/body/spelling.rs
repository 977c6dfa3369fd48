//! Hashes by which words are told apart, in small letters.

/// A word's hash while its letters come by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spelling {
    hash: u64,
    /// The bytes that are not hashed yet, the first one lowest, and how many bits they are.
    rest: u64,
    rest_bits: u32,
}

impl Spelling {
    /// Takes in a letter.
    pub fn push(&mut self, small: char) {
        for byte in small.encode_utf8(&mut [0; 4]).bytes() {
            self.rest |= u64::from(byte) << self.rest_bits;
            self.rest_bits += 8;
            if self.rest_bits == u64::BITS {
                *self = Spelling { hash: mix(self.hash, self.rest), ..Spelling::default() };
            }
        }
    }

    /// The hash of the whole word, with whether it is long.
    pub fn hash(self, is_long: bool) -> u64 {
        tagged(mix(self.hash, self.rest), is_long)
    }
}

/// The hash of a pair of letters of a script without spaces.
pub fn pair(one: char, other: char) -> u64 {
    tagged(mix(mix(0, one.into()), other.into()), true)
}

/// Whether a hash is that of a long word, or of a pair of letters.
pub fn is_long(hash: u64) -> bool {
    hash & 1 == 1
}

fn tagged(hash: u64, is_long: bool) -> u64 {
    hash & !1 | u64::from(is_long)
}

/// One step of a multiplicative hash (Fx).
fn mix(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(23) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A run of letters of ASCII.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Letters {
    pub bytes: usize,
    pub capitals: u32,
    pub spelling: Spelling,
}

/// The letters of ASCII that come first, eight at once.
pub fn letters(bytes: &[u8]) -> Letters {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let mut run = Letters::default();
    loop {
        let chunk = first_eight(&bytes[run.bytes..]);
        // Letters become small ones, and nothing else becomes a letter.
        let small = chunk | (0x20 * EACH);
        // The high bit of each byte: whether what is left of it without that bit is `a` or more, and whether it is more than `z`.
        let low = small & (0x7f * EACH);
        let (from_a, beyond_z) = (low + (0x80 - u64::from(b'a')) * EACH, low + (0x7f - u64::from(b'z')) * EACH);
        let others = !(from_a & !beyond_z & !chunk) & (0x80 * EACH);
        let bits = others.trailing_zeros() & !7;
        let taken = 1u64.checked_shl(bits).unwrap_or(0).wrapping_sub(1);
        run.bytes += bits as usize / 8;
        // Each byte is 0 or 1: the highest byte of the product is their sum.
        run.capitals += (((!chunk & taken & (0x20 * EACH)) >> 5).wrapping_mul(EACH) >> 56) as u32;
        if bits < u64::BITS {
            run.spelling.rest = small & taken;
            run.spelling.rest_bits = bits;
            return run;
        }
        run.spelling.hash = mix(run.spelling.hash, small);
    }
}

/// The first eight bytes, the first one lowest; what is missing is nought.
fn first_eight(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_spelt_alike_one_by_one_and_eight_at_once() {
        for text in [
            "",
            "a",
            "Bridge",
            "BRIDGES",
            "bridging",
            "Zebra@",
            "[x",
            "`a",
            "{",
            "a1",
            "abcdefghijklmnop",
            "ABCDEFGHIJKLMNOPq r",
            "na\u{ef}ve",
            "@AZ",
        ] {
            let own: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
            let mut spelling = Spelling::default();
            own.to_lowercase().chars().for_each(|c| spelling.push(c));
            let capitals = own.chars().filter(char::is_ascii_uppercase).count() as u32;
            assert_eq!(letters(text.as_bytes()), Letters { bytes: own.len(), capitals, spelling }, "{text}");
        }
    }

    #[test]
    fn words_are_told_apart() {
        let hash = |word: &str| {
            let mut spelling = Spelling::default();
            word.chars().for_each(|c| spelling.push(c));
            spelling.hash(false)
        };
        let mut hashes: Vec<u64> = (0..100_000).map(|n| hash(&format!("{n}"))).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 100_000);
    }
}

//! The built-in packs as they stand in the program: read in place, or, in a build with the feature `packed`, unpacked when they are first
//! needed.

use std::borrow::Cow;

/// The hash of the built-in packs' text, for `--version` and audits.
pub const HASH: &str = include_str!(concat!(env!("OUT_DIR"), "/builtin.hash"));

/// The tables.
pub fn words() -> Cow<'static, [u32]> {
    let bytes = stored::words();
    match bytemuck::try_cast_slice(bytes) {
        Ok(words) if cfg!(target_endian = "little") => Cow::Borrowed(words),
        _ => bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect(),
    }
}

pub use stored::records;

#[cfg(not(feature = "packed"))]
mod stored {
    #[repr(C, align(4))]
    struct Aligned<B: ?Sized>(B);

    static WORDS: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/builtin.words")));
    static RECORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/builtin.bytes"));

    pub fn words() -> &'static [u8] {
        &WORDS.0
    }

    /// The records that the tables point into.
    pub fn records() -> &'static [u8] {
        RECORDS
    }
}

#[cfg(feature = "packed")]
mod stored {
    use std::sync::LazyLock;

    static WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/builtin.words.xz"));
        unpacked(packed).chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect()
    });
    static RECORDS: LazyLock<Vec<u8>> = LazyLock::new(|| unpacked(include_bytes!(concat!(env!("OUT_DIR"), "/builtin.bytes.xz"))));

    fn unpacked(packed: &[u8]) -> Vec<u8> {
        // They were packed by the build script.
        liblzma::decode_all(packed).expect("tables that were packed with the program")
    }

    pub fn words() -> &'static [u8] {
        bytemuck::cast_slice(&WORDS)
    }

    /// The records that the tables point into.
    pub fn records() -> &'static [u8] {
        &RECORDS
    }
}

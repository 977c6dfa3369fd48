//! Compiles `patterns/` into tables and records, so that the program builds nothing when it starts.
//!
//! The modules that read and compile rules are the library's own, taken by path: a pack compiled here and one loaded at run time
//! go through the same code.
#![allow(dead_code)]

#[path = "src"]
mod shared {
    pub mod char_table;
    pub mod error;
    pub mod names;
}
use shared::{char_table, error, names};

#[path = "src/rules"]
mod rules {
    pub mod load;
    pub mod phrase;
    pub mod read;
    pub mod rule;
    pub mod schema;
}

#[path = "src/engine"]
mod engine {
    pub mod anchors;
    pub mod beginning;
    pub mod expression;
    pub mod fold;
    pub mod holds;
    pub mod index;
    pub mod keys;
    pub mod outline;
    pub mod places;
    pub mod shape;
    pub mod spelled;
    pub mod tables;
    pub mod tokens;
}

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=patterns");
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(error) = compile() {
        // Each line becomes a message of the build.
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
    }
}

fn compile() -> Result<(), error::Error> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = rules::load::files(&root.join("patterns"))?;
    for file in &mut files {
        if let Ok(relative) = file.path.strip_prefix(&root) {
            file.path = relative.to_path_buf();
        }
    }
    let (shared, set) = rules::load::load(&files, &rules::load::Shared::default())?;
    let compiled = engine::index::compile(&set, &shared, None)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let words: Vec<u8> = compiled.words.iter().flat_map(|w| w.to_le_bytes()).collect();
    let texts = files.iter().flat_map(|f| [f.path.to_string_lossy().into_owned(), f.text.clone()]).collect::<Vec<_>>().join("\0");
    write(&out.join("builtin.words"), &words)?;
    write(&out.join("builtin.bytes"), &compiled.bytes)?;
    #[cfg(feature = "packed")]
    for (name, bytes, bits) in [("builtin.words.xz", &words, (1, 3, 3)), ("builtin.bytes.xz", &compiled.bytes, (3, 0, 2))] {
        write(&out.join(name), &packed(bytes, bits).map_err(|e| error::Error::io(name, "packing", &e))?)?;
    }
    write(&out.join("builtin.hash"), format!("{:016x}", xxhash_rust::xxh3::xxh3_64(texts.as_bytes())).as_bytes())
}

/// Packed once, and carried often: as small as it goes. The bits are how much of the bytes before and of its place tells of a byte; of
/// words of 32 bits the place tells most.
#[cfg(feature = "packed")]
fn packed(bytes: &[u8], (before, place, align): (u32, u32, u32)) -> std::io::Result<Vec<u8>> {
    use liblzma::stream::{Check, Filters, LzmaOptions, PRESET_EXTREME, Stream};
    let mut options = LzmaOptions::new_preset(9 | PRESET_EXTREME)?;
    options.literal_context_bits(before).literal_position_bits(place).position_bits(align);
    let stream = Stream::new_stream_encoder(Filters::new().lzma2(&options), Check::Crc32)?;
    let mut packed = Vec::new();
    std::io::Read::read_to_end(&mut liblzma::read::XzEncoder::new_stream(bytes, stream), &mut packed)?;
    Ok(packed)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), error::Error> {
    std::fs::write(path, bytes).map_err(|e| error::Error::io(path, "cannot write", &e))
}

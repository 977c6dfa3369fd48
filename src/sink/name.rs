//! What comes out instead of what came in, and what a file is called then.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::input::{container_of_name, has_html_name};
use crate::names::{Compression, Container};

/// What comes out instead of what came in, where it was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct To {
    /// How pages are held.
    pub container: Option<Container>,
    /// How files are compressed.
    pub compression: Option<Compression>,
}

impl To {
    /// What the name of an output file says; `None` if it says nothing.
    pub fn of_name(name: &Path) -> To {
        let (compression, _) = Compression::of_name(name);
        let container = container_of_name(name);
        // A name that tells its container and no compression has none; one that tells nothing leaves it as it came.
        let compression = (compression != Compression::None || container.is_some() || has_text_name(name)).then_some(compression);
        To { container, compression }
    }

    /// What stands here, else what stands there.
    pub fn or(self, other: To) -> To {
        To { container: self.container.or(other.container), compression: self.compression.or(other.compression) }
    }
}

fn has_text_name(name: &Path) -> bool {
    name.extension().is_some_and(|e| ["txt", "text", "md"].iter().any(|t| e.eq_ignore_ascii_case(t)))
}

impl std::str::FromStr for To {
    type Err = Error;

    /// Reads `jsonl`, `jsonl.zstd`, `zstd`: a container, a compression, or both.
    fn from_str(typed: &str) -> Result<To> {
        let is_called = |c: &Compression, name: &str| c.name() == name || c.extension().strip_prefix('.') == Some(name);
        let compression = |name: &str| Compression::ALL.iter().copied().find(|c| is_called(c, name));
        let (first, second) = typed.split_once('.').map_or((typed, None), |(first, second)| (first, Some(second)));
        let to = match (first.parse::<Container>(), second) {
            (Ok(container), None) => Some(To { container: Some(container), compression: None }),
            (Ok(container), Some(second)) => compression(second).map(|c| To { container: Some(container), compression: Some(c) }),
            (Err(_), None) => compression(first).map(|c| To { container: None, compression: Some(c) }),
            (Err(_), Some(_)) => None,
        };
        to.ok_or_else(|| {
            let known: Vec<_> =
                Container::ALL.iter().map(|c| c.name()).chain(Compression::ALL.iter().map(|c| c.name())).collect();
            let error = Error::usage(format!("`{typed}` for `to`, expected a container, a compression, or both (`jsonl.zstd`)"));
            error.meant(first, known)
        })
    }
}

/// What a page or file is called below an output folder: what changes of its form changes in its name.
///
/// `makes_text` tells whether text is made of HTML.
pub fn output_name(name: &Path, to: To, makes_text: bool) -> PathBuf {
    let (came, stem) = Compression::of_name(name);
    let compression = to.compression.unwrap_or(came);
    let held = container_of_name(name);
    let changed = match to.container {
        Some(to) if held.unwrap_or(Container::Text) != to => {
            let base = if held.is_some() { stem.with_extension("") } else { stem };
            Some(with_ending(base, if to == Container::Text { "txt" } else { to.name() }))
        }
        // `page.html` and `page.txt` may stand side by side, so nothing is taken off.
        _ if makes_text && has_html_name(name) => Some(with_ending(stem, "txt")),
        _ if compression != came => Some(stem),
        _ => None,
    };
    let Some(changed) = changed else { return name.to_path_buf() };
    let mut whole = changed.into_os_string();
    whole.push(compression.extension());
    whole.into()
}

fn with_ending(base: PathBuf, ending: &str) -> PathBuf {
    let mut name = base.into_os_string();
    name.push(".");
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_form() {
        let none = To::default();
        for (name, to, want) in [
            ("a/page.txt", none, "a/page.txt"),
            ("page.html", none, "page.html.txt"),
            ("page.html.gz", none, "page.html.txt.gz"),
            ("x.warc.gz", "jsonl".parse().unwrap(), "x.jsonl.gz"),
            ("x.warc.gz", "jsonl.zst".parse().unwrap(), "x.jsonl.zst"),
            ("x.jsonl.gz", "none".parse().unwrap(), "x.jsonl"),
            ("x.jsonl", "gzip".parse().unwrap(), "x.jsonl.gz"),
            ("page.txt", "jsonl".parse().unwrap(), "page.txt.jsonl"),
            ("x.csv", "text".parse().unwrap(), "x.txt"),
        ] {
            assert_eq!(output_name(Path::new(name), to, true), Path::new(want));
        }
    }

    #[test]
    fn what_an_output_is_called_says_what_it_is() {
        for (name, container, compression) in [
            ("out", None, None),
            ("out.txt", None, Some(Compression::None)),
            ("out.jsonl", Some(Container::Jsonl), Some(Compression::None)),
            ("out.jsonl.zst", Some(Container::Jsonl), Some(Compression::Zstd)),
            ("out.gz", None, Some(Compression::Gzip)),
        ] {
            assert_eq!(To::of_name(Path::new(name)), To { container, compression });
        }
        let error = "jsonk".parse::<To>().unwrap_err().to_string();
        assert!(error.ends_with("did you mean `jsonl`?"), "{error}");
    }
}

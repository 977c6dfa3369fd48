//! An encoding by any label of the Encoding Standard. What it does to bytes is its neighbours' work.

use encoding_rs::Encoding;
use std::str::FromStr;

use crate::error::{Error, printable};

/// An encoding of the [Encoding Standard](https://encoding.spec.whatwg.org/#names-and-labels).
///
/// ```
/// use unchaff::Charset;
/// let latin: Charset = " Latin1 ".parse().unwrap();
/// assert_eq!(latin.name(), "windows-1252");
/// let error = "windows1251".parse::<Charset>().unwrap_err().to_string();
/// assert!(error.ends_with("did you mean `windows-1251`?"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(&'static Encoding);

/// Labels that a person may have meant: every encoding's name, and its other labels that are in use.
const LABELS: &[&str] = &[
    "utf-8",
    "utf8",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "ascii",
    "us-ascii",
    "latin1",
    "latin2",
    "latin5",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-8-i",
    "iso-8859-9",
    "iso-8859-10",
    "iso-8859-11",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "windows-874",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp1258",
    "cp866",
    "ibm866",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "x-mac-cyrillic",
    "tis-620",
    "gbk",
    "gb2312",
    "gb18030",
    "big5",
    "big5-hkscs",
    "euc-jp",
    "euc-kr",
    "iso-2022-jp",
    "shift_jis",
    "shift-jis",
    "sjis",
    "windows-31j",
    "ks_c_5601-1987",
    "x-user-defined",
];

impl Charset {
    /// The encoding's name in the Encoding Standard.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub(super) fn encoding(self) -> &'static Encoding {
        self.0
    }
}

impl FromStr for Charset {
    type Err = Error;

    fn from_str(label: &str) -> Result<Self, Error> {
        Encoding::for_label(label.as_bytes()).map(Charset).ok_or_else(|| {
            let expected = "expected a label of the Encoding Standard such as utf-8, windows-1252 or shift_jis";
            Error::usage(format!("unknown encoding `{}`, {expected}", printable(label))).meant(label, LABELS.iter().copied())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_labels_are_known() {
        for label in LABELS {
            assert!(label.parse::<Charset>().is_ok(), "{label}");
        }
    }
}

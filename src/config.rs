//! Settings: what a caller chose, and the limits, each with its name and default.
//!
//! [`Settings`] are as typed (flags, a file, a caller's code): names and paths. [`Cleaner::new`](crate::Cleaner::new) turns them
//! into what the stages use, once. Which of them can be set by name, `keys` knows; where a settings file is looked for is the command's
//! business.

pub(crate) mod keys;

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::names::{Body, Category, Confidence, PageKind, Repair};

/// Everything that decides how a page is cleaned.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Files or folders of further rules, a layer above the built-in ones.
    pub rules: Vec<PathBuf>,
    /// If not empty, only these categories act.
    pub only: Vec<Category>,
    /// These categories do not act.
    pub skip: Vec<Category>,
    /// What these categories match is protected from everything.
    pub keep: Vec<Category>,
    /// Ids of rules that do not act.
    pub disable: Vec<String>,
    /// Rules of this confidence and above act without further evidence.
    pub confidence: Confidence,
    /// The language of every page (`en`), instead of finding it out.
    pub lang: Option<String>,
    /// The host that every page comes from (`www.example.org`).
    pub host: Option<String>,
    /// What is mended.
    pub repair: Repair,
    /// When the body finder cuts.
    pub body: Body,
    /// The kind of every page, instead of finding it out.
    pub body_kind: Option<PageKind>,
    /// What the body finder's cut is for: above zero recall (the logarithm of beta to the base of two), below zero precision.
    pub body_bias: f32,
    /// Whether the headline above the article stays where the body finder cuts.
    pub body_title: bool,
    /// The file of another body model than the built-in one.
    pub body_model: Option<PathBuf>,
    /// The file of another body model for HTML pages than the built-in one.
    pub body_model_html: Option<PathBuf>,
    /// The limits.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            rules: Vec::new(),
            only: Vec::new(),
            skip: Vec::new(),
            keep: Vec::new(),
            disable: Vec::new(),
            confidence: Confidence::Likely,
            lang: None,
            host: None,
            repair: Repair::All,
            body: Body::Auto,
            body_kind: None,
            body_bias: 0.0,
            body_title: true,
            body_model: None,
            body_model_html: None,
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// What decides on what comes out, by name; of files that are named, only their names.
    pub(crate) fn identity(&self) -> impl Iterator<Item = (String, String)> {
        // Named one by one, so that a field that is added is thought of.
        let Settings {
            rules,
            only,
            skip,
            keep,
            disable,
            confidence,
            lang,
            host,
            repair,
            body,
            body_kind,
            body_bias,
            body_title,
            body_model,
            body_model_html,
            limits,
        } = self;
        let all = [
            ("rules", format!("{rules:?}")),
            ("only", format!("{only:?}")),
            ("skip", format!("{skip:?}")),
            ("keep", format!("{keep:?}")),
            ("disable", format!("{disable:?}")),
            ("confidence", confidence.to_string()),
            ("lang", format!("{lang:?}")),
            ("host", format!("{host:?}")),
            ("repair", repair.to_string()),
            ("body", body.to_string()),
            ("body-kind", format!("{body_kind:?}")),
            ("body-bias", body_bias.to_string()),
            ("body-title", body_title.to_string()),
            ("body-model", format!("{body_model:?}")),
            ("body-model-html", format!("{body_model_html:?}")),
            ("limits", format!("{limits:?}")),
        ];
        all.into_iter().map(|(name, value)| (name.to_owned(), value))
    }
}

/// Every limit, with its default. Keys of `--set` and `unchaff.toml` have the same names with dashes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// A larger page passes unchanged, with a note.
    pub page_bytes_max: usize,
    /// A longer record of a file (a line of JSON, a row, a record of a crawl) passes unchanged, in parts that are never held together.
    pub record_bytes_max: usize,
    /// A longer line takes span rules only.
    pub line_bytes_max: usize,
    /// How much of a line one verification reads.
    pub match_bytes_max: usize,
    /// How many phrases one line is compared with. A line with a date and a time meets some eighty of the built-in ones.
    pub line_matches_max: usize,
    /// The share of a page's prose words that `likely` and `maybe` rules may take, from 0 to 1.
    pub budget: f64,
    /// How often a page is judged again after removals.
    pub rounds_max: usize,
    /// A page of more lines is left to the rules alone.
    pub body_lines_max: usize,
    /// How often the body finder cuts a page.
    pub body_rounds_max: usize,
    /// A compressed file of which more bytes come out fails there.
    pub decompressed_bytes_max: usize,
    /// A compressed file that grows to more times its size fails there.
    pub decompressed_ratio_max: usize,
    /// How many files are open at a time.
    pub open_files_max: usize,
    /// How deep elements of an HTML page nest; deeper ones are read as text only.
    pub html_depth_max: usize,
    /// A longer attribute of an HTML page is not read.
    pub html_attribute_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            page_bytes_max: 64 << 20,
            record_bytes_max: 64 << 20,
            line_bytes_max: 64 << 10,
            match_bytes_max: 4 << 10,
            line_matches_max: 256,
            budget: 0.5,
            rounds_max: 16,
            body_lines_max: 100_000,
            body_rounds_max: 3,
            decompressed_bytes_max: 1 << 40,
            decompressed_ratio_max: 500,
            open_files_max: 64,
            // As deep as browsers go.
            html_depth_max: 512,
            html_attribute_bytes_max: 4 << 10,
        }
    }
}

/// The keys that [`Limits::set`] knows, with what they mean.
pub const LIMIT_KEYS: &[(&str, &str)] = &[
    ("page-bytes-max", "a larger page passes unchanged, with a note"),
    ("record-bytes-max", "a longer record of a file passes unchanged, with a note"),
    ("line-bytes-max", "a longer line takes span rules only"),
    ("match-bytes-max", "how much of a line one verification reads"),
    ("line-matches-max", "how many phrases one line is compared with"),
    ("budget", "share of a page's prose words that `likely` and `maybe` rules may take, 0 to 1"),
    ("rounds-max", "how often a page is judged again after removals"),
    ("body-lines-max", "a page of more lines is left to the rules alone"),
    ("body-rounds-max", "how often the body finder cuts a page"),
    ("decompressed-bytes-max", "a compressed file of which more bytes come out fails there"),
    ("decompressed-ratio-max", "a compressed file that grows to more times its size fails there"),
    ("open-files-max", "how many files are open at a time"),
    ("html-depth-max", "how deep elements of an HTML page nest; deeper ones are read as text only"),
    ("html-attribute-bytes-max", "a longer attribute of an HTML page is not read"),
];

impl Limits {
    /// Sets a limit by its key; sizes take `k`, `M` and `G` (1024).
    ///
    /// ```
    /// let mut limits = unchaff::Limits::default();
    /// limits.set("page-bytes-max", "1M").unwrap();
    /// assert_eq!(limits.page_bytes_max, 1 << 20);
    /// assert!(limits.set("page-bytes", "1").unwrap_err().to_string().ends_with("did you mean `page-bytes-max`?"));
    /// ```
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        match key {
            "page-bytes-max" => self.page_bytes_max = size(key, value)?,
            "record-bytes-max" => self.record_bytes_max = size(key, value)?,
            "line-bytes-max" => self.line_bytes_max = size(key, value)?,
            "match-bytes-max" => self.match_bytes_max = size(key, value)?.max(64),
            "line-matches-max" => self.line_matches_max = size(key, value)?,
            "rounds-max" => self.rounds_max = size(key, value)?.max(1),
            "body-lines-max" => self.body_lines_max = size(key, value)?,
            "body-rounds-max" => self.body_rounds_max = size(key, value)?,
            "decompressed-bytes-max" => self.decompressed_bytes_max = size(key, value)?,
            "decompressed-ratio-max" => self.decompressed_ratio_max = size(key, value)?,
            "open-files-max" => self.open_files_max = size(key, value)?.max(1),
            "html-depth-max" => self.html_depth_max = size(key, value)?.max(1),
            "html-attribute-bytes-max" => self.html_attribute_bytes_max = size(key, value)?.max(64),
            "budget" => self.budget = share(key, value)?,
            _ => {
                let keys = LIMIT_KEYS.iter().map(|(key, _)| *key);
                let listed: Vec<_> = keys.clone().collect();
                return Err(Error::usage(format!("unknown key `{key}`, expected one of {}", listed.join(", "))).meant(key, keys));
            }
        }
        Ok(())
    }
}

fn size(key: &str, value: &str) -> Result<usize> {
    let (digits, unit) = match value.trim_end_matches('B').char_indices().next_back() {
        Some((i, 'k' | 'K')) => (&value[..i], 1 << 10),
        Some((i, 'M')) => (&value[..i], 1 << 20),
        Some((i, 'G')) => (&value[..i], 1 << 30),
        _ => (value, 1),
    };
    let number: Option<usize> = digits.parse().ok();
    number
        .and_then(|n| n.checked_mul(unit))
        .ok_or_else(|| Error::usage(format!("`{value}` for `{key}`, expected a whole number, or one with k, M or G")))
}

fn share(key: &str, value: &str) -> Result<f64> {
    match value.parse() {
        Ok(n) if (0.0..=1.0).contains(&n) => Ok(n),
        _ => Err(Error::usage(format!("`{value}` for `{key}`, expected a number from 0 to 1"))),
    }
}

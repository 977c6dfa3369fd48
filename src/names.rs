//! The lists of names that rules, flags and reports share: each list once.
//!
//! A name is what people write (`image-credit`); the order of the variants is the order of every listing.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use crate::error::Error;

macro_rules! names {
    ($(#[$doc:meta])* $what:literal $type:ident { $($(#[$vdoc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $type { $(#[doc = concat!("`", $name, "`")] $(#[doc = ""] #[$vdoc])* #[serde(rename = $name)] $variant,)+ }

        impl $type {
            /// All of them, in the order of every listing.
            pub const ALL: &'static [$type] = &[$($type::$variant,)+];

            /// The name that people write.
            pub const fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.name()) }
        }

        impl FromStr for $type {
            type Err = Error;
            fn from_str(typed: &str) -> Result<Self, Error> {
                Self::ALL.iter().copied().find(|v| v.name() == typed).ok_or_else(|| {
                    let names: Vec<_> = Self::ALL.iter().map(|v| v.name()).collect();
                    let error = Error::usage(format!(concat!("unknown ", $what, " `{}`, expected one of {}"), typed, names.join(", ")));
                    error.meant(typed, names)
                })
            }
        }
    };
}

names! {
    /// What kind of chaff a rule takes. `--only`, `--skip` and `--keep` take these names.
    "category" Category {
        Appeal = "appeal", Newsletter = "newsletter", Share = "share", Follow = "follow", Related = "related",
        Comments = "comments", ImageCredit = "image-credit", Advert = "advert", Cookie = "cookie",
        Copyright = "copyright", Byline = "byline", Date = "date", Kicker = "kicker", Tags = "tags",
        AuthorBio = "author-bio", Navigation = "navigation", Language = "language", Player = "player", App = "app",
        Legal = "legal", Debris = "debris", Encoding = "encoding", Duplicate = "duplicate", Body = "body",
    }
}

names! {
    /// How much a rule is trusted; the order is that of trust.
    "confidence" Confidence {
        /// Acts only with other evidence.
        Maybe = "maybe",
        /// Acts by default.
        Likely = "likely",
        /// Acts always.
        Sure = "sure",
    }
}

names! {
    /// How much a rule takes.
    "scope" Scope { Span = "span", Line = "line", Block = "block", Section = "section", }
}

names! {
    /// What a rule does with its match.
    "action" Action { Delete = "delete", Replace = "replace", Keep = "keep", Flag = "flag", }
}

names! {
    /// Where in its line a phrase must stand.
    "place" At { Line = "line", Start = "start", End = "end", Anywhere = "anywhere", }
}

names! {
    /// A part of the page that has no prose of the article.
    "region" Region {
        /// Before the first prose.
        Head = "head",
        /// After the last prose.
        Tail = "tail",
        /// Either.
        Edge = "edge",
    }
}

names! {
    /// How far a section runs.
    "end of a section" Until { Prose = "prose", Header = "header", End = "end", }
}

names! {
    /// What a page is as a whole.
    "verdict" Verdict {
        Article = "article", Paywalled = "paywalled", MostlyBoilerplate = "mostly-boilerplate", Empty = "empty",
        NotText = "not-text",
    }
}

names! {
    /// What is mended in a text before anything is taken out of it.
    "repair" Repair {
        /// Nothing.
        Off = "off",
        /// Text that was decoded wrongly.
        Encoding = "encoding",
        /// That, and debris, which is rules.
        All = "all",
    }
}

names! {
    /// Which stage made an edit.
    "stage" Stage { Repair = "repair", Rule = "rule", Duplicate = "duplicate", Body = "body", }
}

names! {
    /// When the body finder cuts.
    "body mode" Body {
        /// On raw pages; text that is an article already is left to the rules.
        Auto = "auto",
        /// On every page.
        Always = "always",
        /// Not at all.
        Never = "never",
    }
}

names! {
    /// A kind of page, which the body finder tells apart.
    "kind of page" PageKind { Article = "article", List = "list", Forum = "forum", Documentation = "documentation", }
}

names! {
    /// How a file holds its pages. `--format` and the key `to` take these names.
    "container" Container {
        /// One page a file.
        Text = "text",
        /// A JSON object a line.
        Jsonl = "jsonl",
        /// A row of fields between commas, tabs or the like.
        Csv = "csv",
        /// Records of a crawl, WET included.
        Warc = "warc",
        /// Columns, in row groups.
        Parquet = "parquet",
    }
}

names! {
    /// How a file is compressed.
    "compression" Compression { None = "none", Gzip = "gzip", Zstd = "zstd", Bzip2 = "bzip2", Xz = "xz", }
}

names! {
    /// What a page is written in.
    "content" Content {
        /// Told by the page itself, or by what a crawl's record says of it.
        Auto = "auto",
        Text = "text",
        Html = "html",
    }
}

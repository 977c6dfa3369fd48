//! Flags as typed. Their doc comments are the help; what they mean together is `run`'s business.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::names::{Category, Confidence};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Turns scraped web pages into clean article bodies.
///
/// Takes out what a site put around an article (appeals, share widgets, credits, related links, comments) and leaves the rest
/// exactly as it was. Reads files, folders or standard input; text pages, or records in JSON Lines.
#[derive(Debug, Parser)]
#[command(name = "unchaff", styles = STYLES)]
#[command(after_help = AFTER_HELP, max_term_width = 100)]
pub struct Flags {
    /// Files, folders, or `-` for standard input, which is also read when there are none
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub output: OutputFlags,
    #[command(flatten)]
    pub input: InputFlags,
    #[command(flatten)]
    pub rules: RuleFlags,
    #[command(flatten)]
    pub running: RunningFlags,
}

const AFTER_HELP: &str = "Exit codes: 0 done; 1 --check found something to change; 2 bad usage, configuration or rules; \
3 some pages failed (each is listed, the rest is done); 141 a closed pipe.";

/// What comes out.
#[derive(Debug, Args)]
#[command(next_help_heading = "What comes out")]
pub struct OutputFlags {
    /// Write to PATH: a file, or a folder if there is more than one page or PATH ends in `/`
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Change the files themselves; those without edits are not touched
    #[arg(short = 'w', long, conflicts_with = "output")]
    pub in_place: bool,
    /// Show what would change as a unified diff
    #[arg(long, conflicts_with_all = ["output", "in_place"])]
    pub diff: bool,
    /// Name the pages that would change, and exit with 1 if there are any
    #[arg(long, conflicts_with_all = ["output", "in_place"])]
    pub check: bool,
}

/// What goes in.
#[derive(Debug, Args)]
#[command(next_help_heading = "What goes in")]
pub struct InputFlags {
    /// What the files hold; `auto` goes by name, then by the first line
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// The field of a record that holds the page [default: text]
    #[arg(long, value_name = "NAME")]
    pub field: Option<String>,
    /// Text pages on standard input and output end in NUL
    #[arg(short = '0', long)]
    pub null: bool,
}

/// Which rules act.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which rules")]
pub struct RuleFlags {
    /// Load further rules from a file or folder
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Only rules of these categories act
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',')]
    pub only: Vec<Category>,
    /// Rules of these categories do not act
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',')]
    pub skip: Vec<Category>,
    /// What rules of these categories match is protected from all others
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',')]
    pub keep: Vec<Category>,
    /// Switch off the rule of this id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub disable: Vec<String>,
    /// Rules trusted this much act without further evidence: sure, likely or maybe [default: likely]
    #[arg(long, value_name = "LEVEL")]
    pub confidence: Option<Confidence>,
    /// The language of every page (`en`), instead of finding it out
    #[arg(long, value_name = "CODE")]
    pub lang: Option<String>,
    /// The host every page comes from (`www.example.org`)
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
}

/// How it runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub struct RunningFlags {
    /// How many threads clean [default: one for each processor]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Set a key, as `unchaff.toml` does
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Read keys from FILE instead of looking for `unchaff.toml`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Do not look for `unchaff.toml`
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
    /// Print the version and the rules' hash
    #[arg(short = 'V', long)]
    pub version: bool,
}

/// The container that pages come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// By name, then by the first line.
    Auto,
    /// One page a file.
    Text,
    /// One record a line.
    Jsonl,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

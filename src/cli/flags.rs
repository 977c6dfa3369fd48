//! Flags as typed. Their doc comments are the help; what they mean together is `run`'s business.

use clap::builder::styling::{AnsiColor, Styles};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::decode::Charset;
use crate::names::{Body, Category, Confidence, Container, Content, Repair};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Turns scraped web pages into clean article bodies.
///
/// Takes out what a site put around an article (appeals, share widgets, credits, related links, comments) and leaves the rest
/// exactly as it was. Reads files, folders or standard input: pages of text or HTML, JSON Lines, CSV, WARC and Parquet, compressed or
/// not; what comes out has the form of what came in.
#[derive(Debug, Parser)]
#[command(name = "unchaff", styles = STYLES, subcommand_help_heading = "Subcommands")]
#[command(after_help = AFTER_HELP, max_term_width = 100, disable_help_subcommand = true)]
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
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Flags {
    /// What was typed that only cleaning has a use for.
    pub fn only_for_cleaning(&self) -> Option<String> {
        let (output, input) = (&self.output, &self.input);
        let typed = [
            (output.output.is_some(), "--output"),
            (output.in_place, "--in-place"),
            (output.diff, "--diff"),
            (output.check, "--check"),
            (output.audit.is_some(), "--audit"),
            (output.stats.is_some(), "--stats"),
            (output.report.is_some(), "--report"),
            (input.format.is_some(), "--format"),
            (input.content.is_some(), "--content"),
            (input.encoding.is_some(), "--encoding"),
            (input.null, "--null"),
            (input.files_from.is_some(), "--files-from"),
            (!input.include.is_empty(), "--include"),
            (self.running.resume, "--resume"),
            (self.running.errors.is_some(), "--errors"),
        ];
        let flag = typed.iter().find(|(is_typed, _)| *is_typed).map(|(_, flag)| (*flag).to_owned());
        flag.or_else(|| self.paths.first().map(|path| path.to_string_lossy().into_owned()))
    }
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
    /// Write to FILE what was done to each page, enough to put it back (JSON Lines; `.gz` and `.zst` compress it)
    #[arg(long, value_name = "FILE")]
    pub audit: Option<PathBuf>,
    /// Print what was done in numbers to standard error at the end: as a table, or as one line of JSON
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "table")]
    pub stats: Option<Stats>,
    /// Write what was removed, and why, to FILE: a page for a browser, with charts and sampled pages
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// What goes in.
#[derive(Debug, Args)]
#[command(next_help_heading = "What goes in")]
pub struct InputFlags {
    /// How files hold their pages; `auto` goes by name, then by the first bytes
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    pub format: Option<Format>,
    /// What pages are written in: auto, text or html [default: auto]
    #[arg(long, value_name = "WHAT")]
    pub content: Option<Content>,
    /// The field of a record that holds the page; `a.b` is inside `a`, several are cleaned one by one [default: text]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub field: Vec<String>,
    /// The encoding of text pages that are not UTF-8, instead of finding it out
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<Charset>,
    /// Text pages on standard input and output end in NUL, and names in --files-from too
    #[arg(short = '0', long)]
    pub null: bool,
    /// Read the paths from FILE, or from standard input (`-`), one a line
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub files_from: Option<PathBuf>,
    /// Of folders, take only files whose path inside the folder matches (`*.html`, `news/**`); `!GLOB` leaves some out
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
}

/// Which rules act.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which rules")]
pub struct RuleFlags {
    /// Load further rules from a file or folder
    #[arg(long, value_name = "PATH", global = true)]
    pub rules: Vec<PathBuf>,
    /// Only rules of these categories act
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',', global = true)]
    pub only: Vec<Category>,
    /// Rules of these categories do not act
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',', global = true)]
    pub skip: Vec<Category>,
    /// What rules of these categories match is protected from all others
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',', global = true)]
    pub keep: Vec<Category>,
    /// Switch off the rule of this id
    #[arg(long, value_name = "ID", value_delimiter = ',', global = true)]
    pub disable: Vec<String>,
    /// Rules trusted this much act without further evidence: sure, likely or maybe [default: likely]
    #[arg(long, value_name = "LEVEL", global = true)]
    pub confidence: Option<Confidence>,
    /// What is mended: off, encoding (text decoded wrongly), or all (debris too) [default: all]
    #[arg(long, value_name = "WHAT", global = true)]
    pub repair: Option<Repair>,
    /// When the body finder cuts what no rule knows: auto (on raw pages), always or never [default: auto]
    #[arg(long, value_name = "WHEN", global = true)]
    pub body: Option<Body>,
    /// The language of every page (`en`), instead of finding it out
    #[arg(long, value_name = "CODE", global = true)]
    pub lang: Option<String>,
    /// The host every page comes from (`www.example.org`)
    #[arg(long, value_name = "HOST", global = true)]
    pub host: Option<String>,
}

/// How it runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub struct RunningFlags {
    /// How many threads clean [default: one for each processor]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Go on where an earlier run with the same output was stopped, and let this one be gone on with
    #[arg(long)]
    pub resume: bool,
    /// Write the pages that fail to FILE (JSON Lines: where, why) instead of standard error
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
    /// Show how far it is: auto (on a terminal), always or never
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub progress: When,
    /// Set a key, as `unchaff.toml` does
    #[arg(long, value_name = "KEY=VALUE", global = true)]
    pub set: Vec<String>,
    /// Read keys from FILE instead of looking for `unchaff.toml`
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Do not look for `unchaff.toml`
    #[arg(long, conflicts_with = "config", global = true)]
    pub no_config: bool,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: When,
    /// Print the version and the rules' hash
    #[arg(short = 'V', long)]
    pub version: bool,
}

/// What else the command does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List, show, check and measure rules
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Say of each line of a page whether it stays, and why
    Why(WhyCommand),
    /// Show which lines of pages two sets of rules or settings treat differently
    Compare(CompareCommand),
    /// Put cleaned pages back as they were, by the audit of the run
    Restore(RestoreCommand),
    /// Print what the body finder measures, for training a model
    Features(FeaturesCommand),
}

/// What is asked about.
#[derive(Debug, Args)]
pub struct WhyCommand {
    /// A page's file, or a record of JSON Lines by its number; and a line of the page, if only that is asked about
    #[arg(value_name = "FILE[:RECORD][:LINE]")]
    pub place: String,
}

/// What is compared.
#[derive(Debug, Args)]
pub struct CompareCommand {
    /// Keys of one side, as `--set` takes them (`confidence=sure`, `rules=mine.toml`, `disable=share.row`)
    #[arg(long, value_name = "KEY=VALUE")]
    pub a: Vec<String>,
    /// Keys of the other side
    #[arg(long, value_name = "KEY=VALUE")]
    pub b: Vec<String>,
    /// Write it to FILE too, as a page for a browser
    #[arg(id = "page", long = "report", value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Files or folders of pages, or `-` for standard input
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
}

/// What is put back.
#[derive(Debug, Args)]
pub struct RestoreCommand {
    /// The audit that the run wrote (`--audit`)
    #[arg(long, value_name = "FILE")]
    pub audit: PathBuf,
    /// Write below PATH: needed for several files
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Cleaned pages of text or JSON Lines, or `-` for standard input
    pub paths: Vec<PathBuf>,
}

/// What of the features is printed.
#[derive(Debug, Args)]
pub struct FeaturesCommand {
    /// Files of pages or records, or `-` for standard input: a JSON line for each page, with its lines, `columns` and their cells in
    /// hexadecimal digits, line after line; without files, the list of features
    pub paths: Vec<PathBuf>,
    /// The pages are HTML: the columns of the markup follow those that are measured of every text
    #[arg(long)]
    pub html: bool,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List all rules
    List,
    /// Show one rule
    Show {
        /// The rule's id
        id: String,
    },
    /// Prove rules by their examples: those of the given packs, else all
    Check {
        /// Files or folders of rules
        paths: Vec<PathBuf>,
    },
    /// Count how often each rule acts on pages, and how often wrongly; or name those that did nothing in a whole run
    Coverage {
        /// Files or folders of pages, or `-` for standard input; the clean text of `page.txt` is known from `page.clean.txt`, that
        /// of a record from the field that `--set field.clean=NAME` names
        #[arg(required_unless_present = "run")]
        paths: Vec<PathBuf>,
        /// Instead of pages, what `--stats=json` printed of a run: names rules that were not used, and exceptions that protected
        /// nothing
        #[arg(id = "run", long = "stats", value_name = "FILE", conflicts_with = "paths")]
        stats: Option<PathBuf>,
    },
}

/// How files hold their pages; `None` is to be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format(pub Option<Container>);

/// What stands for finding it out.
pub const AUTO: &str = "auto";

fn format_parser() -> impl TypedValueParser<Value = Format> {
    let names = std::iter::once(AUTO).chain(Container::ALL.iter().map(|container| container.name()));
    PossibleValuesParser::new(names).map(|name| Format(name.parse().ok()))
}

/// How numbers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stats {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// When to use colours, or to show how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal; colours not if `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

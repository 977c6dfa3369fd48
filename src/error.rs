//! The one public error: what went wrong, where, and what was meant.
//!
//! Wording lives beside the place that finds the fault; this file only gives it a shape. A page that holds something odd is
//! no error (it gets a [`Note`](crate::edit::Note)): errors are for usage, settings, rules and input or output that failed.

use std::fmt;
use std::path::{Path, PathBuf};

/// What kind of fault it is; the command chooses its exit code by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Wrong flags, settings or rules: the run does not start (exit 2).
    Usage,
    /// One page, record or output failed; the others are done (exit 3).
    Page,
    /// The reader of our output has gone: end quietly (exit 141).
    BrokenPipe,
}

/// A fault with its place: `path:line:column: message; help`.
///
/// ```
/// use unchaff::Error;
/// let e = Error::usage("unknown key `phrase`").at("share.toml", 7, 1).meant("phrase", ["phrases", "regex"]);
/// assert_eq!(e.to_string(), "share.toml:7:1: unknown key `phrase`; did you mean `phrases`?");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    // Boxed, so that a result is not much larger than what it holds when all is well.
    fault: Box<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    kind: ErrorKind,
    message: String,
    path: Option<PathBuf>,
    /// Line and column, from 1; the column counts characters.
    position: Option<(usize, usize)>,
    help: Option<String>,
    /// Further faults found in the same go, so that a person sees all at once.
    also: Vec<Error>,
}

/// The library's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let fault = Fault { kind, message: message.into(), path: None, position: None, help: None, also: Vec::new() };
        Error { fault: Box::new(fault) }
    }

    /// A fault in flags, settings or rules.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// A fault of one page, record or output.
    pub fn page(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Page, message)
    }

    /// An input or output fault at `path`; a closed pipe is told apart.
    pub fn io(path: impl AsRef<Path>, doing: &str, error: &std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::BrokenPipe => ErrorKind::BrokenPipe,
            _ => ErrorKind::Page,
        };
        Self::new(kind, format!("{doing}: {}", describe(error))).in_file(path)
    }

    /// Names the file.
    pub fn in_file(mut self, path: impl AsRef<Path>) -> Self {
        self.fault.path = Some(path.as_ref().to_path_buf());
        self
    }

    /// Names the file, line and column (from 1; characters).
    pub fn at(mut self, path: impl AsRef<Path>, line: usize, column: usize) -> Self {
        self.fault.position = Some((line, column));
        self.in_file(path)
    }

    /// Names the file and the number (from 1) of a record in it.
    pub fn in_record(self, path: impl AsRef<Path>, number: usize) -> Self {
        self.at(path, number, 0)
    }

    /// Names file and position by a byte offset into the file's text.
    pub fn at_offset(self, path: impl AsRef<Path>, text: &str, offset: usize) -> Self {
        let (line, column) = line_column(text, offset);
        self.at(path, line, column)
    }

    /// Says more exactly what it is about.
    pub(crate) fn prefixed(mut self, what: &str) -> Self {
        self.fault.message.insert_str(0, what);
        self
    }

    /// Adds what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.fault.help = Some(help.into());
        self
    }

    /// Adds "did you mean", when one of `known` is close to `typed`.
    pub fn meant<'a>(self, typed: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match suggestion(typed, known) {
            Some(best) => self.help(format!("did you mean `{best}`?")),
            None => self,
        }
    }

    /// Joins faults that were found together into one error, in the order they were found.
    pub fn join(mut errors: Vec<Error>) -> Option<Error> {
        if errors.is_empty() {
            return None;
        }
        let mut first = errors.remove(0);
        first.fault.also.extend(errors);
        Some(first)
    }

    /// The kind of fault.
    pub fn kind(&self) -> ErrorKind {
        self.fault.kind
    }

    /// The same fault, counted as one of flags, settings or rules.
    pub fn into_usage(mut self) -> Self {
        self.fault.kind = ErrorKind::Usage;
        self
    }

    /// Line and column, from 1, where they are known; a column of 0 is not known, and the line is then that of a record.
    pub fn position(&self) -> Option<(usize, usize)> {
        self.fault.position
    }

    /// The file, where it is known.
    pub fn path(&self) -> Option<&Path> {
        self.fault.path.as_deref()
    }

    /// What to do about it, where that is known.
    pub fn advice(&self) -> Option<&str> {
        self.fault.help.as_deref()
    }

    /// What went wrong, without its place, with what to do about it.
    pub fn message(&self) -> String {
        let Fault { message, help, .. } = &*self.fault;
        help.as_ref().map_or_else(|| message.clone(), |help| format!("{message}; {help}"))
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.fault.path {
            write!(f, "{}:", printable(&path.to_string_lossy()))?;
            match self.fault.position {
                Some((line, 0)) => write!(f, "{line}:")?,
                Some((line, column)) => write!(f, "{line}:{column}:")?,
                None => {}
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.fault.message)?;
        if let Some(help) = &self.fault.help {
            write!(f, "; {help}")?;
        }
        for error in &self.fault.also {
            write!(f, "\n{error}")?;
        }
        Ok(())
    }
}

/// The text with control characters, bidi controls and other invisible marks spelled out, so that it can be shown on a
/// terminal whatever it holds.
///
/// ```
/// assert_eq!(unchaff::printable("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
/// ```
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

/// Whether a character is not seen, or changes how others are seen.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Line and column (both from 1, the column in characters) of a byte offset.
fn line_column(text: &str, offset: usize) -> (usize, usize) {
    LineStarts::new(text).line_column(offset)
}

/// Where the lines of a text begin, for those who ask for many places of it.
#[derive(Debug)]
pub struct LineStarts<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> LineStarts<'t> {
    /// Looks for the lines once.
    pub fn new(text: &'t str) -> LineStarts<'t> {
        let behind = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        LineStarts { text, starts: std::iter::once(0).chain(behind).collect() }
    }

    /// Line and column (both from 1, the column in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        (line, 1 + String::from_utf8_lossy(&self.text.as_bytes()[start..offset]).chars().count())
    }
}

/// The known name that was most likely meant, if one is near enough.
pub fn suggestion<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |name: &str| strsim::damerau_levenshtein(&typed.to_lowercase(), &name.to_lowercase());
    let limit = (typed.chars().count() / 3).clamp(1, 4);
    // A name cut short is the commonest slip after a swapped letter.
    let near = |name: &str| if typed.len() >= 3 && name.starts_with(typed) { 1 } else { distance(name) };
    known.into_iter().map(|name| (near(name), name)).filter(|(d, _)| *d <= limit).min().map(|(_, name)| name)
}

fn describe(error: &std::io::Error) -> String {
    // The system's own words without its "(os error 2)", which tells a person nothing.
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

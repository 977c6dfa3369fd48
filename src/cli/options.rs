//! Keys: what `unchaff.toml`, `--set` and flags can set, and their defaults. Each source overwrites the one before it.

use super::flags::{AUTO, Flags};
use crate::batch::Identity;
use crate::config::keys::{is_setting, one, one_of, parsed, set_text, set_to};
use crate::config::{LIMIT_KEYS, Settings};
use crate::decode::Charset;
use crate::error::{Error, Result, suggestion};
use crate::input::{FieldPath, Fields};
use crate::names::{Container, Content, Verdict};
use crate::sink::To;

/// Everything that keys can set.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    pub settings: Settings,
    pub fields: Fields,
    /// How files hold their pages, if it was said.
    pub container: Option<Container>,
    /// What pages are written in.
    pub content: Content,
    /// In which form pages are written, if it was said.
    pub to: To,
    /// What stands between the fields of a table, if it was said.
    pub csv_delimiter: Option<u8>,
    /// Whether the first row of a table has the names of its columns.
    pub csv_header: bool,
    /// The field that a page's verdict is written to, if there is one.
    pub verdict_field: Option<String>,
    /// The encoding of text pages that are not UTF-8, if it was named.
    pub encoding: Option<Charset>,
    /// How many threads clean; 0 is one for each processor.
    pub jobs: usize,
    /// Whether a record that fails is left out.
    pub drop_failed: bool,
    /// Pages of these verdicts are left out.
    pub drop: Vec<Verdict>,
    /// How many notes are printed; the rest are counted.
    pub notes_max: usize,
    /// How often a run that can be gone on with writes down what is done, in milliseconds.
    pub resume_every_ms: usize,
}

/// Enough to see what is odd, few enough to see what failed.
const NOTES_MAX: usize = 20;

/// A run that is killed loses as much work, and one that is not loses hardly any to writing.
const RESUME_EVERY_MS: usize = 1000;

impl Default for Options {
    fn default() -> Self {
        Options {
            settings: Settings::default(),
            fields: Fields::default(),
            container: None,
            content: Content::Auto,
            to: To::default(),
            csv_delimiter: None,
            csv_header: true,
            verdict_field: None,
            encoding: None,
            jobs: 0,
            drop_failed: false,
            drop: Vec::new(),
            notes_max: NOTES_MAX,
            resume_every_ms: RESUME_EVERY_MS,
        }
    }
}

/// How a key takes its value.
#[derive(Clone, Copy)]
enum Key {
    One(fn(&mut Options, &str) -> Result<()>),
    Many(fn(&mut Options, &[String]) -> Result<()>),
}

/// The keys besides those of the settings.
const KEYS: &[(&str, Key)] = &[
    ("format", Key::One(|o, v| format(v).map(|container| o.container = container))),
    ("content", Key::One(|o, v| v.parse().map(|content| o.content = content))),
    ("to", Key::One(|o, v| v.parse().map(|to| o.to = to))),
    ("encoding", Key::One(|o, v| v.parse().map(|encoding| o.encoding = Some(encoding)))),
    ("field.text", Key::Many(|o, v| o.fields.set_texts(v))),
    ("field.url", Key::One(|o, v| FieldPath::new(v).map(|path| o.fields.url = path))),
    ("field.title", Key::One(|o, v| FieldPath::new(v).map(|path| o.fields.title = path))),
    ("field.clean", Key::One(|o, v| FieldPath::new(v).map(|path| o.fields.clean = Some(path)))),
    ("csv-delimiter", Key::One(|o, v| delimiter(v).map(|byte| o.csv_delimiter = Some(byte)))),
    ("csv-header", Key::One(|o, v| one_of("csv-header", v, YES_NO).map(|header| o.csv_header = header))),
    ("field.verdict", Key::One(|o, v| set_text(o.verdict_field.get_or_insert_default(), v))),
    ("jobs", Key::One(|o, v| count("jobs", v).map(|jobs| o.jobs = jobs))),
    ("on-error", Key::One(|o, v| on_error(v).map(|drop| o.drop_failed = drop))),
    ("drop", Key::Many(|o, v| set_to(&mut o.drop, parsed(v)))),
    ("resume-every-ms", Key::One(|o, v| count("resume-every-ms", v).map(|ms| o.resume_every_ms = ms))),
    ("notes-max", Key::One(|o, v| count("notes-max", v).map(|max| o.notes_max = max))),
];

/// Flags that choose what comes out, which no file may do.
const OUTPUT_FLAGS: &[&str] = &["output", "in-place", "diff", "check", "stats", "audit", "errors", "resume"];

impl Options {
    /// What decides on what comes out, by name: two runs that differ here must not be mixed in one output.
    pub fn identity(&self) -> Identity {
        // Named one by one, so that a field that is added is thought of.
        let Options {
            settings,
            fields,
            container,
            content,
            to,
            csv_delimiter,
            csv_header,
            verdict_field,
            encoding,
            drop_failed,
            drop,
            jobs: _,
            notes_max: _,
            resume_every_ms: _,
        } = self;
        let own = [
            ("fields", format!("{fields:?}")),
            ("format", format!("{container:?}")),
            ("content", content.to_string()),
            ("to", format!("{to:?}")),
            ("csv-delimiter", format!("{csv_delimiter:?}")),
            ("csv-header", csv_header.to_string()),
            ("field.verdict", format!("{verdict_field:?}")),
            ("encoding", format!("{encoding:?}")),
            ("on-error", format!("{drop_failed:?}")),
            ("drop", format!("{drop:?}")),
        ];
        own.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(settings.identity()).collect()
    }

    /// Sets a key to the values of a list, or to one value.
    pub fn set(&mut self, key: &str, values: &[String]) -> Result<()> {
        if is_setting(key) {
            return self.settings.set(key, values);
        }
        match KEYS.iter().find(|(name, _)| *name == key) {
            Some((_, Key::Many(set))) => set(self, values),
            Some((_, Key::One(set))) => set(self, one(key, values)?),
            None => one(key, values).and(Err(unknown(key))),
        }
    }

    /// Sets a key as `--set KEY=VALUE` says; a list's values stand between commas.
    pub fn set_typed(&mut self, typed: &str) -> Result<()> {
        let Some((key, value)) = typed.split_once('=') else {
            return Err(Error::usage(format!("`--set {typed}`, expected `KEY=VALUE`")));
        };
        let (key, value) = (key.trim(), value.trim());
        let is_own_list = KEYS.iter().any(|(name, kind)| *name == key && matches!(kind, Key::Many(_)));
        let is_list = is_own_list || Settings::is_list(key);
        let values: Vec<String> = match is_list {
            true => value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect(),
            false => vec![value.to_owned()],
        };
        self.set(key, &values)
    }

    /// Takes over what was said by flags.
    pub fn set_flags(&mut self, flags: &Flags) -> Result<()> {
        fn overwrite<T: Clone>(old: &mut Vec<T>, new: &[T]) {
            if !new.is_empty() {
                *old = new.to_vec();
            }
        }
        let rules = &flags.rules;
        overwrite(&mut self.settings.rules, &rules.rules);
        overwrite(&mut self.settings.only, &rules.only);
        overwrite(&mut self.settings.skip, &rules.skip);
        overwrite(&mut self.settings.keep, &rules.keep);
        overwrite(&mut self.settings.disable, &rules.disable);
        self.settings.confidence = rules.confidence.unwrap_or(self.settings.confidence);
        self.settings.repair = rules.repair.unwrap_or(self.settings.repair);
        self.settings.body = rules.body.unwrap_or(self.settings.body);
        self.settings.lang = rules.lang.clone().or(self.settings.lang.take());
        self.settings.host = rules.host.clone().or(self.settings.host.take());
        self.container = flags.input.format.map_or(self.container, |format| format.0);
        self.content = flags.input.content.unwrap_or(self.content);
        self.encoding = flags.input.encoding.or(self.encoding);
        self.jobs = flags.running.jobs.map_or(self.jobs, usize::from);
        if flags.input.field.is_empty() { Ok(()) } else { self.fields.set_texts(&flags.input.field) }
    }
}

/// The error of a key that there is not.
pub fn unknown(key: &str) -> Error {
    if OUTPUT_FLAGS.contains(&key) {
        return Error::usage(format!("`{key}` is no key: what comes out is chosen by flags only"));
    }
    let own = KEYS.iter().map(|(name, _)| *name);
    let names: Vec<_> = Settings::keys().chain(own).chain(LIMIT_KEYS.iter().map(|(name, _)| *name)).collect();
    // Several keys begin so; the flag of this name is the text's.
    let meant = if key == "field" { "field.text" } else { key };
    // There are too many to be read where one of them is meant.
    match suggestion(meant, names.iter().copied()) {
        Some(_) => Error::usage(format!("unknown key `{key}`")).meant(meant, names),
        None => Error::usage(format!("unknown key `{key}`, expected one of {}", names.join(", "))),
    }
}

fn format(value: &str) -> Result<Option<Container>> {
    let named = Container::ALL.iter().map(|container| (container.name(), Some(*container)));
    one_of("format", value, [(AUTO, None)].into_iter().chain(named))
}

fn delimiter(value: &str) -> Result<u8> {
    match value.as_bytes() {
        _ if value == "tab" => Ok(b'\t'),
        [byte] if !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(Error::usage(format!("`{value}` for `csv-delimiter`, expected one ASCII character, or `tab`"))),
    }
}

const YES_NO: [(&str, bool); 2] = [("yes", true), ("no", false)];

fn on_error(value: &str) -> Result<bool> {
    one_of("on-error", value, [("pass", false), ("drop", true)])
}

fn count(key: &str, value: &str) -> Result<usize> {
    value.parse().map_err(|_| Error::usage(format!("`{value}` for `{key}`, expected a whole number")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_keys() {
        let mut options = Options::default();
        for typed in [
            "only=share, follow",
            "drop=empty,paywalled",
            "on-error=drop",
            "field.url=link",
            "field.text=title, page.body",
            "page-bytes-max=1k",
            "budget=0.25",
            "lang = de",
        ] {
            options.set_typed(typed).unwrap();
        }
        assert_eq!(options.settings.only.len(), 2);
        assert_eq!(options.fields.names(), "`title`, `page.body`");
        assert_eq!(options.drop, [Verdict::Empty, Verdict::Paywalled]);
        assert_eq!((options.drop_failed, options.fields.url.name()), (true, "link"));
        assert_eq!((options.settings.limits.page_bytes_max, options.settings.lang.as_deref()), (1024, Some("de")));
        options.set_typed("only=").unwrap();
        assert!(options.settings.only.is_empty());
    }

    #[test]
    fn every_message() {
        for (typed, want) in [
            ("only", "`--set only`, expected `KEY=VALUE`"),
            ("onyl=share", "did you mean `only`?"),
            ("field=body", "did you mean `field.text`?"),
            ("output=x", "`output` is no key: what comes out is chosen by flags only"),
            ("format=json", "`json` for `format`, expected one of auto, text, jsonl, csv, warc, parquet; did you mean `jsonl`?"),
            ("on-error=stop", "`stop` for `on-error`, expected one of pass, drop"),
            ("jobs=many", "`many` for `jobs`, expected a whole number"),
            ("drop=articel", "did you mean `article`?"),
            ("field.text=a,a.b", "the fields `a` and `a.b` overlap, expected each text only once"),
            ("field.text=", "no field, expected the name of one"),
        ] {
            let got = Options::default().set_typed(typed).unwrap_err().to_string();
            assert!(got.ends_with(want), "{got}");
        }
    }
}

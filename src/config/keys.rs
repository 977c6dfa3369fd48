//! Keys: which settings can be set by name, and how a value is read. The command has further keys of its own, in `cli/options`.

use std::path::PathBuf;
use std::str::FromStr;

use super::{LIMIT_KEYS, Settings};
use crate::error::{Error, Result};

/// How a key takes its value.
#[derive(Clone, Copy)]
enum Key {
    One(fn(&mut Settings, &str) -> Result<()>),
    Many(fn(&mut Settings, &[String]) -> Result<()>),
}

/// The keys besides the limits.
const KEYS: &[(&str, Key)] = &[
    ("rules", Key::Many(|s, v| set_to(&mut s.rules, v.iter().map(|p| Ok(p.into()))))),
    ("only", Key::Many(|s, v| set_to(&mut s.only, parsed(v)))),
    ("skip", Key::Many(|s, v| set_to(&mut s.skip, parsed(v)))),
    ("keep", Key::Many(|s, v| set_to(&mut s.keep, parsed(v)))),
    ("disable", Key::Many(|s, v| set_to(&mut s.disable, v.iter().cloned().map(Ok)))),
    ("confidence", Key::One(|s, v| v.parse().map(|level| s.confidence = level))),
    ("repair", Key::One(|s, v| v.parse().map(|repair| s.repair = repair))),
    ("body", Key::One(|s, v| v.parse().map(|body| s.body = body))),
    ("body-kind", Key::One(|s, v| v.parse().map(|kind| s.body_kind = Some(kind)))),
    ("body-bias", Key::One(|s, v| bias(v).map(|bias| s.body_bias = bias))),
    ("body-title", Key::One(|s, v| one_of("body-title", v, STAYS).map(|stays| s.body_title = stays))),
    ("body-model", Key::One(|s, v| set_path(&mut s.body_model, v))),
    ("body-model-html", Key::One(|s, v| set_path(&mut s.body_model_html, v))),
    ("lang", Key::One(|s, v| set_text(s.lang.get_or_insert_default(), v))),
    ("host", Key::One(|s, v| set_text(s.host.get_or_insert_default(), v))),
];

fn key(name: &str) -> Option<Key> {
    KEYS.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
}

impl Settings {
    /// The names of the keys that [`set`](Self::set) knows besides [`LIMIT_KEYS`].
    pub fn keys() -> impl Iterator<Item = &'static str> + Clone {
        KEYS.iter().map(|(name, _)| *name)
    }

    /// Whether a key's value is a list.
    pub fn is_list(name: &str) -> bool {
        matches!(key(name), Some(Key::Many(_)))
    }

    /// Sets a key, a limit's included, to the values of a list, or to one value; values are as they are typed.
    ///
    /// ```
    /// let mut settings = unchaff::Settings::default();
    /// settings.set("only", &["share".to_owned(), "follow".to_owned()]).unwrap();
    /// settings.set("page-bytes-max", &["1M".to_owned()]).unwrap();
    /// assert_eq!((settings.only.len(), settings.limits.page_bytes_max), (2, 1 << 20));
    /// let error = settings.set("confidence", &["shure".to_owned()]).unwrap_err().to_string();
    /// assert_eq!(error, "unknown confidence `shure`, expected one of maybe, likely, sure; did you mean `sure`?");
    /// ```
    ///
    /// # Errors
    /// A key that there is not, a list where one value is expected, and a value that the key does not take.
    pub fn set(&mut self, name: &str, values: &[String]) -> Result<()> {
        let known = key(name);
        if let Some(Key::Many(set)) = known {
            return set(self, values);
        }
        let value = one(name, values)?;
        match known {
            Some(Key::One(set)) => set(self, value),
            _ if is_limit(name) => self.limits.set(name, value),
            _ => {
                let keys = Self::keys().chain(LIMIT_KEYS.iter().map(|(key, _)| *key));
                Err(Error::usage(format!("unknown key `{name}`")).meant(name, keys))
            }
        }
    }
}

/// Whether a key is one of the settings' own, or a limit.
pub(crate) fn is_setting(name: &str) -> bool {
    key(name).is_some() || is_limit(name)
}

fn is_limit(name: &str) -> bool {
    LIMIT_KEYS.iter().any(|(key, _)| *key == name)
}

/// The value of a key that takes no list.
pub(crate) fn one<'v>(name: &str, values: &'v [String]) -> Result<&'v str> {
    match values {
        [value] => Ok(value),
        _ => Err(Error::usage(format!("`{name}` is a list, expected one value"))),
    }
}

pub(crate) fn set_text(place: &mut String, value: &str) -> Result<()> {
    *place = value.to_owned();
    Ok(())
}

fn set_path(place: &mut Option<PathBuf>, value: &str) -> Result<()> {
    *place = Some(value.into());
    Ok(())
}

/// How far the body finder's cut may be shifted; an eighth or eight times the weight of recall.
const BIAS_MAX: f32 = 3.0;

fn bias(value: &str) -> Result<f32> {
    match value.parse() {
        Ok(bias) if (-BIAS_MAX..=BIAS_MAX).contains(&bias) => Ok(bias),
        _ => Err(Error::usage(format!("`{value}` for `body-bias`, expected a number from -{BIAS_MAX} to {BIAS_MAX}"))),
    }
}

/// What a part of the page may do.
const STAYS: [(&str, bool); 2] = [("keep", true), ("cut", false)];

pub(crate) fn set_to<T>(place: &mut Vec<T>, values: impl Iterator<Item = Result<T>>) -> Result<()> {
    *place = values.collect::<Result<_>>()?;
    Ok(())
}

pub(crate) fn parsed<T: FromStr<Err = Error>>(values: &[String]) -> impl Iterator<Item = Result<T>> {
    values.iter().map(|value| value.parse())
}

pub(crate) fn one_of<T, N: AsRef<str>>(key: &str, value: &str, choices: impl IntoIterator<Item = (N, T)>) -> Result<T> {
    let (names, mut values): (Vec<_>, Vec<_>) =
        choices.into_iter().map(|(name, value)| (name.as_ref().to_owned(), value)).unzip();
    match names.iter().position(|name| name == value) {
        Some(i) => Ok(values.swap_remove(i)),
        None => {
            let error = Error::usage(format!("`{value}` for `{key}`, expected one of {}", names.join(", ")));
            Err(error.meant(value, names.iter().map(String::as_str)))
        }
    }
}

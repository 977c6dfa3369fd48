//! Keywords of Python to settings: names with `_` for `-`, values as people write them in Python.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString};
use unchaff::{Charset, Content, Error, LIMIT_KEYS, Settings};

use crate::errors::{error, kind};

/// What keywords have set.
pub struct Given {
    pub settings: Settings,
    pub content: Content,
    pub encoding: Option<Charset>,
    /// The keywords as they were given: lists as lists, paths as texts, without those that are None.
    pub normalised: Py<PyDict>,
}

/// The names of all keywords, as Python writes them.
pub fn names() -> impl Iterator<Item = String> {
    let limits = LIMIT_KEYS.iter().map(|(key, _)| *key);
    Settings::keys().chain(["content", "encoding"]).chain(limits).map(|key| key.replace('-', "_"))
}

/// Keys whose values are paths: no commas divide them.
const PATHS: [&str; 3] = ["rules", "body-model", "body-model-html"];

/// Reads keywords. Unknown ones and values of a wrong type are a `TypeError`, wrong values an `unchaff.Error`.
pub fn read(py: Python<'_>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Given> {
    let normalised = PyDict::new(py);
    let mut given =
        Given { settings: Settings::default(), content: Content::Auto, encoding: None, normalised: normalised.clone().unbind() };
    let mut faults = Vec::new();
    for (name, value) in keywords.into_iter().flatten() {
        let name: String = name.extract()?;
        let known: Vec<String> = names().collect();
        if !known.contains(&name) {
            return Err(unknown(&name, &known));
        }
        if value.is_none() {
            continue;
        }
        let key = name.replace('_', "-");
        let values = values(&name, &key, &value)?;
        if let Err(fault) = set(&mut given, &key, &values) {
            faults.push(fault);
        }
        if Settings::is_list(&key) {
            normalised.set_item(name, PyList::new(py, values)?)?;
        } else if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
            normalised.set_item(name, value)?;
        } else {
            normalised.set_item(name, values.concat())?;
        }
    }
    match Error::join(faults) {
        Some(fault) => Err(error(py, &fault)),
        None => Ok(given),
    }
}

fn set(given: &mut Given, key: &str, values: &[String]) -> Result<(), Error> {
    match key {
        "content" => values.concat().parse().map(|content| given.content = content),
        "encoding" => values.concat().parse().map(|encoding| given.encoding = Some(encoding)),
        _ => given.settings.set(key, values),
    }
}

fn unknown(name: &str, known: &[String]) -> PyErr {
    let names = known.iter().map(String::as_str);
    let fault = Error::usage(format!("unknown setting `{name}`"));
    let meant = fault.clone().meant(name, names);
    let fault = if meant == fault { fault.help(format!("expected one of {}", known.join(", "))) } else { meant };
    PyTypeError::new_err(fault.to_string())
}

/// A keyword's value as it would be typed.
fn values(name: &str, key: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let (is_list, is_path) = (Settings::is_list(key), PATHS.contains(&key));
    let wrong = |value: &Bound<'_, PyAny>, what: &str| {
        let expected = match (is_list, is_path) {
            (true, true) => "a path or a sequence of paths",
            (true, false) => "str or a sequence of str",
            (false, true) => "a path",
            (false, false) if key == "body-title" => "bool, \"keep\" or \"cut\"",
            (false, false) if is_number(key) => "a number, or str such as \"1M\"",
            (false, false) => "str",
        };
        PyTypeError::new_err(format!("{what}`{name}` is {}, expected {expected}", kind(value)))
    };
    if let Ok(flag) = value.cast::<PyBool>() {
        return match key {
            "body-title" => Ok(vec![if flag.is_true() { "keep" } else { "cut" }.to_owned()]),
            _ => Err(wrong(value, "")),
        };
    }
    if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        return if is_number(key) { Ok(vec![value.str()?.to_string()]) } else { Err(wrong(value, "")) };
    }
    if let Some(text) = text(value, is_path)? {
        let is_divided = is_list && !is_path;
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
        return Ok(if is_divided { parts.collect() } else { vec![text.clone()] });
    }
    if !is_list || value.is_instance_of::<PyBytes>() {
        return Err(wrong(value, ""));
    }
    let items = value.try_iter().map_err(|_| wrong(value, ""))?;
    let item = |(place, item): (usize, PyResult<Bound<'_, PyAny>>)| {
        let item = item?;
        text(&item, is_path)?.ok_or_else(|| wrong(&item, &format!("item {place} of ")))
    };
    items.enumerate().map(item).collect()
}

fn is_number(key: &str) -> bool {
    key == "body-bias" || LIMIT_KEYS.iter().any(|(limit, _)| *limit == key)
}

/// A text, or a path as text; None if it is neither.
fn text(value: &Bound<'_, PyAny>, is_path: bool) -> PyResult<Option<String>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Some(text.to_str()?.to_owned()));
    }
    if !is_path || !value.hasattr("__fspath__")? {
        return Ok(None);
    }
    let path = value.py().import("os")?.call_method1("fspath", (value,))?;
    let path = path.cast::<PyString>().map_err(|_| PyTypeError::new_err("a path of bytes, expected one of str"))?;
    Ok(Some(path.to_str()?.to_owned()))
}

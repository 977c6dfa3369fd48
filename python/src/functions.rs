//! Functions of the module: repairing, decoding, the command, the lists of names.

use std::ffi::OsString;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyString, PyTuple};
use unchaff::edit::OffsetMap;
use unchaff::{Charset, Hints};

use crate::errors::{error, kind, not_utf8};
use crate::forks::at_work;
use crate::records::{class, edits, suspects};

/// Mends text that was decoded wrongly before it came here ("â€™" for "’"), and nothing else.
///
/// What cannot be decided stays, and is listed in `.suspects`. A lone surrogate is a `ValueError`.
///
/// >>> str(unchaff.repair("It doesnâ€™t hurt."))
/// 'It doesn’t hurt.'
#[pyfunction]
pub fn repair<'py>(py: Python<'py>, text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let given = text.cast::<PyString>().map_err(|_| PyTypeError::new_err(format!("the text is {}, expected str", kind(text))))?;
    let text = PyBackedStr::try_from(given.clone()).map_err(|error| not_utf8(given, "the text", error))?;
    let repaired = py.detach(|| {
        let _at_work = at_work();
        unchaff::repair(&text)
    });
    let made = match repaired.edits.is_empty() {
        true => given.clone(),
        false => PyString::new(py, &repaired.text(&text)),
    };
    let done = edits(py, &text, &repaired.edits, &OffsetMap::in_chars(&repaired.edits, &text))?;
    class(py, "Repaired")?.call1((made, done, suspects(py, &text, &repaired.suspects)?))
}

/// Decodes a page's bytes: a byte order mark, UTF-8 (stray bytes mended one by one), the declared encoding, the one its markup names,
/// else the likeliest one. It cannot fail; what had to be changed or guessed is in `.notes`.
///
/// `encoding` is a label of the Encoding Standard ("koi8-r"), believed where the bytes are not UTF-8 and it reads them without faults.
/// `html` says that the page's markup may name one. `host` ("www.example.ru") tells where people speak what. An unknown label is an
/// `unchaff.Error`.
///
/// >>> unchaff.decode(b"caf\xe9 au lait").text
/// 'café au lait'
#[pyfunction]
#[pyo3(signature = (data, *, encoding = None, html = false, host = None))]
pub fn decode<'py>(
    py: Python<'py>,
    data: &Bound<'py, PyAny>,
    encoding: Option<&str>,
    html: bool,
    host: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let wrong = || PyTypeError::new_err(format!("the page is {}, expected bytes", kind(data)));
    let bytes = match data.cast::<PyBytes>() {
        Ok(bytes) => bytes.clone(),
        Err(_) => {
            let view = py.import("builtins")?.getattr("memoryview")?.call1((data,)).map_err(|_| wrong())?;
            view.call_method0("tobytes")?.cast_into::<PyBytes>()?
        }
    };
    let declared = encoding.map(str::parse::<Charset>).transpose().map_err(|fault| error(py, &fault))?;
    let bytes = bytes.as_bytes();
    let decoded = py.detach(|| {
        let _at_work = at_work();
        unchaff::decode(bytes, &Hints { declared, html, host })
    });
    let notes: Vec<String> = decoded.notes.into_iter().map(|note| note.0).collect();
    class(py, "Decoded")?.call1((&*decoded.text, decoded.encoding, decoded.found.name(), decoded.bom, notes))
}

/// The host of an address, as pages in records have theirs: `www.example.org` of `https://me@WWW.example.org:80/page`; None if there is none.
#[pyfunction]
pub fn host_of(url: &Bound<'_, PyString>) -> Option<String> {
    unchaff::host_of(&url.to_string_lossy())
}

/// Runs the command with these arguments, of which the first is its name; returns its exit code.
#[pyfunction]
pub fn main(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| unchaff::cli::run_from(args))
}

/// The names that settings and results use, each list once.
pub fn names<'py>(py: Python<'py>, module: &Bound<'py, PyModule>) -> PyResult<()> {
    macro_rules! list {
        ($($name:literal: $type:ident,)+) => {
            $(module.add($name, PyTuple::new(py, unchaff::$type::ALL.iter().map(|one| one.name()))?)?;)+
        };
    }
    list! {
        "CATEGORIES": Category, "CONFIDENCES": Confidence, "VERDICTS": Verdict, "STAGES": Stage, "SCOPES": Scope, "ACTIONS": Action,
        "REPAIRS": Repair, "BODIES": Body, "PAGE_KINDS": PageKind, "CONTENTS": Content,
    }
    module.add("SETTINGS", PyTuple::new(py, crate::settings::names().collect::<Vec<_>>())?)?;
    module.add("PACKS_HASH", unchaff::Cleaner::packs_hash())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}

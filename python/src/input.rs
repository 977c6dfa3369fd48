//! Pages as Python hands them over: borrowed, not copied.

use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};
use unchaff::PageFacts;

use crate::cleaned::{PyCleaned, Source};
use crate::core::{Core, Done};
use crate::errors::{not_a_page, not_utf8};

/// A page.
pub enum Input {
    Text(PyBackedStr),
    Bytes(PyBackedBytes),
}

impl Input {
    /// Takes a `str` or `bytes`-like; `what` is how errors call it.
    pub fn new(value: &Bound<'_, PyAny>, what: &dyn Fn() -> String) -> PyResult<Input> {
        if let Ok(text) = value.cast::<PyString>() {
            return PyBackedStr::try_from(text.clone()).map(Input::Text).map_err(|error| not_utf8(text, &what(), error));
        }
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Ok(Input::Bytes(bytes.clone().into()));
        }
        if value.is_instance_of::<PyByteArray>() || value.is_instance_of::<PyMemoryView>() {
            // They may change while they are read.
            let copied = value.py().get_type::<PyBytes>().call1((value,))?;
            return Ok(Input::Bytes(copied.cast_into::<PyBytes>()?.into()));
        }
        Err(not_a_page(value, &what()))
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        match self {
            Input::Text(text) => text.len(),
            Input::Bytes(bytes) => bytes.len(),
        }
    }

    /// Cleans it; runs on any thread, and needs no Python.
    pub fn clean(self, core: &Core, facts: &PageFacts) -> PyCleaned {
        let host = core.cleaner.settings().host.clone().or_else(|| facts.host.clone());
        match self {
            Input::Text(text) => {
                let done = core.text(&text, facts);
                PyCleaned::new(done, host, |made| made.map_or(Source::Given(text), Source::Made))
            }
            Input::Bytes(bytes) => {
                let done: Done = core.bytes(&bytes, facts);
                // Text that is not made anew is the bytes themselves, which were found to be UTF-8.
                let own = |made: Option<String>| made.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned());
                PyCleaned::new(done, host, |made| Source::Made(own(made)))
            }
        }
    }
}

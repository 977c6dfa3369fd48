//! Errors of the library as Python exceptions, and errors of what was handed over.

use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};

/// The exception `unchaff.Error`, with the place of the first fault.
pub fn error(py: Python<'_>, error: &unchaff::Error) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = match CLASS.import(py, "unchaff._records", "Error") {
        Ok(class) => class,
        Err(missing) => return missing,
    };
    let path = error.path().map(|path| path.to_string_lossy().into_owned());
    let position = error.position();
    let line = position.map(|(line, _)| line);
    // A column of 0 is not known.
    let column = position.map(|(_, column)| column).filter(|column| *column > 0);
    match class.call1((error.to_string(), path, line, column, error.advice())) {
        Ok(error) => PyErr::from_value(error),
        Err(failed) => failed,
    }
}

/// The name of a value's type.
pub fn kind(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string())
}

/// What is wrong with a value that is no page. `what` is how the value is called.
pub fn not_a_page(value: &Bound<'_, PyAny>, what: &str) -> PyErr {
    PyTypeError::new_err(format!("{what} is {}, expected str or bytes", kind(value)))
}

/// What is wrong with a text that has no UTF-8: a surrogate stands alone in it.
pub fn not_utf8(text: &Bound<'_, PyString>, what: &str, error: PyErr) -> PyErr {
    let py = text.py();
    if !error.is_instance_of::<PyUnicodeEncodeError>(py) {
        return error;
    }
    let place = error.value(py).getattr("start").and_then(|start| start.extract::<usize>());
    let Ok(place) = place else { return error };
    let code = text.get_item(place).and_then(|c| py.import("builtins")?.call_method1("ord", (c,))?.extract::<u32>());
    let code = code.map_or_else(|_| String::new(), |code| format!(" (U+{code:04X})"));
    PyValueError::new_err(format!(
        "character {place} of {what} is a lone surrogate{code}, which is no text; hand over the page's bytes, or replace it: \
         `text.encode(\"utf-8\", \"replace\").decode()`"
    ))
}

//! What came of a page, as Python sees it. Nothing of it is made before it is asked for.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyString};
use unchaff::edit::OffsetMap;
use unchaff::{Audited, Cleaned, Cleaner, Decoding};

use crate::core::Done;
use crate::offsets::PyOffsetMap;
use crate::records::{edits, passed};

/// The text that edits count in.
pub enum Source {
    /// As it was handed over.
    Given(PyBackedStr),
    /// Decoded, or made of HTML.
    Made(String),
}

impl Source {
    pub fn as_str(&self) -> &str {
        match self {
            Source::Given(text) => text,
            Source::Made(text) => text,
        }
    }
}

/// What came of a page: the cleaned text, and what was done to it.
///
/// `str(cleaned)` is the text. It can be pickled, and does not change.
#[pyclass(name = "Cleaned", module = "unchaff", frozen)]
pub struct PyCleaned {
    pub source: Source,
    pub cleaned: Cleaned,
    pub page_title: Option<String>,
    pub decoding: Option<Decoding>,
    pub is_html: bool,
    pub host: Option<String>,
    text: PyOnceLock<Py<PyString>>,
    map: PyOnceLock<OffsetMap>,
}

impl PyCleaned {
    pub fn new(done: Done, host: Option<String>, source: impl FnOnce(Option<String>) -> Source) -> PyCleaned {
        let Done { made, cleaned, title, decoding, is_html, .. } = done;
        PyCleaned::of(source(made), cleaned, title, decoding, is_html, host)
    }

    pub fn of(
        source: Source,
        cleaned: Cleaned,
        page_title: Option<String>,
        decoding: Option<Decoding>,
        is_html: bool,
        host: Option<String>,
    ) -> PyCleaned {
        PyCleaned { source, cleaned, page_title, decoding, is_html, host, text: PyOnceLock::new(), map: PyOnceLock::new() }
    }

    fn chars(&self, py: Python<'_>) -> &OffsetMap {
        self.map.get_or_init(py, || OffsetMap::in_chars(&self.cleaned.edits, self.source.as_str()))
    }
}

#[pymethods]
impl PyCleaned {
    /// The cleaned text. Where nothing changed it is the very object that was handed over.
    #[getter]
    fn text(&self, py: Python<'_>) -> Py<PyString> {
        let make = || match &self.source {
            Source::Given(text) if self.cleaned.edits.is_empty() => text.as_py_str().clone_ref(py),
            source => PyString::new(py, &self.cleaned.text(source.as_str())).unbind(),
        };
        self.text.get_or_init(py, make).clone_ref(py)
    }

    /// The text that edits and the map count in: what was handed over, decoded if it was bytes, made into text if it was HTML.
    #[getter]
    fn source(&self, py: Python<'_>) -> Py<PyString> {
        match &self.source {
            Source::Given(text) => text.as_py_str().clone_ref(py),
            Source::Made(text) => PyString::new(py, text).unbind(),
        }
    }

    /// What the page is as a whole: one of `unchaff.VERDICTS`.
    #[getter]
    fn verdict(&self) -> &'static str {
        self.cleaned.verdict.name()
    }

    /// What was done, sorted, without overlap: a list of `Edit`. Made anew whenever it is asked for.
    #[getter]
    fn edits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        edits(py, self.source.as_str(), &self.cleaned.edits, self.chars(py))
    }

    /// What matched and did not act, and why: a list of `Passed`.
    #[getter]
    fn passed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        passed(py, self.source.as_str(), &self.cleaned.passed)
    }

    /// What was odd about the page: a list of str.
    #[getter]
    fn notes(&self) -> Vec<&str> {
        self.cleaned.notes.iter().map(|note| note.0.as_str()).collect()
    }

    /// The page's language ("en"), as far as it is known: told, or found because a match asked for it.
    #[getter]
    fn lang(&self) -> Option<&str> {
        self.cleaned.lang.as_deref()
    }

    /// The title of a page of HTML, else None.
    #[getter]
    fn title(&self) -> Option<&str> {
        self.page_title.as_deref()
    }

    /// The name of the encoding of a page that came as bytes ("windows-1252"), else None.
    #[getter]
    fn encoding(&self) -> Option<&'static str> {
        self.decoding.map(|decoding| decoding.name)
    }

    /// Whether something else comes out than came in.
    #[getter]
    fn is_changed(&self) -> bool {
        let is_decoded = self.decoding.is_some_and(|d| d.bom || d.name != "UTF-8" || d.found == "mended");
        self.is_html || is_decoded || !self.cleaned.edits.is_empty()
    }

    /// Where places of `source` stand in `text`, and the other way round, so that annotations can move along: an `OffsetMap`.
    #[getter]
    fn map(&self, py: Python<'_>) -> PyOffsetMap {
        PyOffsetMap::new(self.chars(py).clone(), self.source.as_str())
    }

    /// The line of JSON that `unchaff --audit` writes on such a page, without its end; `path` is how it calls the page.
    #[pyo3(signature = (path = ""))]
    pub fn audit(&self, path: &str) -> String {
        let audited = Audited {
            path: path.into(),
            decoding: self.decoding,
            is_html: self.is_html,
            host: self.host.as_deref(),
            ..Audited::default()
        };
        let mut line = unchaff::audit(&audited, self.source.as_str(), &self.cleaned, Cleaner::packs_hash());
        line.truncate(line.trim_end().len());
        line
    }

    fn __str__(&self, py: Python<'_>) -> Py<PyString> {
        self.text(py)
    }

    fn __repr__(&self) -> String {
        let edits = self.cleaned.edits.len();
        let plural = if edits == 1 { "" } else { "s" };
        format!("<unchaff.Cleaned: {}, {edits} edit{plural}>", self.cleaned.verdict)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (crate::pickle::State,))> {
        let restore = py.import("unchaff._native")?.getattr("_cleaned")?;
        Ok((restore, (crate::pickle::state(self),)))
    }
}

//! `Cleaner` as Python sees it: made of keywords, pickled with the contents of its files.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use unchaff::{Cleaner, Files, PageFacts};

use crate::cleaned::PyCleaned;
use crate::core::Core;
use crate::errors::error;
use crate::forks::at_work;
use crate::input::Input;
use crate::many::Many;
use crate::{records, settings};

/// Cleans pages. Making one reads the rules and models that the settings name; cleaning reads no file. Make it once, and use it from
/// any number of threads and forked processes; it can be pickled, and takes its rule files along.
///
/// >>> cleaner = unchaff.Cleaner(skip=["byline"])
/// >>> cleaner.clean("The bridge opened on Monday. It took three years.\n\nShare this article\n").text
/// 'The bridge opened on Monday. It took three years.\n'
///
/// Settings are those of the command, with `_` for `-`: see `unchaff.Settings`. An unknown one, or one of a wrong type, is a
/// `TypeError`; a wrong value, or a rule file that is wrong, is an `unchaff.Error`.
#[pyclass(name = "Cleaner", module = "unchaff", frozen)]
pub struct PyCleaner {
    pub core: Arc<Core>,
    settings: Py<PyDict>,
    files: Files,
}

/// Files as they are pickled: rules, body model, body model for HTML.
type FilesState = (Vec<(String, String)>, Option<(String, Vec<u8>)>, Option<(String, Vec<u8>)>);

impl PyCleaner {
    fn make(py: Python<'_>, keywords: Option<&Bound<'_, PyDict>>, files: Option<Files>) -> PyResult<PyCleaner> {
        let settings::Given { settings, content, encoding, normalised } = settings::read(py, keywords)?;
        let made = py.detach(|| {
            let _at_work = at_work();
            let files = files.map_or_else(|| Files::read(&settings), Ok)?;
            Cleaner::with_files(settings, &files).map(|cleaner| (cleaner, files))
        });
        let (cleaner, files) = made.map_err(|fault| error(py, &fault))?;
        Ok(PyCleaner { core: Arc::new(Core { cleaner, content, encoding }), settings: normalised, files })
    }
}

#[pymethods]
impl PyCleaner {
    #[new]
    #[pyo3(signature = (**settings))]
    fn new(py: Python<'_>, settings: Option<&Bound<'_, PyDict>>) -> PyResult<PyCleaner> {
        PyCleaner::make(py, settings, None)
    }

    /// Cleans one page: a `str`, or `bytes`, which are decoded first. HTML is told by how it begins, and made into text.
    ///
    /// `host` ("www.example.org"), `lang` ("en") and `title` are what is known of the page besides; rules may ask for them. Threads of
    /// Python run while it works. It never fails on what a page holds: what was odd is in `.notes` and `.verdict` of what comes back.
    /// Anything but `str` and `bytes` is a `TypeError`, a lone surrogate a `ValueError`.
    #[pyo3(signature = (text, *, host = None, lang = None, title = None))]
    fn clean(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        host: Option<String>,
        lang: Option<String>,
        title: Option<String>,
    ) -> PyResult<PyCleaned> {
        let input = Input::new(text, &|| "the page".to_owned())?;
        let facts = PageFacts { host, lang, title, markup: None };
        Ok(py.detach(|| input.clean(&self.core, &facts)))
    }

    /// Cleans the pages of an iterable, each `str` or `bytes`, on several threads, and yields a `Cleaned` for each, in their order.
    ///
    /// Pages are taken as they are needed, some ahead of what was yielded, so that memory stays bounded however many there are.
    /// `threads` is how many clean; None is one for each processor. What the iterable raises, and the `TypeError` of an item that is no
    /// page, come out at their place, after the results before them. Closing the iterator (`close()`, leaving a `with`) ends the threads.
    ///
    /// >>> for cleaned in cleaner.clean_many(pages):
    /// ...     print(cleaned.verdict)
    #[pyo3(signature = (pages, *, threads = None))]
    fn clean_many(&self, pages: &Bound<'_, PyAny>, threads: Option<i64>) -> PyResult<Many> {
        Many::new(self.core.clone(), pages, crate::threads(threads)?)
    }

    /// Cleans the texts of Arrow data, in parallel, and gives back data of the same kind.
    ///
    /// `data` is anything with the Arrow PyCapsule interface: arrays, chunked arrays, record batches, tables and readers of pyarrow,
    /// series and frames of Polars and pandas, relations of DuckDB. An array gives an array; of a table, batch or frame the column
    /// `column` (a name, or several) is cleaned, and all others stay as they are, without being copied; a reader gives a reader, which
    /// cleans while it is read. Strings of any kind (also large, view and dictionary) stay of that kind, nulls stay nulls; binary
    /// values are cleaned as pages of bytes, and come out as UTF-8.
    ///
    /// The columns `url` and `title`, where there are such, tell a page's host and title, as the command's `field.url` and
    /// `field.title`; None is none. `verdict` and `audit` name columns to add: the page's verdict, and its line of JSON as
    /// `unchaff --audit` writes it. `threads` is how many clean; None is one for each processor.
    ///
    /// A column that is not there is an `unchaff.Error`, one that holds no text a `TypeError`.
    ///
    /// >>> cleaner.clean_arrow(pa.table({"url": urls, "text": pages}), verdict="verdict")
    #[pyo3(signature = (
        data, column = None, *, url = Some("url".to_owned()), title = Some("title".to_owned()), verdict = None, audit = None,
        threads = None,
    ))]
    #[pyo3(text_signature = "($self, data, column='text', *, url='url', title='title', verdict=None, audit=None, threads=None)")]
    #[allow(clippy::too_many_arguments)] // they are Python's
    fn clean_arrow<'py>(
        slf: &Bound<'py, Self>,
        data: &Bound<'py, PyAny>,
        column: Option<Bound<'py, PyAny>>,
        url: Option<String>,
        title: Option<String>,
        verdict: Option<String>,
        audit: Option<String>,
        threads: Option<i64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let module = slf.py().import("unchaff._arrow")?;
        module.call_method1("clean", (slf, data, column, url, title, verdict, audit, crate::threads(threads)?))
    }

    /// The settings it was made of: a dict of those that were given, lists as lists and paths as str.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("copy")?.call_method1("deepcopy", (&self.settings,))
    }

    /// The rules that act, a list of `Rule`: the built-in ones, and those of `rules`.
    fn rules<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rules: Vec<_> = self.core.cleaner.rules().map(|rule| records::rule(py, &rule)).collect::<PyResult<_>>()?;
        PyList::new(py, rules)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let settings: Vec<String> = (self.settings.bind(py).iter())
            .map(|(name, value)| Ok(format!("{name}={}", value.repr()?)))
            .collect::<PyResult<_>>()?;
        Ok(format!("unchaff.Cleaner({})", settings.join(", ")))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let restore = py.import("unchaff._native")?.getattr("_cleaner")?;
        let model = |model: &Option<unchaff::ModelFile>| model.as_ref().map(|(path, bytes)| (shown(path), bytes.clone()));
        let rules = self.files.rules.iter().map(|(path, text)| (shown(path), text.clone())).collect();
        let files: FilesState = (rules, model(&self.files.body_model), model(&self.files.body_model_html));
        Ok((restore, (&self.settings, files).into_pyobject(py)?))
    }
}

fn shown(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Makes a cleaner again, of its settings and the contents of its files.
#[pyfunction]
pub fn _cleaner(py: Python<'_>, settings: &Bound<'_, PyDict>, files: FilesState) -> PyResult<PyCleaner> {
    let (rules, plain, html) = files;
    let rules = rules.into_iter().map(|(path, text)| (PathBuf::from(path), text)).collect();
    let model = |model: Option<(String, Vec<u8>)>| model.map(|(path, bytes)| (PathBuf::from(path), bytes));
    let files = Files { rules, body_model: model(plain), body_model_html: model(html) };
    PyCleaner::make(py, Some(settings), Some(files))
}

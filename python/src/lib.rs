//! The Python library's native part: classes and functions of `unchaff._native`, which `python/unchaff/` presents.
//!
//! Cleaning is the Rust library's work. Here Python's values become its own, threads are shared out, and results are shown as Python
//! has them.
#![forbid(unsafe_code)]

mod arrow;
mod cleaned;
mod cleaner;
mod core;
mod errors;
mod forks;
mod functions;
mod input;
mod many;
mod offsets;
mod pickle;
mod records;
mod settings;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::arrow::{ArrowArray, ArrowStream, ArrowTable, clean_arrow};
    #[pymodule_export]
    use crate::cleaned::PyCleaned;
    #[pymodule_export]
    use crate::cleaner::{_cleaner, PyCleaner};
    #[pymodule_export]
    use crate::forks::{after_fork, before_fork};
    #[pymodule_export]
    use crate::functions::{decode, host_of, main, repair};
    #[pymodule_export]
    use crate::many::Many;
    #[pymodule_export]
    use crate::offsets::PyOffsetMap;
    #[pymodule_export]
    use crate::pickle::_cleaned;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::functions::names(module.py(), module)
    }
}

/// How many threads are meant: None is one for each processor.
fn threads(asked: Option<i64>) -> PyResult<usize> {
    match asked {
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
        Some(count) => match usize::try_from(count) {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(PyValueError::new_err(format!("`threads` is {count}, expected at least 1"))),
        },
    }
}

//! Arrow data by the PyCapsule interface: arrays, tables and readers in, the same out, with texts cleaned.
//!
//! What is to be done with a schema is `plan`'s, how texts lie in columns `column`'s, the threads `rows`', and how it goes out `out`'s.

mod column;
mod fault;
mod out;
mod plan;
mod rows;
mod write;

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{ArrowError, FieldRef};
use pyo3::prelude::*;
use pyo3_arrow::ffi::ArrayReader;
use pyo3_arrow::input::AnyArray;

use crate::cleaner::PyCleaner;
use fault::Fault;
use plan::{Asked, Plan};

pub use out::{ArrowArray, ArrowStream, ArrowTable};

/// Cleans what one of the Arrow capsules brings. A stream is read to its end, unless it is `lazy`: then it is cleaned while it is read.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // they are Python's
pub fn clean_arrow<'py>(
    py: Python<'py>,
    cleaner: &Bound<'py, PyCleaner>,
    data: &Bound<'py, PyAny>,
    columns: Vec<String>,
    url: Option<String>,
    title: Option<String>,
    verdict: Option<String>,
    audit: Option<String>,
    threads: usize,
    lazy: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let data: AnyArray = data.extract()?;
    let asked = Asked { columns, url, title, verdict, audit, threads };
    let core = cleaner.get().core.clone();
    let plan = Plan::new(core, &*data.field()?, &asked).map_err(|fault| fault.into_error(py))?;
    let field = plan.field.clone();
    match data {
        AnyArray::Array(array) => {
            let (array, _) = array.into_inner();
            let array = py.detach(|| plan.clean(&array, &mut signals)).map_err(|fault| fault.into_error(py))?;
            Ok(Bound::new(py, ArrowArray { array, field })?.into_any())
        }
        AnyArray::Stream(stream) => {
            let reader = stream.into_reader()?;
            if lazy {
                return Ok(Bound::new(py, ArrowStream::new(Box::new(Cleaning { reader, plan })))?.into_any());
            }
            let chunks = py.detach(|| reader.map(|chunk| plan.clean(&chunk?, &mut signals)).collect::<Result<_, Fault>>());
            let chunks = chunks.map_err(|fault| fault.into_error(py))?;
            Ok(Bound::new(py, ArrowTable { chunks, field })?.into_any())
        }
    }
}

/// Whether the user wants to stop.
fn signals() -> Result<(), Fault> {
    Ok(Python::attach(|py| py.check_signals())?)
}

/// A reader that cleans what it reads.
struct Cleaning {
    reader: Box<dyn ArrayReader + Send>,
    plan: Plan,
}

impl Iterator for Cleaning {
    type Item = Result<ArrayRef, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = self.reader.next()?;
        // Whoever reads may hold the interpreter while it waits, so it is not asked for.
        Some(chunk.and_then(|chunk| self.plan.clean(&chunk, &mut || Ok(())).map_err(Fault::into_arrow)))
    }
}

impl ArrayReader for Cleaning {
    fn field(&self) -> FieldRef {
        Arc::clone(&self.plan.field)
    }
}

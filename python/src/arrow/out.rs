//! Arrow data that goes out by the PyCapsule interface, to whoever takes it.
//!
//! Which schema a taker would like best is not looked at, as the interface allows: what goes out is of the kind that came in.

use std::sync::Mutex;

use arrow_array::{Array, ArrayRef};
use arrow_schema::FieldRef;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, ArrayReader, to_array_pycapsules, to_schema_pycapsule, to_stream_pycapsule};

/// An array, or a record batch.
#[pyclass(module = "unchaff", frozen)]
pub struct ArrowArray {
    pub array: ArrayRef,
    pub field: FieldRef,
}

#[pymethods]
impl ArrowArray {
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.field.as_ref())
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyTuple>> {
        drop(requested_schema);
        to_array_pycapsules(py, self.field.clone(), &self.array, None)
    }

    fn __len__(&self) -> usize {
        self.array.len()
    }
}

/// A table or a chunked array; it can be read any number of times.
#[pyclass(module = "unchaff", frozen)]
pub struct ArrowTable {
    pub chunks: Vec<ArrayRef>,
    pub field: FieldRef,
}

#[pymethods]
impl ArrowTable {
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.field.as_ref())
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let chunks: Vec<_> = self.chunks.iter().cloned().map(Ok).collect();
        to_stream_pycapsule(py, Box::new(ArrayIterator::new(chunks, self.field.clone())), None)
    }

    fn __len__(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }
}

/// A reader; it can be read once, and cleans while it is read.
#[pyclass(module = "unchaff", frozen)]
pub struct ArrowStream {
    reader: Mutex<Option<Box<dyn ArrayReader + Send>>>,
    field: FieldRef,
}

impl ArrowStream {
    pub fn new(reader: Box<dyn ArrayReader + Send>) -> ArrowStream {
        let field = reader.field();
        ArrowStream { reader: Mutex::new(Some(reader)), field }
    }
}

#[pymethods]
impl ArrowStream {
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.field.as_ref())
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let reader = self.reader.lock().ok().and_then(|mut reader| reader.take());
        let reader = reader.ok_or_else(|| PyValueError::new_err("the reader was read already"))?;
        to_stream_pycapsule(py, reader, None)
    }
}

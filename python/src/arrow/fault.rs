//! What can be wrong with Arrow data, for Python and for those who read through Arrow.

use arrow_schema::ArrowError;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use unchaff::Error;

use crate::errors::error;

/// A fault of Arrow data.
#[derive(Debug)]
pub enum Fault {
    /// In what was asked for.
    Usage(Error),
    /// A type that holds no text.
    Type(String),
    /// A value that is no text.
    Value(String),
    /// In reading or making arrays.
    Arrow(ArrowError),
    /// Raised in Python.
    Raised(PyErr),
}

impl Fault {
    /// As Python's exception.
    pub fn into_error(self, py: Python<'_>) -> PyErr {
        match self {
            Fault::Usage(fault) => error(py, &fault),
            Fault::Type(message) => PyTypeError::new_err(message),
            Fault::Value(message) => PyValueError::new_err(message),
            Fault::Arrow(fault) => PyValueError::new_err(fault.to_string()),
            Fault::Raised(raised) => raised,
        }
    }

    /// As an error of an Arrow stream.
    pub fn into_arrow(self) -> ArrowError {
        match self {
            Fault::Arrow(fault) => fault,
            Fault::Usage(fault) => ArrowError::InvalidArgumentError(fault.to_string()),
            Fault::Type(message) | Fault::Value(message) => ArrowError::InvalidArgumentError(message),
            Fault::Raised(raised) => ArrowError::ExternalError(Box::new(raised)),
        }
    }
}

impl From<ArrowError> for Fault {
    fn from(fault: ArrowError) -> Fault {
        Fault::Arrow(fault)
    }
}

impl From<PyErr> for Fault {
    fn from(raised: PyErr) -> Fault {
        Fault::Raised(raised)
    }
}

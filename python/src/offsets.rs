//! Where characters of a page stand in its cleaned text, and the other way round.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use unchaff::edit::OffsetMap;

/// Where places of the source stand in the cleaned text, and the other way round. All places are characters, from 0.
#[pyclass(name = "OffsetMap", module = "unchaff", frozen)]
pub struct PyOffsetMap {
    map: OffsetMap,
    chars_old: usize,
    chars_new: usize,
}

impl PyOffsetMap {
    /// A map in characters of `source`.
    pub fn new(map: OffsetMap, source: &str) -> PyOffsetMap {
        let chars_old = source.chars().count();
        let chars_new = map.to_new(chars_old);
        PyOffsetMap { map, chars_old, chars_new }
    }
}

#[pymethods]
impl PyOffsetMap {
    /// The place in `text` of a place in `source`; one inside what was taken is where that stood. `IndexError` behind the end.
    fn to_new(&self, place: isize) -> PyResult<usize> {
        Ok(self.map.to_new(inside(place, self.chars_old)?))
    }

    /// The place in `source` of a place in `text`; one inside what was written is where that was written. `IndexError` behind the end.
    fn to_old(&self, place: isize) -> PyResult<usize> {
        Ok(self.map.to_old(inside(place, self.chars_new)?))
    }

    fn __repr__(&self) -> String {
        format!("<unchaff.OffsetMap: {} characters to {}>", self.chars_old, self.chars_new)
    }
}

fn inside(place: isize, chars: usize) -> PyResult<usize> {
    let inside = usize::try_from(place).ok().filter(|place| *place <= chars);
    inside.ok_or_else(|| PyIndexError::new_err(format!("place {place}, expected one from 0 to {chars}, in characters")))
}

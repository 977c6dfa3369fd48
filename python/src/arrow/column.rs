//! Texts in a column, whatever way they lie in: small or large offsets, views, dictionaries, bytes.

use std::fmt::Display;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, BinaryViewArray, LargeBinaryArray};
use arrow_schema::DataType;

use super::fault::Fault;

/// Values as bytes. Of strings too: what comes from elsewhere is not known to be UTF-8.
pub enum Values {
    Small(BinaryArray),
    Large(LargeBinaryArray),
    View(BinaryViewArray),
}

impl Values {
    fn new(array: &ArrayRef) -> Option<Values> {
        Some(match array.data_type() {
            DataType::Utf8 => Values::Small(array.as_string::<i32>().clone().into()),
            DataType::LargeUtf8 => Values::Large(array.as_string::<i64>().clone().into()),
            DataType::Utf8View => Values::View(array.as_string_view().clone().to_binary_view()),
            DataType::Binary => Values::Small(array.as_binary::<i32>().clone()),
            DataType::LargeBinary => Values::Large(array.as_binary::<i64>().clone()),
            DataType::BinaryView => Values::View(array.as_binary_view().clone()),
            _ => return None,
        })
    }

    /// A value; None is null.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        match self {
            Values::Small(array) => array.is_valid(index).then(|| array.value(index)),
            Values::Large(array) => array.is_valid(index).then(|| array.value(index)),
            Values::View(array) => array.is_valid(index).then(|| array.value(index)),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Values::Small(array) => array.len(),
            Values::Large(array) => array.len(),
            Values::View(array) => array.len(),
        }
    }
}

/// A column of texts or of bytes.
pub struct Column {
    pub array: ArrayRef,
    /// The values; of a dictionary, each once.
    pub values: Values,
    /// Of a dictionary, which value each row has.
    keys: Option<Vec<usize>>,
    /// Whether values are text; else they are bytes to be decoded.
    pub is_text: bool,
}

impl Column {
    /// A column; None if its type holds no text.
    pub fn new(array: &ArrayRef) -> Option<Column> {
        let (values, keys) = match array.as_any_dictionary_opt() {
            Some(dictionary) if dictionary.values().is_empty() => (dictionary.values(), Some(vec![0; array.len()])),
            Some(dictionary) => (dictionary.values(), Some(dictionary.normalized_keys())),
            None => (array, None),
        };
        let is_text = matches!(values.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        Some(Column { array: array.clone(), values: Values::new(values)?, keys, is_text })
    }

    /// Which value a row has; None is null.
    pub fn key(&self, row: usize) -> Option<usize> {
        let key = self.keys.as_ref().map_or(row, |keys| keys[row]);
        (self.array.is_valid(row) && self.values.get(key).is_some()).then_some(key)
    }

    pub fn is_dictionary(&self) -> bool {
        self.keys.is_some()
    }

    /// A row's value; None is null.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        self.values.get(self.key(row)?)
    }

    /// A row's text, for those who only look; None if it is null or no text.
    pub fn text(&self, row: usize) -> Option<&str> {
        self.get(row).filter(|_| self.is_text).and_then(|bytes| simdutf8::basic::from_utf8(bytes).ok())
    }
}

/// Whether a type holds texts or bytes that are cleaned.
pub fn is_cleaned(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_plain(values),
        plain => is_plain(plain),
    }
}

/// Whether a type holds texts.
pub fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_text(values),
        plain => matches!(plain, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

fn is_plain(kind: &DataType) -> bool {
    is_text(kind) && !matches!(kind, DataType::Dictionary(..))
        || matches!(kind, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
}

/// A string's bytes as text.
pub fn utf8<'b>(bytes: &'b [u8], place: &dyn Display) -> Result<&'b str, Fault> {
    let message = || format!("{place} is not UTF-8, expected text; cast the column to binary to have it decoded");
    simdutf8::basic::from_utf8(bytes).map_err(|_| Fault::Value(message()))
}

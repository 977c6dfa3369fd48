//! A column with some values new, of the kind that it was. Values that stay are copied only where the kind has it so.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{BinaryViewBuilder, StringViewBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, BinaryType, ByteArrayType, Int8Type, Int16Type, Int32Type, Int64Type, LargeBinaryType, LargeUtf8Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type, Utf8Type,
};
use arrow_array::{Array, ArrayRef, DictionaryArray, GenericByteArray, OffsetSizeTrait, PrimitiveArray};
use arrow_buffer::{ArrowNativeType, Buffer, NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType};
use unchaff::Error;

use super::column::Column;
use super::fault::Fault;

/// New values by row; a row without one stays.
type New<'n> = dyn Fn(usize) -> Option<&'n [u8]> + 'n;

/// The column with its new values; the column itself if there are none.
pub fn write<'n>(column: &Column, name: &str, new: &New<'n>) -> Result<ArrayRef, Fault> {
    let count = column.array.len();
    if (0..count).all(|row| new(row).is_none()) {
        return Ok(column.array.clone());
    }
    match column.array.data_type() {
        DataType::Dictionary(key, values) => dictionary(column, key, values, name, new),
        DataType::Utf8View => string_view(column, new),
        DataType::BinaryView => {
            let mut builder = BinaryViewBuilder::with_capacity(count);
            (0..count).for_each(|row| builder.append_option(new(row).or_else(|| column.get(row))));
            Ok(Arc::new(builder.finish()))
        }
        kind => {
            let value = |row: usize| new(row).or_else(|| column.get(row));
            plain(kind, count, &value, column.array.nulls().cloned(), name)
        }
    }
}

/// Values one behind the other.
fn plain<'v>(
    kind: &DataType,
    count: usize,
    value: &dyn Fn(usize) -> Option<&'v [u8]>,
    nulls: Option<NullBuffer>,
    name: &str,
) -> Result<ArrayRef, Fault> {
    match kind {
        DataType::Utf8 => bytes::<Utf8Type>(count, value, nulls, name),
        DataType::LargeUtf8 => bytes::<LargeUtf8Type>(count, value, nulls, name),
        DataType::Binary => bytes::<BinaryType>(count, value, nulls, name),
        DataType::LargeBinary => bytes::<LargeBinaryType>(count, value, nulls, name),
        DataType::Utf8View => {
            let mut builder = StringViewBuilder::with_capacity(count);
            for row in 0..count {
                builder.append_option(value(row).map(String::from_utf8_lossy));
            }
            Ok(Arc::new(builder.finish()))
        }
        DataType::BinaryView => {
            let mut builder = BinaryViewBuilder::with_capacity(count);
            (0..count).for_each(|row| builder.append_option(value(row)));
            Ok(Arc::new(builder.finish()))
        }
        other => Err(Fault::Type(format!("`{name}` holds {other}, expected strings"))),
    }
}

fn bytes<'v, T: ByteArrayType>(
    count: usize,
    value: &dyn Fn(usize) -> Option<&'v [u8]>,
    nulls: Option<NullBuffer>,
    name: &str,
) -> Result<ArrayRef, Fault> {
    let lengths = || (0..count).map(|row| value(row).map_or(0, <[u8]>::len));
    let total: usize = lengths().sum();
    if T::Offset::from_usize(total).is_none() || (!T::Offset::IS_LARGE && i32::try_from(total).is_err()) {
        let fault = Error::usage(format!("`{name}` holds {total} bytes of text in one chunk, more than its type can"));
        return Err(Fault::Usage(fault.help("use a large type, or smaller chunks")));
    }
    let mut values = Vec::with_capacity(total);
    (0..count).filter_map(value).for_each(|value| values.extend_from_slice(value));
    let offsets = OffsetBuffer::from_lengths(lengths());
    Ok(Arc::new(GenericByteArray::<T>::try_new(offsets, Buffer::from_vec(values), nulls)?))
}

/// Views on the old buffers where values stay, and on a new one.
fn string_view<'n>(column: &Column, new: &New<'n>) -> Result<ArrayRef, Fault> {
    let old = column.array.as_string_view();
    let mut builder = StringViewBuilder::with_capacity(old.len());
    let blocks: Vec<u32> = old.data_buffers().iter().map(|buffer| builder.append_block(buffer.clone())).collect();
    for row in 0..old.len() {
        let Some(value) = column.get(row) else {
            builder.append_null();
            continue;
        };
        // Length, prefix, buffer and offset, each 32 bits; short values stand in the view itself.
        let view = old.views()[row];
        let (buffer, offset) = ((view >> 64) as u32, (view >> 96) as u32);
        match (new(row), blocks.get(buffer as usize)) {
            (None, Some(block)) if value.len() > INLINE_BYTES_MAX => {
                builder.try_append_view(*block, offset, value.len() as u32)?
            }
            (changed, _) => builder.try_append_value(String::from_utf8_lossy(changed.unwrap_or(value)))?,
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// Values of so many bytes stand in their view.
const INLINE_BYTES_MAX: usize = 12;

/// Each value once, in the order in which rows have them.
fn dictionary<'n>(column: &Column, key: &DataType, values: &DataType, name: &str, new: &New<'n>) -> Result<ArrayRef, Fault> {
    let mut known: HashMap<&[u8], usize> = HashMap::new();
    let mut list: Vec<&[u8]> = Vec::new();
    let mut place = |row: usize| {
        let value = new(row).or_else(|| column.get(row))?;
        Some(*known.entry(value).or_insert_with(|| {
            list.push(value);
            list.len() - 1
        }))
    };
    let keys: Vec<Option<usize>> = (0..column.array.len()).map(&mut place).collect();
    let values = plain(values, list.len(), &|value| list.get(value).copied(), None, name)?;
    let made = match key {
        DataType::Int8 => keyed::<Int8Type>(&keys, values),
        DataType::Int16 => keyed::<Int16Type>(&keys, values),
        DataType::Int32 => keyed::<Int32Type>(&keys, values),
        DataType::Int64 => keyed::<Int64Type>(&keys, values),
        DataType::UInt8 => keyed::<UInt8Type>(&keys, values),
        DataType::UInt16 => keyed::<UInt16Type>(&keys, values),
        DataType::UInt32 => keyed::<UInt32Type>(&keys, values),
        _ => keyed::<UInt64Type>(&keys, values),
    };
    made.map_err(|fault| match fault {
        ArrowError::DictionaryKeyOverflowError => {
            let fault = Error::usage(format!("`{name}` has {} values after cleaning, more than its keys can count", list.len()));
            Fault::Usage(fault.help("cast the column to strings"))
        }
        other => Fault::Arrow(other),
    })
}

fn keyed<K: ArrowDictionaryKeyType>(keys: &[Option<usize>], values: ArrayRef) -> Result<ArrayRef, ArrowError> {
    // Truncated keys would name other values.
    let key = |place: usize| K::Native::from_usize(place).filter(|key| key.to_usize() == Some(place));
    let fit = keys.iter().map(|place| place.map(|place| key(place).ok_or(ArrowError::DictionaryKeyOverflowError)).transpose());
    let keys: PrimitiveArray<K> = fit.collect::<Result<Vec<_>, _>>()?.into_iter().collect();
    Ok(Arc::new(DictionaryArray::<K>::try_new(keys, values)?))
}

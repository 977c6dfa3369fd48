//! How the columns of a Parquet file are called: as fields of a record are, `items.*.text` for one inside a list of objects.

use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

use super::Leaves;
use crate::error::{Error, Result, printable};
use crate::input::Fields;

/// How many columns an error shows.
const NAMES_SHOWN_MAX: usize = 20;

/// Finds the named columns. A text's column that is not there is an error; an address and a title need not be there.
pub fn leaves(schema: &SchemaDescriptor, fields: &Fields) -> Result<Leaves> {
    let names = Names::of(schema);
    let side = |name: &str| names.find(name).filter(|leaf| is_string(&schema.column(*leaf)));
    let mut leaves = Leaves { texts: Vec::new(), url: side(fields.url.name()), title: side(fields.title.name()) };
    for path in &fields.texts {
        let leaf = names.find(path.name()).ok_or_else(|| names.missing(path.name()))?;
        let column = schema.column(leaf);
        if !is_string(&column) {
            let kind = kind(&column);
            return Err(Error::page(format!("the column `{}` holds {kind}, expected strings", path.name())));
        }
        if leaves.texts.contains(&leaf) {
            return Err(Error::page(format!("the column `{}` is already named", path.name())));
        }
        leaves.texts.push(leaf);
    }
    Ok(leaves)
}

fn is_string(column: &ColumnDescriptor) -> bool {
    let said = column.logical_type_ref().is_some_and(|logical| matches!(logical, LogicalType::String | LogicalType::Json));
    let said_of_old = matches!(column.converted_type(), ConvertedType::UTF8 | ConvertedType::JSON);
    column.physical_type() == Physical::BYTE_ARRAY && (said || said_of_old)
}

fn kind(column: &ColumnDescriptor) -> &'static str {
    match column.physical_type() {
        Physical::BOOLEAN => "truth values",
        Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => "bytes that are not said to be text",
        _ => "numbers or times",
    }
}

/// The names of all columns, in their order.
struct Names(Vec<Name>);

struct Name {
    parts: Vec<String>,
    /// As the format writes it, with the groups that make a list.
    path: String,
    /// Whether it is the key of a map, which is called nothing.
    is_key: bool,
    is_text: bool,
}

impl Name {
    fn name(&self) -> String {
        self.parts.join(".")
    }
}

impl Names {
    fn of(schema: &SchemaDescriptor) -> Names {
        let mut names = Vec::new();
        for field in schema.root_schema().get_fields() {
            walk(field, &[], false, &mut names);
        }
        for (name, column) in names.iter_mut().zip(schema.columns()) {
            name.path = column.path().string();
            name.is_text = is_string(column);
        }
        Names(names)
    }

    /// The column that is so called; of several the one with the fewest parts, for a name that holds the dots itself comes first.
    fn find(&self, name: &str) -> Option<usize> {
        let called = |one: &Name| !one.is_key && (one.name() == name || one.path == name);
        let all = self.0.iter().enumerate().filter(|(_, one)| called(one));
        all.min_by_key(|(_, one)| one.parts.len()).map(|(leaf, _)| leaf)
    }

    fn missing(&self, name: &str) -> Error {
        let texts: Vec<_> = self.0.iter().filter(|one| one.is_text && !one.is_key).map(Name::name).collect();
        let shown: Vec<_> = texts.iter().take(NAMES_SHOWN_MAX).map(|text| format!("`{}`", printable(text))).collect();
        let more = if texts.len() > shown.len() { ", …" } else { "" };
        let error = match texts.len() {
            0 => Error::page(format!("the file has no column `{name}`, nor any other of strings")),
            _ => Error::page(format!("the file has no column `{name}`, expected one of {}{more}", shown.join(", "))),
        };
        // Inside what was named, or of the same name inside something else.
        let (inside, ending) = (format!("{name}."), format!(".{name}"));
        match texts.iter().find(|text| text.starts_with(&inside) || text.ends_with(&ending)) {
            Some(text) => error.help(format!("did you mean `{}`?", printable(text))),
            None => error.meant(name, texts.iter().map(String::as_str)),
        }
    }
}

/// Adds the names of all columns in a field; groups that only say that something is a list or a map are no part of names.
fn walk(field: &Type, above: &[String], is_key: bool, names: &mut Vec<Name>) {
    let info = field.get_basic_info();
    let parts = [above, &[field.name().to_owned()]].concat();
    let is_repeated = info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED;
    let parts = if is_repeated { [&parts[..], &["*".to_owned()]].concat() } else { parts };
    let said = |converted| info.converted_type() == converted;
    match field {
        Type::PrimitiveType { .. } => names.push(Name { parts, path: String::new(), is_key, is_text: false }),
        Type::GroupType { fields, .. } => match fields.as_slice() {
            [items] if said(ConvertedType::LIST) || info.logical_type_ref() == Some(&LogicalType::List) => {
                walk_items(items, &parts, is_key, names);
            }
            [pairs]
                if said(ConvertedType::MAP)
                    || said(ConvertedType::MAP_KEY_VALUE)
                    || info.logical_type_ref() == Some(&LogicalType::Map) =>
            {
                for (i, one) in children(pairs).iter().enumerate() {
                    rename(one, &parts, is_key || i == 0, names);
                }
            }
            fields => fields.iter().for_each(|one| walk(one, &parts, is_key, names)),
        },
    }
}

/// The items of a list: the one field of its repeated group, or, as it was written once, the repeated field itself.
fn walk_items(items: &Type, above: &[String], is_key: bool, names: &mut Vec<Name>) {
    let is_item_itself = items.name() == "array" || items.name().ends_with("_tuple");
    match children(items) {
        [item] if !is_item_itself => rename(item, above, is_key, names),
        _ => rename(items, above, is_key, names),
    }
}

fn children(field: &Type) -> &[parquet::schema::types::TypePtr] {
    match field {
        Type::PrimitiveType { .. } => &[],
        Type::GroupType { fields, .. } => fields,
    }
}

/// Adds the names of an item, which is called `*` whatever the format calls it.
fn rename(item: &Type, above: &[String], is_key: bool, names: &mut Vec<Name>) {
    let from = names.len();
    walk(item, &[], is_key, names);
    for name in &mut names[from..] {
        // The item's own name, and the star of one that is repeated itself, become one star.
        let own = 1 + usize::from(name.parts.get(1).is_some_and(|part| part == "*") && is_repeated(item));
        let rest = name.parts.split_off(own.min(name.parts.len()));
        name.parts = above.iter().cloned().chain(["*".to_owned()]).chain(rest).collect();
    }
}

fn is_repeated(field: &Type) -> bool {
    let info = field.get_basic_info();
    info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED
}

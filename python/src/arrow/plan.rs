//! What is to be done with data of a schema: which columns are cleaned, which tell of a page, which are added; and doing it.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_schema::{DataType, Field, FieldRef, Fields};
use unchaff::{Audited, Cleaner, Error, PageFacts, Verdict, host_of};

use super::column::{Column, is_cleaned, is_text, utf8};
use super::fault::Fault;
use super::rows::rows;
use super::write::write;
use crate::core::{Core, Done};

/// What was asked for.
pub struct Asked {
    pub columns: Vec<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub verdict: Option<String>,
    pub audit: Option<String>,
    pub threads: usize,
}

/// What is to be done.
pub struct Plan {
    core: Arc<Core>,
    threads: usize,
    /// The cleaned columns' places; nothing if the data is itself an array of texts.
    columns: Option<Vec<usize>>,
    url: Option<usize>,
    title: Option<usize>,
    has_verdict: bool,
    has_audit: bool,
    /// What comes out.
    pub field: FieldRef,
}

/// What came of a value.
struct Row {
    /// The new value, where it is another.
    new: Option<Vec<u8>>,
    verdict: Verdict,
    audit: Option<String>,
}

impl Plan {
    /// The plan for data of this type.
    pub fn new(core: Arc<Core>, field: &Field, asked: &Asked) -> Result<Plan, Fault> {
        let plan = Plan {
            core,
            threads: asked.threads,
            columns: None,
            url: None,
            title: None,
            has_verdict: asked.verdict.is_some(),
            has_audit: asked.audit.is_some(),
            field: Arc::new(field.clone()),
        };
        let DataType::Struct(fields) = field.data_type() else {
            if let Some((key, name)) =
                [("verdict", &asked.verdict), ("audit", &asked.audit)].into_iter().find(|(_, n)| n.is_some())
            {
                let name = name.as_deref().unwrap_or_default();
                return Err(Fault::Usage(Error::usage(format!(
                    "`{key}` adds a column `{name}`, expected a table, not an array"
                ))));
            }
            check("the array", field.data_type())?;
            return Ok(plan);
        };
        let columns = asked.columns.iter().map(|name| column(fields, name)).collect::<Result<Vec<_>, _>>()?;
        let told = |name: &Option<String>| {
            let place = fields.iter().position(|field| Some(field.name()) == name.as_ref())?;
            is_text(fields[place].data_type()).then_some(place)
        };
        let mut all: Vec<FieldRef> = fields.iter().cloned().collect();
        for name in asked.verdict.iter().chain(&asked.audit) {
            if all.iter().any(|field| field.name() == name) {
                return Err(Fault::Usage(Error::usage(format!("there is a column `{name}` already, expected a new name"))));
            }
            all.push(Arc::new(Field::new(name, DataType::Utf8, true)));
        }
        let field = Arc::new(field.clone().with_data_type(DataType::Struct(all.into())));
        Ok(Plan { columns: Some(columns), url: told(&asked.url), title: told(&asked.title), field, ..plan })
    }

    /// Cleans an array of the planned type. `tick` is called now and then, and can stop it.
    pub fn clean(&self, array: &ArrayRef, tick: &mut dyn FnMut() -> Result<(), Fault>) -> Result<ArrayRef, Fault> {
        let Some(columns) = &self.columns else {
            return Ok(self.column(array, "the array", &|_| PageFacts::default(), false, false, tick)?.0);
        };
        let table = array.as_struct();
        let told = |place: Option<usize>| place.and_then(|place| Column::new(table.column(place)));
        let (url, title) = (told(self.url), told(self.title));
        let facts = |row: usize| PageFacts {
            host: url.as_ref().and_then(|url| url.text(row)).and_then(host_of),
            title: title.as_ref().and_then(|title| title.text(row)).map(str::to_owned),
            ..PageFacts::default()
        };
        let (is_told, is_one) = (url.is_some() || title.is_some(), columns.len() == 1);
        let mut arrays = table.columns().to_vec();
        let mut cleaned = Vec::new();
        for &place in columns {
            let name = table.fields()[place].name();
            let (array, rows) = self.column(table.column(place), name, &facts, is_told, !is_one, tick)?;
            cleaned.push((place, rows));
            arrays[place] = array;
        }
        self.add(table, &cleaned, &mut arrays);
        let DataType::Struct(fields) = self.field.data_type() else { return Ok(array.clone()) };
        let fields: Fields = fields.clone();
        Ok(Arc::new(StructArray::try_new_with_length(fields, arrays, table.nulls().cloned(), table.len())?))
    }

    /// Cleans a column; what comes back with it is what came of each row.
    #[allow(clippy::type_complexity)]
    fn column(
        &self,
        array: &ArrayRef,
        name: &str,
        facts: &(dyn Fn(usize) -> PageFacts + Sync),
        is_told: bool,
        is_named: bool,
        tick: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(ArrayRef, Vec<Option<Arc<Row>>>), Fault> {
        // A column of nulls has no type of its own.
        let Some(column) = Column::new(array) else { return Ok((array.clone(), vec![None; array.len()])) };
        let named = is_named.then_some(name);
        let of = |value: Option<&[u8]>, row: usize| match value {
            Some(bytes) => self.row(bytes, column.is_text, &facts(row), named, name, row).map(|row| Some(Arc::new(row))),
            None => Ok(None),
        };
        // A value of a dictionary is one page, unless rows tell more of it.
        let by_value = column.is_dictionary() && !is_told;
        let rows = if by_value {
            let length = |value: usize| column.values.get(value).map_or(0, <[u8]>::len);
            let values = rows(column.values.len(), self.threads, &length, &|value| of(column.values.get(value), value), tick)?;
            (0..array.len()).map(|row| column.key(row).and_then(|key| values[key].clone())).collect()
        } else {
            let length = |row: usize| column.get(row).map_or(0, <[u8]>::len);
            rows(array.len(), self.threads, &length, &|row| of(column.get(row), row), tick)?
        };
        let new = |row: usize| rows[row].as_ref().and_then(|row: &Arc<Row>| row.new.as_deref());
        Ok((write(&column, name, &new)?, rows))
    }

    fn row(
        &self,
        bytes: &[u8],
        is_text: bool,
        facts: &PageFacts,
        named: Option<&str>,
        name: &str,
        row: usize,
    ) -> Result<Row, Fault> {
        let given = match is_text {
            true => Some(utf8(bytes, &format_args!("row {row} of `{name}`"))?),
            false => None,
        };
        let done = match given {
            Some(text) => self.core.text(text, facts),
            None => self.core.bytes(bytes, facts),
        };
        let Done { made, cleaned, decoding, is_html, passes, .. } = &done;
        // What was not made anew is the bytes themselves.
        let source = match (made, given) {
            (Some(made), _) => made,
            (None, Some(text)) => text,
            (None, None) => utf8(bytes, &"a page")?,
        };
        let audit = self.has_audit.then(|| {
            let host = self.core.cleaner.settings().host.as_deref().or(facts.host.as_deref());
            let audited = Audited { field: named, decoding: *decoding, is_html: *is_html, host, ..Audited::default() };
            let mut line = unchaff::audit(&audited, source, cleaned, Cleaner::packs_hash());
            line.truncate(line.trim_end().len());
            line
        });
        let is_changed = !passes && (made.is_some() || !cleaned.edits.is_empty());
        let new = is_changed.then(|| cleaned.text(source).into_owned().into_bytes());
        Ok(Row { new, verdict: cleaned.verdict, audit })
    }

    /// Adds the columns of verdicts and audits. The verdict on the longest text is that on the row.
    fn add(&self, table: &StructArray, cleaned: &[(usize, Vec<Option<Arc<Row>>>)], arrays: &mut Vec<ArrayRef>) {
        if !self.has_verdict && !self.has_audit {
            return;
        }
        let columns: Vec<_> = cleaned.iter().map(|(place, rows)| (Column::new(table.column(*place)), rows)).collect();
        let (mut verdicts, mut audits) = (StringBuilder::new(), StringBuilder::new());
        for row in 0..table.len() {
            let length = |column: &Option<Column>| column.as_ref().and_then(|c| c.get(row)).map_or(0, <[u8]>::len);
            let longest = columns.iter().rev().filter(|(_, rows)| rows[row].is_some()).max_by_key(|(column, _)| length(column));
            verdicts.append_option(longest.and_then(|(_, rows)| rows[row].as_ref()).map(|row| row.verdict.name()));
            let lines: Vec<&str> = columns.iter().filter_map(|(_, rows)| rows[row].as_ref()?.audit.as_deref()).collect();
            audits.append_option((!lines.is_empty()).then(|| lines.join("\n")));
        }
        if self.has_verdict {
            arrays.push(Arc::new(verdicts.finish()));
        }
        if self.has_audit {
            arrays.push(Arc::new(audits.finish()));
        }
    }
}

/// The place of a column that is to be cleaned.
fn column(fields: &Fields, name: &str) -> Result<usize, Fault> {
    let Some(place) = fields.iter().position(|field| field.name() == name) else {
        let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
        let listed = if names.is_empty() { "there are none".to_owned() } else { format!("expected one of {}", names.join(", ")) };
        let fault = Error::usage(format!("there is no column `{name}`, {listed}"));
        return Err(Fault::Usage(fault.meant(name, names)));
    };
    check(&format!("column `{name}`"), fields[place].data_type())?;
    Ok(place)
}

fn check(what: &str, kind: &DataType) -> Result<(), Fault> {
    // A column without a single value has no type to speak of.
    if is_cleaned(kind) || *kind == DataType::Null {
        return Ok(());
    }
    Err(Fault::Type(format!("{what} holds {kind}, expected strings, binary values or a dictionary of them")))
}

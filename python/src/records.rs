//! Edits, rules and what else is only looked at, as the named tuples of `unchaff/_records.py`.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use unchaff::edit::{Edit, OffsetMap, Passed};
use unchaff::{ListedRule, Suspect};

/// A class of `unchaff/_records.py`.
pub fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import(intern!(py, "unchaff._records"))?.getattr(name)
}

/// Edits of a text; the map is in characters.
pub fn edits<'py>(py: Python<'py>, text: &str, edits: &[Edit], chars: &OffsetMap) -> PyResult<Bound<'py, PyList>> {
    let class = class(py, "Edit")?;
    let list = PyList::empty(py);
    for (edit, (span, _)) in edits.iter().zip(chars.steps()) {
        let reason = &edit.reason;
        list.append(class.call1((
            span.start,
            span.end,
            edit.span.of(text),
            &edit.replacement,
            reason.stage.name(),
            &*reason.rule,
            reason.category.name(),
            reason.confidence.name(),
            &*reason.evidence,
        ))?)?;
    }
    Ok(list)
}

/// Matches in a text that did not act.
pub fn passed<'py>(py: Python<'py>, text: &str, passed: &[Passed]) -> PyResult<Bound<'py, PyList>> {
    let class = class(py, "Passed")?;
    let list = PyList::empty(py);
    let chars = Chars::new(text, passed.iter().flat_map(|passed| [passed.span.start, passed.span.end]));
    for passed in passed {
        let (start, end, reason) = (chars.before(passed.span.start), chars.before(passed.span.end), &passed.reason);
        let (category, confidence) = (reason.category.name(), reason.confidence.name());
        list.append(class.call1((start, end, &*reason.rule, category, confidence, &passed.because))?)?;
    }
    Ok(list)
}

/// Places of a text that look damaged.
pub fn suspects<'py>(py: Python<'py>, text: &str, suspects: &[Suspect]) -> PyResult<Bound<'py, PyList>> {
    let class = class(py, "Suspect")?;
    let list = PyList::empty(py);
    let chars = Chars::new(text, suspects.iter().flat_map(|suspect| [suspect.span.start, suspect.span.end]));
    for suspect in suspects {
        list.append(class.call1((chars.before(suspect.span.start), chars.before(suspect.span.end), &*suspect.evidence))?)?;
    }
    Ok(list)
}

/// A rule.
pub fn rule<'py>(py: Python<'py>, rule: &ListedRule<'_>) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    fields.set_item("id", rule.id)?;
    fields.set_item("category", rule.category.name())?;
    fields.set_item("confidence", rule.confidence.name())?;
    fields.set_item("scope", rule.scope.name())?;
    fields.set_item("action", rule.action.name())?;
    fields.set_item("verdict", rule.verdict.map(|verdict| verdict.name()))?;
    fields.set_item("langs", rule.langs)?;
    fields.set_item("hosts", rule.hosts)?;
    fields.set_item("why", rule.why)?;
    fields.set_item("phrases", &rule.phrases)?;
    fields.set_item("regex", rule.regex)?;
    fields.set_item("hits", &rule.hits)?;
    fields.set_item("misses", &rule.misses)?;
    fields.set_item("path", rule.path)?;
    fields.set_item("line", rule.line)?;
    class(py, "Rule")?.call((), Some(&fields))
}

/// How many characters stand before places of a text, counted once.
struct Chars {
    /// Bytes and characters.
    places: Vec<(usize, usize)>,
}

impl Chars {
    fn new(text: &str, places: impl Iterator<Item = usize>) -> Chars {
        let mut places: Vec<_> = places.map(|place| (place, 0)).collect();
        places.sort_unstable();
        let (mut from, mut count) = (0, 0);
        for (place, chars) in &mut places {
            count += text[from..*place].chars().count();
            (from, *chars) = (*place, count);
        }
        Chars { places }
    }

    fn before(&self, place: usize) -> usize {
        self.places.binary_search_by_key(&place, |(byte, _)| *byte).map_or(0, |at| self.places[at].1)
    }
}

//! Edits, rules and what else is only looked at, as the named tuples of `unchaff/_records.py`.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
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
    let names = (rule.id, rule.category.name(), rule.confidence.name(), rule.scope.name(), rule.action.name());
    let (id, category, confidence, scope, action) = names;
    let verdict = rule.verdict.map(|verdict| verdict.name());
    let (langs, hosts) = (rule.langs.to_vec(), rule.hosts.to_vec());
    let place = (rule.path, rule.line);
    let texts = (&rule.phrases, rule.regex, &rule.hits, &rule.misses);
    class(py, "_rule")?.call1(((id, category, confidence, scope, action, verdict), (langs, hosts), rule.why, texts, place))
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

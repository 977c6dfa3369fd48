//! Results taken apart for `pickle`, and put together again.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use unchaff::edit::{Edit, Note, Passed, Reason, Span};
use unchaff::{Charset, Cleaned, Decoding, Error, Found};

use crate::cleaned::{PyCleaned, Source};
use crate::errors::error;

/// Stage, rule, category, confidence, evidence.
type ReasonState = (String, String, String, String, String);
/// Start and end in bytes, what was written, and why.
type EditState = (usize, usize, String, ReasonState);
/// Encoding, how it was found, byte order mark.
type DecodingState = (String, String, bool);
/// Verdict, notes, language, edits, matches that did not act.
type CleanedState = (String, Vec<String>, Option<String>, Vec<EditState>, Vec<EditState>);
/// A result: its text, what cleaning found, title, decoding, whether it was HTML, host.
pub type State = (String, CleanedState, Option<String>, Option<DecodingState>, bool, Option<String>);

/// What a result is made of.
pub fn state(cleaned: &PyCleaned) -> State {
    let Cleaned { edits, passed, verdict, notes, lang } = &cleaned.cleaned;
    let edits = edits.iter().map(|e| (e.span.start, e.span.end, e.replacement.clone(), reason(&e.reason))).collect();
    let passed = passed.iter().map(|p| (p.span.start, p.span.end, p.because.clone(), reason(&p.reason))).collect();
    let notes = notes.iter().map(|note| note.0.clone()).collect();
    let found = (verdict.name().to_owned(), notes, lang.clone(), edits, passed);
    let decoding = cleaned.decoding.map(|d| (d.name.to_owned(), d.found.to_owned(), d.bom));
    let source = cleaned.source.as_str().to_owned();
    (source, found, cleaned.page_title.clone(), decoding, cleaned.is_html, cleaned.host.clone())
}

fn reason(reason: &Reason) -> ReasonState {
    let Reason { stage, rule, category, confidence, evidence } = reason;
    (stage.to_string(), rule.to_string(), category.to_string(), confidence.to_string(), evidence.to_string())
}

/// Puts a result together again.
#[pyfunction]
pub fn _cleaned(py: Python<'_>, state: State) -> PyResult<PyCleaned> {
    let (text, (verdict, notes, lang, edits, passed), title, decoding, is_html, host) = state;
    let wrong = || PyValueError::new_err("not a pickled result of unchaff");
    let named = |e: Error| error(py, &e);
    let mut from = 0;
    let mut taken = Vec::with_capacity(edits.len());
    for (start, end, replacement, reason) in edits {
        let fits = from <= start && start <= end && text.get(start..end).is_some();
        if !fits {
            return Err(wrong());
        }
        from = end;
        taken.push(Edit { span: Span::new(start, end), replacement, reason: restored(reason).map_err(named)? });
    }
    let mut left = Vec::with_capacity(passed.len());
    for (start, end, because, reason) in passed {
        text.get(start..end).ok_or_else(wrong)?;
        left.push(Passed { span: Span::new(start, end), because, reason: restored(reason).map_err(named)? });
    }
    let verdict = verdict.parse().map_err(named)?;
    let notes = notes.into_iter().map(Note).collect();
    let cleaned = Cleaned { edits: taken, passed: left, verdict, notes, lang };
    let decoding = match decoding {
        Some((name, found, bom)) => {
            let name = name.parse::<Charset>().map_err(named)?.name();
            let found = Found::ALL.iter().map(|known| known.name()).find(|known| *known == found).ok_or_else(wrong)?;
            Some(Decoding { name, found, bom })
        }
        None => None,
    };
    Ok(PyCleaned::of(Source::Made(text), cleaned, title, decoding, is_html, host))
}

fn restored((stage, rule, category, confidence, evidence): ReasonState) -> Result<Reason, Error> {
    let (stage, category, confidence) = (stage.parse()?, category.parse()?, confidence.parse()?);
    Ok(Reason { stage, rule: rule.into(), category, confidence, evidence: evidence.into() })
}

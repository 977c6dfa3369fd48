//! Puts a page back as it was, from the cleaned text and its line of the audit.

use crate::edit::{Edit, Reason, Span};

use super::audit::{AuditEdit, Record};

impl Record<'_> {
    /// The edits that turn the cleaned text back into the one that it was made of; `None` if the text is another one.
    pub fn inverse(&self, cleaned: &str) -> Option<Vec<Edit>> {
        if cleaned.len() != self.bytes_out {
            return None;
        }
        let (mut shift, mut edits) = (0isize, Vec::with_capacity(self.edits.len()));
        for AuditEdit { bytes: [start, end], removed, replacement, rule, evidence, stage, category, confidence, .. } in
            &self.edits
        {
            let at = start.checked_add_signed(shift)?;
            let span = Span::new(at, at + replacement.len());
            if cleaned.get(span.start..span.end)? != replacement || removed.len() != end.checked_sub(*start)? {
                return None;
            }
            shift += replacement.len() as isize - removed.len() as isize;
            let reason = Reason {
                stage: *stage,
                rule: (&**rule).into(),
                category: *category,
                confidence: *confidence,
                evidence: (&**evidence).into(),
            };
            edits.push(Edit { span, replacement: removed.to_string(), reason });
        }
        Some(edits)
    }
}

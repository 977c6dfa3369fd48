//! What a page is as a whole.

use crate::decide::Judged;
use crate::edit;
use crate::names::Verdict;

/// The verdict on a page that was judged.
pub fn verdict(text: &str, judged: &Judged) -> Verdict {
    if !edit::parts(text, &judged.edits).any(|part| part.chars().any(char::is_alphanumeric)) {
        return Verdict::Empty;
    }
    if judged.over_budget {
        return Verdict::MostlyBoilerplate;
    }
    judged.verdicts.iter().copied().min().unwrap_or(Verdict::Article)
}

//! What a run did, in numbers, and how that is printed: as a table, or as a line of JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::ops::AddAssign;

use crate::edit::Edit;
use crate::names::{Category, Verdict};

/// Numbers of some pages, or of a whole run. Bytes are those of decompressed text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Counts {
    /// Pages that were cleaned; a record is one page.
    pub pages: u64,
    /// Pages that have edits, or that were made of HTML.
    pub changed: u64,
    /// Pages, records and files that failed.
    pub failed: u64,
    /// Files of folders that hold no text.
    pub not_text: u64,
    /// Bytes that were read.
    pub bytes_in: u64,
    /// Bytes that were written.
    pub bytes_out: u64,
    /// Pages by verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [u64; Verdict::ALL.len()],
    /// Pages that were left out because of their verdict.
    pub dropped: [u64; Verdict::ALL.len()],
    /// Edits by category, in the order of [`Category::ALL`].
    pub edits: [u64; Category::ALL.len()],
    /// Bytes that edits took, by category.
    pub taken: [u64; Category::ALL.len()],
}

impl Counts {
    /// Counts a page.
    pub fn page(&mut self, verdict: Verdict) {
        self.pages += 1;
        self.verdicts[verdict as usize] += 1;
    }

    /// Counts the edits of a text.
    pub fn edits(&mut self, edits: &[Edit]) {
        for edit in edits {
            let category = edit.reason.category as usize;
            self.edits[category] += 1;
            self.taken[category] += edit.span.len().saturating_sub(edit.replacement.len()) as u64;
        }
    }
}

impl AddAssign<&Counts> for Counts {
    fn add_assign(&mut self, other: &Counts) {
        fn all<const N: usize>(sums: &mut [u64; N], others: &[u64; N]) {
            sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        }
        self.pages += other.pages;
        self.changed += other.changed;
        self.failed += other.failed;
        self.not_text += other.not_text;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        all(&mut self.verdicts, &other.verdicts);
        all(&mut self.dropped, &other.dropped);
        all(&mut self.edits, &other.edits);
        all(&mut self.taken, &other.taken);
    }
}

impl Counts {
    /// The numbers by their names.
    pub fn object(&self) -> Map<String, Value> {
        fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, numbers: &[u64]) -> Map<String, Value> {
            let some = all.iter().zip(numbers).filter(|(_, n)| **n > 0);
            some.map(|(what, n)| (name(*what).to_owned(), (*n).into())).collect()
        }
        let verdicts = |numbers: &[u64]| named(Verdict::ALL, Verdict::name, numbers);
        let categories = |numbers: &[u64]| named(Category::ALL, Category::name, numbers);
        let numbers = json!({
            "pages": self.pages,
            "changed": self.changed,
            "failed": self.failed,
            "not_text": self.not_text,
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "verdicts": verdicts(&self.verdicts),
            "dropped": verdicts(&self.dropped),
            "edits": categories(&self.edits),
            "bytes_removed": categories(&self.taken),
        });
        if let Value::Object(numbers) = numbers { numbers } else { Map::new() }
    }

    /// The numbers for people, a line each.
    pub fn table(&self) -> String {
        let mut out = format!(
            "pages    {:>14}  {} changed, {} failed\nbytes in {:>14}\nbytes out{:>14}  {}\n",
            self.pages,
            self.changed,
            self.failed,
            self.bytes_in,
            self.bytes_out,
            share(self.bytes_out, self.bytes_in),
        );
        let some = |(_, n): &(&'static str, u64)| *n > 0;
        let verdicts = Verdict::ALL.iter().map(|v| v.name()).zip(self.verdicts).filter(some);
        for (verdict, pages) in verdicts {
            out += &format!("{verdict:<18} {pages:>12} pages\n");
        }
        let mut categories: Vec<_> =
            Category::ALL.iter().map(|c| (c.name(), self.edits[*c as usize], self.taken[*c as usize])).collect();
        categories.retain(|(_, edits, _)| *edits > 0);
        categories.sort_by_key(|(_, edits, taken)| std::cmp::Reverse((*taken, *edits)));
        for (category, edits, bytes) in categories {
            out += &format!("{category:<18} {edits:>12} edits {bytes:>14} bytes removed  {}\n", share(bytes, self.bytes_in));
        }
        out
    }
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.2} %", 100.0 * part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_with_their_names() {
        let mut counts = Counts { bytes_in: 200, bytes_out: 150, ..Counts::default() };
        counts.page(Verdict::Article);
        counts.edits[Category::Share as usize] = 2;
        counts.taken[Category::Share as usize] = 50;
        let json = counts.object();
        assert_eq!((&json["verdicts"], &json["edits"]), (&json!({"article": 1}), &json!({"share": 2})));
        let table = counts.table();
        assert!(table.contains("75.00 %") && table.contains("25.00 %"), "{table}");
    }
}

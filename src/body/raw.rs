//! Whether a page is raw, or text that is an article already: what the model reads of the cut.

use super::cut::Cut;
use super::features::{CutFeature, LineFeature, scale, share};
use super::table::Table;

/// The cells of [`CutFeature`] for a page, its probabilities and its cut.
pub fn measure(table: &Table, words: &[u32], probabilities: &[f32], cut: &Cut) -> [u8; CutFeature::ALL.len()] {
    let lines = || 0..words.len();
    let sum = |is: &dyn Fn(usize) -> bool| lines().filter(|i| is(*i)).map(|i| words[i] as usize).sum::<usize>();
    let count = |is: &dyn Fn(usize) -> bool| lines().filter(|i| is(*i)).count();
    let mean = |is: &dyn Fn(usize) -> bool| {
        let weighted: f64 = lines().filter(|i| is(*i)).map(|i| f64::from(probabilities[i]) * f64::from(words[i])).sum();
        (100.0 * weighted / sum(is).max(1) as f64) as u8
    };
    let goes = |i: usize| !cut.keep[i];
    let all = sum(&|_| true);
    let first = cut.keep.iter().position(|keep| *keep).unwrap_or(0);
    let last = cut.keep.iter().rposition(|keep| *keep).unwrap_or(0);
    let prose = |i: usize| table.is_prose(i);
    let cell = |feature: LineFeature, i: usize| table.column(feature as usize)[i];
    let runs = cut.keep.chunk_by(|a, b| a == b).filter(|run| !run[0]).map(<[bool]>::len);
    let mut cells = [0; CutFeature::ALL.len()];
    let mut set = |feature: CutFeature, value: u8| cells[feature as usize] = value;
    set(CutFeature::Share, share(sum(&goes), all));
    set(CutFeature::Lines, share(count(&goes), words.len()));
    set(CutFeature::Prose, share(sum(&|i| goes(i) && prose(i)), sum(&prose)));
    set(CutFeature::Head, share(sum(&|i| i < first), all));
    set(CutFeature::Tail, share(sum(&|i| i > last), all));
    set(CutFeature::Inside, share(sum(&|i| goes(i) && i > first && i < last), all));
    set(CutFeature::Short, share(count(&|i| goes(i) && words[i] <= 3), count(&goes)));
    set(CutFeature::Hits, share(count(&|i| goes(i) && cell(LineFeature::Hit, i) > 0), count(&goes)));
    set(CutFeature::Words, scale(sum(&goes)));
    set(CutFeature::Run, scale(runs.max().unwrap_or(0)));
    set(CutFeature::Kept, scale(all - sum(&goes)));
    set(CutFeature::KeptMean, mean(&|i| cut.keep[i]));
    set(CutFeature::AllMean, mean(&|_| true));
    set(CutFeature::Doubtful, share(sum(&|i| (0.2..0.8).contains(&probabilities[i])), all));
    set(CutFeature::Unlikely, share(sum(&|i| probabilities[i] < 0.2), all));
    set(CutFeature::VeryUnlikely, share(sum(&|i| probabilities[i] < 0.05), all));
    set(CutFeature::Expected, (100.0 * cut.expected) as u8);
    cells
}

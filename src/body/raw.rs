//! Whether a page is raw, or text that is an article already: what the model reads of the cut.

use super::cut::Cut;
use super::features::{CutFeature, LineFeature, scale, share};
use super::table::Table;

fn sum(words: &[u32], is: impl Fn(usize) -> bool) -> usize {
    (0..words.len()).filter(|i| is(*i)).map(|i| words[i] as usize).sum()
}

fn count(words: &[u32], is: impl Fn(usize) -> bool) -> usize {
    (0..words.len()).filter(|i| is(*i)).count()
}

/// The mean probability of the words of some lines, in per cent.
fn mean(words: &[u32], probabilities: &[f32], is: impl Fn(usize) -> bool) -> u8 {
    let weighted = (0..words.len()).filter(|i| is(*i)).map(|i| f64::from(probabilities[i]) * f64::from(words[i]));
    (100.0 * weighted.sum::<f64>() / sum(words, is).max(1) as f64) as u8
}

/// The cells of [`CutFeature`] for a page, its probabilities and its cut.
pub fn measure(table: &Table, words: &[u32], probabilities: &[f32], cut: &Cut) -> [u8; CutFeature::ALL.len()] {
    let goes = |i: usize| !cut.keep[i];
    let all = sum(words, |_| true);
    let (gone, lines_gone) = (sum(words, goes), count(words, goes));
    let first = cut.keep.iter().position(|keep| *keep).unwrap_or(0);
    let last = cut.keep.iter().rposition(|keep| *keep).unwrap_or(0);
    let prose = |i: usize| table.is_prose(i);
    let hits = table.column(LineFeature::Hit as usize);
    let runs = cut.keep.chunk_by(|a, b| a == b).filter(|run| !run[0]).map(<[bool]>::len);
    let mut cells = [0; CutFeature::ALL.len()];
    let mut set = |feature: CutFeature, value: u8| cells[feature as usize] = value;
    set(CutFeature::Share, share(gone, all));
    set(CutFeature::Lines, share(lines_gone, words.len()));
    set(CutFeature::Prose, share(sum(words, |i| goes(i) && prose(i)), sum(words, prose)));
    set(CutFeature::Head, share(sum(words, |i| i < first), all));
    set(CutFeature::Tail, share(sum(words, |i| i > last), all));
    set(CutFeature::Inside, share(sum(words, |i| goes(i) && i > first && i < last), all));
    set(CutFeature::Short, share(count(words, |i| goes(i) && words[i] <= 3), lines_gone));
    set(CutFeature::Hits, share(count(words, |i| goes(i) && hits[i] > 0), lines_gone));
    set(CutFeature::Words, scale(gone));
    set(CutFeature::Run, scale(runs.max().unwrap_or(0)));
    set(CutFeature::Kept, scale(all - gone));
    set(CutFeature::KeptMean, mean(words, probabilities, |i| cut.keep[i]));
    set(CutFeature::AllMean, mean(words, probabilities, |_| true));
    set(CutFeature::Doubtful, share(sum(words, |i| (0.2..0.8).contains(&probabilities[i])), all));
    set(CutFeature::Unlikely, share(sum(words, |i| probabilities[i] < 0.2), all));
    set(CutFeature::VeryUnlikely, share(sum(words, |i| probabilities[i] < 0.05), all));
    set(CutFeature::Expected, (100.0 * cut.expected) as u8);
    cells
}

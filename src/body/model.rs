//! A model as it is stored, and what it says of a table.
//!
//! A file is a line `unchaff body model 1`, a line of JSON, and bytes. The JSON names the columns that the trees read, the cut's bias,
//! from which probability on a page is raw, and the ensembles; the bytes hold the ensembles' trees one after another. All trees of an ensemble have the same depth, and all nodes of a
//! level ask the same question ("oblivious" trees, as CatBoost grows them), so that a tree is `depth` pairs of bytes, a column and a
//! threshold, and 2^depth leaves, two bytes each, least first, lowest byte first. The leaf's number has bit `i` set if the cell of
//! column `i` is above threshold `i`. The sum of the leaves times `scale`, plus `bias`, is the log-odds.

use std::borrow::Cow;

use serde::Deserialize;

use super::features::all;
use super::table::Table;
use crate::error::{Error, Result};

/// The first line of a model file.
const MAGIC: &[u8] = b"unchaff body model 1\n";
/// A deeper tree would need wider indices.
const DEPTH_MAX: usize = 8;

/// A model, ready to judge.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    /// The bias of the cut that the model was tuned for.
    pub bias: f32,
    /// From which probability on a page is raw. Doubtful pages are left to the rules.
    pub raw_min: f32,
    /// The same for pages that are neither articles nor documentation: their clean text looks much like a frame.
    pub raw_min_other: f32,
    ensembles: Vec<Ensemble>,
}

/// The second line of a model file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    columns: Vec<String>,
    bias: f32,
    raw_min: f32,
    raw_min_other: f32,
    ensembles: Vec<Written>,
}

/// An ensemble as the header tells of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    trees: usize,
    depth: usize,
    scale: f64,
    bias: f64,
}

/// Trees whose leaves add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble {
    name: String,
    depth: usize,
    scale: f64,
    bias: f64,
    /// For each tree and level, a column and a threshold.
    questions: Vec<(u8, u8)>,
    leaves: Vec<i16>,
}

impl Model {
    /// Reads a model.
    ///
    /// # Errors
    /// What is not a model, is cut short, or asks for a column that there is not.
    pub fn read(bytes: &[u8]) -> Result<Model> {
        let broken = |what: String| Error::usage(format!("broken body model: {what}"));
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| broken("expected `unchaff body model 1` as its first line".into()))?;
        let end = memchr::memchr(b'\n', rest).ok_or_else(|| broken("expected a second line".into()))?;
        let header: Header = serde_json::from_slice(&rest[..end]).map_err(|error| broken(error.to_string()))?;
        let known: Vec<&str> = all().map(|(_, name, _)| *name).collect();
        let place = |name: &String| known.iter().position(|k| k == name);
        let mut columns = Vec::new();
        for name in &header.columns {
            let Some(place) = place(name) else {
                return Err(broken(format!("unknown column `{name}`")).meant(name, known.iter().copied()));
            };
            columns.push(place as u8);
        }
        let (mut ensembles, mut trees) = (Vec::new(), &rest[end + 1..]);
        for written in header.ensembles {
            let (ensemble, left) =
                Ensemble::read(&written, trees, &columns).map_err(|what| broken(format!("`{}` {what}", written.name)))?;
            ensembles.push(ensemble);
            trees = left;
        }
        match trees.len() {
            0 => Ok(Model { bias: header.bias, raw_min: header.raw_min, raw_min_other: header.raw_min_other, ensembles }),
            left => Err(broken(format!("{left} bytes too many"))),
        }
    }

    /// The ensembles whose names begin with a word, in their order, each with the rest of its name.
    pub fn family<'m>(&'m self, word: &'m str) -> impl Iterator<Item = (&'m str, &'m Ensemble)> {
        self.ensembles.iter().filter_map(move |e| Some((e.name.strip_prefix(word)?, e)))
    }
}

impl Ensemble {
    /// Reads trees from the front of `bytes`; gives back what follows.
    fn read<'b>(
        written: &Written,
        bytes: &'b [u8],
        columns: &[u8],
    ) -> std::result::Result<(Ensemble, &'b [u8]), Cow<'static, str>> {
        if written.depth == 0 || written.depth > DEPTH_MAX {
            return Err(format!("has trees of depth {}, expected 1 to {DEPTH_MAX}", written.depth).into());
        }
        let leaves = 1 << written.depth;
        let tree = 2 * written.depth + 2 * leaves;
        let size = written.trees.checked_mul(tree).filter(|size| *size <= bytes.len()).ok_or("is cut short")?;
        let (own, left) = bytes.split_at(size);
        let mut ensemble = Ensemble {
            name: written.name.clone(),
            depth: written.depth,
            scale: written.scale,
            bias: written.bias,
            questions: Vec::with_capacity(written.trees * written.depth),
            leaves: Vec::with_capacity(written.trees * leaves),
        };
        for tree in own.chunks_exact(tree) {
            let (questions, leaves) = tree.split_at(2 * written.depth);
            for question in questions.chunks_exact(2) {
                let column = columns.get(usize::from(question[0])).ok_or("asks for a column that it does not name")?;
                ensemble.questions.push((*column, question[1]));
            }
            ensemble.leaves.extend(leaves.chunks_exact(2).map(|leaf| i16::from_le_bytes([leaf[0], leaf[1]])));
        }
        Ok((ensemble, left))
    }

    /// The probability of each line of a table.
    pub fn lines(&self, table: &Table) -> Vec<f32> {
        let lines = table.lines();
        let (mut sums, mut leaf) = (vec![0i32; lines], vec![0u8; lines]);
        for (questions, leaves) in self.questions.chunks_exact(self.depth).zip(self.leaves.chunks_exact(1 << self.depth)) {
            leaf.fill(0);
            for (bit, (column, threshold)) in questions.iter().enumerate() {
                for (leaf, cell) in leaf.iter_mut().zip(table.column(usize::from(*column))) {
                    *leaf |= u8::from(cell > threshold) << bit;
                }
            }
            for (sum, leaf) in sums.iter_mut().zip(&leaf) {
                *sum += i32::from(leaves[usize::from(*leaf)]);
            }
        }
        sums.into_iter().map(|sum| self.probability(sum)).collect()
    }

    /// The probability of one row of cells.
    pub fn row(&self, cell: impl Fn(usize) -> u8) -> f32 {
        let mut sum = 0;
        for (questions, leaves) in self.questions.chunks_exact(self.depth).zip(self.leaves.chunks_exact(1 << self.depth)) {
            let bits = questions
                .iter()
                .enumerate()
                .map(|(bit, (column, threshold))| usize::from(cell(usize::from(*column)) > *threshold) << bit);
            sum += i32::from(leaves[bits.sum::<usize>()]);
        }
        self.probability(sum)
    }

    fn probability(&self, sum: i32) -> f32 {
        (1.0 / (1.0 + (-(self.bias + self.scale * f64::from(sum))).exp())) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, bytes: &[u8]) -> Vec<u8> {
        [MAGIC, header.as_bytes(), b"\n", bytes].concat()
    }

    const HEADER: &str = r#"{"columns": ["words", "end"], "bias": 0, "raw_min": 0.5, "raw_min_other": 0.5, "ensembles": [{"name": "line", "trees": 1, "depth": 2, "scale": 0.01, "bias": 0}]}"#;

    #[test]
    fn one_tree() {
        let leaves = [-200i16, 100, -100, 300].iter().flat_map(|leaf| leaf.to_le_bytes()).collect::<Vec<_>>();
        let model = Model::read(&file(HEADER, &[&[0, 10, 1, 5], &leaves[..]].concat())).unwrap();
        let (_, ensemble) = model.family("line").next().unwrap();
        let row = |words: u8, end: u8| ensemble.row(|column| [words, 0, 0, end][column]);
        let log_odds = |p: f32| (p / (1.0 - p)).ln();
        for ((words, end), expected) in [((10, 5), -2.0), ((11, 5), 1.0), ((10, 6), -1.0), ((11, 6), 3.0)] {
            assert!((log_odds(row(words, end)) - expected).abs() < 1e-4, "{words} {end}");
        }
    }

    #[test]
    fn broken_files() {
        for (bytes, expected) in [
            (b"PK".to_vec(), "broken body model: expected `unchaff body model 1` as its first line"),
            (MAGIC.to_vec(), "broken body model: expected a second line"),
            (file(HEADER, &[0; 3]), "broken body model: `line` is cut short"),
            (file(HEADER, &[0; 13]), "broken body model: 1 bytes too many"),
            (file(HEADER, &[9; 12]), "broken body model: `line` asks for a column that it does not name"),
            (file(&HEADER.replace("end\"", "ends\""), &[]), "broken body model: unknown column `ends`; did you mean `end`?"),
            (
                file(&HEADER.replace("\"depth\": 2", "\"depth\": 9"), &[]),
                "broken body model: `line` has trees of depth 9, expected 1 to 8",
            ),
        ] {
            assert_eq!(Model::read(&bytes).unwrap_err().to_string(), expected);
        }
    }
}

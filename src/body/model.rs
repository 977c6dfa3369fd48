//! A model as it is stored. What it says of a table is `trees`'s.
//!
//! A file is a line `unchaff body model 1`, a line of JSON, and bytes. The JSON names the columns that the trees read, the cut's bias,
//! from which probability on a page is raw, and the ensembles; the bytes hold the ensembles' trees one after another. All trees of an ensemble have the same depth, and all nodes of a
//! level ask the same question ("oblivious" trees, as CatBoost grows them), so that a tree is `depth` pairs of bytes, a column and a
//! threshold, and 2^depth leaves, two bytes each, least first, lowest byte first. The leaf's number has bit `i` set if the cell of
//! column `i` is above threshold `i`. The sum of the leaves times `scale`, plus `bias`, is the log-odds.

use std::borrow::Cow;

use serde::Deserialize;

use super::features::all;
use super::trees::{DEPTH_MAX, Ensemble, Question, Tree};
use crate::error::{Error, Result};

/// The first line of a model file.
const MAGIC: &[u8] = b"unchaff body model 1\n";

/// A model, ready to judge.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    /// The bias of the cut that the model was tuned for.
    pub bias: f32,
    /// From which probability on a page is raw. Doubtful pages are left to the rules.
    pub raw_min: f32,
    /// The same for pages that are neither articles nor documentation: their clean text looks much like a frame.
    pub raw_min_other: f32,
    /// Each with its name.
    ensembles: Vec<(String, Ensemble)>,
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
                read_ensemble(&written, trees, &columns).map_err(|what| broken(format!("`{}` {what}", written.name)))?;
            ensembles.push((written.name, ensemble));
            trees = left;
        }
        match trees.len() {
            0 => Ok(Model { bias: header.bias, raw_min: header.raw_min, raw_min_other: header.raw_min_other, ensembles }),
            left => Err(broken(format!("{left} bytes too many"))),
        }
    }

    /// The ensembles whose names begin with a word, in their order, each with the rest of its name.
    pub fn family<'m>(&'m self, word: &'m str) -> impl Iterator<Item = (&'m str, &'m Ensemble)> {
        self.ensembles.iter().filter_map(move |(name, ensemble)| Some((name.strip_prefix(word)?, ensemble)))
    }
}

/// Reads an ensemble's trees from the front of `bytes`; gives back what follows.
fn read_ensemble<'b>(
    written: &Written,
    bytes: &'b [u8],
    columns: &[u8],
) -> std::result::Result<(Ensemble, &'b [u8]), Cow<'static, str>> {
    if written.depth == 0 || written.depth > DEPTH_MAX {
        return Err(format!("has trees of depth {}, expected 1 to {DEPTH_MAX}", written.depth).into());
    }
    let tree = 2 * written.depth + (2 << written.depth);
    let size = written.trees.checked_mul(tree).filter(|size| *size <= bytes.len()).ok_or("is cut short")?;
    let (own, left) = bytes.split_at(size);
    let mut trees = Vec::with_capacity(written.trees);
    for tree in own.chunks_exact(tree) {
        let (questions, leaves) = tree.split_at(2 * written.depth);
        let mut asked = Vec::with_capacity(written.depth);
        for question in questions.chunks_exact(2) {
            let column = columns.get(usize::from(question[0])).ok_or("asks for a column that it does not name")?;
            asked.push(Question { column: *column, threshold: question[1] });
        }
        trees.push(Tree::new(&asked, leaves.chunks_exact(2).map(|leaf| i16::from_le_bytes([leaf[0], leaf[1]])).collect()));
    }
    Ok((Ensemble::new(trees, written.scale, written.bias), left))
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
        let row = |words: u8, end: u8| {
            let mut cells = [0; 256];
            (cells[0], cells[3]) = (words, end);
            ensemble.row(&cells)
        };
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

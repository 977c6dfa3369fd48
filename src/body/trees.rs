//! Trees whose leaves add up, and how a table is judged by them.
//!
//! A tree asks one question a level. What it asks about the page as a whole has one answer for all lines, so that for a page a smaller
//! tree is left. Small trees are joined to one table of sums, for a look-up costs more than a question.

use std::cmp::Reverse;

use super::features::is_of_page;
use super::table::{BLOCK, Table};

/// A deeper tree would need wider indices.
pub const DEPTH_MAX: usize = 8;
/// How many questions about lines joined trees ask at most: their answers are a byte.
const JOINED_MAX: usize = 8;

/// Whether a column's cell is above a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    pub column: u8,
    pub threshold: u8,
}

impl Question {
    fn is_true(self, row: &[u8; 256]) -> bool {
        row[usize::from(self.column)] > self.threshold
    }
}

/// A tree, with what it asks about lines first.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    about_lines: Vec<Question>,
    about_page: Vec<Question>,
    /// By the answers, a bit each, the first one lowest.
    leaves: Vec<i16>,
}

/// The number that answers are, the first one's bit lowest.
fn number(answers: impl Iterator<Item = bool>) -> usize {
    answers.enumerate().map(|(bit, answer)| usize::from(answer) << bit).sum()
}

impl Tree {
    /// A tree of questions and leaves, a leaf for each list of answers.
    pub fn new(questions: &[Question], leaves: Vec<i16>) -> Tree {
        let is_about_page = |bit: &usize| is_of_page(questions[*bit].column.into());
        let (of_page, of_lines): (Vec<usize>, Vec<usize>) = (0..questions.len()).partition(is_about_page);
        let order: Vec<usize> = of_lines.iter().chain(&of_page).copied().collect();
        let written = |leaf: usize| order.iter().enumerate().map(|(bit, place)| (leaf >> bit & 1) << place).sum::<usize>();
        Tree {
            leaves: (0..leaves.len()).map(|leaf| leaves[written(leaf)]).collect(),
            about_lines: of_lines.iter().map(|bit| questions[*bit]).collect(),
            about_page: of_page.iter().map(|bit| questions[*bit]).collect(),
        }
    }

    /// The leaves that are left for the lines of a page; `row` is any of its lines.
    fn on_page(&self, row: &[u8; 256]) -> &[i16] {
        let size = 1 << self.about_lines.len();
        let from = number(self.about_page.iter().map(|question| question.is_true(row))) * size;
        &self.leaves[from..from + size]
    }
}

/// Trees that ask at most [`JOINED_MAX`] questions about lines together.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    trees: Vec<Tree>,
    /// What they ask about lines, the first tree's first; then what is never true.
    questions: [Question; JOINED_MAX],
    asked: usize,
}

impl Group {
    const EMPTY: Group =
        Group { trees: Vec::new(), questions: [Question { column: 0, threshold: u8::MAX }; JOINED_MAX], asked: 0 };

    fn has_room(&self, tree: &Tree) -> bool {
        self.asked + tree.about_lines.len() <= JOINED_MAX
    }

    fn push(&mut self, tree: Tree) {
        let asked = self.asked + tree.about_lines.len();
        self.questions[self.asked..asked].copy_from_slice(&tree.about_lines);
        self.asked = asked;
        self.trees.push(tree);
    }

    /// Writes the sums of the trees' leaves by the answers to all that they ask about lines.
    fn join(&self, row: &[u8; 256], sums: &mut Sums) {
        let mut size = 0;
        for tree in &self.trees {
            let leaves = tree.on_page(row);
            if size == 0 {
                sums.iter_mut().zip(leaves).for_each(|(sum, leaf)| *sum = i32::from(*leaf));
                size = leaves.len();
                continue;
            }
            let (known, new) = sums[..size * leaves.len()].split_at_mut(size);
            for (sums, leaf) in new.chunks_exact_mut(size).zip(&leaves[1..]) {
                sums.iter_mut().zip(&*known).for_each(|(sum, known)| *sum = known + i32::from(*leaf));
            }
            known.iter_mut().for_each(|sum| *sum += i32::from(leaves[0]));
            size *= leaves.len();
        }
    }

    /// Writes the answers of each line, those to the first question lowest.
    fn ask(&self, table: &Table, answers: &mut [u8]) {
        // So that many lines are asked at once.
        let cells = self.questions.map(|question| &table.padded(question.column.into())[..answers.len()]);
        let thresholds = self.questions.map(|question| question.threshold);
        for (line, answers) in answers.iter_mut().enumerate() {
            *answers = (0..JOINED_MAX).rev().fold(0, |all, i| (2 * all) | u8::from(cells[i][line] > thresholds[i]));
        }
    }
}

/// Sums by answers.
type Sums = [i32; 1 << JOINED_MAX];

/// Trees whose leaves add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble {
    groups: Vec<Group>,
    scale: f64,
    bias: f64,
}

impl Ensemble {
    /// The trees, and what makes log-odds of the sum of their leaves.
    pub fn new(mut trees: Vec<Tree>, scale: f64, bias: f64) -> Ensemble {
        let mut groups: Vec<Group> = Vec::new();
        // Small ones go where large ones leave room.
        trees.sort_by_key(|tree| Reverse(tree.about_lines.len()));
        for tree in trees {
            let place = groups.iter().position(|group| group.has_room(&tree)).unwrap_or(groups.len());
            if place == groups.len() {
                groups.push(Group::EMPTY);
            }
            groups[place].push(tree);
        }
        Ensemble { groups, scale, bias }
    }

    /// The probability of each line of a table.
    pub fn lines(&self, table: &Table) -> Vec<f32> {
        let row = table.row();
        let height = table.padded(0).len();
        let (mut sums, mut answers, mut joined) = (vec![0i32; height], vec![0; height], [0; 1 << JOINED_MAX]);
        for group in &self.groups {
            group.join(&row, &mut joined);
            group.ask(table, &mut answers);
            let (sums, answers) = (sums.as_chunks_mut::<BLOCK>().0, answers.as_chunks::<BLOCK>().0);
            for (sums, answers) in sums.iter_mut().zip(answers) {
                sums.iter_mut().zip(answers).for_each(|(sum, answers)| *sum += joined[usize::from(*answers)]);
            }
        }
        sums[..table.lines()].iter().map(|sum| self.probability(*sum)).collect()
    }

    /// The probability of one row of cells.
    pub fn row(&self, row: &[u8; 256]) -> f32 {
        let leaf = |tree: &Tree| tree.on_page(row)[number(tree.about_lines.iter().map(|question| question.is_true(row)))];
        self.probability(self.groups.iter().flat_map(|group| &group.trees).map(|tree| i32::from(leaf(tree))).sum())
    }

    fn probability(&self, sum: i32) -> f32 {
        (1.0 / (1.0 + (-(self.bias + self.scale * f64::from(sum))).exp())) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::super::features::{LineFeature, MEASURED};
    use super::*;

    #[test]
    fn joined_trees_say_what_each_says() {
        let question = |column: usize, threshold: u8| Question { column: column as u8, threshold };
        let (words, end, article) = (LineFeature::Words as usize, LineFeature::End as usize, MEASURED);
        let mut trees = Vec::new();
        for tree in 0..7u8 {
            let questions = [question(words, 10 * tree), question(article, 40), question(end, tree)];
            trees.push(Tree::new(
                &questions,
                (0..8).map(|leaf| (i16::from(tree) + 1) * [3, 50, 7, 11, -20, 13, 17, 1000][leaf]).collect(),
            ));
        }
        let ensemble = Ensemble::new(trees, 0.001, 0.1);
        assert!(ensemble.groups.len() < 7);
        let mut table = Table::blank(20);
        table.set_kinds([50, 0, 0, 0]);
        table.fill(LineFeature::Words, (0..20).map(|line| 4 * line));
        table.fill(LineFeature::End, (0..20).map(|line| line % 7));
        for (line, probability) in ensemble.lines(&table).into_iter().enumerate() {
            let mut row = table.row();
            (row[words], row[end]) = (table.column(words)[line], table.column(end)[line]);
            assert_eq!(probability, ensemble.row(&row), "{line}");
        }
    }
}

//! A phrase ready to be compared: a short program over folded characters.
//!
//! How it runs over a line is `matcher`'s work.

use super::fold::is_unspaced;
use super::outline::chars_max;
use super::vocab::Literal;
use crate::names::At;
use crate::rules::phrase::{Node, Slot};

/// A phrase ready to be compared.
#[derive(Debug)]
pub struct Program {
    pub(super) ops: Box<[Op]>,
    pub(super) at: At,
    /// How many characters a match has at most.
    pub(super) chars_max: usize,
    /// Whether the phrase is literal text in all its ways, without slots and sets.
    pub is_literal: bool,
    /// Whether there is a way in which the phrase has at most one word of its own beside slots and sets.
    pub rests_on_a_word: bool,
}

/// A step of a program.
#[derive(Debug)]
pub(super) enum Op {
    Literal(Literal),
    /// Tries each way in turn.
    Split(Box<[usize]>),
    Jump(usize),
    Slot(Slot),
    Set {
        set: u32,
        many: bool,
    },
    AnyEnding,
    CutStart,
    CutEnd,
}

/// A phrase of a script without spaces that is shorter acts only as a whole line.
const UNSPACED_CHARS_MIN: usize = 4;

impl Program {
    /// Prepares a phrase.
    pub fn new(nodes: &[Node], at: At) -> Program {
        let mut ops = Vec::new();
        push(nodes, &mut ops);
        let mut literals = String::new();
        let mut only_literals = true;
        for node in nodes {
            match node {
                Node::Text(text) => literals.push_str(text),
                Node::CutStart | Node::CutEnd => {}
                _ => only_literals = false,
            }
        }
        let short = only_literals && literals.chars().any(is_unspaced) && literals.chars().count() < UNSPACED_CHARS_MIN;
        let at = if short { At::Line } else { at };
        let (is_literal, rests_on_a_word) = (is_literal(nodes), words_min(nodes) <= 1);
        Program { ops: ops.into(), at, chars_max: chars_max(nodes), is_literal, rests_on_a_word }
    }
}

fn is_literal(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text(_) | Node::CutStart | Node::CutEnd => true,
        Node::Group(ways) => ways.iter().all(|way| is_literal(way)),
        Node::Slot(_) | Node::Set { .. } | Node::AnyEnding => false,
    })
}

/// The words of its own that a phrase has in its shortest way.
fn words_min(nodes: &[Node]) -> u32 {
    let of = |node: &Node| match node {
        Node::Text(text) => super::shape::words(text),
        Node::Group(ways) => ways.iter().map(|way| words_min(way)).min().unwrap_or(0),
        _ => 0,
    };
    nodes.iter().map(of).sum()
}

fn push(nodes: &[Node], ops: &mut Vec<Op>) {
    for node in nodes {
        match node {
            Node::Text(text) => ops.push(Op::Literal(Literal::new(text))),
            Node::Slot(slot) => ops.push(Op::Slot(*slot)),
            Node::Set { set, many, .. } => ops.push(Op::Set { set: *set, many: *many }),
            Node::AnyEnding => ops.push(Op::AnyEnding),
            Node::CutStart => ops.push(Op::CutStart),
            Node::CutEnd => ops.push(Op::CutEnd),
            Node::Group(ways) => {
                let split = ops.len();
                ops.push(Op::Split(Box::default()));
                let (mut starts, mut jumps) = (Vec::new(), Vec::new());
                for way in ways {
                    starts.push(ops.len());
                    push(way, ops);
                    jumps.push(ops.len());
                    ops.push(Op::Jump(0));
                }
                let after = ops.len();
                jumps.into_iter().for_each(|jump| ops[jump] = Op::Jump(after));
                ops[split] = Op::Split(starts.into());
            }
        }
    }
}

/// The name under which the part of a phrase can be used in `replace`.
pub fn capture_name(nodes: &[Node], op: usize) -> Option<String> {
    fn walk(nodes: &[Node], next: &mut usize, op: usize) -> Option<String> {
        for node in nodes {
            if *next == op {
                return node.name();
            }
            *next += 1;
            if let Node::Group(ways) = node {
                for way in ways {
                    if let Some(name) = walk(way, next, op) {
                        return Some(name);
                    }
                    *next += 1; // the jump behind each way
                }
            }
        }
        None
    }
    walk(nodes, &mut 0, op)
}

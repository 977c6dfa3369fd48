//! Finding what rules match in a page: fold, index, scan, verify, conditions.
//!
//! The engine knows no rule by its id and no language by its name. What becomes of a match is `decide`'s work.

pub mod alive;
pub mod anchors;
pub mod automaton;
pub mod backtrack;
pub mod beginning;
pub mod book;
pub mod builtin;
pub mod conditions;
pub mod expression;
pub mod figures;
pub mod fold;
pub mod holds;
pub mod index;
pub mod keys;
pub mod language;
pub mod lookup;
pub mod matcher;
pub mod memo;
pub mod names;
pub mod outline;
pub mod page;
pub mod pairs;
pub mod past;
pub mod places;
pub mod program;
pub mod scan;
pub mod shape;
pub mod slots;
pub mod spelled;
pub mod tables;
pub mod tokens;
pub mod verify;
pub mod vocab;
pub mod windows;

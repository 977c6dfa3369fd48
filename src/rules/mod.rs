//! Rule files: as written (`schema`), as checked (`rule`), the way between (`read`), their phrases (`phrase`), and loading (`load`).
//!
//! The format is specified in `patterns/README.md`. Matching is `engine`'s work, proving examples `check`'s.

pub mod load;
pub mod phrase;
pub mod read;
pub mod rule;
pub mod schema;

//! The command cases: arguments, input folder, output, status, each a file in `tests/cmd/`.
//!
//! `TRYCMD=overwrite cargo test --test cmd` writes what comes out now into the cases. `UNCHAFF_BIN` names another program that has to do
//! the same as the command.

use std::path::PathBuf;

#[test]
fn cases() {
    let cases = trycmd::TestCases::new();
    if let Some(other) = std::env::var_os("UNCHAFF_BIN") {
        cases.register_bin("unchaff", PathBuf::from(other));
    }
    cases.case("tests/cmd/*.toml").case("tests/cmd/*.trycmd");
}

//! The command cases: arguments, input folder, output, status, each a file in `tests/cmd/`.
//!
//! `TRYCMD=overwrite cargo test --test cmd` writes what comes out now into the cases.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("tests/cmd/*.trycmd");
}

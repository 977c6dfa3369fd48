//! Every built-in rule's examples.

#[test]
fn examples() {
    let proof = unchaff::check::check(&[]).unwrap();
    let errors: Vec<String> = proof.errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{} of {} rules:\n{}", errors.len(), proof.rules, errors.join("\n"));
    assert!(proof.examples >= 2 * proof.rules);
}

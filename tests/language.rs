//! The rule language, case by case: `tests/language/*.toml` hold packs, pages and what must come out, or the error that a pack gives.

use std::path::Path;
use unchaff::{Cleaner, Confidence, PageFacts, Settings, Verdict, check};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    name: String,
    /// The rules, below a `[pack]` head that the test writes unless the case has its own.
    rules: String,
    #[serde(default)]
    page: String,
    expected: Option<String>,
    /// Part of the error that loading gives.
    error: Option<String>,
    /// Part of what `rules check` finds; empty if it must find nothing.
    check: Option<String>,
    lang: Option<String>,
    host: Option<String>,
    title: Option<String>,
    confidence: Option<String>,
    verdict: Option<String>,
}

#[derive(serde::Deserialize)]
struct Cases {
    case: Vec<Case>,
}

const HEAD: &str = "[pack]\nschema = 1\nlang = [\"en\"]\ncategory = \"share\"\n";
/// Prose that no rule touches, for `{P}` in pages.
const PROSE: &str =
    "The river rose in the night and stood in the lower meadow. Nobody in the village remembered a spring like that one.";

fn run(case: &Case, folder: &Path) -> Result<(), String> {
    let pack = folder.join("zz.toml");
    let rules = if case.rules.contains("[pack]") { case.rules.clone() } else { format!("{HEAD}{}", case.rules) };
    // Cases that are not about examples need not write any.
    let examples = "hit = [\"x\"]\nmiss = [\"y\"]\n";
    let bare = case.check.is_none() && !rules.contains("hit") && case.error.is_none();
    let rules = if bare { rules.replace("[[rule]]\n", &format!("[[rule]]\nwhy = \"w\"\n{examples}")) } else { rules };
    std::fs::write(&pack, rules).map_err(|e| e.to_string())?;
    let settings = Settings {
        rules: vec![pack.clone()],
        lang: case.lang.clone(),
        host: case.host.clone(),
        confidence: case.confidence.as_deref().map_or(Ok(Confidence::Likely), str::parse).map_err(|e| e.to_string())?,
        ..Settings::default()
    };
    let contains = |whole: &str, part: &str| match whole.contains(part) {
        true => Ok(()),
        false => Err(format!("expected `{part}`, got:\n{whole}")),
    };
    let cleaner = match (Cleaner::new(settings), &case.error) {
        (Err(error), Some(part)) => return contains(&error.to_string(), part),
        (Err(error), None) => return Err(error.to_string()),
        (Ok(_), Some(part)) => return Err(format!("loads, expected the error `{part}`")),
        (Ok(cleaner), None) => cleaner,
    };
    if let Some(part) = &case.check {
        let proof = check::check(&[pack]).map_err(|e| e.to_string())?;
        let errors = proof.errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        return if part.is_empty() && !errors.is_empty() { Err(errors) } else { contains(&errors, part) };
    }
    let page = case.page.replace("{P}", PROSE);
    let cleaned = cleaner.clean(&page, &PageFacts { title: case.title.clone(), ..PageFacts::default() });
    if let Some(verdict) = &case.verdict {
        let verdict: Verdict = verdict.parse().map_err(|e: unchaff::Error| e.to_string())?;
        if cleaned.verdict != verdict {
            return Err(format!("verdict {}, expected {verdict}", cleaned.verdict));
        }
    }
    let expected = case.expected.as_ref().map_or(page.clone(), |e| e.replace("{P}", PROSE));
    let text = cleaned.text(&page);
    if text != expected {
        return Err(format!("expected:\n{expected:?}\ngot:\n{text:?}\nedits: {:#?}", cleaned.edits));
    }
    Ok(())
}

#[test]
fn cases() {
    let folder = tempfile::tempdir().unwrap();
    let (mut wrong, mut count) = (Vec::new(), 0);
    let mut files: Vec<_> = std::fs::read_dir("tests/language").unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in files {
        let cases: Cases = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for case in &cases.case {
            count += 1;
            wrong.extend(run(case, folder.path()).err().map(|e| format!("{}: {}: {e}", file.display(), case.name)));
        }
    }
    assert!(count > 50, "{count} cases");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n\n"));
}

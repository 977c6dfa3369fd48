//! Debris and language switchers through the whole cleaner: `tests/debris/*.toml` hold what goes, what stays and what loses a part.
//!
//! Each line stands in a page of its own, between two paragraphs of prose.

use unchaff::{Cleaner, PageFacts, Settings};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    #[serde(default)]
    goes: Vec<String>,
    #[serde(default)]
    stays: Vec<String>,
    /// As it stands on the page, and as it comes out.
    #[serde(default)]
    becomes: Vec<(String, String)>,
}

#[derive(serde::Deserialize)]
struct Tables {
    table: Vec<Table>,
}

const BEFORE: &str =
    "The river rose in the night and stood in the lower meadow. Nobody in the village remembered a spring like that one.";
const AFTER: &str = "When the water fell, the children found a blue boat in the orchard. It lay between two pear trees.";

fn page(line: &str) -> String {
    if line.is_empty() { format!("{BEFORE}\n\n{AFTER}\n") } else { format!("{BEFORE}\n\n{line}\n\n{AFTER}\n") }
}

#[test]
fn tables() {
    let cleaner = Cleaner::new(Settings::default()).unwrap();
    let (mut wrong, mut count) = (Vec::new(), 0);
    let mut files: Vec<_> = std::fs::read_dir("tests/debris").unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in files {
        let tables: Tables = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for table in &tables.table {
            let goes = table.goes.iter().map(|line| (line, ""));
            let stays = table.stays.iter().map(|line| (line, line.as_str()));
            let becomes = table.becomes.iter().map(|(line, left)| (line, left.as_str()));
            for (line, left) in goes.chain(stays).chain(becomes) {
                count += 1;
                let (before, expected) = (page(line), page(left));
                let text = cleaner.clean(&before, &PageFacts::default()).text(&before).into_owned();
                if text != expected {
                    wrong.push(format!("{}: {}: {line:?} gives\n{text:?}", file.display(), table.name));
                } else if cleaner.clean(&text, &PageFacts::default()).text(&text) != text {
                    wrong.push(format!("{}: {}: {line:?} changes again", file.display(), table.name));
                }
            }
        }
    }
    assert!(count > 250, "{count} lines");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

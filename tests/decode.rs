//! Bytes to text: every encoding at several lengths.

#[path = "support/udhr.rs"]
mod udhr;

#[test]
fn texts_are_there() {
    let Some(languages) = udhr::languages() else { return };
    let long = languages.iter().filter(|(_, text)| text.len() > 5_000).count();
    assert!(long > 300, "{long} of {} texts", languages.len());
    let german = languages.iter().find(|(code, _)| code == "deu_1996").map(|(_, text)| &text[..]);
    assert!(german.unwrap_or_default().contains("Alle Menschen sind frei und gleich an Würde und Rechten geboren."));
}

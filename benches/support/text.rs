//! Pages of text and of HTML, made from a fixed seed, with the mix of lines that scraped pages have.
//!
//! The shares of line lengths are those of 1,497 real pages (raw) and of what extractors left of them (extracted): a third of the lines
//! blank, 40 bytes a line on raw pages, 43 % of the bytes in lines of up to 120. Prose is a chain of words over the honest sentences of
//! the packs' `miss` and of `tests/benign/`, chaff is the packs' own `hit`, and pages of one site share their menu. The same checkout
//! makes the same bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;

#[path = "../../tests/support/dice.rs"]
mod dice;

pub use dice::{Dice, SEED};

/// What a page is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// All visible text of a page.
    Raw,
    /// What an extractor leaves of it.
    Extracted,
}

/// Of a thousand lines that are not blank, how many have up to so many bytes.
const RAW_LENGTHS: &[(usize, usize)] =
    &[(507, 20), (731, 40), (807, 60), (847, 80), (870, 100), (886, 120), (929, 200), (981, 400), (995, 600), (1000, 800)];
const EXTRACTED_LENGTHS: &[(usize, usize)] =
    &[(366, 20), (531, 40), (626, 60), (702, 80), (739, 100), (766, 120), (846, 200), (954, 400), (986, 600), (1000, 800)];

/// Lines from so many bytes on are the article's paragraphs; shorter ones stand around them, and some between.
const PROSE_BYTES_MIN: usize = 80;
/// How many pages a site has.
const SITE_PAGES: usize = 6;
/// A language with fewer examples has no pages.
const EXAMPLES_MIN: usize = 60;

/// Which part of the page a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Head,
    Article,
    Tail,
}

/// A page before it is written down.
pub struct Page {
    pub lang: String,
    pub lines: Vec<(Part, String)>,
}

/// Writes pages.
pub struct Writer {
    tongues: Vec<Tongue>,
    /// The menu of the site that pages are made of, its language, and how many pages it still has.
    site: (Vec<String>, usize, usize),
}

impl Writer {
    /// A writer of English, or of all languages that have packs of a certain size.
    pub fn new(english_only: bool) -> Writer {
        let mut tongues: BTreeMap<String, Tongue> = BTreeMap::new();
        for (lang, hit, text) in examples() {
            tongues.entry(lang).or_default().add(hit, text);
        }
        let shared = tongues.remove("any").unwrap_or_default();
        let wanted = |lang: &str| if english_only { lang == "en" } else { true };
        let finish = |(lang, tongue): (String, Tongue)| {
            (wanted(&lang) && tongue.chaff.len() >= EXAMPLES_MIN).then(|| tongue.finish(lang, &shared.chaff))
        };
        let tongues: Vec<Tongue> = tongues.into_iter().filter_map(finish).collect();
        assert!(!tongues.is_empty(), "no packs below the working folder");
        Writer { tongues, site: (Vec::new(), 0, 0) }
    }

    /// The next page.
    pub fn page(&mut self, dice: &mut Dice, kind: Kind) -> Page {
        if self.site.2 == 0 {
            let number = dice.below(self.tongues.len());
            let menu = (0..60).map(|_| self.tongues[number].label(dice, RAW_LENGTHS)).collect();
            self.site = (menu, number, SITE_PAGES);
        }
        self.site.2 -= 1;
        let (menu, tongue) = (&self.site.0, &self.tongues[self.site.1]);
        let (table, lines, framed) = match kind {
            Kind::Raw => (RAW_LENGTHS, 120 + dice.below(320), 85),
            Kind::Extracted => (EXTRACTED_LENGTHS, 40 + dice.below(90), 25),
        };
        let (long, short): (Vec<usize>, Vec<usize>) =
            (0..lines).map(|_| length(dice, table)).partition(|bytes| *bytes >= PROSE_BYTES_MIN);
        let mut page = Page { lang: tongue.lang.clone(), lines: Vec::with_capacity(lines) };
        let (mut tail, mut between) = (Vec::new(), Vec::new());
        for bytes in short {
            match (dice.below(100) < framed, dice.below(2)) {
                (true, 0) => page.lines.push((Part::Head, tongue.frame(dice, bytes, menu))),
                (true, _) => tail.push((Part::Tail, tongue.frame(dice, bytes, menu))),
                _ => between.push(bytes),
            }
        }
        let (paragraphs, headings) = (long.len(), between.len());
        for (number, bytes) in long.into_iter().enumerate() {
            let left = headings * (paragraphs - number - 1) / paragraphs;
            let above = between.split_off(left.min(between.len()));
            page.lines.extend(above.into_iter().map(|bytes| (Part::Article, tongue.heading(dice, bytes))));
            page.lines.push((Part::Article, tongue.prose(dice, bytes)));
        }
        page.lines.append(&mut tail);
        page
    }

    /// A phrase of so many words as it may stand in a pack.
    pub fn phrase(&self, dice: &mut Dice, words: usize) -> String {
        self.tongues[dice.below(self.tongues.len())].phrase(dice, words)
    }
}

impl Page {
    /// The page as a scraper's text.
    pub fn text(&self, dice: &mut Dice) -> String {
        let mut page = String::new();
        for (_, line) in &self.lines {
            page.push_str(line);
            page.push_str(if dice.below(2) == 0 { "\n\n" } else { "\n" });
        }
        page
    }

    /// The page as a site sends it: nine tenths of the bytes are scripts, styles and attributes.
    pub fn html(&self, dice: &mut Dice) -> String {
        let title = self.lines.iter().find(|(part, _)| *part == Part::Article).map_or("", |(_, line)| line.as_str());
        let mut page = format!("<!doctype html><html lang={}><head><title>{} | Daily</title>", self.lang, escaped(title));
        page += "<meta charset=utf-8><style>p{margin:0}.nav>li{float:left}</style>";
        (0..self.lines.len() / 4).for_each(|_| page += SCRIPT);
        page += "</head><body class=\"single post\"><nav class=\"main-nav\" role=navigation><ul>\n";
        let mut part = Part::Head;
        for (of, line) in &self.lines {
            if *of != part {
                page += if *of == Part::Article { OPEN_ARTICLE } else { OPEN_TAIL };
                part = *of;
            }
            let line = escaped(line);
            let number = dice.below(100_000);
            page += &match of {
                Part::Article if line.len() >= PROSE_BYTES_MIN => format!("    <p class=\"wp-block-paragraph\">{line}</p>\n"),
                Part::Article => {
                    format!("    <h3 id=\"h-{number}\"><a href=\"https://example.org/a?b={number}&amp;c=d\">{line}</a></h3>\n")
                }
                _ => format!(
                    "  <li id=\"menu-item-{number}\" class=\"menu-item menu-item-type-post_type menu-item-{number}\">\
                     <a href=\"https://www.example.org/section/{number}/\" data-event=\"click:{number}\"><span>{line}</span></a></li>\n"
                ),
            };
        }
        (0..self.lines.len() / 4).for_each(|_| page += SCRIPT);
        page + "</ul></footer></body></html>\n"
    }
}

const OPEN_ARTICLE: &str = "</ul></nav><main><article class=\"entry-content\"><h1>A bridge opens</h1>\n";
const OPEN_TAIL: &str = "</article></main><footer class=\"site-footer\"><ul>\n";
const SCRIPT: &str = "<script>window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); } \
    if (a < b && c > d) { document.write('<p class=\"ad\">' + a[0] + '</p>'); }\n\
    (function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'start':new Date().getTime(),event:'js'});var f=d.getElementsByTagName(s)[0];\
    j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer');\
    </script>\n<link rel=\"stylesheet\" href=\"https://www.example.org/assets/css/theme.min.css?ver=6.5.2\" media=\"all\">\n";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The examples of all packs, and the honest articles: a language, whether it is chaff, a text.
fn examples() -> Vec<(String, bool, String)> {
    let mut all = Vec::new();
    for path in files("patterns") {
        let Ok(table) = fs::read_to_string(&path).unwrap_or_default().parse::<toml::Table>() else { continue };
        let Some(lang) = path.parent().and_then(|folder| Some(folder.file_name()?.to_str()?.to_owned())) else { continue };
        for rule in table.get("rule").and_then(|rules| rules.as_array()).into_iter().flatten() {
            for (key, hit) in [("hit", true), ("miss", false)] {
                let texts =
                    rule.get(key).and_then(|texts| texts.as_array()).into_iter().flatten().filter_map(|text| text.as_str());
                let lines = texts.flat_map(|text| text.lines()).filter(|line| is_plain(line));
                all.extend(lines.map(|line| (lang.clone(), hit, line.replace(['⟦', '⟧'], ""))));
            }
        }
    }
    for path in files("tests/benign") {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((lang, _)) = name.split_once('-') else { continue };
        let text = fs::read_to_string(&path).unwrap_or_default();
        let lines = text.lines().filter(|line| is_plain(line));
        all.extend(lines.map(|line| (lang.to_owned(), false, line.to_owned())));
    }
    all
}

/// Whether a line is neither damaged nor code: those are rare on real pages, and the packs have many.
fn is_plain(line: &str) -> bool {
    !line.contains(['⇒', 'Ã', '&', '<', '{', '|', '\u{fffd}', '\u{ad}', '\u{200b}']) && !line.contains("  ")
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// The literal parts of every phrase of the built-in packs, as grep would be given them.
pub fn literals() -> Vec<String> {
    let mut all = BTreeSet::new();
    for path in files("patterns") {
        let Ok(table) = fs::read_to_string(path).unwrap_or_default().parse::<toml::Table>() else { continue };
        let rules = table.get("rule").and_then(|r| r.as_array()).cloned().unwrap_or_default();
        for phrase in rules.iter().filter_map(|r| r.get("phrases")?.as_array()).flatten().filter_map(|p| p.as_str()) {
            let longest = phrase.split(|c| "{}()|*⟦⟧".contains(c)).map(str::trim).max_by_key(|part| part.len());
            all.extend(longest.filter(|part| part.len() >= 4).map(str::to_lowercase));
        }
    }
    all.into_iter().collect()
}

/// How a language writes.
#[derive(Default)]
struct Tongue {
    lang: String,
    /// Lines of chaff.
    chaff: Vec<String>,
    /// Sentences until `finish`.
    honest: Vec<String>,
    /// Words with the space behind them; in scripts without spaces, a few characters.
    words: Vec<String>,
    /// For each word, those that have followed it.
    next: Vec<Vec<u32>>,
    /// Words that sentences begin with.
    first: Vec<u32>,
    /// Bytes of a hundred characters.
    bytes_percent: usize,
}

impl Tongue {
    fn add(&mut self, hit: bool, text: String) {
        if !text.trim().is_empty() {
            if hit { self.chaff.push(text) } else { self.honest.push(text) }
        }
    }

    fn finish(mut self, lang: String, shared: &[String]) -> Tongue {
        let mut known: HashMap<String, u32> = HashMap::new();
        for line in std::mem::take(&mut self.honest) {
            let mut before = None;
            for word in tokens(&line) {
                let number = *known.entry(word.clone()).or_insert_with(|| {
                    self.words.push(word);
                    self.next.push(Vec::new());
                    self.words.len() as u32 - 1
                });
                match before {
                    Some(before) => self.next[before as usize].push(number),
                    None => self.first.push(number),
                }
                before = Some(number).filter(|_| !ends(&self.words[number as usize]));
            }
        }
        let (bytes, chars) = self.words.iter().fold((0, 0), |(b, c), word| (b + word.len(), c + word.chars().count()));
        self.chaff.extend(shared.iter().cloned());
        Tongue { lang, bytes_percent: 100 * bytes / chars.max(1), ..self }
    }

    /// Words of the chain up to so many bytes, after a word or from the beginning of a sentence.
    fn chain(&self, dice: &mut Dice, bytes: usize, from: Option<u32>) -> String {
        let (mut text, mut word) = (String::new(), from);
        while text.len() < bytes {
            let from = match word {
                Some(word) if !self.next[word as usize].is_empty() => &self.next[word as usize],
                _ => &self.first,
            };
            let next = from[dice.below(from.len())];
            // Every language has names and words that stand in no list.
            if dice.below(12) == 0 {
                text.push_str(&invented(dice));
                text.push(' ');
            }
            text.push_str(&self.words[next as usize]);
            word = Some(next).filter(|next| !ends(&self.words[*next as usize]));
        }
        text
    }

    fn prose(&self, dice: &mut Dice, bytes: usize) -> String {
        let text = self.chain(dice, self.scaled(bytes).saturating_sub(4), None);
        let text = text.trim_end();
        if ends(text) { text.to_owned() } else { format!("{text}.") }
    }

    /// What stands between paragraphs: headings, and now and then chaff.
    fn heading(&self, dice: &mut Dice, bytes: usize) -> String {
        if dice.below(5) == 0 { self.chaff_line(dice, bytes) } else { self.words_alone(dice, bytes) }
    }

    /// What stands around an article: the site's menu, chaff, teasers.
    fn frame(&self, dice: &mut Dice, bytes: usize, menu: &[String]) -> String {
        match dice.below(100) {
            0..25 => self.chaff_line(dice, bytes),
            25..50 => menu[dice.below(menu.len())].clone(),
            _ => self.words_alone(dice, bytes),
        }
    }

    /// Chaff that is not much longer than wanted, if it can be had.
    fn chaff_line(&self, dice: &mut Dice, bytes: usize) -> String {
        let mut line = &self.chaff[dice.below(self.chaff.len())];
        for _ in 0..4 {
            if line.len() <= bytes + bytes / 2 {
                break;
            }
            line = &self.chaff[dice.below(self.chaff.len())];
        }
        line.clone()
    }

    fn label(&self, dice: &mut Dice, table: &[(usize, usize)]) -> String {
        let bytes = length(dice, &table[..2]).min(30);
        self.words_alone(dice, bytes)
    }

    fn words_alone(&self, dice: &mut Dice, bytes: usize) -> String {
        let from = dice.below(self.words.len()) as u32;
        let text = self.chain(dice, self.scaled(bytes).saturating_sub(5).max(2), Some(from));
        let text = text.trim_matches(|c: char| c.is_whitespace() || ".,;:!?«»“”\"()…。、".contains(c));
        let mut chars = text.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_else(|| "Menu".to_owned())
    }

    fn phrase(&self, dice: &mut Dice, words: usize) -> String {
        let line = &self.chaff[dice.below(self.chaff.len())];
        let mut parts: Vec<&str> = line.split_whitespace().collect();
        parts.truncate(words.div_ceil(2));
        let mut phrase = parts.join(" ");
        while phrase.split(' ').count() < words {
            phrase.push(' ');
            phrase.push_str(self.words[dice.below(self.words.len())].trim());
        }
        phrase.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect::<String>().trim().to_lowercase()
    }

    fn scaled(&self, bytes: usize) -> usize {
        bytes * self.bytes_percent / 100
    }
}

fn ends(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', '。', '！', '？', '।', '؟', '”', '»'])
}

/// Words with the space behind them; what is long has no spaces, and is cut.
fn tokens(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    for word in line.split_inclusive(' ') {
        let chars: Vec<char> = word.chars().collect();
        if chars.len() > 14 && !word.is_ascii() {
            all.extend(chars.chunks(3).map(|part| part.iter().collect::<String>()));
        } else {
            all.push(word.to_owned());
        }
    }
    if let Some(last) = all.last_mut().filter(|last| !last.ends_with(' ') && last.is_ascii()) {
        last.push(' ');
    }
    all
}

fn invented(dice: &mut Dice) -> String {
    const PARTS: &[&str] =
        &["ka", "ri", "mon", "tel", "sa", "bor", "ven", "lu", "dra", "shi", "ner", "go", "wick", "ham", "el", "ton", "ba", "ost"];
    let name: String = (0..2 + dice.below(2)).map(|_| PARTS[dice.below(PARTS.len())]).collect();
    if dice.below(2) == 0 { name[..1].to_uppercase() + &name[1..] } else { name }
}

fn length(dice: &mut Dice, table: &[(usize, usize)]) -> usize {
    let share = dice.below(table.last().map_or(1, |last| last.0));
    let place = table.iter().position(|(up_to, _)| share < *up_to).unwrap_or(0);
    let from = if place == 0 { 4 } else { table[place - 1].1 };
    from + dice.below(table[place].1 - from)
}

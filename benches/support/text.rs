//! Pages of text, made from a fixed seed, with the mix of line lengths that scraped pages have: lines of 40 bytes on average, 43 % of
//! the bytes in lines of up to 120.

/// Every run makes the same pages.
pub const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

const WORDS: &[&str] = &[
    "the", "river", "council", "of", "and", "a", "bridge", "opened", "after", "years", "to", "in", "that", "people", "said",
    "was", "for", "town", "water", "school", "on", "with", "new", "house", "which", "from", "nobody", "money", "road", "winter",
    "market", "who", "it",
];

const CHAFF: &[&str] = &[
    "Share this article",
    "Facebook",
    "Twitter",
    "WhatsApp",
    "Advertisement",
    "Related stories",
    "Comments",
    "Leave a Reply",
    "Sign up to our newsletter",
    "By Jane Roe",
    "March 3, 2013",
    "Home",
    "News",
    "Sport",
    "About us",
    "Contact",
    "Log in",
    "Search",
    "15 comments",
    "Read more",
    "© 2013 The Daily. All rights reserved.",
    "Terms of use",
    "Privacy policy",
    "Photo: Jane Roe/Reuters",
];

/// A small generator with a fixed seed (xorshift), so that every run cleans the same bytes.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn sentence(&mut self, words: usize) -> String {
        let mut text: String = (0..words).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ");
        text[..1].make_ascii_uppercase();
        text + "."
    }

    pub fn page(&mut self) -> String {
        let mut page = String::new();
        for part in 0..60 {
            let menu = !(10..45).contains(&part);
            let line = match (menu, self.below(10)) {
                (true, 0..5) => CHAFF[self.below(CHAFF.len())].to_owned(),
                (true, _) => {
                    let n = 1 + self.below(7);
                    self.sentence(n).trim_end_matches('.').to_owned()
                }
                (false, 0) => CHAFF[self.below(CHAFF.len())].to_owned(),
                (false, 1..5) => {
                    let n = 4 + self.below(14);
                    self.sentence(n)
                }
                (false, _) => (0..2 + self.below(3))
                    .map(|_| {
                        let n = 8 + self.below(12);
                        self.sentence(n)
                    })
                    .collect::<Vec<_>>()
                    .join(" "),
            };
            page.push_str(&line);
            page.push_str(if self.below(3) == 0 { "\n\n" } else { "\n" });
        }
        page
    }
}

//! The words that slots and sets stand for, folded once: members of sets, months, weekdays, particles, language names.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::fold::{LineChar, is_aside, verify_fold, verify_into};
use super::names::NameFinder;
use crate::rules::load::{Language, Shared};

/// A literal as it is compared: folded with and without accents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Literal(pub Box<[(char, char)]>);

impl Literal {
    /// Folds a text.
    pub fn new(text: &str) -> Literal {
        Literal::of(&verify_fold(text))
    }

    fn of(folded: &[LineChar]) -> Literal {
        Literal(folded.iter().map(|l| (l.c, l.base)).collect())
    }

    /// Where the literal ends if it stands at `at`. A space of the literal may be missing where the line has one just before, or
    /// ends (an empty alternative leaves two spaces side by side).
    pub fn end_at(&self, line: &[LineChar], at: usize) -> Option<usize> {
        let mut at = at;
        for &(c, base) in &self.0 {
            match line.get(at) {
                Some(l) if l.c == c || (l.upper && l.c == base) => at += 1,
                _ if c == ' ' && (at == 0 || at >= line.len() || line[at - 1].c == ' ') => {}
                _ => return None,
            }
        }
        Some(at)
    }

    /// Whether the literal's first character stands at `at`, or need not.
    #[inline]
    pub fn may_stand(&self, line: &[LineChar], at: usize) -> bool {
        let (Some(&(_, base)), Some(first)) = (self.0.first(), line.get(at)) else { return true };
        first.base == base || base == ' '
    }
}

/// The first two characters of a literal.
type Pair = (char, char);

/// A list of literals, longest first, found by their first two characters.
#[derive(Debug, Clone, Default)]
pub struct WordSet {
    /// By the first two characters, without their accents; of one character, that and none. Beside each literal its third
    /// character, likewise; none if it has none, or a space, which a line may leave out.
    by_first: Vec<(Pair, Vec<(char, Literal)>)>,
    /// Where those pairs stand: open addressing, places plus one, twice as many as pairs at least.
    places: Vec<u32>,
    /// Whether a member is but one character.
    has_single: bool,
    /// A bit for the last two characters that each member shows, by [`bit_of`]; of one that shows one, for that and none.
    lasts: [u64; LASTS_WORDS],
}

/// How many words the bits of last characters have.
const LASTS_WORDS: usize = 16;

/// The number that stands for two characters.
fn bit_of((first, second): Pair) -> usize {
    ((first as u32).wrapping_mul(0x9e37_79b1) ^ (second as u32).wrapping_mul(0x85eb_ca6b)) as usize >> 12
}

impl WordSet {
    /// Folds the members.
    pub fn new<'a>(members: impl IntoIterator<Item = &'a String>) -> WordSet {
        let mut all: Vec<(Pair, char, Literal)> = Vec::new();
        let (mut lasts, mut room) = ([0; LASTS_WORDS], Vec::new());
        for member in members {
            room = verify_into(member, room);
            let literal = Literal::of(&room);
            if let Some(&(_, first)) = literal.0.first() {
                let mut shown = literal.0.iter().rev().skip_while(|(c, _)| is_aside_char(*c)).map(|(_, base)| *base);
                match shown.next().map(|last| (shown.next().unwrap_or('\0'), last)) {
                    Some(pair) => lasts[bit_of(pair) / 64 % LASTS_WORDS] |= 1 << (bit_of(pair) % 64),
                    None => lasts.fill(u64::MAX),
                }
                let second = literal.0.get(1).map_or('\0', |(_, base)| *base);
                let third = literal.0.get(2).map_or('\0', |(_, base)| if *base == ' ' { '\0' } else { *base });
                all.push(((first, second), third, literal));
            }
        }
        all.sort_by_key(|(first, _, literal)| (*first, std::cmp::Reverse(literal.0.len())));
        all.dedup();
        let mut by_first: Vec<(Pair, Vec<(char, Literal)>)> = Vec::new();
        for (first, third, literal) in all {
            match by_first.last_mut().filter(|(last, _)| *last == first) {
                Some((_, list)) => list.push((third, literal)),
                None => by_first.push((first, vec![(third, literal)])),
            }
        }
        let mut places = vec![0; (2 * by_first.len() + 1).next_power_of_two()];
        for (number, (first, _)) in (1..).zip(&by_first) {
            let mut place = bit_of(*first) & (places.len() - 1);
            while places[place] != 0 {
                place = (place + 1) & (places.len() - 1);
            }
            places[place] = number;
        }
        let has_single = by_first.iter().any(|((_, second), _)| *second == '\0');
        WordSet { by_first, places, has_single, lasts }
    }

    /// The members that begin with two characters.
    fn with(&self, first: Pair) -> &[(char, Literal)] {
        let Some(last) = self.places.len().checked_sub(1) else { return &[] };
        let mut place = bit_of(first) & last;
        while let Some(number) = self.places[place].checked_sub(1) {
            let (key, list) = &self.by_first[number as usize];
            if *key == first {
                return list;
            }
            place = (place + 1) & last;
        }
        &[]
    }

    /// Where members that stand at `at` end, longest first; each ends at a word border.
    pub fn ends(&self, line: &[LineChar], at: usize) -> impl Iterator<Item = usize> {
        let base = |at: usize| line.get(at).map_or('\0', |l| l.base);
        let one = if self.has_single && at < line.len() { self.with((base(at), '\0')) } else { &[] };
        let two = if at + 1 < line.len() { self.with((base(at), base(at + 1))) } else { &[] };
        let third = base(at + 2);
        let may_be = move |m: &&(char, Literal)| m.0 == third || m.0 == '\0';
        let literals = two.iter().chain(one).filter(may_be);
        literals.filter_map(move |m| m.1.end_at(line, at)).filter(move |&end| is_word_end(line, end))
    }

    /// Whether a member may be the last that a line shows.
    pub fn may_end(&self, line: &[LineChar]) -> bool {
        let mut shown = line.iter().rev().skip_while(|l| l.is_aside()).map(|l| l.base);
        let Some(last) = shown.next() else { return true };
        let holds = |pair: Pair| self.lasts[bit_of(pair) / 64 % LASTS_WORDS] >> (bit_of(pair) % 64) & 1 == 1;
        holds(('\0', last)) || shown.next().is_some_and(|before| holds((before, last)))
    }

    /// Where the longest member that stands at `at` ends.
    pub fn end(&self, line: &[LineChar], at: usize) -> Option<usize> {
        self.ends(line, at).next()
    }
}

/// Where phrases find the word sets that they name by index.
pub trait Sets: std::fmt::Debug {
    /// A set, folded when it is first asked for.
    fn set(&self, index: usize) -> Option<&WordSet>;
}

fn is_aside_char(c: char) -> bool {
    c.is_ascii() && is_aside(c as u8)
}

/// Whether a word may end before `at`.
pub fn is_word_end(line: &[LineChar], at: usize) -> bool {
    at == 0 || at >= line.len() || !(line[at - 1].joins && line[at].joins)
}

/// Which kind of name of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// In the language itself.
    Own,
    /// In another language.
    Foreign,
}

/// What may stand behind a code for the script a language is written in.
const SCRIPTS: [&str; 4] = ["-hans", "-hant", "-latn", "-cyrl"];

/// Everything that slots look up.
#[derive(Debug, Default)]
pub struct Vocab {
    /// What packs share but for the languages; read when a slot first asks for it.
    shared: Lazy<Shared>,
    languages: Lazy<Vec<Language>>,
    months: OnceLock<WordSet>,
    weekdays: OnceLock<WordSet>,
    particles: OnceLock<WordSet>,
    /// Finds month names in scan folds.
    month_finder: OnceLock<NameFinder>,
    /// Made when a slot first asks for a language by its code.
    codes: OnceLock<HashMap<String, u16>>,
    /// Made when a slot first asks for a language by its name.
    names: OnceLock<Names>,
}

/// How a record is read.
type Read<T> = Box<dyn FnOnce() -> T + Send>;

/// A record that is read when it is first asked for.
struct Lazy<T> {
    value: OnceLock<T>,
    read: Mutex<Option<Read<T>>>,
}

impl<T: Default + 'static> Lazy<T> {
    fn new(read: impl FnOnce() -> T + Send + 'static) -> Lazy<T> {
        Lazy { value: OnceLock::new(), read: Mutex::new(Some(Box::new(read))) }
    }

    fn get(&self) -> &T {
        self.value.get_or_init(|| {
            let read = self.read.lock().unwrap_or_else(PoisonError::into_inner).take();
            read.map(|read| read()).unwrap_or_default()
        })
    }
}

impl<T: Default + 'static> Default for Lazy<T> {
    fn default() -> Self {
        Lazy::new(T::default)
    }
}

impl<T> std::fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lazy")
    }
}

/// The names of the languages that slots know.
#[derive(Debug, Default)]
struct Names {
    names: HashMap<String, Vec<(u16, NameKind)>>,
    /// How long the names are that begin with these two characters, longest first.
    lengths: HashMap<(char, char), Vec<usize>>,
}

impl Names {
    fn new(languages: &[Language]) -> Names {
        let (mut all, mut room) = (Names::default(), Vec::new());
        for (i, language) in languages.iter().enumerate() {
            let own = language.own.iter().map(|n| (n, NameKind::Own));
            for (name, kind) in own.chain(language.foreign.iter().map(|n| (n, NameKind::Foreign))) {
                room = verify_into(name, room);
                let key: String = room.iter().map(|l| l.c).collect();
                let mut chars = key.chars();
                let lengths = all.lengths.entry((chars.next().unwrap_or('\0'), chars.next().unwrap_or('\0'))).or_default();
                let length = room.len();
                if let Err(place) = lengths.binary_search_by(|known| length.cmp(known)) {
                    lengths.insert(place, length);
                }
                let kinds = all.names.entry(key).or_default();
                if !kinds.contains(&(i as u16, kind)) {
                    kinds.push((i as u16, kind));
                }
            }
        }
        all
    }
}

impl Vocab {
    /// Nothing is read before a slot needs it.
    pub fn new(
        shared: impl FnOnce() -> Shared + Send + 'static,
        languages: impl FnOnce() -> Vec<Language> + Send + 'static,
    ) -> Vocab {
        Vocab { shared: Lazy::new(shared), languages: Lazy::new(languages), ..Vocab::default() }
    }

    /// Month names of all languages.
    pub fn months(&self) -> &WordSet {
        self.months.get_or_init(|| WordSet::new(self.shared.get().everywhere("month")))
    }

    /// Weekday names of all languages.
    pub fn weekdays(&self) -> &WordSet {
        self.weekdays.get_or_init(|| WordSet::new(self.shared.get().everywhere("weekday")))
    }

    /// Small words inside names of people.
    pub fn particles(&self) -> &WordSet {
        self.particles.get_or_init(|| WordSet::new(self.shared.get().everywhere("particle")))
    }

    fn codes(&self) -> &HashMap<String, u16> {
        self.codes.get_or_init(|| {
            let mut codes = HashMap::new();
            for (i, language) in self.languages.get().iter().enumerate() {
                codes.entry(language.code.to_lowercase()).or_insert(i as u16);
            }
            codes
        })
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::new(self.languages.get()))
    }

    /// Whether the name of a month may stand in a scan fold.
    pub fn holds_month(&self, folded: &[u8]) -> bool {
        self.month_finder.get_or_init(|| NameFinder::new(self.shared.get().everywhere("month"))).finds(folded)
    }

    /// Language codes at `at`: where they end and whose they are. A region or a script may follow (`en-GB`, `zh-Hans`).
    pub fn codes_at(&self, line: &[LineChar], at: usize) -> Vec<(usize, u16)> {
        let letters = line[at.min(line.len())..].iter().take(3).take_while(|l| l.c.is_ascii_lowercase()).count();
        let mut found = Vec::new();
        for length in (2..=letters).rev() {
            let code: String = line[at..at + length].iter().map(|l| l.c).collect();
            let Some(&lang) = self.codes().get(&code) else { continue };
            let end = at + length;
            let region = line.get(end).is_some_and(|l| matches!(l.c, '-' | '_'))
                && line[end + 1..].iter().take(2).filter(|l| l.c.is_ascii_lowercase()).count() == 2;
            let script = |script: &&&str| script.chars().enumerate().all(|(i, c)| line.get(end + i).is_some_and(|l| l.c == c));
            found.extend(SCRIPTS.iter().find(script).map(|script| (end + script.len(), lang)));
            if region {
                found.push((end + 3, lang));
            }
            found.push((end, lang));
        }
        found
    }

    /// Language names at `at`, longest first: where they end, whose they are, of which kind.
    pub fn names_at(&self, line: &[LineChar], at: usize) -> Vec<(usize, u16, NameKind)> {
        let char_at = |i: usize| line.get(at + i).map_or('\0', |l| l.c);
        let two = self.names().lengths.get(&(char_at(0), char_at(1)));
        let one = self.names().lengths.get(&(char_at(0), '\0'));
        let mut found = Vec::new();
        for &length in two.into_iter().chain(one).flatten() {
            let end = at + length;
            if end > line.len() || !is_word_end(line, end) {
                continue;
            }
            let key: String = line[at..end].iter().map(|l| l.c).collect();
            if let Some(kinds) = self.names().names.get(&key) {
                found.extend(kinds.iter().map(|&(lang, kind)| (end, lang, kind)));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let language =
            |code: &str| Language { code: code.into(), own: vec![code.into()], foreign: Vec::new(), words: Vec::new() };
        let languages = vec![language("zh"), language("fil")];
        let vocab = Vocab::new(Shared::default, || languages);
        let found = |line: &str| vocab.codes_at(&verify_fold(line), 0);
        assert_eq!(found("zh-Hans简体"), [(7, 0), (5, 0), (2, 0)]);
        assert_eq!(found("ZH_TW"), [(5, 0), (2, 0)]);
        assert_eq!(found("filipino"), [(3, 1)]);
        assert!(found("zu").is_empty());
    }

    #[test]
    fn names() {
        let own = ["Norsk", "Norsk bokmål", "X"].map(str::to_owned).to_vec();
        let languages = vec![Language { code: "no".into(), own, foreign: vec!["Norse".into()], words: Vec::new() }];
        let vocab = Vocab::new(Shared::default, || languages);
        let found = |line: &str| vocab.names_at(&verify_fold(line), 0).into_iter().map(|n| n.0).collect::<Vec<_>>();
        assert_eq!(found("Norsk bokmål (x)"), [12, 5]);
        assert_eq!(found("NORSE"), [5]);
        assert!(found("Norskt").is_empty());
        assert_eq!(found("x, y"), [1]);
        assert!(found("").is_empty());
    }
}

//! The words that slots and sets stand for, folded once: members of sets, months, weekdays, particles, language names.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::fold::{LineChar, verify_fold, verify_into};
use super::names::NameFinder;
use super::pairs::{Pair, Pairs, bit_of};
use super::spelled::{CODE_LETTERS, NameKind, Spelled, first_two, number_of};
use crate::rules::load::Shared;

/// A literal as it is compared: folded with and without accents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Literal(pub Box<[(char, char)]>);

impl Literal {
    /// Folds a text.
    pub fn new(text: &str) -> Literal {
        Literal(verify_fold(text).iter().map(|l| (l.c, l.base)).collect())
    }

    /// Where the literal ends if it stands at `at`.
    pub fn end_at(&self, line: &[LineChar], at: usize) -> Option<usize> {
        end_at(&self.0, line, at)
    }

    /// Whether the literal's first character stands at `at`, or need not.
    #[inline]
    pub fn may_stand(&self, line: &[LineChar], at: usize) -> bool {
        let (Some(&(_, base)), Some(first)) = (self.0.first(), line.get(at)) else { return true };
        first.base == base || base == ' '
    }
}

/// Where a literal ends if it stands at `at`. A space of the literal may be missing where the line has one just before, or ends (an
/// empty alternative leaves two spaces side by side).
fn end_at(literal: &[(char, char)], line: &[LineChar], at: usize) -> Option<usize> {
    let mut at = at;
    for &(c, base) in literal {
        match line.get(at) {
            Some(l) if l.c == c || (l.upper && l.c == base) => at += 1,
            _ if c == ' ' && (at == 0 || at >= line.len() || line[at - 1].c == ' ') => {}
            _ => return None,
        }
    }
    Some(at)
}

/// A list of literals, longest first, found by their first two characters.
#[derive(Debug, Clone)]
pub struct WordSet {
    /// What the members are compared by, one behind the other.
    chars: Box<[(char, char)]>,
    /// By the first two characters, without their accents; of one character, that and none. Beside where each member stands its third
    /// character, likewise; none if it has none, or a space, which a line may leave out.
    by_first: Pairs<(char, Place)>,
    /// Whether a member is but one character.
    has_single: bool,
    /// A bit for the last three characters that each member shows; of one that shows fewer, for those and none.
    lasts: Box<[u64; LASTS_WORDS]>,
}

/// Where a member stands among the characters of all.
type Place = (u32, u32);

fn chars_at(chars: &[(char, char)], (from, to): Place) -> &[(char, char)] {
    &chars[from as usize..to as usize]
}

/// How many words the bits of last characters have.
const LASTS_WORDS: usize = 64;

/// The word and the bit of last characters, the last one first.
fn last_bit([last, before, third]: [char; 3]) -> (usize, u64) {
    let bit = bit_of((before, last)) ^ (third as u32).wrapping_mul(0x9e37_79b1) as usize >> 16;
    (bit / 64 % LASTS_WORDS, 1 << (bit % 64))
}

impl WordSet {
    /// Folds the members.
    pub fn new<'a>(members: impl IntoIterator<Item = &'a str>) -> WordSet {
        let (mut chars, mut all) = (Vec::new(), Vec::<(Pair, char, Place)>::new());
        let (mut lasts, mut room) = (Box::new([0; LASTS_WORDS]), Vec::new());
        for member in members {
            room = verify_into(member, room);
            let Some(first) = room.first() else { continue };
            let mut shown = room.iter().rev().skip_while(|l| l.is_aside()).map(|l| l.base);
            let mut next = || shown.next().unwrap_or('\0');
            match [next(), next(), next()] {
                ['\0', ..] => lasts.fill(u64::MAX),
                shown => {
                    let (word, bit) = last_bit(shown);
                    lasts[word] |= bit;
                }
            }
            let second = room.get(1).map_or('\0', |l| l.base);
            let third = room.get(2).map_or('\0', |l| if l.base == ' ' { '\0' } else { l.base });
            let from = chars.len() as u32;
            chars.extend(room.iter().map(|l| (l.c, l.base)));
            all.push(((first.base, second), third, (from, chars.len() as u32)));
        }
        all.sort_by_key(|(first, _, (from, to))| (*first, Reverse(to - from)));
        all.dedup_by(|(a, _, x), (b, _, y)| a == b && chars_at(&chars, *x) == chars_at(&chars, *y));
        let by_first = Pairs::new(all.into_iter().map(|(first, third, place)| (first, (third, place))));
        let has_single = by_first.pairs().any(|(_, second)| second == '\0');
        WordSet { chars: chars.into(), by_first, has_single, lasts }
    }

    /// What `take` makes of the first place it wants of those where members that stand at `at` end, longest first; each ends at a word
    /// border.
    #[inline]
    pub fn find_end<T>(&self, line: &[LineChar], at: usize, mut take: impl FnMut(usize) -> Option<T>) -> Option<T> {
        let first = line.get(at)?.base;
        let base = |at: usize| line.get(at).map_or('\0', |l| l.base);
        let (second, third) = (base(at + 1), base(at + 2));
        let lists = [(second != '\0', second), (self.has_single, '\0')];
        for (_, second) in lists.into_iter().filter(|(is_asked, _)| *is_asked) {
            for (of_member, place) in self.by_first.of((first, second)) {
                if (*of_member == third || *of_member == '\0')
                    && let Some(end) = end_at(chars_at(&self.chars, *place), line, at).filter(|&end| is_word_end(line, end))
                    && let Some(taken) = take(end)
                {
                    return Some(taken);
                }
            }
        }
        None
    }

    /// Whether a member may be the last that a line shows.
    pub fn may_end(&self, line: &[LineChar]) -> bool {
        let mut shown = line.iter().rev().skip_while(|l| l.is_aside()).map(|l| l.base);
        let Some(last) = shown.next() else { return true };
        let holds = |shown: [char; 3]| {
            let (word, bit) = last_bit(shown);
            self.lasts[word] & bit != 0
        };
        let (before, third) = (shown.next().unwrap_or('\0'), shown.next().unwrap_or('\0'));
        holds([last, before, third]) || holds([last, before, '\0']) || holds([last, '\0', '\0'])
    }

    /// Where the longest member that stands at `at` ends.
    pub fn end(&self, line: &[LineChar], at: usize) -> Option<usize> {
        self.find_end(line, at, Some)
    }
}

/// Where phrases find the word sets that they name by index.
pub trait Sets: std::fmt::Debug {
    /// A set, folded when it is first asked for.
    fn set(&self, index: usize) -> Option<&WordSet>;
}

/// Whether a word may end before `at`.
pub fn is_word_end(line: &[LineChar], at: usize) -> bool {
    at == 0 || at >= line.len() || !(line[at - 1].joins && line[at].joins)
}

/// What may stand behind a code for the script a language is written in.
const SCRIPTS: [&str; 4] = ["-hans", "-hant", "-latn", "-cyrl"];

/// Everything that slots look up.
#[derive(Debug, Default)]
pub struct Vocab {
    /// What packs share but for the languages; read when a slot first asks for it.
    shared: Lazy<Shared>,
    /// The languages' codes and names, likewise.
    spelled: Lazy<Spelled>,
    months: OnceLock<WordSet>,
    weekdays: OnceLock<WordSet>,
    particles: OnceLock<WordSet>,
    /// Finds month names in scan folds.
    month_finder: OnceLock<NameFinder>,
    /// Made when a slot first asks for a language by its name.
    names: OnceLock<Pairs<Name>>,
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

/// A name of languages: where it and they stand among what is known of all names.
#[derive(Debug)]
struct Name {
    text: Range<usize>,
    of: Range<usize>,
}

/// The names of the languages that slots know, by their first two characters and longest first; of one character, by that and none.
fn names(spelled: &Spelled) -> Pairs<Name> {
    let (mut text_from, mut of_from) = (0, 0);
    Pairs::new(spelled.names.iter().map(|(bytes, count)| {
        let text = text_from..text_from + *bytes as usize;
        let of = of_from..of_from + *count as usize;
        (text_from, of_from) = (text.end, of.end);
        (first_two(&spelled.text[text.clone()]), Name { text, of })
    }))
}

impl Vocab {
    /// Nothing is read before a slot needs it.
    pub fn new(shared: impl FnOnce() -> Shared + Send + 'static, spelled: impl FnOnce() -> Spelled + Send + 'static) -> Vocab {
        Vocab { shared: Lazy::new(shared), spelled: Lazy::new(spelled), ..Vocab::default() }
    }

    /// Month names of all languages.
    pub fn months(&self) -> &WordSet {
        self.months.get_or_init(|| WordSet::new(self.shared.get().everywhere("month").map(String::as_str)))
    }

    /// Weekday names of all languages.
    pub fn weekdays(&self) -> &WordSet {
        self.weekdays.get_or_init(|| WordSet::new(self.shared.get().everywhere("weekday").map(String::as_str)))
    }

    /// Small words inside names of people.
    pub fn particles(&self) -> &WordSet {
        self.particles.get_or_init(|| WordSet::new(self.shared.get().everywhere("particle").map(String::as_str)))
    }

    fn names(&self) -> &Pairs<Name> {
        self.names.get_or_init(|| names(self.spelled.get()))
    }

    /// Whether the name of a month may stand in a scan fold.
    pub fn holds_month(&self, folded: &[u8]) -> bool {
        self.month_finder.get_or_init(|| NameFinder::new(self.shared.get().everywhere("month"))).finds(folded)
    }

    /// Language codes at `at`: where they end and whose they are. A region or a script may follow (`en-GB`, `zh-Hans`).
    pub fn codes_at(&self, line: &[LineChar], at: usize) -> impl Iterator<Item = (usize, u16)> {
        let behind = &line[at.min(line.len())..];
        let letters = behind.iter().take(*CODE_LETTERS.end()).take_while(|l| l.c.is_ascii_lowercase()).count();
        let of = move |length: usize| {
            let code = number_of(behind[..length].iter().map(|l| l.c));
            let codes = &self.spelled.get().codes;
            let lang = codes.binary_search_by_key(&code, |(code, _)| *code).ok().map(|place| codes[place].1)?;
            let behind = &behind[length..];
            let region = behind.first().is_some_and(|l| matches!(l.c, '-' | '_'))
                && behind[1..].iter().take(2).filter(|l| l.c.is_ascii_lowercase()).count() == 2;
            let is_script = |script: &&&str| script.chars().enumerate().all(|(i, c)| behind.get(i).is_some_and(|l| l.c == c));
            let script = SCRIPTS.iter().find(is_script).map(|script| script.len());
            let ends = [script, region.then_some(3), Some(0)].into_iter().flatten();
            Some(ends.map(move |end| (at + length + end, lang)))
        };
        (*CODE_LETTERS.start()..=letters).rev().filter_map(of).flatten()
    }

    /// Language names at `at`, longest first: where they end, whose they are, of which kind.
    pub fn names_at(&self, line: &[LineChar], at: usize) -> impl Iterator<Item = (usize, u16, NameKind)> {
        let behind = &line[at.min(line.len())..];
        let char_at = |i: usize| behind.get(i).map_or('\0', |l| l.c);
        let (first, second) = (char_at(0), char_at(1));
        let one = if second == '\0' { &[] } else { self.names().of((first, '\0')) };
        let Spelled { text, of, .. } = self.spelled.get();
        let end_of = move |name: &Name| {
            let mut rest = behind.iter();
            let stands = text[name.text.clone()].chars().all(|c| rest.next().is_some_and(|l| l.c == c));
            let end = line.len() - rest.len();
            (stands && is_word_end(line, end)).then_some(end)
        };
        let names = self.names().of((first, second)).iter().chain(one);
        names
            .filter_map(move |name| Some((name, end_of(name)?)))
            .flat_map(move |(name, end)| of[name.of.clone()].iter().map(move |(lang, kind)| (end, *lang, *kind)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::load::Language;

    #[test]
    fn codes() {
        let language =
            |code: &str| Language { code: code.into(), own: vec![code.into()], foreign: Vec::new(), words: Vec::new() };
        let languages = vec![language("zh"), language("fil")];
        let vocab = Vocab::new(Shared::default, move || Spelled::new(&languages));
        let found = |line: &str| vocab.codes_at(&verify_fold(line), 0).collect::<Vec<_>>();
        assert_eq!(found("zh-Hans简体"), [(7, 0), (5, 0), (2, 0)]);
        assert_eq!(found("ZH_TW"), [(5, 0), (2, 0)]);
        assert_eq!(found("filipino"), [(3, 1)]);
        assert!(found("zu").is_empty());
    }

    #[test]
    fn names() {
        let own = ["Norsk", "Norsk bokmål", "X"].map(str::to_owned).to_vec();
        let languages = vec![Language { code: "no".into(), own, foreign: vec!["Norse".into()], words: Vec::new() }];
        let vocab = Vocab::new(Shared::default, move || Spelled::new(&languages));
        let found = |line: &str| vocab.names_at(&verify_fold(line), 0).map(|n| n.0).collect::<Vec<_>>();
        assert_eq!(found("Norsk bokmål (x)"), [12, 5]);
        assert_eq!(found("NORSE"), [5]);
        assert!(found("Norskt").is_empty());
        assert_eq!(found("x, y"), [1]);
        assert!(found("").is_empty());
    }
}

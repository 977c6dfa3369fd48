//! The features: what is measured of a line and of a page, each with its name and one sentence. Nothing is computed here.
//!
//! All values are whole numbers from 0 to 255, so that a table is bytes, and thresholds of a model mean the same on every machine.
//! Counts that may be large are on the scale of [`scale`]; shares are per cent; `NONE` says that there is nothing to measure.

/// A value where there is nothing to measure: no cased letter, no such line.
pub const NONE: u8 = 255;

/// What stands between "before" and "after" in features of place.
pub const INSIDE: u8 = 128;

macro_rules! features {
    ($(#[$doc:meta])* $type:ident { $($family:literal { $($variant:ident = $name:literal $what:literal,)+ })+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $type { $($(#[doc = $what] $variant,)+)+ }

        impl $type {
            /// All of them: family, name, and what is measured.
            pub const ALL: &'static [(&'static str, &'static str, &'static str)] = &[$($(($family, $name, $what),)+)+];
        }
    };
}

features! {
    /// What is measured of a line that is not blank.
    LineFeature {
        "shape" {
            Words = "words" "words; two letters of a script without spaces are one",
            WordLetters = "word-letters" "letters a word, in tenths",
            Sentences = "sentences" "sentences of three words or more with an end mark",
            End = "end" "how the line ends: letter, figure, other mark, closing mark, ellipsis, comma, colon, question, full stop, quoted full stop",
            Capitalised = "capitalised" "share of words that begin with a capital; none in scripts without case",
            Capitals = "capitals" "share of cased letters that are capitals; none in scripts without case",
            Marks = "marks" "share of characters, spaces aside, that are neither letters nor figures",
            Commas = "commas" "commas and semicolons of any script",
            Separators = "separators" "bars, bullets, arrows and slashes, as menus have them",
            Quotes = "quotes" "quotation marks",
        }
        "neighbours" {
            WordsBefore = "words-before" "words of the line before",
            WordsAfter = "words-after" "words of the line after",
            EndBefore = "end-before" "how the line before ends",
            EndAfter = "end-after" "how the line after ends",
            BeginAfter = "begin-after" "how the line after begins",
            BlankBefore = "blank-before" "blank lines right before",
            BlockLines = "block-lines" "lines between the blank lines around",
            BlockWords = "block-words" "words between the blank lines around",
            ProseAbove = "prose-above" "lines up to the next prose above",
            ProseBelow = "prose-below" "lines down to the next prose below",
            ShortRun = "short-run" "lines in the run of lines of at most six words that this line stands in",
            Alike = "alike" "lines within five that have about as many words and begin and end alike",
            Period = "period" "after how many lines the next two of a like shape stand, as in a list of cards; 0 if at none up to eight",
            RunHits = "run-hits" "lines of the run of short lines that a rule matches",
        }
        "windows" {
            Words2 = "words-2" "words a line within two lines",
            Words5 = "words-5" "words a line within five lines",
            Words12 = "words-12" "words a line within twelve lines",
            Prose2 = "prose-2" "share of the words within two lines that stand in prose",
            Prose12 = "prose-12" "share of the words within twelve lines that stand in prose",
            Ends5 = "ends-5" "share of lines within five that end in an end mark",
            Ends12 = "ends-12" "share of lines within twelve that end in an end mark",
            ProseWordsAbove12 = "prose-words-above-12" "words of prose in the twelve lines above",
            ProseWordsBelow12 = "prose-words-below-12" "words of prose in the twelve lines below",
        }
        "segments" {
            Tight = "tight" "place against the run of lines with the best sum where each short line costs much: before, inside (128), after",
            Loose = "loose" "the same, where a short line costs little",
            TightShare = "tight-share" "share of the page's words in the tight run",
            LongestBlock = "longest-block" "place against the block with most words of prose: before, inside (128), after",
            ShareAbove = "share-above" "share of the page's words of prose that stand above",
            WordsBelow = "words-below" "words of prose that stand below",
        }
        "place" {
            LinesAbove = "lines-above" "lines above",
            LinesBelow = "lines-below" "lines below",
            PageLines = "page-part" "share of the page's lines that stand above",
            PageWords = "page-words-part" "share of the page's words that stand above",
        }
        "repetition" {
            Repeats = "repeats" "how often the line stands on the page",
            Topic = "topic" "share of the line's longer words that the loose run has elsewhere",
            TitleWords = "title-words" "share of the line's words that the page's title has: the title that is told, else the first line",
            TitleCover = "title-cover" "share of the title's words that the line has",
            TitlePlace = "title-place" "place against the headline, the line most like the title: before, the headline (128), after",
        }
        "headers" {
            SinceComments = "since-comments" "lines since the last header of comments",
            SinceRelated = "since-related" "lines since the last header of related pages",
            SinceAuthor = "since-author" "lines since the last header of an author's note",
            SinceOther = "since-other" "lines since the last header of another section: a newsletter, an appeal, share buttons",
        }
        "rules" {
            Hit = "hit" "the surest rule that matches here: none, a part of the line, maybe, likely, sure",
            HitGroup = "hit-group" "what that rule is about: nothing, what belongs to an article (byline, date, credit), ways to other pages, a widget",
            HitAbove = "hit-above" "lines up to the next line above that a likely rule matches",
            HitBelow = "hit-below" "lines down to the next line below that a likely rule matches",
            Hits2 = "hits-2" "lines within two that a rule matches",
            Hits5 = "hits-5" "lines within five that a rule matches",
            Hits12 = "hits-12" "share of lines within twelve that a rule matches",
        }
    }
}

features! {
    /// What is measured of a page; a line's model reads these as well.
    PageFeature {
        "page" {
            Lines = "page-lines" "lines that are not blank",
            Words = "page-words" "words",
            Prose = "page-prose" "share of words that stand in prose",
            LineWords = "page-line-words" "words a line, in halves",
            Ends = "page-ends" "share of lines that end in an end mark",
            Short = "page-short" "share of lines of at most three words",
            Hits = "page-hits" "share of lines that a rule matches",
            Repeats = "page-repeats" "share of lines that stand on the page more than once",
            Digits = "page-digits" "share of letters and figures that are figures",
            Money = "page-money" "share of lines with a sign of money or per cent",
            Years = "page-years" "share of lines with a year or a time of day",
            Questions = "page-questions" "share of lines that end in a question mark",
            Bullets = "page-bullets" "share of lines that begin with a bullet",
            Blank = "page-blank" "share of lines that are blank",
            Capitalised = "page-capitalised" "share of words that begin with a capital; none in scripts without case",
            Tight = "page-tight" "share of words in the tight run",
            Loose = "page-loose" "share of words in the loose run",
            TightLines = "page-tight-lines" "share of lines in the tight run",
            ProseLines = "page-prose-lines" "lines of prose",
            ProseRun = "page-prose-run" "lines in the longest run of prose",
            ProseWords = "page-prose-words" "words a line of prose",
            Dates = "page-dates" "share of lines that a rule takes for a date or a byline",
            Comments = "page-comments" "lines that a rule takes for a part of comments",
            Navigation = "page-navigation" "share of lines that a rule takes for navigation or related pages",
            WidestGap = "page-widest-gap" "lines in the longest run without prose between the first and the last prose",
            TopicMean = "page-topic" "mean over lines of the share of longer words that the loose run has elsewhere",
        }
    }
}

features! {
    /// What kind of page it is, as a first model finds or a setting says; a line's model reads these as well.
    KindFeature {
        "kind" {
            Article = "kind-article" "how likely the page is an article, in per cent",
            List = "kind-list" "how likely it is a list or a shop's page",
            Forum = "kind-forum" "how likely it is a forum's page",
            Documentation = "kind-documentation" "how likely it is documentation",
        }
    }
}

features! {
    /// What the cut would do to the page; the model that tells raw pages from articles reads these and those of the page.
    CutFeature {
        "cut" {
            Share = "cut-share" "share of words that the cut takes",
            Lines = "cut-lines" "share of lines that it takes",
            Prose = "cut-prose" "share of the words of prose that it takes",
            Head = "cut-head" "share of words before the first line that stays",
            Tail = "cut-tail" "share of words after the last line that stays",
            Inside = "cut-inside" "share of words that it takes between these",
            Short = "cut-short" "share of the lines that it takes of at most three words",
            Hits = "cut-hits" "share of the lines that it takes that a rule matches",
            Words = "cut-words" "words that it takes",
            Run = "cut-run" "lines in the longest run that it takes",
            Kept = "kept-words" "words that stay",
            KeptMean = "kept-mean" "mean probability of the words that stay",
            AllMean = "all-mean" "mean probability of all words",
            Doubtful = "doubtful" "share of words with a probability from .2 to .8",
            Unlikely = "unlikely" "share of words with a probability below .2",
            VeryUnlikely = "very-unlikely" "share of words with a probability below .05",
            Expected = "expected" "the F1 that the cut promises",
        }
    }
}

features! {
    /// What the markup of an HTML page tells of a line; `NONE` in plain text, and where there is no such element.
    MarkupFeature {
        "markup" {
            Linked = "linked" "share of the line's characters in links",
            Linked5 = "linked-5" "the same of the lines within five",
            Tag = "tag" "the nearest block's tag: none, box, cell, caption, definition, item, headings from the sixth order up, listing, quotation, paragraph",
            TagBefore = "tag-before" "the same of the line before",
            TagAfter = "tag-after" "the same of the line after",
            Landmark = "landmark" "the nearest landmark: footer, nav, aside, dialog, search, header, article, main",
            InMain = "in-main" "whether it stands outside main and article, in main, in an article, in both",
            InFrame = "in-frame" "how many landmarks around it are no main and no article",
            Depth = "depth" "how many elements that hold text are around it",
            UpBefore = "up-before" "how many elements end between the line before and this one",
            UpAfter = "up-after" "how many elements end between this line and the next",
            SinceHeading = "since-heading" "lines since the last heading",
            HeadingOrder = "heading-order" "that heading's order",
            MainHeading = "main-heading" "place against the page's first main heading: before, the heading (128), after",
            BoxProse = "box-prose" "words of prose that stand in the same box, other boxes in it left out",
            BoxProseShare = "box-prose-share" "their share of the page's prose",
            BoxWords = "box-words" "words in the same box",
            BoxLinked = "box-linked" "share of the box's characters in links",
            BestBox = "best-box" "how many boxes further out the box with most prose in it and in the boxes right inside stands",
            Half = "half-box" "how many boxes further out the innermost box with half of the page's prose stands",
            Most = "most-box" "the same of four fifths of the prose",
            InnerProse = "inner-prose" "words of prose in the box and all that it holds",
            LookWords = "look-prose" "share of the page's prose in lines whose block and box have the same tag and classes",
            LookLines = "look-lines" "lines of that look",
            LookLinked = "look-linked" "share of their characters in links",
        }
        "classes" {
            Content = "class-content" "elements up to one with a class of content, as patterns/body/classes.txt lists them",
            Prose = "class-prose" "the same of running text",
            Heading = "class-heading" "the same of headings",
            Navigation = "class-navigation" "the same of navigation",
            Footer = "class-footer" "the same of footers",
            Header = "class-header" "the same of the page's header",
            Social = "class-social" "the same of share buttons and networks",
            Comments = "class-comments" "the same of comments",
            Related = "class-related" "the same of related pages",
            Cards = "class-cards" "the same of cards and lists",
            Aside = "class-aside" "the same of side columns",
            Advert = "class-advert" "the same of advertisements",
            Appeal = "class-appeal" "the same of newsletters, consent and dialogs",
            Controls = "class-controls" "the same of forms and buttons",
            Byline = "class-byline" "the same of bylines and dates",
            Tags = "class-tags" "the same of categories",
            Caption = "class-caption" "the same of pictures and captions",
            Product = "class-product" "the same of shops",
            Forum = "class-forum" "the same of forums",
            Unseen = "class-unseen" "the same of what is not seen",
            Toc = "class-toc" "the same of tables of contents",
        }
        "markup-page" {
            PageLinked = "page-linked" "share of the page's characters in links",
            PageParagraphs = "page-paragraphs" "share of the page's words in paragraphs",
            PageArticles = "page-articles" "how many articles the markup names",
            PageMain = "page-main" "share of the page's words in main",
            PageItems = "page-items" "share of the page's lines in items of lists",
        }
    }
}

/// How many columns are measured: the features of a line, then those of its page.
pub const MEASURED: usize = LineFeature::ALL.len() + PageFeature::ALL.len();
/// How many columns a table has: the measured ones, then the kinds.
pub const COLUMNS: usize = MEASURED + KindFeature::ALL.len();

/// The first column of the markup.
pub const MARKUP: usize = COLUMNS + CutFeature::ALL.len();

/// Whether a column has the same cell in all lines.
pub fn is_of_page(column: usize) -> bool {
    let of_markup = |feature: MarkupFeature| MARKUP + feature as usize;
    (LineFeature::ALL.len()..MARKUP).contains(&column)
        || column == LineFeature::TightShare as usize
        || (of_markup(MarkupFeature::PageLinked)..=of_markup(MarkupFeature::PageItems)).contains(&column)
}

/// Families, names and sentences of all columns that a model may read: those of the table, those of the cut, then those of the markup.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    LineFeature::ALL.iter().chain(PageFeature::ALL).chain(KindFeature::ALL).chain(CutFeature::ALL).chain(MarkupFeature::ALL)
}

/// A count as a byte: itself below eight, then eight steps for each doubling.
///
/// ```text
/// 0…8 → 0…8, 16 → 16, 32 → 24, 100 → 36, 1000 → 63
/// ```
pub fn scale(count: usize) -> u8 {
    SCALED.get(count).copied().unwrap_or_else(|| scale_any(count))
}

/// Most counts are small.
static SCALED: [u8; 1024] = {
    let mut scaled = [0; 1024];
    let mut count = 0;
    while count < scaled.len() {
        scaled[count] = scale_any(count);
        count += 1;
    }
    scaled
};

const fn scale_any(count: usize) -> u8 {
    if count < 8 {
        return count as u8;
    }
    let power = count.ilog2();
    let scaled = 8 * (power - 2) + (count >> (power - 3)) as u32 % 8;
    if scaled < 254 { scaled as u8 } else { 254 }
}

/// A share in per cent, rounded down; 0 of nothing.
pub fn share(part: usize, whole: usize) -> u8 {
    (100 * part).checked_div(whole).map_or(0, |percent| percent.min(254) as u8)
}

/// A place against a run of lines, `from..to`: below 128 before it, above 128 after it, by the distance's scale.
pub fn place(line: usize, run: &std::ops::Range<usize>) -> u8 {
    if run.is_empty() {
        NONE
    } else if line < run.start {
        INSIDE - scale(run.start - line).min(INSIDE)
    } else if line >= run.end {
        INSIDE + scale(line + 1 - run.end).min(NONE - INSIDE - 1)
    } else {
        INSIDE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<_> = all().map(|(_, name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), MARKUP + MarkupFeature::ALL.len());
        assert!(names.len() < 256, "columns are bytes in a model");
    }

    #[test]
    fn scales() {
        for (count, byte) in [(0, 0), (7, 7), (8, 8), (15, 15), (16, 16), (17, 16), (18, 17), (32, 24), (100, 36), (1000, 63)] {
            assert_eq!(scale(count), byte, "{count}");
        }
        assert!((0..100_000).map(scale).is_sorted());
        assert_eq!((share(1, 3), share(0, 0), place(3, &(5..9)), place(5, &(5..9)), place(9, &(5..9))), (33, 0, 126, 128, 129));
    }
}

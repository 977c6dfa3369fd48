//! What each tag of HTML does to text: whether it begins a line, hides what is in it, ends other elements.
//!
//! Names of tags that are not known (custom elements, inventions) are inline and do nothing, as in browsers.

use html5gum::State;

use crate::hash::NameMap;

/// The number of a tag's name on a page.
pub type TagId = u32;

/// What a tag does.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kind {
    /// How many line ends stand before and after it at least: none for inline elements, two for paragraphs and the like.
    pub gap: u8,
    /// It has no content and no end tag.
    pub is_void: bool,
    /// What is in it is not shown.
    pub is_hidden: bool,
    /// What is in it is for browsers without scripts.
    pub is_fallback: bool,
    /// White space stands beside it even if none is written: pictures and controls.
    pub is_apart: bool,
    /// White space in it is kept as it is.
    pub is_pre: bool,
    /// End tags of elements outside do not reach into it.
    pub is_scope: bool,
    /// What the tokenizer reads it as.
    pub state: Option<State>,
}

const INLINE: Kind = Kind {
    gap: 0,
    is_void: false,
    is_hidden: false,
    is_fallback: false,
    is_apart: false,
    is_pre: false,
    is_scope: false,
    state: None,
};
const BLOCK: Kind = Kind { gap: 1, ..INLINE };
const PARAGRAPH: Kind = Kind { gap: 2, ..INLINE };
const VOID: Kind = Kind { is_void: true, ..INLINE };
const HIDDEN: Kind = Kind { is_hidden: true, ..INLINE };
const APART: Kind = Kind { is_apart: true, ..INLINE };
const HIDDEN_APART: Kind = Kind { is_hidden: true, ..APART };

/// What a tag does, by its name in small letters.
///
/// Not shown, besides what browsers do not show: the choices of `select`, for they are a form's and not the page's; what players and
/// frames hold for browsers that have none; readings set above words (`rt`), without which the words read on.
pub fn kind(name: &[u8]) -> Kind {
    match name {
        b"address" | b"article" | b"aside" | b"body" | b"center" | b"dd" | b"details" | b"dialog" | b"div" | b"dt"
        | b"fieldset" | b"figcaption" | b"footer" | b"form" | b"header" | b"hgroup" | b"legend" | b"li" | b"main" | b"nav"
        | b"optgroup" | b"search" | b"section" | b"summary" | b"tbody" | b"tfoot" | b"thead" | b"tr" => BLOCK,
        b"blockquote" | b"dir" | b"dl" | b"figure" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"menu" | b"ol" | b"p"
        | b"ul" => PARAGRAPH,
        b"caption" | b"table" => Kind { is_scope: true, ..BLOCK },
        b"td" | b"th" => Kind { is_scope: true, ..INLINE },
        b"pre" | b"listing" => Kind { is_pre: true, ..PARAGRAPH },
        b"xmp" => Kind { is_pre: true, state: Some(State::RawText), ..PARAGRAPH },
        b"plaintext" => Kind { is_pre: true, state: Some(State::PlainText), ..PARAGRAPH },
        b"hr" => Kind { is_void: true, ..BLOCK },
        b"br" | b"area" | b"base" | b"basefont" | b"bgsound" | b"col" | b"frame" | b"keygen" | b"link" | b"meta" | b"param"
        | b"source" | b"track" | b"wbr" => VOID,
        b"img" | b"image" | b"input" | b"embed" => Kind { is_apart: true, ..VOID },
        b"button" | b"label" => APART,
        b"audio" | b"canvas" | b"datalist" | b"object" | b"select" | b"svg" | b"video" => HIDDEN_APART,
        b"annotation" | b"annotation-xml" | b"rp" | b"rt" | b"rtc" | b"template" => HIDDEN,
        b"noscript" => Kind { is_fallback: true, ..INLINE },
        b"script" => Kind { state: Some(State::ScriptData), ..HIDDEN },
        b"style" | b"noembed" | b"noframes" => Kind { state: Some(State::RawText), ..HIDDEN },
        b"iframe" => Kind { state: Some(State::RawText), ..HIDDEN_APART },
        b"title" => Kind { state: Some(State::RcData), ..HIDDEN },
        b"textarea" => Kind { state: Some(State::RcData), ..HIDDEN_APART },
        _ => INLINE,
    }
}

/// Tags that the rules of nesting name; their numbers are the same on all pages.
const KNOWN: [&str; 17] =
    ["p", "li", "ul", "ol", "dt", "dd", "dl", "table", "tr", "td", "th", "a", "thead", "tbody", "tfoot", "menu", "br"];

/// The numbers of [`KNOWN`].
#[allow(missing_docs)]
pub mod id {
    use super::TagId;

    pub const P: TagId = 0;
    pub const LI: TagId = 1;
    pub const UL: TagId = 2;
    pub const OL: TagId = 3;
    pub const DT: TagId = 4;
    pub const DD: TagId = 5;
    pub const DL: TagId = 6;
    pub const TABLE: TagId = 7;
    pub const TR: TagId = 8;
    pub const TD: TagId = 9;
    pub const TH: TagId = 10;
    pub const A: TagId = 11;
    pub const THEAD: TagId = 12;
    pub const TBODY: TagId = 13;
    pub const TFOOT: TagId = 14;
    pub const MENU: TagId = 15;
    pub const BR: TagId = 16;
}

/// How many tags are remembered by their ends.
const LAST: usize = 256;

/// The tags of a page.
#[derive(Debug)]
pub struct Tags {
    ids: NameMap<Box<[u8]>, TagId>,
    /// The tags that were asked for last, by what is told at once of their names.
    last: [TagId; LAST],
    kinds: Vec<Kind>,
    names: Vec<Box<str>>,
}

impl Default for Tags {
    fn default() -> Tags {
        let mut tags = Tags { ids: NameMap::default(), last: [0; LAST], kinds: Vec::new(), names: Vec::new() };
        for name in KNOWN {
            tags.id(name.as_bytes());
        }
        tags
    }
}

impl Tags {
    /// The number of a name.
    pub fn id(&mut self, name: &[u8]) -> TagId {
        let (first, end) = (name.first().copied().unwrap_or(0), name.last().copied().unwrap_or(0));
        let place = (usize::from(first) * 5 + usize::from(end) + name.len() * 7) % LAST;
        let last = self.last[place];
        if self.names.get(last as usize).is_some_and(|known| known.as_bytes() == name) {
            return last;
        }
        self.last[place] = self.new_id(name);
        self.last[place]
    }

    fn new_id(&mut self, name: &[u8]) -> TagId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.kinds.len() as TagId;
        self.kinds.push(kind(name));
        self.names.push(String::from_utf8_lossy(name).into());
        self.ids.insert(name.into(), id);
        id
    }

    pub fn kind(&self, id: TagId) -> Kind {
        self.kinds[id as usize]
    }

    pub fn name(&self, id: TagId) -> &str {
        &self.names[id as usize]
    }

    /// All names, by their numbers.
    pub fn into_names(self) -> Vec<Box<str>> {
        self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tags_have_their_numbers() {
        let mut tags = Tags::default();
        for (name, number) in [("p", id::P), ("table", id::TABLE), ("tfoot", id::TFOOT), ("br", id::BR)] {
            assert_eq!(tags.id(name.as_bytes()), number);
            assert_eq!(tags.name(number), name);
        }
        assert_eq!(tags.id(b"x-y"), KNOWN.len() as TagId);
    }
}

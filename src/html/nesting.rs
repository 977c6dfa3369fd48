//! Which elements are open. A tree is not built: a stack is enough to know what is around a text.
//!
//! What the Standard's tree builder does is done as far as it bears on that: end tags that may be left out, end tags of what is not
//! open, and tables, whose cells no end tag from within reaches out of. For every question the answer is known without walking the
//! stack, so that no nesting costs more than its length.

use super::tags::{Kind, TagId, id};

/// Whether an element's text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    /// It is.
    Shown,
    /// It is hidden until a script shows it.
    Veiled,
    /// It is no text of the page.
    Never,
}

/// An element that is open.
#[derive(Debug, Clone, Copy)]
pub struct Open {
    pub tag: TagId,
    pub is_pre: bool,
    /// Its number in the table of elements, once it holds text.
    pub element: Option<u32>,
    pub is_block: bool,
    /// Its classes and role, as the page's builder numbers them.
    pub names: u32,
    /// The place above which end tags from inside reach.
    scope: usize,
    /// The place above which the nearest block's inline elements stand.
    block: usize,
    /// The next element of the same tag further out, its place plus one.
    next_same: usize,
}

/// The open elements.
#[derive(Debug, Default)]
pub struct Nesting {
    pub open: Vec<Open>,
    /// For each tag, the place of its innermost open element, plus one.
    top: Vec<usize>,
    /// The places of the outermost elements that are veiled and never shown, plus one.
    veiled: usize,
    hidden: usize,
    links: usize,
    pre: usize,
    /// Elements that were too deep, and are not on the stack.
    beyond: usize,
    depth_max: usize,
}

impl Nesting {
    pub fn new(depth_max: usize) -> Nesting {
        Nesting { depth_max, ..Nesting::default() }
    }

    pub fn is_hidden(&self) -> bool {
        self.hidden > 0
    }

    pub fn is_veiled(&self) -> bool {
        self.veiled > 0
    }

    pub fn is_link(&self) -> bool {
        self.links > 0
    }

    pub fn is_pre(&self) -> bool {
        self.pre > 0
    }

    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The place of a tag's innermost open element, plus one.
    fn top(&self, tag: TagId) -> usize {
        self.top.get(tag as usize).copied().unwrap_or(0)
    }

    fn scope(&self) -> usize {
        self.open.last().map_or(0, |open| open.scope)
    }

    /// Opens an element. Says whether it was taken in: what stands too deep is not, unless it can hold no other element.
    pub fn push(&mut self, tag: TagId, kind: Kind, showing: Showing, names: u32) -> bool {
        if self.open.len() >= self.depth_max && kind.state.is_none() {
            self.beyond += 1;
            return false;
        }
        let place = self.open.len() + 1;
        if self.top.len() <= tag as usize {
            self.top.resize(tag as usize + 1, 0);
        }
        let next_same = std::mem::replace(&mut self.top[tag as usize], place);
        let is_block = kind.gap > 0 || kind.is_scope;
        let scope = if kind.is_scope { place } else { self.scope() };
        let block = if is_block { place } else { self.open.last().map_or(0, |open| open.block) };
        let outermost = match showing {
            Showing::Shown => None,
            Showing::Veiled => Some(&mut self.veiled),
            Showing::Never => Some(&mut self.hidden),
        };
        if let Some(outermost) = outermost.filter(|outermost| **outermost == 0) {
            *outermost = place;
        }
        self.links += usize::from(tag == id::A);
        self.pre += usize::from(kind.is_pre);
        let open = Open { tag, is_pre: kind.is_pre, element: None, is_block, names, scope, block, next_same };
        self.open.push(open);
        true
    }

    /// Closes all elements down to `depth`; gives back the greatest gap that `gap` says of them.
    pub fn close_to(&mut self, depth: usize, gap: impl Fn(TagId) -> u8) -> u8 {
        let mut most = 0;
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { break };
            self.top[open.tag as usize] = open.next_same;
            self.links -= usize::from(open.tag == id::A);
            self.pre -= usize::from(open.is_pre);
            // What is never shown ends no line.
            if self.hidden == 0 || self.open.len() < self.hidden {
                most = most.max(gap(open.tag));
            }
        }
        for outermost in [&mut self.veiled, &mut self.hidden] {
            if *outermost > depth {
                *outermost = 0;
            }
        }
        most
    }

    /// To which depth elements end where a start tag stands: their own end tags were left out.
    pub fn implied(&self, tag: TagId, kind: Kind) -> Option<usize> {
        let top = |tag| self.top(tag);
        let within = |own: usize, outer: usize| (own > outer).then(|| own - 1);
        let table = top(id::TABLE);
        match tag {
            id::LI => within(top(id::LI), top(id::UL).max(top(id::OL)).max(top(id::MENU)).max(self.scope())),
            id::DT | id::DD => within(top(id::DT).max(top(id::DD)), top(id::DL).max(self.scope())),
            id::TD | id::TH => within(top(id::TD).max(top(id::TH)), top(id::TR).max(table)),
            id::TR => within(top(id::TR), table),
            id::THEAD | id::TBODY | id::TFOOT => within(
                [id::THEAD, id::TBODY, id::TFOOT, id::TR].into_iter().map(top).filter(|place| *place > table).min()?,
                table,
            ),
            id::A => within(top(id::A), self.open.last().map_or(0, |open| open.block)),
            _ if kind.gap > 0 => within(top(id::P), self.scope()),
            _ => None,
        }
    }

    /// To which depth elements end where an end tag stands; none where it ends nothing.
    pub fn ended(&mut self, tag: TagId, kind: Kind) -> Option<usize> {
        if self.beyond > 0 && self.open.len() <= self.depth_max {
            self.beyond -= 1;
            return Some(self.open.len());
        }
        let own = self.top(tag);
        let outer = match tag {
            id::TABLE => 0,
            id::TD | id::TH | id::TR | id::THEAD | id::TBODY | id::TFOOT => self.top(id::TABLE),
            _ if kind.gap > 0 || kind.is_hidden || kind.is_fallback => self.scope(),
            _ => self.open.last().map_or(0, |open| open.block),
        };
        // A scope's own end tag ends it.
        (own > 0 && (own > outer || (own == outer && kind.is_scope))).then(|| own - 1)
    }
}

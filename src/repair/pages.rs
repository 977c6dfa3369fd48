//! The code pages that UTF-8 is found read through: what each byte from 0x80 became.
//!
//! The tables are those of the Unicode Consortium's mapping files. A byte that a page leaves undefined is the C1 control of the
//! same number, as browsers read it (ftfy calls such pages "sloppy"). Where the pages meet is worked out at compile time: for every
//! character, on which pages it may begin a UTF-8 sequence and on which it may go on with one.

/// A code page.
#[derive(Debug)]
pub(super) struct Page {
    /// As it stands in a repair's id.
    pub id: &'static str,
    /// As people call it.
    pub name: &'static str,
    /// The characters of the bytes 0x80 to 0xFF.
    high: &'static str,
}

/// How many pages there are.
pub(super) const COUNT: usize = 12;

/// The pages' numbers that the code tells apart.
pub(super) const CP1252: usize = 0;
/// MacRoman.
pub(super) const MACROMAN: usize = 7;
/// From here on the pages hold box drawing.
pub(super) const FIRST_WITH_BOXES: usize = 8;

/// The pages, the commonest first: where two read alike, the earlier one is named.
#[rustfmt::skip]
pub(super) const PAGES: [Page; COUNT] = [
    Page { id: "cp1252", name: "windows-1252", high: concat!(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ",
        "\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß",
        "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
    ) },
    Page { id: "cp1254", name: "windows-1254", high: concat!(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}\u{9e}Ÿ",
        "\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞß",
        "àáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ",
    ) },
    Page { id: "cp1250", name: "windows-1250", high: concat!(
        "€\u{81}‚\u{83}„…†‡\u{88}‰Š‹ŚŤŽŹ\u{90}‘’“”•–—\u{98}™š›śťžź",
        "\u{a0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{ad}®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż",
        "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß",
        "ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙",
    ) },
    Page { id: "iso-8859-2", name: "ISO-8859-2", high: concat!(
        "\u{80}\u{81}\u{82}\u{83}\u{84}\u{85}\u{86}\u{87}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{8d}\u{8e}\u{8f}",
        "\u{90}\u{91}\u{92}\u{93}\u{94}\u{95}\u{96}\u{97}\u{98}\u{99}\u{9a}\u{9b}\u{9c}\u{9d}\u{9e}\u{9f}",
        "\u{a0}Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u{ad}ŽŻ°ą˛ł´ľśˇ¸šşťź˝žż",
        "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß",
        "ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙",
    ) },
    Page { id: "cp1251", name: "windows-1251", high: concat!(
        "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ",
        "\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї",
        "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    ) },
    Page { id: "cp1253", name: "windows-1253", high: concat!(
        "€\u{81}‚ƒ„…†‡\u{88}‰\u{8a}‹\u{8c}\u{8d}\u{8e}\u{8f}\u{90}‘’“”•–—\u{98}™\u{9a}›\u{9c}\u{9d}\u{9e}\u{9f}",
        "\u{a0}΅Ά£¤¥¦§¨©ª«¬\u{ad}®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏ",
        "ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡÒΣΤΥΦΧΨΩΪΫάέήί",
        "ΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώÿ",
    ) },
    Page { id: "cp1257", name: "windows-1257", high: concat!(
        "€\u{81}‚\u{83}„…†‡\u{88}‰\u{8a}‹\u{8c}¨ˇ¸\u{90}‘’“”•–—\u{98}™\u{9a}›\u{9c}¯˛\u{9f}",
        "\u{a0}¡¢£¤¥¦§Ø©Ŗ«¬\u{ad}®Æ°±²³´µ¶·ø¹ŗ»¼½¾æ",
        "ĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽß",
        "ąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙",
    ) },
    Page { id: "macroman", name: "MacRoman", high: concat!(
        "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü",
        "†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø",
        "¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ",
        "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ",
    ) },
    Page { id: "cp437", name: "code page 437", high: concat!(
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ",
        "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
        "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
        "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    ) },
    Page { id: "cp850", name: "code page 850", high: concat!(
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ",
        "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
        "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀",
        "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
    ) },
    Page { id: "cp866", name: "code page 866", high: concat!(
        "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
        "абвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
        "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
        "рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u{a0}",
    ) },
    Page { id: "koi8-r", name: "KOI8-R", high: concat!(
        "─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u{a0}⌡°²·÷",
        "═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©",
        "юабцдефгхийклмнопярстужвьызшэщчъ",
        "ЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ",
    ) },
];

/// Pages that also take any C1 control for its byte: they are read as their ISO 8859 kin without a second look.
const WITH_C1: u16 = 0b11;

/// Characters below this are looked up by number; above it the pages hold four more.
const DIRECT: usize = 0x2600;
const SLOTS: usize = DIRECT + 4;

/// What a character may stand for: sets of pages.
///
/// A page has two bits, its number and its number plus `COUNT`. Small letters that lead three bytes have only the first one, small
/// letters that go on only the second: on the pages of `SMALL` two small letters are text, as in any Czech or Serbian word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    /// On which pages its byte begins a sequence: C2 to F4.
    pub lead: u32,
    /// On which its byte goes on with one: 80 to BF.
    pub more: u32,
}

/// The pages on which a character of `lead` may stand before one of `more`, a bit each, small letters or not.
pub(super) fn of_pair(lead: u32, more: u32) -> u32 {
    (lead | lead >> COUNT) & (more | more >> COUNT) & ((1 << COUNT) - 1)
}

/// Pages whose letters from E0 are small, and which of their bytes below C0 are small letters too.
const SMALL: [(usize, &[u8]); 5] = [
    (2, &[0x9a, 0x9c, 0x9d, 0x9e, 0x9f, 0xb3, 0xb9, 0xba, 0xbe, 0xbf]),
    (3, &[0xb1, 0xb3, 0xb5, 0xb6, 0xb9, 0xba, 0xbb, 0xbc, 0xbe, 0xbf]),
    (4, &[0x83, 0x90, 0x9a, 0x9c, 0x9d, 0x9e, 0x9f, 0xa2, 0xb3, 0xb4, 0xb8, 0xba, 0xbc, 0xbe, 0xbf]),
    (6, &[0xb8, 0xba, 0xbf]),
    (10, &[0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf]),
];

/// Whether a byte is a small letter on one of the pages of `SMALL`.
const fn is_small(page: usize, byte: u8) -> bool {
    let mut i = 0;
    while i < SMALL.len() {
        let (mut k, small) = (0, SMALL[i].1);
        while SMALL[i].0 == page && k < small.len() {
            if small[k] == byte {
                return true;
            }
            k += 1;
        }
        if SMALL[i].0 == page && byte >= 0xe0 {
            return true;
        }
        i += 1;
    }
    false
}

/// In `Role::more`: a C1 control, which is worth a look wherever it stands.
pub(super) const CONTROL: u32 = 1 << 31;

/// U+FFFD may stand for any byte that was lost.
const LOST: u32 = (1 << (2 * COUNT)) - 1;

const fn slot(c: u32) -> usize {
    match c {
        0xf8ff => DIRECT,
        0xfb01 => DIRECT + 1,
        0xfb02 => DIRECT + 2,
        0xfffd => DIRECT + 3,
        c if (c as usize) < DIRECT => c as usize,
        // U+0000 stands for nothing on any page.
        _ => 0,
    }
}

/// Decodes the character at `at` of UTF-8 (for compile time); the second number is where the next one starts.
const fn char_at(bytes: &[u8], at: usize) -> (u32, usize) {
    let b = bytes[at] as u32;
    let (mut c, more) = match b {
        0..0x80 => (b, 0),
        0x80..0xe0 => (b & 0x1f, 1),
        0xe0..0xf0 => (b & 0xf, 2),
        _ => (b & 7, 3),
    };
    let mut i = 0;
    while i < more {
        i += 1;
        c = c << 6 | (bytes[at + i] & 0x3f) as u32;
    }
    (c, at + 1 + more)
}

/// Each page's bytes by the slot of their character; 0 where there is none.
static BYTES: [[u8; SLOTS]; COUNT] = {
    let mut table = [[0; SLOTS]; COUNT];
    let mut page = 0;
    while page < COUNT {
        let (high, mut at, mut byte) = (PAGES[page].high.as_bytes(), 0, 0x80u32);
        while byte < 0xa0 && WITH_C1 >> page & 1 == 1 {
            table[page][byte as usize] = byte as u8;
            byte += 1;
        }
        byte = 0x80;
        while at < high.len() {
            let (c, next) = char_at(high, at);
            table[page][slot(c)] = byte as u8;
            (at, byte) = (next, byte + 1);
        }
        assert!(byte == 0x100, "a page has 128 high characters");
        page += 1;
    }
    table
};

static ROLES: [Role; SLOTS] = {
    let mut roles = [Role { lead: 0, more: 0 }; SLOTS];
    let mut page = 0;
    while page < COUNT {
        let mut i = 0;
        while i < SLOTS {
            let (byte, one, two) = (BYTES[page][i], 1 << page, 1 << (page + COUNT));
            match byte {
                0xc2..=0xf4 => roles[i].lead |= if is_small(page, byte) { one } else { one | two },
                0x80..=0xbf => roles[i].more |= if is_small(page, byte) { two } else { one | two },
                _ => {}
            }
            i += 1;
        }
        page += 1;
    }
    roles[slot(0xfffd)].more = LOST;
    let mut control = 0x80;
    while control < 0xa0 {
        roles[control].more |= CONTROL;
        control += 1;
    }
    roles
};

/// What the character of this number may stand for.
#[inline]
pub(super) fn role(c: u32) -> Role {
    ROLES[slot(c)]
}

/// The byte that a character was on a page.
pub(super) fn byte(page: usize, c: char) -> Option<u8> {
    Some(BYTES[page][slot(c as u32)]).filter(|b| *b != 0)
}

/// The character of a byte from 0x80 on a page.
pub(super) fn char_of(page: usize, byte: u8) -> Option<char> {
    PAGES[page].high.chars().nth(usize::from(byte).checked_sub(0x80)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_agree_with_the_encoding_standard() {
        for (page, label) in
            [(0, "windows-1252"), (1, "windows-1254"), (2, "windows-1250"), (3, "iso-8859-2"), (4, "windows-1251")]
                .into_iter()
                .chain([(5, "windows-1253"), (6, "windows-1257"), (7, "macintosh"), (10, "ibm866"), (11, "koi8-r")])
        {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            for b in 0x80..=0xff {
                let (text, bad) =
                    encoding.decode_without_bom_handling(&[b]).0.chars().next().map(|c| (c, c == '\u{fffd}')).unwrap();
                if !bad {
                    assert_eq!(char_of(page, b), Some(text), "{label} {b:x}");
                    assert_eq!(byte(page, text), Some(b), "{label} {b:x}");
                }
            }
        }
    }

    #[test]
    fn roles() {
        let pair = |a: char, b: char| of_pair(role(a as u32).lead, role(b as u32).more);
        assert_eq!(pair('Ã', '©') & 0b11, 0b11);
        assert_eq!(role('с' as u32).lead & role('к' as u32).more, 0);
        assert_eq!(pair('╨', 'а'), 1 << 10);
        assert_eq!(role('a' as u32).lead, 0);
        assert_eq!(role(0x4e2d).more, 0);
    }
}

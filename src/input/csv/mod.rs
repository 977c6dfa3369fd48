//! Tables in text: where records and their fields stand in the bytes, and which columns hold what is read.
//!
//! As RFC 4180 and the programs that came before it have it: a field may stand in quotes, in which delimiters and line ends are text
//! and two quotes are one. A quote elsewhere is text. Nothing is rewritten but the fields that change.

mod columns;
mod cutter;
mod dialect;
mod row;

pub use columns::Columns;
pub use cutter::CsvCutter;
pub use dialect::Dialect;
pub use row::{fields, is_blank, is_whole, quoted, text};

/// Tables of cases, and what holds for any bytes and any chunks; the crate `csv` says what a table means.
#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::path::Path;

    use super::*;
    use crate::input::Fields;

    const COMMA: Dialect = Dialect { delimiter: b',', quote: Some(b'"') };

    /// The records of a stream that comes in these chunks.
    fn records(chunks: &[&[u8]], dialect: Dialect) -> Vec<Vec<u8>> {
        let (mut cutter, mut records, mut record) = (CsvCutter::new(dialect), Vec::new(), Vec::new());
        for chunk in chunks {
            let mut rest = *chunk;
            while let Some(end) = cutter.end(rest) {
                record.extend_from_slice(&rest[..end]);
                records.push(std::mem::take(&mut record));
                rest = &rest[end..];
            }
            record.extend_from_slice(rest);
        }
        records.extend((!record.is_empty()).then_some(record));
        records
    }

    /// What the fields of a record say.
    fn said(record: &[u8], dialect: Dialect) -> Vec<String> {
        fields(record, dialect).into_iter().map(|span| text(&record[span], dialect).unwrap().into_owned()).collect()
    }

    #[test]
    fn records_end_outside_quotes() {
        for (input, want) in [
            ("a,b\nc,d\n", &["a,b\n", "c,d\n"][..]),
            ("a,b\r\nc,d", &["a,b\r\n", "c,d"]),
            ("a\rb\r\r\nc", &["a\r", "b\r", "\r\n", "c"]),
            ("\"a\nb\"\nc", &["\"a\nb\"\n", "c"]),
            ("x,\"a\r\n\"\"b\"\"\n\",y\nc", &["x,\"a\r\n\"\"b\"\"\n\",y\n", "c"]),
            ("a \"b\nc\" d\n", &["a \"b\n", "c\" d\n"]),
            ("\"a\" \"b\nc\n", &["\"a\" \"b\n", "c\n"]),
            ("\"\",\"\n\"\n", &["\"\",\"\n\"\n"]),
            ("\n\na\n", &["\n", "\n", "a\n"]),
            ("a,\"no end\nb\n", &["a,\"no end\nb\n"]),
            ("", &[]),
        ] {
            for size in 1..=input.len().max(1) {
                let chunks: Vec<_> = input.as_bytes().chunks(size).collect();
                let want: Vec<_> = want.iter().map(|record| record.as_bytes().to_vec()).collect();
                assert_eq!(records(&chunks, COMMA), want, "{input:?} in chunks of {size}");
            }
        }
    }

    #[test]
    fn what_fields_say() {
        for (record, dialect, want) in [
            ("a,b\n", COMMA, &["a", "b"][..]),
            ("a,\r\n", COMMA, &["a", ""]),
            ("", COMMA, &[""]),
            ("\"a,\"\"b\"\"\n\",c", COMMA, &["a,\"b\"\n", "c"]),
            ("\"a\"b\"\"c,d", COMMA, &["ab\"\"c", "d"]),
            (" \"a\",b\"", COMMA, &[" \"a\"", "b\""]),
            ("a,\"no end,b\n", COMMA, &["a", "no end,b\n"]),
            ("\"\"\"\",\"", COMMA, &["\"", ""]),
            ("a;\"b;c\"\n", Dialect { delimiter: b';', ..COMMA }, &["a", "b;c"]),
            ("\"a\t\"b\n", Dialect { delimiter: b'\t', quote: None }, &["\"a", "\"b"]),
        ] {
            assert_eq!(said(record.as_bytes(), dialect), want, "{record:?}");
        }
        assert_eq!(text(b"caf\xe9", COMMA), Err(3));
        assert!(is_blank(b" \r\n") && !is_blank(b",\n"));
    }

    #[test]
    fn texts_are_written_as_the_old_ones_were() {
        let bare = Dialect { delimiter: b'\t', quote: None };
        for (text, old, is_alone, dialect, want) in [
            ("new", "old", false, COMMA, Some("new")),
            ("new", "\"old\"", false, COMMA, Some("\"new\"")),
            ("a, b", "old", false, COMMA, Some("\"a, b\"")),
            ("two\nlines", "old", false, COMMA, Some("\"two\nlines\"")),
            ("say \"a\"", "old", false, COMMA, Some("\"say \"\"a\"\"\"")),
            ("", "old", false, COMMA, Some("")),
            ("", "old", true, COMMA, Some("\"\"")),
            ("", "old", true, bare, None),
            ("a\tb", "old", false, bare, None),
            ("\"a\"", "old", false, bare, Some("\"a\"")),
        ] {
            assert_eq!(quoted(text, old.as_bytes(), is_alone, dialect).as_deref(), want, "{text:?} for {old:?}");
        }
    }

    #[test]
    fn dialects_are_told_by_name_and_header() {
        for (name, head, want) in [
            ("a.csv", "id,text\n1;2;3;4", b','),
            ("a.csv", "id;text\n1,2,3", b';'),
            ("a.CSV", "id\ttext", b'\t'),
            ("a.csv", "id|text|\"a;b;c;d;e\"\r\n", b'|'),
            ("a.csv", "\"a\"\";;;;\"\"b\",c\n", b','),
            ("a.csv", "text\n", b','),
            ("a.csv", "a,b;c\n", b','),
            ("a.tsv", "id,text,more\n", b'\t'),
            ("a.TAB", "", b'\t'),
        ] {
            assert_eq!(Dialect::of(Path::new(name), head.as_bytes()), Dialect { delimiter: want, ..COMMA }, "{name}: {head}");
        }
    }

    #[test]
    fn columns_are_named_by_the_header() {
        for (names, header, want) in [
            ("text", "id,text,url\n", "[1] Some(2) None"),
            ("body,title", "\u{feff}\"title\",\"body\"\r\n", "[1, 0] None Some(0)"),
            ("a.b", "a,a.b", "[1] None None"),
            ("text", "id, text ,url", "[1] Some(2) None"),
            ("2", "id,text", "[1] None None"),
            ("2", "2,text", "[0] None None"),
            ("text", "text,url,url", "[0] None None"),
            ("txet", "id,text", "the header has no column `txet`, expected one of `id`, `text`; did you mean `text`?"),
            ("3", "id,text", "the header has no column `3`, expected one of `id`, `text`"),
            ("0", "id", "the header has no column `0`, expected one of `id`"),
            ("text", "i\u{1b}d", "the header has no column `text`, expected one of `i\\u{1b}d`"),
            (
                "text",
                "text,a,text",
                "columns 1 and 3 are both called `text`, expected one; `--field 3` names a column by its place",
            ),
            ("text,1", "text,a", "the field `1` is a column that is already named"),
        ] {
            let mut fields = Fields::default();
            fields.set_texts(&names.split(',').map(str::to_owned).collect::<Vec<_>>()).unwrap();
            let got = match Columns::of(header.as_bytes(), COMMA, true, &fields) {
                Ok(columns) => format!("{:?} {:?} {:?}", columns.texts, columns.url, columns.title),
                Err(error) => error.to_string(),
            };
            assert_eq!(got, want, "{names} in {header}");
        }
    }

    /// Bytes in which the signs of tables are common.
    fn table() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(&b"\"\"\",,\n\r;ab \xc3\xbc"[..]), 0..60)
    }

    fn dialect() -> impl Strategy<Value = Dialect> {
        let quote = prop_oneof![4 => Just(Some(b'"')), 1 => Just(None)];
        (prop::sample::select(&b",;"[..]), quote).prop_map(|(delimiter, quote)| Dialect { delimiter, quote })
    }

    /// The records of a table as the crate reads them.
    fn read(bytes: &[u8], Dialect { delimiter, quote }: Dialect) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(delimiter).quote(quote.unwrap_or_default()).quoting(quote.is_some());
        let records = reader.from_reader(bytes).into_byte_records();
        records.map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(bytes in table(), dialect in dialect(), mut cuts in prop::collection::vec(0..60_usize, 0..6)) {
            cuts.push(bytes.len());
            cuts.sort_unstable();
            let mut from = 0;
            let mut chunks = Vec::new();
            for cut in cuts.into_iter().map(|cut| cut.min(bytes.len())) {
                chunks.push(&bytes[from..cut]);
                from = cut;
            }
            let whole = records(&[&bytes], dialect);
            prop_assert_eq!(&records(&chunks, dialect), &whole);
            prop_assert_eq!(whole.concat(), bytes);
        }

        #[test]
        fn fields_are_what_the_crate_reads(bytes in table(), dialect in dialect()) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let records = records(&[text.as_bytes()], dialect);
            let blank = |record: &Vec<u8>| record.iter().all(|b| b"\r\n".contains(b));
            let said: Vec<Vec<_>> = records.iter().filter(|record| !blank(record)).map(|record| said(record, dialect)).collect();
            let want = read(text.as_bytes(), dialect);
            prop_assert_eq!(said.iter().map(|r| r.iter().map(|f| f.as_bytes().to_vec()).collect::<Vec<_>>()).collect::<Vec<_>>(), want);
        }

        #[test]
        fn spans_and_what_is_between_them_are_the_record(bytes in table(), dialect in dialect()) {
            for record in records(&[&bytes], dialect) {
                let spans = fields(&record, dialect);
                prop_assert!(spans.windows(2).all(|pair| pair[0].end + 1 == pair[1].start && record[pair[0].end] == dialect.delimiter));
                let end = &record[spans.last().unwrap().end..];
                prop_assert!(spans[0].start == 0 && [&b""[..], b"\n", b"\r", b"\r\n"].contains(&end));
            }
        }

        #[test]
        fn a_new_text_is_read_as_it_is(bytes in table(), dialect in dialect(), new in "[\",;\n\r a\u{fc}]{0,8}", which in 0..4_usize) {
            for record in records(&[&bytes], dialect).iter().filter(|record| record.ends_with(b"\n")) {
                let spans = fields(record, dialect);
                let Some(span) = spans.get(which).cloned() else { continue };
                let Some(raw) = quoted(&new, &record[span.clone()], spans.len() == 1, dialect) else { continue };
                let mut want = read(record, dialect);
                // A blank line is no record.
                if want.len() != 1 {
                    continue;
                }
                want[0][which] = new.clone().into_bytes();
                let spliced = [&record[..span.start], raw.as_bytes(), &record[span.end..]].concat();
                prop_assert_eq!(read(&spliced, dialect), want);
            }
        }
    }
}

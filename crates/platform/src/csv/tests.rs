use postern_domain::contact::{FIELDS, Field, Fields};
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;
use postern_store::contacts::Contact;
use postern_store::list_jobs::{Chunk, STEP_CONTACTS_MAX};
use proptest::prelude::*;

use super::cell::{as_meant, harmless};
use super::{Layout, ROW_BYTES_MAX, Stretch, begin, first_rows, headings, read, rows};

fn layout(delimiter: u8, columns: &[Option<Field>]) -> Layout {
    Layout {
        delimiter,
        columns: columns.to_vec(),
        country: CountryCode::from_upper(*b"AU"),
    }
}

fn phone_and_name() -> Layout {
    layout(b',', &[Some(Field::PhoneNumber), Some(Field::FirstName)])
}

fn whole(bytes: &[u8], layout: &Layout) -> Chunk {
    in_pieces(bytes, layout, usize::MAX)
}

/// Reads a file as a job does, seeing at most `window` bytes at a time (which must hold a row).
fn in_pieces(bytes: &[u8], layout: &Layout, window: usize) -> Chunk {
    let mut all = Chunk::default();
    for _ in 0..=bytes.len() {
        let from = all.position as usize;
        let to = from.saturating_add(window).min(bytes.len());
        let chunk = read(
            &Stretch {
                bytes: &bytes[from..to],
                position: all.position,
                rows_before: all.rows_read,
                to_end: to == bytes.len(),
            },
            layout,
        );
        assert!(chunk.rows_read <= STEP_CONTACTS_MAX);
        all.position = chunk.position;
        all.rows_read += chunk.rows_read;
        all.contacts.extend(chunk.contacts);
        all.faults.extend(chunk.faults);
        if chunk.finished {
            all.finished = true;
            assert_eq!(all.position, bytes.len() as i64);
            return all;
        }
    }
    panic!("no end after {} bytes of {}", all.position, bytes.len());
}

fn names(chunk: &Chunk) -> Vec<&str> {
    chunk
        .contacts
        .iter()
        .map(|c| c.get(Field::FirstName))
        .collect()
}

fn faults(chunk: &Chunk) -> Vec<(i64, &str)> {
    chunk
        .faults
        .iter()
        .map(|f| (f.row, f.reason.as_str()))
        .collect()
}

#[test]
fn the_first_line_tells_the_delimiter() {
    for (text, delimiter) in [
        ("phone", b','),
        ("phone;name", b';'),
        ("phone,name;x", b','),
        ("\"a,b,c\";name\n,,,,", b';'),
        ("phone\tname, x", b','),
        ("a\tb\tc", b'\t'),
        ("\u{feff}a;b", b';'),
        ("\n\na;b", b';'),
    ] {
        assert_eq!(begin(text.as_bytes()), Ok(delimiter), "{text:?}");
    }
    for bytes in [
        &b""[..],
        b" \n",
        b"\xEF\xBB\xBF\r\n",
        b"\xFF\xFEa\0",
        b"a\0b",
    ] {
        assert!(begin(bytes).is_err(), "{bytes:?}");
    }
}

#[test]
fn rows_become_contacts_and_bad_rows_are_reported() {
    let file = "\u{feff}Phone,First Name\r\n0411 111 111,John\r\n\r\nnonsense,Jane\r\n,Nobody\r\n,\r\n+61422222222,\"O\"\"Neil, Jr.\"\r\n+61433333333";
    let read = whole(file.as_bytes(), &phone_and_name());
    assert_eq!(names(&read), ["John", "O\"Neil, Jr.", ""]);
    assert_eq!(
        read.contacts[0].get(Field::PhoneNumber),
        "+61411111111",
        "completed from the account's country"
    );
    assert_eq!(read.rows_read, 7, "blank lines are no rows");
    assert_eq!(
        faults(&read),
        [
            (3, "phone_number: not a telephone number"),
            (
                4,
                "phone_number, email, fax_number or address_line_1 must be there"
            ),
        ]
    );
}

#[test]
fn columns_can_be_left_out_and_separated_by_semicolons() {
    let layout = layout(
        b';',
        &[None, Some(Field::Email), None, Some(Field::FirstName)],
    );
    let read = whole(b"x;a@b.com;y;Ann\n1;c@d.com\n", &layout);
    assert_eq!(names(&read), ["Ann", ""]);
    assert_eq!(read.contacts[1].get(Field::Email), "c@d.com");
    assert_eq!(
        Layout::from_text(&layout.to_text()),
        Some(layout),
        "kept with the job"
    );
}

#[test]
fn bytes_that_are_no_text_are_a_bad_row() {
    let read = whole(
        b"+61411111111,J\xF6rg\n+61422222222,Ann\n",
        &phone_and_name(),
    );
    assert_eq!(faults(&read), [(1, "first_name: not UTF-8")]);
    assert_eq!(names(&read), ["Ann"]);
}

#[test]
fn an_open_quote_costs_its_own_row_only() {
    let small = "+61411111111,\"John\n+61422222222,Ann\n+61433333333,Bob\n";
    let read = whole(
        format!("nonsense,\"John\n{small}").as_bytes(),
        &layout(b',', &[Some(Field::PhoneNumber), Some(Field::FirstName)]),
    );
    assert_eq!(faults(&read)[0].0, 1);
    let mut long = String::from("+61411111111,\"John\n");
    while long.len() < 3 * ROW_BYTES_MAX {
        long.push_str("+61422222222,Ann\n");
    }
    let rows = long.lines().count() as i64;
    for window in [usize::MAX, 2 * ROW_BYTES_MAX + 1] {
        let read = in_pieces(long.as_bytes(), &phone_and_name(), window);
        assert_eq!(
            faults(&read),
            [(1, "the row is longer than 64 KiB; is a quote not closed?")]
        );
        assert_eq!(
            (read.rows_read, read.contacts.len() as i64),
            (rows, rows - 1)
        );
    }
}

#[test]
fn previews_are_as_text() {
    let rows = first_rows("\u{feff}a;b\n\"c;d\";e\nf".as_bytes(), b';', 2);
    assert_eq!(rows, [vec!["a", "b"], vec!["c;d", "e"]]);
}

#[test]
fn formulas_are_written_as_text() {
    for (value, cell) in [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1 555", "'+1 555"),
        ("-x", "'-x"),
        ("\tx", "'\tx"),
        ("'=1", "''=1"),
        ("+61411111111", "+61411111111"),
        ("-5", "-5"),
        ("O'Neil", "O'Neil"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ] {
        assert_eq!(harmless(value), cell);
        assert_eq!(as_meant(cell), value);
    }
    assert!(headings().starts_with(b"phone,first_name,last_name,custom1,"));
}

fn contact(fields: Fields) -> Contact {
    Contact {
        list_id: 1,
        contact_id: 1,
        created_at: UnixMicros(0),
        updated_at: UnixMicros(0),
        fields,
    }
}

/// Values as the store holds them: trimmed, without NUL.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "['=+@\t\"\r\n;,-]{0,6}[a-z]{0,3}",
        Just(String::new()),
    ]
    .prop_map(|text| text.replace('\0', "").trim().to_owned())
}

proptest! {
    #[test]
    fn every_cell_comes_back(text in value()) {
        let cell = harmless(&text);
        prop_assert_eq!(as_meant(&cell), text.as_str());
        let first = cell.chars().next();
        let number = cell.strip_prefix(['+', '-']).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()) && !d.is_empty());
        prop_assert!(number || !first.is_some_and(|c| "=+-@\t\r".contains(c)), "{:?} would be calculated", cell);
    }

    #[test]
    fn an_export_is_imported_as_it_was(values in proptest::collection::vec(proptest::collection::vec(value(), FIELDS), 1..20), window in 3_000_usize..20_000) {
        let mut contacts = Vec::new();
        for (n, values) in values.into_iter().enumerate() {
            let mut fields = Fields::default();
            for (field, value) in Field::ALL.into_iter().zip(values) {
                fields.set(field, value);
            }
            fields.set(Field::PhoneNumber, format!("+6141111{n:04}"));
            fields.set(Field::FaxNumber, "");
            fields.set(Field::Email, "");
            contacts.push(contact(fields));
        }
        let file = [headings(), rows(&contacts)].concat();
        let columns = Field::ALL.map(Some);
        let read = in_pieces(&file, &layout(begin(&file).unwrap(), &columns), window);
        prop_assert_eq!(faults(&read), []);
        let expected: Vec<_> = contacts.into_iter().map(|c| c.fields).collect();
        prop_assert_eq!(read.contacts, expected);
    }

    #[test]
    fn any_bytes_end_and_the_window_does_not_matter(file in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(b'"'), Just(b','), Just(b'+'), b'0'..=b'9', any::<u8>()], 0..400), window in 400_usize..900) {
        let at_once = whole(&file, &phone_and_name());
        let again = in_pieces(&file, &phone_and_name(), window);
        prop_assert_eq!(&at_once.contacts, &again.contacts);
        prop_assert!(at_once.rows_read >= (at_once.contacts.len() + at_once.faults.len()) as i64);
    }
}

use proptest::prelude::*;

use super::{FIELD_CHARS_MAX, Field, Fields, InvalidContact, fill};
use crate::phone::CountryCode;

fn australia() -> CountryCode {
    CountryCode::from_upper(*b"AU")
}

fn contact(values: &[(Field, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (field, value) in values {
        fields.set(*field, *value);
    }
    fields
}

#[test]
fn every_name_of_a_field_is_understood() {
    for (index, field) in Field::ALL.into_iter().enumerate() {
        assert_eq!(field as usize, index);
        for name in [field.as_str(), field.import_name(), field.label()] {
            assert_eq!(Field::parse(name), Some(field), "{name}");
            assert_eq!(Field::parse(&name.to_uppercase()), Some(field), "{name}");
        }
    }
    for name in ["", "list_id", "custom_5", "custom", "contact_id"] {
        assert_eq!(Field::parse(name), None, "{name}");
    }
}

#[test]
fn numbers_are_completed_and_values_trimmed() {
    let given = contact(&[
        (Field::PhoneNumber, " 0411 111 111 "),
        (Field::FirstName, " Jo\0hn\n"),
    ]);
    let completed = given.completed(australia()).unwrap();
    assert_eq!(completed.get(Field::PhoneNumber), "+61411111111");
    assert_eq!(completed.get(Field::FirstName), "John");
}

#[test]
fn one_way_of_reaching_somebody_is_enough() {
    for (field, value) in [
        (Field::PhoneNumber, "+61411111111"),
        (Field::Email, "a@b"),
        (Field::FaxNumber, "+61261111111"),
        (Field::AddressLine1, "1 High Street"),
    ] {
        assert!(
            contact(&[(field, value)]).completed(australia()).is_ok(),
            "{value}"
        );
    }
    for fields in [
        contact(&[]),
        contact(&[(Field::FirstName, "John"), (Field::AddressCity, "Perth")]),
    ] {
        assert_eq!(
            fields.completed(australia()),
            Err(InvalidContact::Unreachable)
        );
    }
}

#[test]
fn wrong_values_are_named() {
    let why = |field, value: &str| {
        contact(&[(field, value)])
            .completed(australia())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        why(Field::PhoneNumber, "hello"),
        "phone_number: not a telephone number"
    );
    assert_eq!(
        why(Field::FaxNumber, "12"),
        "fax_number: not a telephone number"
    );
    for email in ["john", "@b", "a@", "a b@c"] {
        assert_eq!(why(Field::Email, email), "email: not an e-mail address");
    }
    let long = "é".repeat(FIELD_CHARS_MAX + 1);
    assert_eq!(
        why(Field::Custom2, &long),
        "custom_2: longer than 1000 characters"
    );
    let just_fits = contact(&[(Field::Email, "a@b"), (Field::Custom2, &long[2..])]);
    assert!(just_fits.completed(australia()).is_ok());
}

#[test]
fn the_three_spellings_are_filled_in() {
    let john = contact(&[
        (Field::FirstName, "John"),
        (Field::LastName, "Doe"),
        (Field::Custom1, "A"),
        (Field::Email, "john@doe.com"),
    ]);
    for (text, filled) in [
        ("Hi (First Name) (Last Name): (Cust. 1)!", "Hi John Doe: A!"),
        (
            "Hi {FirstName} {LastName}: {CustomString1}!",
            "Hi John Doe: A!",
        ),
        (
            "Hi {first_name} {last_name}: {custom_1}!",
            "Hi John Doe: A!",
        ),
        (
            "{name}|(Email Address)|{email}",
            "John Doe|john@doe.com|john@doe.com",
        ),
        // Empty fields become nothing, and nothing around them changes.
        ("Hi {custom_2}, (Cust. 3)!", "Hi , !"),
        // What is no placeholder stays.
        (
            "(email) {unknown} {} () (( {first_name (First Name",
            "(email) {unknown} {} () (( {first_name (First Name",
        ),
        ("({first_name})", "(John)"),
        ("((First Name))", "(John)"),
        ("ü{first_name}ü", "üJohnü"),
    ] {
        assert_eq!(fill(text, &john), filled, "{text}");
    }
}

proptest! {
    #[test]
    fn values_are_never_read_as_placeholders(value in ".{0,20}", before in "[^({]{0,9}", after in "[^({]{0,9}") {
        let mut fields = Fields::default();
        fields.set(Field::FirstName, format!("{{last_name}}{value}(Last Name)"));
        fields.set(Field::LastName, "LEAK");
        for spelling in ["(First Name)", "{FirstName}", "{first_name}"] {
            let text = format!("{before}{spelling}{after}");
            let filled = fill(&text, &fields);
            prop_assert_eq!(filled.as_ref(), format!("{before}{}{after}", fields.get(Field::FirstName)));
        }
    }

    #[test]
    fn a_text_without_placeholders_stays_what_it_is(text in any::<String>()) {
        let marked = contact(&[(Field::FirstName, "X")]);
        prop_assume!(Field::ALL.iter().all(|f| !text.to_lowercase().contains(f.as_str())));
        let filled = fill(&text, &marked);
        let has_brackets = text.contains(['(', '{']);
        prop_assert!(filled == text || has_brackets);
    }
}

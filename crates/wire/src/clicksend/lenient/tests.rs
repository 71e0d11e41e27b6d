use serde::Deserialize;

use super::Unix;

#[derive(Debug, Deserialize)]
struct Probe {
    #[serde(default, deserialize_with = "super::text")]
    text: Option<String>,
    #[serde(default, deserialize_with = "super::flag")]
    flag: bool,
    #[serde(default)]
    unix: Unix,
}

fn read(json: &str) -> Result<Probe, String> {
    serde_json::from_str(json).map_err(|e| e.to_string())
}

#[test]
fn text_takes_every_scalar() {
    for (json, expected) in [
        (r#"{"text":"a"}"#, Some("a")),
        (r#"{"text":""}"#, Some("")),
        (r#"{"text":61411111111}"#, Some("61411111111")),
        (r#"{"text":6.1411111111e10}"#, Some("61411111111")),
        (r#"{"text":-1}"#, Some("-1")),
        (r#"{"text":1.5}"#, Some("1.5")),
        (r#"{"text":true}"#, Some("true")),
        (r#"{"text":null}"#, None),
        ("{}", None),
    ] {
        assert_eq!(read(json).unwrap().text.as_deref(), expected, "{json}");
    }
}

#[test]
fn instants_take_numbers_in_text() {
    for (json, expected) in [
        (r#"{"unix":1436874701}"#, Unix::At(1_436_874_701)),
        (r#"{"unix":"1436874701"}"#, Unix::At(1_436_874_701)),
        (r#"{"unix":" 1436874701 "}"#, Unix::At(1_436_874_701)),
        (r#"{"unix":1436874701.0}"#, Unix::At(1_436_874_701)),
        (r#"{"unix":"1436874701.0"}"#, Unix::At(1_436_874_701)),
        (r#"{"unix":1436874701000}"#, Unix::At(1_436_874_701_000)),
        (r#"{"unix":-5}"#, Unix::At(-5)),
        (r#"{"unix":""}"#, Unix::Absent),
        (r#"{"unix":null}"#, Unix::Absent),
        ("{}", Unix::Absent),
        (r#"{"unix":"tomorrow"}"#, Unix::Malformed),
        (r#"{"unix":1.5}"#, Unix::Malformed),
        (r#"{"unix":1e300}"#, Unix::Malformed),
        (r#"{"unix":true}"#, Unix::Malformed),
    ] {
        assert_eq!(read(json).unwrap().unix, expected, "{json}");
    }
}

#[test]
fn flags_take_words_and_digits() {
    for (json, expected) in [
        (r#"{"flag":true}"#, true),
        (r#"{"flag":1}"#, true),
        (r#"{"flag":"Yes"}"#, true),
        (r#"{"flag":"0"}"#, false),
        (r#"{"flag":null}"#, false),
        (r#"{"flag":""}"#, false),
        ("{}", false),
    ] {
        assert_eq!(read(json).unwrap().flag, expected, "{json}");
    }
    assert!(
        read(r#"{"flag":"perhaps"}"#)
            .unwrap_err()
            .contains("neither true nor false")
    );
}

#[test]
fn structures_are_never_scalars() {
    for json in [
        r#"{"text":{}}"#,
        r#"{"text":["a"]}"#,
        r#"{"unix":[]}"#,
        r#"{"flag":{}}"#,
    ] {
        assert!(
            read(json).unwrap_err().contains("text, a number or null"),
            "{json}"
        );
    }
}

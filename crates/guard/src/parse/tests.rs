use postern_domain::channel::Channel;
use postern_domain::time::UnixMicros;

use super::{INSPECTION_BYTES_MAX, NotUnderstood, Parsed, RawSend, parse};
use crate::Sending;

const NOW: UnixMicros = UnixMicros(1_795_435_200_000_000);

fn sms(body: &str) -> RawSend<'_> {
    RawSend {
        operation: "POST /v3/sms/send",
        query: None,
        content_type: Some("application/json"),
        is_encoded: false,
        body: body.as_bytes(),
    }
}

fn sending(send: RawSend<'_>) -> Sending {
    match parse(send, NOW) {
        Ok(Parsed::Sending(sending)) => sending,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_sdks_write_is_understood() {
    let sending = sending(sms(
        r#"{"messages":[{"source":"php","from":"x","body":"héllo","to":"+61 411 000 000","schedule":1795435260,"custom_string":""},
            {"to":"0411000001","country":"AU","body":"b","list_id":null,"from_email":null}]}"#,
    ));
    assert_eq!(sending.channel, Channel::Sms);
    let told: Vec<_> = sending
        .items
        .iter()
        .map(|item| (item.to.as_str(), item.segments, item.leaves_at.secs()))
        .collect();
    assert_eq!(
        told,
        [
            ("+61411000000", 1, 1_795_435_260),
            ("+61411000001", 1, NOW.secs())
        ]
    );
}

#[test]
fn lists_are_lists() {
    let to_list = sms(r#"{"messages":[{"list_id":428,"body":"b"}]}"#);
    assert_eq!(parse(to_list, NOW), Ok(Parsed::List));
    let campaign = RawSend {
        operation: "POST /v3/sms-campaigns/send",
        ..to_list
    };
    assert_eq!(parse(campaign, NOW), Ok(Parsed::List));
    // Both: whoever reads it might take the list.
    assert_eq!(
        parse(
            sms(r#"{"messages":[{"list_id":"428","to":"+61411000000","body":"b"}]}"#),
            NOW
        ),
        Ok(Parsed::List)
    );
    assert_eq!(
        sending(sms(
            r#"{"messages":[{"list_id":0,"to":"+61411000000","body":"b"}]}"#
        ))
        .messages(),
        1
    );
}

#[test]
fn what_could_be_read_in_two_ways_is_not_understood() {
    let fine = r#"{"messages":[{"to":"+61411000000","body":"b"}]}"#;
    assert_eq!(sending(sms(fine)).messages(), 1);
    for body in [
        "",
        "[]",
        "{}",
        "null",
        r#"{"messages":{}}"#,
        r#"{"messages":[["+61411000000","b"]]}"#,
        // Twice the same name, also when one is escaped, at any depth.
        r#"{"messages":[{"to":"+61411000000","to":"+882990000","body":"b"}]}"#,
        r#"{"messages":[{"to":"+61411000000","t\u006f":"+882990000","body":"b"}]}"#,
        r#"{"messages":[],"messages":[{"to":"+61411000000","body":"b"}]}"#,
        // Fields that nobody knows.
        r#"{"messages":[{"to":"+61411000000","To":"+882990000","body":"b"}]}"#,
        r#"{"messages":[{"to":"+61411000000","body":"b"}],"list_ids":[1]}"#,
        // Somebody beside `to`.
        r#"{"messages":[{"to":"+61411000000","contact_id":9,"body":"b"}]}"#,
        // Numbers that an account completes.
        r#"{"messages":[{"to":"0411000000","body":"b"}]}"#,
        r#"{"messages":[{"to":"61411000000","body":"b"}]}"#,
        r#"{"messages":[{"to":"+61411000000,+882990000","body":"b"}]}"#,
        r#"{"messages":[{"to":"+61411000000","body":"b","country":"Australia"}]}"#,
        r#"{"messages":[{"to":["+61411000000"],"body":"b"}]}"#,
        r#"{"messages":[{"body":"b"}]}"#,
        r#"{"messages":[{"to":"+61411000000","body":"b","schedule":"tomorrow"}]}"#,
        r#"{"messages":[{"to":"+61411000000","body":"b"}]} {"messages":[]}"#,
        "\u{feff}{\"messages\":[]}",
    ] {
        assert!(
            matches!(parse(sms(body), NOW), Err(NotUnderstood::Because(_))),
            "{body}"
        );
    }
    for send in [
        RawSend {
            query: Some("messages[0][to]=1"),
            ..sms(fine)
        },
        RawSend {
            content_type: None,
            ..sms(fine)
        },
        RawSend {
            content_type: Some("application/x-www-form-urlencoded"),
            ..sms(fine)
        },
        RawSend {
            content_type: Some("application/json; charset=utf-7"),
            ..sms(fine)
        },
        RawSend {
            is_encoded: true,
            ..sms(fine)
        },
        RawSend {
            operation: "POST /v3/fax/send",
            ..sms(fine)
        },
        RawSend {
            operation: "PUT /v3/sms-campaigns/{sms_campaign_id}",
            ..sms(fine)
        },
    ] {
        assert!(
            matches!(parse(send, NOW), Err(NotUnderstood::Because(_))),
            "{send:?}"
        );
    }
}

#[test]
fn there_are_bounds() {
    let many = format!(
        r#"{{"messages":[{}]}}"#,
        vec![r#"{"to":"+61411000000","body":"b"}"#; 1001].join(",")
    );
    assert_eq!(parse(sms(&many), NOW), Err(NotUnderstood::TooLarge));
    let long = format!(
        r#"{{"messages":[{{"to":"+61411000000","body":"{}"}}]}}"#,
        "x".repeat(INSPECTION_BYTES_MAX)
    );
    assert_eq!(parse(sms(&long), NOW), Err(NotUnderstood::TooLarge));
}

#[test]
fn pictures_and_calls() {
    let mms = RawSend {
        operation: "POST /v3/mms/send",
        ..sms(
            r#"{"media_file":"http://a/b","messages":[{"to":"+61411000000","body":"b","subject":"s"}]}"#,
        )
    };
    assert_eq!(
        (sending(mms).channel, sending(mms).segments()),
        (Channel::Mms, 1)
    );
    let text = "x".repeat(301);
    let body = format!(
        r#"{{"messages":[{{"to":"+61411000000","body":"{text}","voice":"male","lang":"en-au"}}]}}"#
    );
    let voice = RawSend {
        operation: "POST /v3/voice/send",
        ..sms(&body)
    };
    assert_eq!(
        (sending(voice).channel, sending(voice).segments()),
        (Channel::Voice, 2)
    );
}

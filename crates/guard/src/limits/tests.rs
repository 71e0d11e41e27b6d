use postern_wire::control;
use serde_json::{Value, json};

use super::{Limits, Policy};
use crate::measure::{Measure, Span};
use crate::window::Window;

fn parse(limits: Value) -> Result<Policy, (String, String)> {
    let written: control::Limits =
        serde_json::from_value(limits).map_err(|error| (String::new(), error.to_string()))?;
    Policy::parse(&written).map_err(|error| (error.field, error.problem))
}

#[test]
fn the_example_of_the_contract_reads() {
    let policy = parse(
        json!({"messages_per_call": 10, "messages_per_day": 200, "spend_per_day": "5.00", "currency": "USD",
        "recipients_allow": ["+61*"], "quiet_hours": "21:00-08:00", "approval_above": {"messages": 20, "spend": "1.00"}}),
    );
    let Ok(Policy::Limited(limits)) = policy else {
        panic!("{policy:?}")
    };
    let day = Span::Window(Window::Day);
    assert_eq!(limits.caps.get(Measure::Messages, day), Some(200));
    assert_eq!(limits.caps.get(Measure::Spend, day), Some(5_000_000));
    assert_eq!(
        limits.approval_above.get(Measure::Spend, Span::Call),
        Some(1_000_000)
    );
    assert_eq!(limits.caps.iter().count(), 3);
    assert!(limits.needs_price());
}

#[test]
fn nothing_and_no_limits_are_two_things() {
    assert!(matches!(parse(json!({})), Ok(Policy::Unsaid)));
    assert!(matches!(
        parse(json!({"unlimited": true})),
        Ok(Policy::Unlimited)
    ));
    assert!(matches!(
        parse(json!({"unlimited": false})),
        Ok(Policy::Unsaid)
    ));
}

#[test]
fn what_cannot_be_enforced_is_refused_by_its_field() {
    for (limits, field) in [
        (
            json!({"unlimited": true, "messages_per_day": 1}),
            "limits.unlimited",
        ),
        (json!({"messages_per_day": -1}), "limits.messages_per_day"),
        (
            json!({"messages_per_call": i64::MAX}),
            "limits.messages_per_call",
        ),
        (
            json!({"spend_per_day": "5,00", "currency": "USD"}),
            "limits.spend_per_day",
        ),
        (json!({"spend_per_day": "5.00"}), "limits.currency"),
        (json!({"approval_above": {"spend": "1"}}), "limits.currency"),
        (
            json!({"approval_above": {"messages": -1}}),
            "limits.approval_above.messages",
        ),
        (json!({"currency": "XXX"}), "limits.currency"),
        (
            json!({"recipients_allow": ["+61*", "61"]}),
            "limits.recipients_allow[1]",
        ),
        (
            json!({"recipients_deny": ["*"]}),
            "limits.recipients_deny[0]",
        ),
        (json!({"channels": ["fax"]}), "limits.channels[0]"),
        (json!({"quiet_hours": "night"}), "limits.quiet_hours"),
        (json!({"timezone": "Sydney"}), "limits.timezone"),
    ] {
        let refused = parse(limits.clone()).expect_err(&limits.to_string());
        assert_eq!(refused.0, field, "{limits}");
    }
    // A misspelt limit must not be accepted and ignored.
    for limits in [
        json!({"messages_per_dya": 1}),
        json!({"approval_above": {"message": 1}}),
        json!({"messages_per_day": "200"}),
    ] {
        assert!(parse(limits.clone()).is_err(), "{limits}");
    }
}

#[test]
fn a_row_of_another_version_allows_nothing() {
    assert!(Policy::from_row(r#"{"letters_per_day":1}"#).is_none());
    assert!(Policy::from_row("").is_none());
    assert!(matches!(Policy::from_row("{}"), Some(Policy::Unsaid)));
}

#[test]
fn the_cautious_default_is_what_the_documents_say() {
    let mut written = Limits::cautious_written();
    written.currency = Some("AUD".into());
    let Ok(Policy::Limited(limits)) = Policy::parse(&written) else {
        panic!("{written:?}")
    };
    assert_eq!(limits.caps, Limits::cautious().caps);
}

use std::sync::Arc;

use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{judge, passes};
use crate::{
    Bounds, Item, Limits, Measure, Policy, Scope, ScopeKind, Sending, Span, Tallies, Tally,
    Verdict, Window, Zones,
};

/// 2026-11-23T12:00:00Z
const NOON: UnixMicros = UnixMicros(1_795_435_200_000_000);

fn limits(written: Value) -> Arc<Limits> {
    match Policy::parse(&serde_json::from_value(written).unwrap()) {
        Ok(Policy::Limited(limits)) => limits,
        other => panic!("{other:?}"),
    }
}

fn item(to: &str, country: &str, segments: u32) -> Item {
    Item {
        to: to.to_owned(),
        country: CountryCode::parse(country),
        segments,
        price: Some(Micros(79_200).times(segments)),
        leaves_at: NOON,
    }
}

fn sending(items: Vec<Item>) -> Sending {
    Sending {
        channel: Channel::Sms,
        currency: Some(Currency::Usd),
        items,
        refused_by_platform: 0,
    }
}

/// Judged with `used` messages in every window before it.
fn judged(written: Value, sending: &Sending, used: i64) -> Vec<Verdict> {
    let scope = Scope {
        kind: ScopeKind::Key,
        id: "k".into(),
        limits: limits(written),
    };
    let mut tallies = Tallies::default();
    for span in Span::ALL {
        let mut tally = Tally::of_call(sending);
        if let Span::Window(window) = span {
            tally.bounds = Some(window.around(NOON, &scope.limits.zone));
            tally.used[Measure::Messages as usize] = used;
        }
        tallies.set(span, tally);
    }
    judge(&[scope], &[tallies], sending, &Zones::shipped())
}

fn refusal(written: Value, sending: &Sending) -> Option<&'static str> {
    let verdicts = judged(written, sending, 0);
    verdicts
        .iter()
        .find(|verdict| !verdict.passed)
        .map(|verdict| verdict.code)
}

#[test]
fn each_rule_has_its_word() {
    let one = sending(vec![item("+61411000000", "AU", 2)]);
    let two = sending(vec![
        item("+61411000000", "AU", 1),
        item("+15551234567", "US", 1),
    ]);
    let twice = sending(vec![
        item("+61411000000", "AU", 1),
        item("+61411000000", "AU", 1),
    ]);
    let mut unpriced = one.clone();
    unpriced.items[0].price = None;
    for (written, sending, code) in [
        (
            json!({"messages_per_call": 1}),
            &two,
            Some("limit_messages_per_call"),
        ),
        (
            json!({"messages_per_day": 1}),
            &two,
            Some("limit_messages_per_day"),
        ),
        (
            json!({"segments_per_hour": 1}),
            &one,
            Some("limit_segments_per_hour"),
        ),
        (json!({"segments_per_hour": 2}), &one, None),
        (
            json!({"recipients_per_month": 1}),
            &two,
            Some("limit_recipients_per_month"),
        ),
        (json!({"recipients_per_call": 1}), &twice, None),
        (
            json!({"repeats_per_hour": 1}),
            &twice,
            Some("limit_repeats_per_hour"),
        ),
        (
            json!({"prefix_messages_per_day": 1}),
            &twice,
            Some("limit_prefix_messages_per_day"),
        ),
        (json!({"prefix_messages_per_day": 1}), &two, None),
        (
            json!({"spend_per_call": "0.15", "currency": "USD"}),
            &one,
            Some("limit_spend_per_call"),
        ),
        (
            json!({"spend_per_call": "0.1584", "currency": "USD"}),
            &one,
            None,
        ),
        (
            json!({"spend_per_call": "5", "currency": "AUD"}),
            &one,
            Some("currency_mismatch"),
        ),
        (
            json!({"spend_per_day": "5", "currency": "USD"}),
            &unpriced,
            Some("price_unknown"),
        ),
        (json!({"messages_per_day": 5}), &unpriced, None),
        (
            json!({"recipients_allow": ["+61*"]}),
            &two,
            Some("recipient_not_allowed"),
        ),
        (
            json!({"recipients_allow": ["AU", "+15551234567"]}),
            &two,
            None,
        ),
        (
            json!({"recipients_allow": []}),
            &one,
            Some("recipient_not_allowed"),
        ),
        (
            json!({"recipients_allow": ["AU"], "recipients_deny": ["+61411000000"]}),
            &one,
            Some("recipient_denied"),
        ),
        (
            json!({"channels": ["mms", "voice"]}),
            &one,
            Some("channel_not_allowed"),
        ),
        (json!({"channels": ["sms"]}), &one, None),
        // Noon in UTC is 23:00 in Sydney.
        (
            json!({"quiet_hours": "21:00-08:00"}),
            &one,
            Some("quiet_hours"),
        ),
        (
            json!({"approval_above": {"messages": 1}}),
            &two,
            Some("approval_required"),
        ),
        (json!({"approval_above": {"messages": 2}}), &two, None),
        (
            json!({"approval_above": {"spend": "1", }, "currency": "USD"}),
            &unpriced,
            Some("currency_mismatch"),
        ),
    ] {
        let code = match code {
            // An amount that nobody knows is above everything.
            Some("currency_mismatch")
                if sending.currency == Some(Currency::Usd) && written["currency"] == "USD" =>
            {
                Some("approval_required")
            }
            code => code,
        };
        assert_eq!(refusal(written.clone(), sending), code, "{written}");
    }
}

#[test]
fn a_scheduled_message_is_judged_when_it_leaves() {
    let mut sending = sending(vec![item("+61411000000", "AU", 1)]);
    sending.items[0].leaves_at = NOON.plus_secs(12 * 3600);
    assert_eq!(
        refusal(json!({"quiet_hours": "21:00-08:00"}), &sending),
        None
    );
}

#[test]
fn a_refusal_says_the_numbers_when_it_passes_and_what_not_to_do() {
    let sending = sending(
        (0..10)
            .map(|n| item(&format!("+6141100000{n}"), "AU", 1))
            .collect(),
    );
    let verdicts = judged(json!({"messages_per_day": 200}), &sending, 195);
    let told = verdicts[0].to_wire();
    assert_eq!(
        told.message,
        "This key may send at most 200 messages a day; 195 used, and this call asks for 10. \
         It would pass from 2026-11-24T00:00:00Z on; until then: Resending will not help."
    );
    assert_eq!(
        (
            told.limit.as_deref(),
            told.used.as_deref(),
            told.asked.as_deref()
        ),
        (Some("200"), Some("195"), Some("10"))
    );
    assert_eq!(told.passes_at.as_deref(), Some("2026-11-24T00:00:00Z"));
    // What alone is too much never passes.
    let told = judged(json!({"messages_per_day": 9}), &sending, 0)[0].to_wire();
    assert_eq!(told.passes_at, None);
    assert!(
        told.message
            .ends_with("asks for 10. Resending will not help."),
        "{}",
        told.message
    );
}

#[test]
fn nothing_to_send_passes_every_count() {
    assert_eq!(
        refusal(
            json!({"messages_per_day": 0, "spend_per_day": "0", "currency": "USD"}),
            &sending(vec![])
        ),
        None
    );
    assert_eq!(
        refusal(
            json!({"messages_per_day": 0}),
            &sending(vec![item("+61411000000", "AU", 1)])
        ),
        Some("limit_messages_per_day")
    );
}

#[test]
fn numbers_that_are_missing_refuse() {
    let scope = Scope {
        kind: ScopeKind::Key,
        id: "k".into(),
        limits: limits(json!({"messages_per_day": 5})),
    };
    let sending = sending(vec![item("+61411000000", "AU", 1)]);
    assert!(!passes(&judge(
        &[scope],
        &[Tallies::default()],
        &sending,
        &Zones::shipped()
    )));
}

proptest! {
    /// What a smaller limit lets through a larger one does, too; and a call is let through exactly up to the limit.
    #[test]
    fn caps_are_exact_and_monotonous(used in 0_i64..40, asked in 1_usize..20, cap in 0_i64..60) {
        let sending = sending((0..asked).map(|_| item("+61411000000", "AU", 1)).collect());
        let at = |cap: i64| passes(&judged(json!({"messages_per_hour": cap}), &sending, used));
        prop_assert_eq!(at(cap), used + asked as i64 <= cap);
        prop_assert!(!at(cap) || at(cap + 1));
    }
}

#[test]
fn windows_are_those_of_the_key() {
    let sydney = limits(json!({"messages_per_day": 1, "timezone": "Australia/Sydney"}));
    let Bounds { end, .. } = Window::Day.around(NOON, &sydney.zone);
    assert_eq!(crate::written(end), "2026-11-23T13:00:00Z");
}

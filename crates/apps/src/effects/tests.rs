//! The table of ClickSend's operations, and what the matcher does with tricks.

use super::*;
use crate::path::normal_path;

const CLICKSEND: &str = include_str!("../../data/clicksend.tsv");

fn table() -> Operations {
    Operations::from_tsv(CLICKSEND).expect("the data file is well formed")
}

fn effect(operations: &Operations, method: &str, path: &str) -> Option<Effect> {
    let method = Method::from_bytes(method.as_bytes()).expect("method");
    operations
        .judge(&method, &normal_path(path).ok()?)
        .map(|judged| judged.effect)
}

#[test]
fn all_operations_are_there_and_find_themselves() {
    let operations = table();
    assert_eq!(operations.iter().count(), 239);
    for (name, wanted) in operations.iter() {
        let (method, path) = name.split_once(' ').expect("name");
        let filled: Vec<_> = path
            .split('/')
            .map(|part| if is_hole(part) { "4711" } else { part })
            .collect();
        let method = Method::from_bytes(method.as_bytes()).expect("method");
        let path = filled.join("/");
        let path = normal_path(&path).expect("normal");
        let judged = operations.judge(&method, &path).expect(name);
        assert_eq!(
            (judged.effect, judged.operation.map(AsRef::as_ref)),
            (wanted, Some(name))
        );
    }
}

/// The sentences of the design, checked on the table rather than by reading it.
#[test]
fn the_table_is_strict() {
    for (name, effect) in table().iter() {
        let (method, path) = name.split_once(' ').expect("name");
        let unsafe_method = method != "GET";
        let has = |part: &str| path.contains(part);
        let harmless = ["/price", "/detect-address", "/import-csv-preview"]
            .iter()
            .any(|end| path.ends_with(end));
        let opens_a_way = [
            "subaccount",
            "email-sms",
            "/automations/",
            "forgot-",
            "account-verify",
            "/recharge/credit-card",
        ];
        let credential =
            (has("/reseller") || opens_a_way.iter().any(|part| has(part))) && !has("/usage/");
        let campaign_change = has("-campaigns") && !harmless && !path.ends_with("/cancel");
        if has("/buy/") || has("/purchase/") || has("transfer-credit") {
            assert_eq!(effect, Effect::Spend, "{name}");
        } else if credential {
            assert_eq!(effect, Effect::Credential, "{name}");
        } else if unsafe_method && (path.ends_with("/send") || campaign_change) {
            assert_eq!(effect, Effect::Send, "{name}");
        } else if !unsafe_method {
            assert_eq!(effect, Effect::Read, "{name}");
        } else {
            assert_eq!(effect == Effect::Read, harmless, "{name}");
        }
    }
}

#[test]
fn calls_of_the_skill_page() {
    let operations = table();
    for (method, path, wanted) in [
        ("GET", "/v3/account", Effect::Read),
        ("HEAD", "/v3/account", Effect::Read),
        ("PUT", "/v3/account", Effect::Credential),
        ("POST", "/v3/sms/send", Effect::Send),
        ("POST", "/v3/sms/send/", Effect::Send),
        ("POST", "/v3/sms/price", Effect::Read),
        ("GET", "/v3/sms/history", Effect::Read),
        ("PUT", "/v3/sms/cancel-all", Effect::Write),
        (
            "PUT",
            "/v3/sms/BF7AD270-0DE2-418B-B606-71D527D9C1AE/cancel",
            Effect::Write,
        ),
        ("PUT", "/v3/lists/1/remove-duplicates", Effect::Write),
        ("POST", "/v3/voice/send", Effect::Send),
        ("PUT", "/v3/reseller/transfer-credit", Effect::Spend),
        ("PUT", "/v3/recharge/purchase/3", Effect::Spend),
    ] {
        assert_eq!(
            effect(&operations, method, path),
            Some(wanted),
            "{method} {path}"
        );
    }
}

#[test]
fn tricks_are_unknown_rather_than_harmless() {
    let operations = table();
    for (method, path) in [
        ("POST", "/v3/sms/SEND"),
        ("POST", "/V3/sms/send"),
        ("POST", "/v3/sms/send."),
        ("PUT", "/v3/sms/Cancel-All"),
        // Not the cancel of a message named `receipts`.
        ("PUT", "/v3/sms/receipts/cancel"),
        ("GET", "/v3/reseller/Accounts"),
        ("POST", "/v3/sms"),
        ("POST", "/v3/sms/send/extra"),
        ("PATCH", "/v3/sms/send"),
        ("POST", "/v3/anything"),
        ("GET", "/"),
    ] {
        assert_eq!(effect(&operations, method, path), None, "{method} {path}");
    }
    assert_eq!(
        effect(&operations, "POST", "/v3/%73ms/send"),
        Some(Effect::Send),
        "the normal form is judged"
    );
}

#[test]
fn bad_tables_say_what_is_wrong() {
    for (text, wanted) in [
        ("GET\t/a", BadOperation::Line(1)),
        ("# c\nGET\t/a\teat", BadOperation::Line(2)),
        ("get\t/a\tread", BadOperation::Method("get".into())),
        ("GET\ta\tread", BadOperation::Path("a".into())),
        ("GET\t/a/**\tread", BadOperation::Path("/a/**".into())),
        (
            "GET\t/a/{x}\tread\nGET\t/a/{y}\tsend",
            BadOperation::Twice("GET /a/{y}".into()),
        ),
    ] {
        assert_eq!(Operations::from_tsv(text).unwrap_err(), wanted, "{text}");
    }
}

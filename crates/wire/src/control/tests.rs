use serde_json::json;

use super::*;

#[test]
fn a_problem_has_the_three_fields_every_client_reads() {
    let problem = Problem {
        message: "Connection `x` not found".into(),
        r#type: "Not Found".into(),
        code: 404,
        error: "connection_not_found".into(),
        request_id: "r".into(),
        hint: None,
        send_id: None,
        approval_id: None,
        verdicts: vec![],
        field: None,
    };
    assert_eq!(
        serde_json::to_value(&problem).unwrap(),
        json!({"message": "Connection `x` not found", "type": "Not Found", "code": 404,
               "error": "connection_not_found", "request_id": "r"})
    );
}

#[test]
fn misspelt_fields_are_refused_everywhere() {
    fn refused<T: serde::de::DeserializeOwned>(mut body: serde_json::Value) {
        body["limts"] = json!({});
        let error = serde_json::from_value::<T>(body)
            .err()
            .map(|error| error.to_string());
        assert!(
            error
                .as_deref()
                .is_some_and(|text| text.contains("unknown field `limts`")),
            "{error:?}"
        );
    }
    refused::<NewKey>(json!({"name": "n"}));
    refused::<KeyChange>(json!({}));
    refused::<KeyRotation>(json!({}));
    refused::<Rule>(json!({}));
    refused::<NewConnection>(json!({"app": "clicksend"}));
    refused::<ConnectionChange>(json!({}));
    refused::<Reconnection>(json!({}));
    refused::<NewAccount>(json!({"username": "u"}));
    refused::<AccountCredit>(json!({"amount": "1"}));
    refused::<VaultRotation>(json!({}));
    refused::<PepperRotation>(json!({}));
}

#[test]
fn a_change_tells_null_from_absent() {
    let change: KeyChange = serde_json::from_value(json!({"apps": null, "cidr": []})).unwrap();
    assert_eq!(change.apps, Some(None));
    assert_eq!(change.cidr, Some(Some(vec![])));
    assert_eq!(change.rules, None);
    assert_eq!(
        serde_json::to_value(&change).unwrap(),
        json!({"apps": null, "cidr": []})
    );
}

#[test]
fn an_empty_scope_is_kept_apart_from_none() {
    let none: NewKey = serde_json::from_value(json!({"name": "n"})).unwrap();
    let nothing: NewKey = serde_json::from_value(json!({"name": "n", "apps": []})).unwrap();
    assert_eq!((none.apps, nothing.apps), (None, Some(vec![])));
}

#[test]
fn credentials_stay_out_of_debug_output() {
    let request: NewConnection =
        serde_json::from_value(json!({"app": "clicksend", "credentials": {"password": "hunter2"}}))
            .unwrap();
    assert!(!format!("{request:?}").contains("hunter2"));
}

//! `GET /v3/account`: every key with the type that the strictest SDK wants.

use serde_json::json;

use crate::world::{API_KEY, World};

#[tokio::test]
async fn an_account_shows_itself() {
    let world = World::new().await;
    let answer = world.get("/v3/account").await;
    assert_eq!(answer.body["response_msg"], "Here's your account.");
    let data = answer.data();
    assert_eq!(data["username"], "john");
    assert_eq!(data["user_email"], "john@example.com");
    assert_eq!(data["balance"], "10.000000");
    assert_eq!(data["country"], "US");
    assert_eq!(data["default_country_sms"], "US");
    assert_eq!(data["timezone"], "America/Chicago");
    assert_eq!(data["active"], 1);
    assert_eq!(data["setting_sms_message_char_limit"], 6);
    assert_eq!(data["_subaccount"]["api_key"], API_KEY);
    assert_eq!(
        data["_currency"],
        json!({"currency_name_short": "USD", "currency_prefix_d": "$", "currency_prefix_c": "c", "currency_name_long": "US Dollars"})
    );
}

#[tokio::test]
async fn flags_are_integers_and_amounts_are_text() {
    let world = World::new().await;
    let answer = world.get("/v3/account").await;
    let data = answer.data().as_object().unwrap();
    for (key, value) in data {
        match key.as_str() {
            "balance" | "auto_recharge_amount" | "low_credit_amount" | "balance_commission" => {
                assert!(value.as_str().unwrap().parse::<f64>().is_ok(), "{key}");
            }
            k if k.starts_with("setting_")
                || matches!(
                    k,
                    "active" | "banned" | "auto_recharge" | "user_id" | "date_sign_up"
                ) =>
            {
                assert!(value.is_i64(), "{key}");
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn the_balance_goes_down_with_a_send() {
    let world = World::new().await;
    world
        .send(json!([{"to": "+15551234567", "body": "hello"}]))
        .await;
    assert_eq!(world.get("/v3/account").await.data()["balance"], "9.970000");
}

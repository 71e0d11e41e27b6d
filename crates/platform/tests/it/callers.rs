//! Who is let in: nobody, the holder of credentials, and whom this process vouches for.

use axum::body::Body;
use http::Request;
use postern_domain::account::AccountId;
use postern_store::{Lane, accounts};
use postern_testkit::FixedClock;

use crate::world::{API_KEY, World, acting, as_john, basic};

const UNAUTHORIZED: (u16, &str, &str) = (401, "UNAUTHORIZED", "Authorization failed.");

const PRIVATE: &[(&str, &str)] = &[
    ("GET", "/v3/lists"),
    ("POST", "/v3/lists"),
    ("GET", "/v3/lists/1"),
    ("PUT", "/v3/lists/1"),
    ("DELETE", "/v3/lists/1"),
    ("PUT", "/v3/lists/1/remove-duplicates/"),
    ("PUT", "/v3/lists/1/remove-opted-out-contacts/2"),
    ("POST", "/v3/lists/1/import"),
    ("GET", "/v3/lists/1/import/1"),
    ("POST", "/v3/lists/1/import-csv-preview"),
    ("GET", "/v3/lists/1/import-fields"),
    ("GET", "/v3/lists/1/export"),
    ("GET", "/v3/lists/1/contacts"),
    ("POST", "/v3/lists/1/contacts"),
    ("GET", "/v3/lists/1/contacts/1"),
    ("PUT", "/v3/lists/1/contacts/1"),
    ("DELETE", "/v3/lists/1/contacts/1"),
    ("PUT", "/v3/lists/1/contacts/1/copy/2"),
    ("PUT", "/v3/lists/1/contacts/1/transfer/2"),
    ("GET", "/v3/search/contacts-lists"),
    ("GET", "/v3/contact-suggestions"),
    ("GET", "/v3/account"),
    ("POST", "/v3/sms/send"),
    ("POST", "/v3/sms/price"),
    ("GET", "/v3/sms/history"),
    ("GET", "/v3/sms/receipts"),
    (
        "GET",
        "/v3/sms/receipts/1EF2E372-DE78-6000-ABAB-ABABABABABAB",
    ),
    ("PUT", "/v3/sms/cancel-all"),
    ("PUT", "/v3/sms/1EF2E372-DE78-6000-ABAB-ABABABABABAB/cancel"),
    ("POST", "/v3/sms/receipts"),
    ("PUT", "/v3/sms/receipts-read"),
    ("GET", "/v3/sms/templates"),
    ("POST", "/v3/sms/templates"),
    ("GET", "/v3/sms/templates/1"),
    ("PUT", "/v3/sms/templates/1"),
    ("DELETE", "/v3/sms/templates/1"),
    ("GET", "/v3/sms/inbound"),
    ("POST", "/v3/sms/inbound"),
    (
        "GET",
        "/v3/sms/inbound/1EF2E372-DE78-6000-ABAB-ABABABABABAB",
    ),
    ("PUT", "/v3/sms/inbound-read"),
    (
        "PUT",
        "/v3/sms/inbound-read/1EF2E372-DE78-6000-ABAB-ABABABABABAB",
    ),
    ("GET", "/v3/email/addresses"),
    ("POST", "/v3/email/addresses"),
    ("GET", "/v3/email/addresses/1"),
    ("DELETE", "/v3/email/addresses/1"),
    ("PUT", "/v3/email/address-verify/1/send"),
    ("PUT", "/v3/email/address-verify/1/verify/x"),
    ("GET", "/v3/sms/history/export"),
    ("GET", "/v3/voice/history/export"),
    ("GET", "/v3/mms/history/export"),
    ("GET", "/v3/timezones"),
    ("GET", "/v3/country-list"),
    ("GET", "/v3/user-countries"),
    ("POST", "/v3/user-countries"),
    ("POST", "/v3/user-countries/agree"),
    ("GET", "/v3/automations/sms/inbound"),
    ("POST", "/v3/automations/sms/inbound"),
    ("GET", "/v3/automations/sms/inbound/1"),
    ("PUT", "/v3/automations/sms/inbound/1"),
    ("DELETE", "/v3/automations/sms/inbound/1"),
    ("GET", "/v3/automations/sms/receipts"),
    ("POST", "/v3/automations/sms/receipts"),
    ("GET", "/v3/automations/sms/receipts/1"),
    ("PUT", "/v3/automations/sms/receipts/1"),
    ("DELETE", "/v3/automations/sms/receipts/1"),
    ("GET", "/v3/automations/voice/receipts"),
    ("POST", "/v3/automations/voice/receipts"),
    ("GET", "/v3/automations/voice/receipts/1"),
    ("PUT", "/v3/automations/voice/receipts/1"),
    ("DELETE", "/v3/automations/voice/receipts/1"),
    ("GET", "/v3/automations/email/receipts"),
    ("POST", "/v3/automations/email/receipts"),
    ("GET", "/v3/automations/email/receipts/1"),
    ("PUT", "/v3/automations/email/receipts/1"),
    ("DELETE", "/v3/automations/email/receipts/1"),
    ("GET", "/v3/automations/webhook-secret"),
    ("PUT", "/v3/automations/webhook-secret"),
    ("POST", "/v3/voice/send"),
    ("POST", "/v3/voice/price"),
    ("GET", "/v3/voice/lang"),
    ("GET", "/v3/voice/history"),
    ("GET", "/v3/voice/receipts"),
    ("POST", "/v3/voice/receipts"),
    (
        "GET",
        "/v3/voice/receipts/1EF2E372-DE78-6000-ABAB-ABABABABABAB",
    ),
    ("PUT", "/v3/voice/receipts-read"),
    ("PUT", "/v3/voice/cancel-all"),
    (
        "PUT",
        "/v3/voice/1EF2E372-DE78-6000-ABAB-ABABABABABAB/cancel",
    ),
    ("POST", "/v3/mms/send"),
    ("POST", "/v3/mms/price"),
    ("GET", "/v3/mms/history"),
    ("GET", "/v3/mms/receipts"),
    (
        "GET",
        "/v3/mms/receipts/1EF2E372-DE78-6000-ABAB-ABABABABABAB",
    ),
    ("PUT", "/v3/mms/receipts-read"),
    ("PUT", "/v3/mms/cancel-all"),
    ("PUT", "/v3/mms/1EF2E372-DE78-6000-ABAB-ABABABABABAB/cancel"),
];

#[tokio::test]
async fn strangers_get_the_one_401_everywhere() {
    let world = World::new().await;
    let wrong = [
        None,
        Some(basic("john", "WRONG")),
        Some(basic("john", &API_KEY.to_lowercase())),
        Some(basic("nobody", API_KEY)),
        Some(basic("john", "")),
        Some(basic("", API_KEY)),
        Some(basic("", "")),
        Some("Basic".to_owned()),
        Some("Basic !!!".to_owned()),
        Some(format!("Bearer {API_KEY}")),
        Some(format!("Basic {}", "QQ".repeat(2_000))),
    ];
    for &(method, path) in PRIVATE {
        for credentials in &wrong {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(value) = credentials {
                request = request.header("authorization", value);
            }
            let answer = world.call(request.body(Body::empty()).unwrap()).await;
            assert_eq!(
                answer.error(),
                UNAUTHORIZED,
                "{method} {path} {credentials:?}"
            );
            assert!(!answer.headers.contains_key("www-authenticate"));
        }
    }
}

#[tokio::test]
async fn credentials_and_vouching_reach_the_same_account() {
    let world = World::new().await;
    let by_key = world.get("/v3/account").await;
    let vouched = acting(Request::get("/v3/account"), world.john)
        .body(Body::empty())
        .unwrap();
    let vouched = world.call(vouched).await;
    assert_eq!(by_key.data()["user_id"], world.john.0);
    assert_eq!(by_key.body, vouched.body);
    let lower = Request::get("/v3/account").header(
        "Authorization",
        basic("john", API_KEY).replace("Basic", "basic"),
    );
    assert_eq!(
        world.call(lower.body(Body::empty()).unwrap()).await.data()["user_id"],
        world.john.0
    );
}

#[tokio::test]
async fn vouching_for_an_account_that_is_gone_lets_nobody_in() {
    let world = World::new().await;
    let request = acting(Request::get("/v3/account"), AccountId(1))
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.call(request).await.error(), UNAUTHORIZED);
}

#[tokio::test]
async fn vouching_counts_before_credentials() {
    let world = World::new().await;
    let eve = world.open_account("eve", 0, false).await;
    let request = acting(as_john(Request::get("/v3/account")), eve)
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.call(request).await.data()["user_id"], eve.0);
}

#[tokio::test]
async fn a_closed_account_is_told_so() {
    let world = World::new().await;
    let john = world.john;
    world
        .store
        .write(Lane::CONTROL, move |tx| {
            accounts::set_active(tx, john, false, FixedClock::START)
        })
        .await
        .unwrap();
    assert_eq!(
        world.get("/v3/account").await.error(),
        (403, "FORBIDDEN", "Your account is not active.")
    );
}

#[tokio::test]
async fn countries_are_public() {
    let world = World::new().await;
    let answer = world
        .call(Request::get("/v3/countries").body(Body::empty()).unwrap())
        .await;
    let countries = answer.data().as_array().unwrap();
    assert_eq!(countries.len(), 247);
    assert_eq!(
        countries[0],
        serde_json::json!({"code": "AU", "value": "Australia"})
    );
    assert_eq!(answer.body["response_msg"], "List of Countries.");
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_are_404_before_anybody_is_asked_who_they_are() {
    let world = World::new().await;
    let unknown = (404, "NOT_FOUND", "Invalid endpoint. Please try again.");
    for (method, path) in [
        ("GET", "/v3/nope"),
        ("GET", "/"),
        ("GET", "/v3"),
        ("PUT", "/v3/sms/history"),
        ("DELETE", "/v3/account"),
        ("GET", "/v3/sms/send"),
        ("POST", "/v3/sms/cancel-all"),
        ("GET", "/v3//account"),
        ("GET", "/V3/account"),
        ("POST", "/v3/sms/send//"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            world.call(request).await.error(),
            unknown,
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_trailing_slash_changes_nothing() {
    let world = World::new().await;
    assert_eq!(
        world.get("/v3/account/").await.body,
        world.get("/v3/account").await.body
    );
    assert_eq!(
        world.put("/v3/sms/cancel-all/", "{}").await.data()["count"],
        0
    );
    assert_eq!(
        world.get("/v3/sms/history/?page=1").await.data()["total"],
        0
    );
}

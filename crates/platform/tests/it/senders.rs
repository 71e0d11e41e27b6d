//! Numbers that are bought, handsets that are verified, words that are asked for, default senders: and what sends make of them.

use axum::body::Body;
use http::{Request, StatusCode};
use postern_store::mailbox;
use serde_json::{Value, json};

use crate::world::{Answer, World, acting, as_john};

const FREE: &str = "+15005550100";

impl Answer {
    /// Of the services that have no envelope.
    fn bare(&self) -> &Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        assert!(self.body.get("http_code").is_none(), "{}", self.body);
        &self.body
    }
}

async fn patch(world: &World, path: &str, body: Value) -> Answer {
    let request = as_john(Request::patch(path)).body(Body::from(body.to_string()));
    world.call(request.unwrap()).await
}

/// What is on sale in the United States, first of all.
async fn on_sale(world: &World) -> String {
    let page = world.get("/v3/numbers/search/US").await;
    let number = &page.data()["data"][0]["dedicated_number"];
    number.as_str().unwrap().to_owned()
}

async fn buy(world: &World, number: &str) -> Answer {
    let path = format!("/v3/numbers/buy/{}", number.replace('+', "%2B"));
    world.post_text(&path, "").await
}

/// The newest text that the simulator keeps for a handset.
async fn code(world: &World) -> String {
    let john = world.john;
    let newest = world.store.read(move |tx| mailbox::newest(tx, john, 1));
    let text = newest.await.unwrap().remove(0).body;
    text.chars().filter(char::is_ascii_digit).take(6).collect()
}

async fn sent_from(world: &World, from: &str) -> (String, String) {
    let rows = world
        .send(json!([{"to": "+15551234567", "body": "hello", "from": from}]))
        .await;
    let text = |key: &str| rows[0][key].as_str().unwrap().to_owned();
    (text("status"), text("from"))
}

#[tokio::test]
async fn a_number_is_found_bought_once_and_used() {
    let world = World::new().await;
    world.credit(100_000_000).await;
    let page = world.get("/v3/numbers/search/us?limit=20").await;
    assert_eq!(
        (
            &page.data()["total"],
            &page.data()["_currency"]["currency_name_short"]
        ),
        (&json!(200), &json!("USD"))
    );
    let row = page.data()["data"][0].clone();
    assert_eq!(
        (&row["country"], &row["country_name"], &row["price_setup"]),
        (
            &json!("US"),
            &json!("United States of America"),
            &json!("0.00")
        )
    );
    let number = row["dedicated_number"].as_str().unwrap();
    assert_eq!(
        sent_from(&world, number).await.0,
        "INVALID_SENDER_ID",
        "not yet"
    );
    let before = world.balance().await;
    let bought = buy(&world, number).await;
    assert_eq!(bought.body["response_msg"], "Here is your new number.");
    assert_eq!(bought.data()["dedicated_number"], number);
    let price: f64 = row["price_total"].as_str().unwrap().parse().unwrap();
    assert_eq!(bought.data()["price_total"], row["price_total"]);
    assert_eq!(before - world.balance().await, (price * 1e6).round() as i64);
    assert_eq!(
        sent_from(&world, number).await,
        ("SUCCESS".into(), number.into())
    );
    let mine = world.get("/v3/numbers").await;
    assert_eq!(mine.data()["total"], 1);
    assert_eq!(
        (
            &mine.data()["data"][0]["dedicated_number"],
            &mine.data()["data"][0]["status"]["value"]
        ),
        (&json!(number), &json!(0))
    );
    assert_eq!(world.get("/v3/numbers?q=99999999").await.data()["total"], 0);
    let page = world.get("/v3/numbers/search/US").await;
    assert_eq!(page.data()["total"], 199, "it is off the shelf");
    assert_eq!(
        buy(&world, number).await.error(),
        (400, "ALREADY_EXISTS", "This number is taken.")
    );
    // It is John's, and nobody else's.
    let eve = world.open_account("eve", 100_000_000, false).await;
    let request = acting(Request::get("/v3/numbers"), eve);
    let hers = world.call(request.body(Body::empty()).unwrap()).await;
    assert_eq!(hers.data()["total"], 0);
    let message = json!({"messages": [{"to": "+15551234567", "body": "hello", "from": number}]});
    let request = acting(Request::post("/v3/sms/send"), eve).body(Body::from(message.to_string()));
    let refused = world.call(request.unwrap()).await;
    assert_eq!(refused.data()["messages"][0]["status"], "INVALID_SENDER_ID");
}

#[tokio::test]
async fn numbers_are_searched_by_their_digits_and_not_bought_without_money() {
    let world = World::new().await;
    let number = on_sale(&world).await;
    let ending = &number[number.len() - 4..];
    for (query, found) in [
        (format!("search={ending}&search_type=2"), 1),
        (format!("search={ending}&search_type=0"), 0),
        ("search=%2B1&search_type=0".to_owned(), 200),
    ] {
        let page = world.get(&format!("/v3/numbers/search/US?{query}")).await;
        assert_eq!(page.data()["total"], found, "{query}");
    }
    assert_eq!(world.get("/v3/numbers/search/AQ").await.data()["total"], 0);
    assert_eq!(world.get("/v3/numbers/search/x").await.error().0, 400);
    assert_eq!(
        world
            .get("/v3/numbers/search/US?search_type=7")
            .await
            .error()
            .0,
        400
    );
    assert_eq!(buy(&world, "+15551234567").await.error().0, 404);
    world.credit(-world.balance().await).await;
    assert_eq!(
        buy(&world, &number).await.error(),
        (
            400,
            "INSUFFICIENT_CREDIT",
            "Your balance does not cover the price."
        )
    );
    assert_eq!(world.get("/v3/numbers").await.data()["total"], 0);
}

#[tokio::test]
async fn an_application_for_numbers_is_kept_or_refused_field_by_field() {
    let world = World::new().await;
    let path = "/v3/numbers/registrations/number-types/10DLC/country/US";
    let whole = json!({"full_name": "John Doe", "company_name": "X", "email": "j@example.com", "website_url": "https://x.test",
        "sample_message": "Hi", "primary_use_case": "Marketing", "company_number": "+1", "area_code": "416"});
    let kept = world.post(path, whole).await;
    assert_eq!(
        kept.body["response_msg"],
        "10DLC number registration notification sent successfully."
    );
    assert!(kept.data().is_null());
    let refused = world.post(path, json!({"full_name": "John Doe"})).await;
    assert_eq!(
        (
            refused.status.as_u16(),
            &refused.body["response_msg"],
            &refused.body["data"]["email"]
        ),
        (400, &json!("Invalid input."), &json!("is required"))
    );
    assert!(refused.body["data"].get("full_name").is_none());
}

#[tokio::test]
async fn a_handset_is_verified_by_its_code_and_then_sends() {
    let world = World::new().await;
    let mine = "+15557654321";
    assert_eq!(sent_from(&world, mine).await.0, "INVALID_SENDER_ID");
    let started = world
        .post(
            "/v3/own-numbers/verifications",
            json!({"phone_number": "555 765 4321", "label": "mine"}),
        )
        .await;
    let started = started.bare();
    assert_eq!(
        (
            &started["status"],
            &started["remaining_attempts"],
            &started["expires_timestamp"]
        ),
        (
            &json!("PENDING"),
            &json!(3),
            &json!("2026-11-23 00:10:00+00:00")
        )
    );
    let code = code(&world).await;
    let path = format!(
        "/v3/own-numbers/verifications/{}/verify",
        started["id"].as_str().unwrap()
    );
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = world
        .post(&path, json!({"phone_number": mine, "code": wrong}))
        .await;
    assert_eq!(refused.error().2, "code is wrong; 2 attempts are left.");
    assert_eq!(sent_from(&world, mine).await.0, "INVALID_SENDER_ID");
    let other = world
        .post(&path, json!({"phone_number": "+15557654322", "code": code}))
        .await;
    assert_eq!(other.error().0, 400, "right code, another number");
    let right = world
        .post(&path, json!({"phone_number": mine, "code": code}))
        .await;
    assert_eq!(right.bare()["status"], "APPROVED");
    assert_eq!(
        sent_from(&world, mine).await,
        ("SUCCESS".into(), mine.into())
    );
    let again = world
        .post(&path, json!({"phone_number": mine, "code": code}))
        .await;
    assert_eq!(again.error().0, 400, "spent");

    let id = right.bare()["own_number_id"].as_str().unwrap().to_owned();
    let path = format!("/v3/own-numbers/{id}");
    let viewed = world.get(&path).await;
    assert_eq!(
        (
            &viewed.bare()["phone_number"],
            &viewed.bare()["status"],
            &viewed.bare()["label"]
        ),
        (&json!(mine), &json!("APPROVED"), &json!("mine"))
    );
    let renamed = patch(&world, &path, json!({"label": "yours"})).await;
    assert_eq!(renamed.bare()["label"], "yours");
    let listed = world.get("/v3/own-numbers?page_size=1").await;
    assert_eq!(
        (
            &listed.bare()["own_numbers"][0]["id"],
            &listed.bare()["_metadata"]["pagination"]["page_size"]
        ),
        (&json!(id), &json!(1))
    );
    let pending = world
        .get("/v3/own-numbers?filter%5Bstatus%5D%5B%5D=PENDING")
        .await;
    assert_eq!(pending.bare()["own_numbers"], json!([]));
    let eve = world.open_account("eve", 0, false).await;
    for method in ["GET", "PATCH", "DELETE"] {
        let request = acting(Request::builder().method(method).uri(&path), eve);
        let answer = world.call(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.error().0, 404, "{method}");
    }
    let gone = world.delete(&path).await;
    assert_eq!(gone.bare()["phone_number"], mine);
    assert_eq!(world.get(&path).await.error().0, 404);
    assert_eq!(sent_from(&world, mine).await.0, "INVALID_SENDER_ID");
}

#[tokio::test]
async fn codes_are_few_and_die() {
    let world = World::new().await;
    let start = async || {
        world
            .post(
                "/v3/own-numbers/verifications",
                json!({"phone_number": "+15557654321"}),
            )
            .await
    };
    let started = start().await;
    let path = format!(
        "/v3/own-numbers/verifications/{}/verify",
        started.bare()["id"].as_str().unwrap()
    );
    let code = code(&world).await;
    world.clock.advance_seconds(600);
    let late = world
        .post(&path, json!({"phone_number": "+15557654321", "code": code}))
        .await;
    assert!(late.error().2.starts_with("This verification is over"));
    for _ in 0..9 {
        start().await.bare();
    }
    assert_eq!(start().await.error().0, 429);
    world.clock.advance_seconds(3600);
    start().await.bare();
}

#[tokio::test]
async fn a_word_is_asked_for_decided_and_used() {
    let world = World::new().await;
    let request = |tag: &str| {
        world.post(
            "/v3/alpha-tags",
            json!({"alpha_tag": tag, "reason": "Shop", "countries": ["AU"]}),
        )
    };
    assert_eq!(
        sent_from(&world, "MyShop").await.0,
        "SUCCESS",
        "nobody has asked for it"
    );
    let asked = request("MyShop").await;
    assert_eq!(
        (
            &asked.bare()["status"],
            &asked.bare()["countries"],
            &asked.bare()["created_timestamp"]
        ),
        (
            &json!("PENDING"),
            &json!(["AU"]),
            &json!("2026-11-23 00:00:00+00:00")
        )
    );
    let path = format!("/v3/alpha-tags/{}", asked.bare()["id"].as_str().unwrap());
    assert_eq!(sent_from(&world, "MyShop").await.0, "INVALID_SENDER_ID");
    world.clock.advance_seconds(2);
    assert_eq!(world.get(&path).await.bare()["status"], "APPROVED");
    assert_eq!(sent_from(&world, "MyShop").await.0, "SUCCESS");
    request("RejectMe").await.bare();
    world.clock.advance_seconds(2);
    assert_eq!(sent_from(&world, "RejectMe").await.0, "INVALID_SENDER_ID");
    assert_eq!(request("myshop").await.error().1, "ALREADY_EXISTS");
    assert_eq!(request("no spaces").await.error().0, 400);
    let first = world.get("/v3/alpha-tags?page_size=1").await;
    let next = first.bare()["_metadata"]["pagination"]["next"]
        .as_str()
        .unwrap();
    let second = world.get(next).await;
    assert_eq!(second.bare()["alpha_tags"][0]["alpha_tag"], "RejectMe");
    assert!(
        second.bare()["_metadata"]["pagination"]
            .get("next")
            .is_none()
    );
    let eve = world.open_account("eve", 0, false).await;
    let hers = acting(Request::get(&path), eve)
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.call(hers).await.error().0, 404);
    world.delete(&path).await.data();
    assert_eq!(world.get(&path).await.error().0, 404);
}

#[tokio::test]
async fn a_default_sender_is_used_where_nobody_is_named() {
    let world = World::new().await;
    let sender = |country: &str, kind: &str, id: &str| {
        json!({"country_code": country, "product_type": "SMS",
        "default_sender_strategies": [{"sender_type": kind, "sender_id": id, "note": "x"}]})
    };
    let all = "/v3/senders/default-senders";
    let unowned = world.post(all, sender("US", "alpha_tag", "MyShop")).await;
    assert_eq!(
        (
            &unowned.body["response_msg"],
            &unowned.body["details"][0]["field"]
        ),
        (
            &json!("Failed to process default sender"),
            &json!("default_sender_strategies[0].sender_id")
        )
    );
    world
        .post("/v3/alpha-tags", json!({"alpha_tag": "MyShop"}))
        .await
        .bare();
    world.clock.advance_seconds(2);
    assert_eq!(sent_from(&world, "").await.1, FREE);
    let made = world.post(all, sender("US", "alpha_tag", "MyShop")).await;
    let id = made.data()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        made.data(),
        &json!({"id": id, "user_id": world.john.0, "subaccount_id": world.john.0, "country_code": "US", "product_type": "SMS",
            "default_sender_strategies": [{"sender_type": "alpha_tag", "sender_id": "MyShop", "sender_country_code": null, "priority": 1,
                "status": "ENABLED", "note": "x"}],
            "status": "ENABLED", "created_timestamp": "2026-11-23 00:00:02+00:00", "updated_timestamp": "2026-11-23 00:00:02+00:00"})
    );
    assert_eq!(sent_from(&world, "").await.1, "MyShop");
    let quoted = world
        .post(
            "/v3/sms/price",
            json!({"messages": [{"to": "+15551234567", "body": "x"}]}),
        )
        .await;
    assert_eq!(quoted.data()["messages"][0]["from"], "MyShop");
    let rows = world
        .send(json!([{"to": "+61411222333", "body": "elsewhere"}]))
        .await;
    assert_eq!(rows[0]["from"], FREE);
    let twice = world.post(all, sender("US", "shared_longcode", "")).await;
    assert_eq!(twice.body["details"][0]["field"], "country_code");
    let path = format!("{all}/{id}");
    assert_eq!(world.get(&path).await.data(), made.data());
    let listed = world.get(&format!("{all}?per_page=1")).await;
    assert_eq!(
        (&listed.data()["data"], &listed.data()["next_page_url"]),
        (&json!([made.data()]), &json!(""))
    );
    let changed = patch(
        &world,
        &path,
        json!({"default_sender_strategies": [{"sender_type": "shared_longcode", "sender_id": ""}]}),
    )
    .await;
    assert_eq!(
        changed.data()["default_sender_strategies"][0]["sender_type"],
        "shared_longcode"
    );
    assert_eq!(sent_from(&world, "").await.1, FREE);
    let eve = world.open_account("eve", 0, false).await;
    let hers = acting(Request::delete(&path), eve)
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.call(hers).await.error().0, 404);
    let gone = as_john(Request::delete(&path)).body(Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(world.router.clone(), gone)
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(world.get(&path).await.error().0, 404);
}

#[tokio::test]
async fn kinds_of_senders_are_told_by_country() {
    let world = World::new().await;
    let path = "/v3/senders/compliant-sender-types?filter%5Bproduct_type%5D=SMS";
    let two = world
        .get(&format!(
            "{path}&filter%5Bcountry_code%5D%5B%7Bindex%7D%5D=AU&filter%5Bcountry_code%5D%5B1%5D=US"
        ))
        .await;
    let rows = two.data()["data"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (
            &rows[0]["recipient_country_code"],
            &rows[0]["allowed_sender_types"][0]["sender_type"]
        ),
        (&json!("AU"), &json!("alpha_tag"))
    );
    assert_eq!(rows[1]["blocked_sender_types"], json!(["alpha_tag"]));
    assert!(
        world.get(path).await.data()["data"]
            .as_array()
            .unwrap()
            .len()
            > 100
    );
    assert_eq!(
        world
            .get("/v3/senders/compliant-sender-types")
            .await
            .error()
            .2,
        "filter[product_type] must be SMS."
    );
}

#[tokio::test]
async fn a_selection_of_countries_limits_where_messages_go() {
    let world = World::new().await;
    let send = async || {
        world
            .send(
                json!([{"to": "+15551234567", "body": "us"}, {"to": "+61411222333", "body": "au"}]),
            )
            .await
    };
    let select = async |ids: Value| {
        world
            .post("/v3/user-countries", json!({"country_list_ids": ids}))
            .await
            .data();
    };
    select(json!([1])).await;
    let rows = send().await;
    assert_eq!(
        (&rows[0]["status"], &rows[1]["status"]),
        (&json!("COUNTRY_NOT_ENABLED"), &json!("SUCCESS"))
    );
    let call = world
        .post(
            "/v3/voice/send",
            json!({"messages": [{"to": "+15551234567", "body": "x"}]}),
        )
        .await;
    assert_eq!(call.data()["messages"][0]["status"], "COUNTRY_NOT_ENABLED");
    assert_eq!(call.data()["blocked_count"], 1);
    world.clock.advance_seconds(1);
    select(json!([])).await;
    assert_eq!(
        send().await[0]["status"],
        "SUCCESS",
        "no selection, no limit"
    );
}

#[tokio::test]
async fn a_complaint_is_kept() {
    let world = World::new().await;
    let issue = json!({"message_id": "B388828B-AD46-4366-8AD3-0305FF5E3FE5", "type": "sms", "description": "this is a test.",
        "email_address": "test@user.com", "client_comments": "soon please"});
    let made = world.post("/v3/delivery-issues", issue).await;
    assert_eq!(
        made.body["response_msg"],
        "New delivery issue has been created."
    );
    let id = made.data()["issue_id"].as_i64().unwrap();
    let page = world.get("/v3/delivery-issues").await;
    assert_eq!(
        (
            &page.data()["data"][0]["issue_id"],
            &page.data()["data"][0]["client_comments"]
        ),
        (&json!(id.to_string()), &json!("soon please"))
    );
    for (key, told) in [
        ("type", "type is missing."),
        ("description", "description is missing."),
        (
            "email_address",
            "email_address is missing or no e-mail address.",
        ),
    ] {
        let mut issue = json!({"type": "sms", "description": "x", "email_address": "a@b.co"});
        issue[key] = json!("");
        assert_eq!(
            world.post("/v3/delivery-issues", issue).await.error().2,
            told
        );
    }
    let eve = world.open_account("eve", 0, false).await;
    let request = acting(Request::get("/v3/delivery-issues"), eve);
    let hers = world.call(request.body(Body::empty()).unwrap()).await;
    assert_eq!(hers.data()["total"], 0);
}

#[tokio::test]
async fn receipts_are_searched_and_history_knows_names() {
    let world = World::new().await;
    let list = world
        .post("/v3/lists", json!({"list_name": "friends"}))
        .await
        .data()["list_id"]
        .clone();
    world
        .post(
            &format!("/v3/lists/{list}/contacts"),
            json!({"phone_number": "+15550001234", "first_name": "Ann", "last_name": "Lee"}),
        )
        .await
        .data();
    let sent = world
        .send(json!([
            {"list_id": list, "body": "hello (First Name)", "custom_string": "A"},
            {"to": "+15551234567", "body": "hello", "custom_string": "b", "from": "MyShop"},
        ]))
        .await;
    let history = world.get("/v3/sms/history").await;
    let rows = &history.data()["data"];
    assert_eq!(
        (
            &rows[0]["first_name"],
            &rows[0]["last_name"],
            &rows[1]["first_name"]
        ),
        (&json!("Ann"), &json!("Lee"), &json!(null))
    );
    use postern_domain::message::Event;
    world.report(1, Event::Delivered, None).await;
    world.report(2, Event::Undelivered, None).await;
    let id = |n: usize| sent[n]["message_id"].clone();
    for (q, wanted) in [
        ("status_code:201".to_owned(), vec![id(0)]),
        ("status_code:301,custom_string:B".to_owned(), vec![id(1)]),
        ("from:myshop".to_owned(), vec![id(1)]),
        ("to:%2B15550001234".to_owned(), vec![id(0)]),
        (
            format!("message_id:{}", id(1).as_str().unwrap()),
            vec![id(1)],
        ),
        ("message_id:nobody".to_owned(), vec![]),
        ("status_code:200".to_owned(), vec![]),
        (String::new(), vec![id(0), id(1)]),
    ] {
        let page = world.get(&format!("/v3/sms/receipts?q={q}")).await;
        let found: Vec<_> = page.data()["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["message_id"].clone())
            .collect();
        assert_eq!(found, wanted, "{q}");
        assert_eq!(page.data()["total"], wanted.len(), "{q}");
    }
    assert_eq!(
        world.get("/v3/sms/receipts?q=color:red").await.error().2,
        "q: `color` cannot be searched; use message_id, status_code, custom_string, to, from."
    );
}

//! Messages to lists: one message a contact, placeholders, opt-outs, limits.

use serde_json::{Value, json};

use crate::media::Files;
use crate::world::World;

fn id_of(list: &str) -> &str {
    list.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn a_message_to_a_list_becomes_one_to_each_contact() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let list_id = id_of(&list);
    let john = world
        .add(
            &list,
            json!({"phone_number": "+15551234567", "first_name": "John", "custom_1": "gold"}),
        )
        .await;
    let jane = world.add(&list, json!({"phone_number": "+15551234568", "first_name": "{last_name}", "last_name": "LEAK"})).await;
    let body = "Hi (First Name)! {FirstName}, {custom_1}{CustomString2} {unknown}";
    let texts = [
        "Hi John! John, gold {unknown}",
        "Hi {last_name}! {last_name},  {unknown}",
    ];
    let messages = json!([{"list_id": list_id, "body": body, "custom_string": "c"}, {"to": "+15551234569", "body": body}]);
    let priced = world
        .post("/v3/sms/price", json!({"messages": messages}))
        .await;
    let sent = world
        .post("/v3/sms/send", json!({"messages": messages}))
        .await;
    let data = sent.data();
    assert_eq!(
        (data["total_count"].as_i64(), data["queued_count"].as_i64()),
        (Some(3), Some(3))
    );
    assert_eq!(
        data["total_price"],
        priced.data()["total_price"],
        "a quote is what a send charges"
    );
    let rows = data["messages"].as_array().unwrap();
    for (row, (contact, text)) in rows.iter().zip([(john, texts[0]), (jane, texts[1])]) {
        assert_eq!(
            (row["list_id"].as_str(), row["contact_id"].as_str()),
            (Some(list_id), Some(contact.to_string().as_str()))
        );
        assert_eq!(
            (row["body"].as_str(), row["custom_string"].as_str()),
            (Some(text), Some("c"))
        );
    }
    assert_eq!(
        rows[2]["body"], body,
        "a message to a number is sent as it was written"
    );
    assert_eq!(
        (&rows[2]["list_id"], &rows[2]["contact_id"]),
        (&Value::Null, &Value::Null)
    );
    let history = world.get("/v3/sms/history").await;
    let first = &history.data()["data"][0];
    assert_eq!(
        (first["list_id"].as_str(), first["contact_id"].as_str()),
        (Some(list_id), Some(john.to_string().as_str()))
    );
    assert_eq!(priced.data()["messages"][0]["contact_id"], john.to_string());
    let as_number = world.post("/v3/sms/price", json!({"messages": [{"list_id": list_id.parse::<i64>().unwrap(), "to": "+15551234569", "body": "x"}]})).await;
    assert_eq!(
        as_number.data()["total_count"],
        2,
        "the list counts before the number"
    );
}

#[tokio::test]
async fn whoever_opted_out_gets_nothing_from_lists() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let opt_out = world.opt_out_list().await;
    for n in 1..=3 {
        world
            .add(&list, json!({"phone_number": format!("+1555123456{n}")}))
            .await;
    }
    world
        .add(&opt_out, json!({"phone_number": "+15551234562"}))
        .await;
    let rows = world
        .send(json!([{"list_id": id_of(&list), "body": "x"}]))
        .await;
    let to: Vec<_> = rows.iter().map(|row| row["to"].as_str().unwrap()).collect();
    assert_eq!(to, ["+15551234561", "+15551234563"]);
    assert!(
        world
            .send(json!([{"list_id": id_of(&opt_out), "body": "x"}]))
            .await
            .is_empty()
    );
    let direct = world
        .send(json!([{"to": "+15551234562", "body": "your code"}]))
        .await;
    assert_eq!(
        direct[0]["status"], "SUCCESS",
        "one person's own message is no list's"
    );
}

#[tokio::test]
async fn lists_that_cannot_be_sent_to_are_refused_by_word() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    world.add(&list, json!({"email": "a@b.com"})).await;
    let empty = world.list("Empty").await;
    for (list_id, words) in [
        ("7", &["NOT_ENOUGH_PERMISSION_TO_LIST_ID"][..]),
        ("x", &["NOT_ENOUGH_PERMISSION_TO_LIST_ID"]),
        (id_of(&list), &["INVALID_RECIPIENT"]),
        (id_of(&empty), &[]),
        ("0", &["MISSING_REQUIRED_FIELDS"]),
    ] {
        let rows = world.send(json!([{"list_id": list_id, "body": "x"}])).await;
        let statuses: Vec<_> = rows
            .iter()
            .map(|row| row["status"].as_str().unwrap())
            .collect();
        assert_eq!(statuses, words, "{list_id}");
    }
}

#[tokio::test]
async fn a_list_that_does_not_fit_is_left_out_as_a_whole() {
    let world = World::new().await;
    let list = world.list("Many").await;
    let few = world.list("Few").await;
    let (john, many) = (world.john, id_of(&list).parse::<i64>().unwrap());
    world
        .store
        .write(postern_store::Lane::of(john.0), move |tx| {
            let contacts: Vec<_> = (0..999)
                .map(|n| {
                    let mut fields = postern_domain::contact::Fields::default();
                    fields.set(
                        postern_domain::contact::Field::PhoneNumber,
                        format!("+1555{n:07}"),
                    );
                    fields
                })
                .collect();
            postern_store::contacts::add(
                tx,
                john,
                many,
                &contacts,
                postern_testkit::FixedClock::START,
            )
        })
        .await
        .unwrap();
    for n in 0..3 {
        world
            .add(&few, json!({"phone_number": format!("+1556000000{n}")}))
            .await;
    }
    let send = |messages: Value| world.post("/v3/sms/price", json!({ "messages": messages }));
    let fits =
        send(json!([{"list_id": many, "body": "a"}, {"to": "+15551234567", "body": "b"}])).await;
    assert_eq!(fits.data()["total_count"], 1_000);
    let over = send(json!([{"list_id": many, "body": "a"}, {"list_id": id_of(&few), "body": "b"}, {"to": "+15551234567", "body": "c"}])).await;
    let rows = over.data()["messages"].as_array().unwrap();
    assert_eq!(rows.len(), 1_001);
    assert_eq!(
        (rows[999]["status"].as_str(), rows[1_000]["status"].as_str()),
        (Some("TOO_MANY_RECIPIENTS"), Some("SUCCESS"))
    );
    assert_eq!(over.data()["queued_count"], 1_000);
    let other_way = send(json!([{"list_id": id_of(&few), "body": "b"}, {"list_id": many, "body": "a"}, {"list_id": id_of(&few), "body": "c"}])).await;
    assert_eq!(other_way.data()["total_count"], 7);
}

#[tokio::test]
async fn calls_and_pictures_go_to_lists_too() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    for n in 1..=2 {
        world
            .add(
                &list,
                json!({"phone_number": format!("+1555123456{n}"), "first_name": format!("N{n}")}),
            )
            .await;
    }
    let pictures = Files::serve().await;
    for path in ["/v3/voice/send", "/v3/mms/send"] {
        let message = json!({"list_id": id_of(&list), "body": "Hi {first_name}", "subject": "s", "media_file": pictures.url("cat.gif"),
            "lang": "en-us", "voice": "female"});
        let sent = world.post(path, json!({"messages": [message]})).await;
        let rows = sent.data()["messages"].as_array().unwrap();
        assert_eq!(rows.len(), 2, "{path}");
        assert_eq!(
            (rows[1]["body"].as_str(), rows[1]["status"].as_str()),
            (Some("Hi N2"), Some("SUCCESS")),
            "{path}"
        );
    }
}

//! Campaigns of texts and pictures: planned, priced, changed, withdrawn, sent to everybody in a list, once.

use axum::body::Body;
use http::{Request, StatusCode};
use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Fields};
use postern_domain::message::Event;
use postern_store::{Lane, contacts};
use postern_testkit::FixedClock;
use serde_json::{Value, json};

use crate::links::link_in;
use crate::media::Files;
use crate::world::{World, acting};

const NOW: i64 = FixedClock::START.0 / 1_000_000;
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1";

pub(crate) async fn customers(world: &World, count: i64) -> (String, i64) {
    let list = world.list("Customers").await;
    let id: i64 = list.rsplit('/').next().unwrap().parse().unwrap();
    let john = world.john;
    for from in (0..count).step_by(1_000) {
        let rows: Vec<_> = (from..(from + 1_000).min(count))
            .map(|n| {
                let mut fields = Fields::default();
                fields.set(Field::PhoneNumber, format!("+1555{n:07}"));
                fields.set(Field::FirstName, format!("N{n}"));
                fields
            })
            .collect();
        world
            .store
            .write(Lane::of(john.0), move |tx| {
                contacts::add(tx, john, id, &rows, FixedClock::START)
            })
            .await
            .unwrap();
    }
    (list, id)
}

fn sale(list_id: i64) -> Value {
    json!({"list_id": list_id, "name": "Sale", "from": "", "body": "Hi (First Name)"})
}

fn with(mut body: Value, more: Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn send(world: &World, body: Value) -> Value {
    world
        .post("/v3/sms-campaigns/send", body)
        .await
        .data()
        .clone()
}

async fn view(world: &World, id: &Value) -> Value {
    world
        .get(&format!("/v3/sms-campaigns/{id}"))
        .await
        .data()
        .clone()
}

async fn history(world: &World) -> Vec<Value> {
    let page = world.get("/v3/sms/history?limit=100").await;
    page.data()["data"].as_array().unwrap().clone()
}

async fn status(world: &World, account: AccountId, method: &str, path: &str, body: &Value) -> u16 {
    let request = acting(Request::builder().method(method).uri(path), account);
    world
        .call(request.body(Body::from(body.to_string())).unwrap())
        .await
        .status
        .as_u16()
}

#[tokio::test]
async fn everybody_in_the_list_gets_one_message_for_the_quoted_price() {
    let world = World::new().await;
    let (list, id) = customers(&world, 3).await;
    world.add(&list, json!({"email": "no@number.test"})).await;
    let opt_out = world.opt_out_list().await;
    world
        .add(&opt_out, json!({"phone_number": "+15550000001"}))
        .await;
    let quoted = world.post("/v3/sms-campaigns/price", sale(id)).await;
    assert_eq!(
        (
            quoted.data()["total_count"].as_i64(),
            quoted.data()["data"]["schedule"].as_i64()
        ),
        (Some(2), Some(NOW))
    );
    let mut made = send(&world, with(sale(id), json!({"source": "test"}))).await;
    let number = made["sms_campaign_id"].take();
    assert_eq!(
        made,
        json!({"sms_campaign_id": null, "name": "Sale", "user_id": world.john.0, "subaccount_id": world.john.0, "list_id": id,
        "from": "", "body": "Hi (First Name)", "schedule": NOW, "status": "Queued", "date_added": NOW, "custom_string": null,
        "url_to_shorten": "", "unsubscribe_link": 0, "source": "test", "senders": null, "_total_count": 4, "_list_name": "Customers"})
    );
    assert!(history(&world).await.is_empty(), "nothing before its time");
    world.state.run_campaigns().await.unwrap();
    let rows = history(&world).await;
    let texts: Vec<_> = rows
        .iter()
        .map(|row| (row["to"].as_str().unwrap(), row["body"].as_str().unwrap()))
        .collect();
    assert_eq!(
        texts,
        [("+15550000000", "Hi N0"), ("+15550000002", "Hi N2")]
    );
    assert_eq!(rows[0]["list_id"], id.to_string());
    world.report(1, Event::Delivered, None).await;
    let sent = view(&world, &number).await;
    assert_eq!(
        (sent["status"].as_str(), &sent["_progress"]["total_price"]),
        (Some("Sent"), &quoted.data()["total_price"])
    );
    let progress = &sent["_progress"];
    let counts = ["accepted", "refused", "unpaid", "waiting", "delivered"]
        .map(|key| progress[key].as_i64().unwrap());
    assert_eq!(counts, [2, 1, 0, 1, 1]);
    assert_eq!(
        10_000_000 - world.balance().await,
        (progress["total_price"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap()
            * 1e6) as i64
    );
    world.state.run_campaigns().await.unwrap();
    assert_eq!(history(&world).await.len(), 2, "sent once");
}

#[tokio::test]
async fn a_campaign_waits_for_its_second_and_can_be_changed_until_then() {
    let world = World::new().await;
    let (_, id) = customers(&world, 2).await;
    let made = send(&world, with(sale(id), json!({"schedule": NOW + 60}))).await;
    assert_eq!(
        (made["status"].as_str(), made["schedule"].as_i64()),
        (Some("Scheduled"), Some(NOW + 60))
    );
    let path = format!("/v3/sms-campaigns/{}", made["sms_campaign_id"]);
    let changed = world.put(&path, &json!({"list_id": id, "name": "Later", "body": "Ho", "from": "", "schedule": (NOW + 90).to_string()}).to_string()).await;
    assert_eq!(
        changed.body["response_msg"],
        "Your SMS Campaign has been updated."
    );
    assert_eq!(
        (
            changed.data()["name"].as_str(),
            changed.data()["schedule"].as_i64()
        ),
        (Some("Later"), Some(NOW + 90))
    );
    world.clock.advance_seconds(89);
    world.state.run_campaigns().await.unwrap();
    assert!(history(&world).await.is_empty());
    world.clock.advance_seconds(1);
    world.state.run_campaigns().await.unwrap();
    assert_eq!(history(&world).await[1]["body"], "Ho");
    let late = world
        .put(
            &path,
            &json!({"list_id": id, "name": "x", "body": "x"}).to_string(),
        )
        .await;
    assert_eq!(
        late.error(),
        (400, "BAD_REQUEST", "It is too late: the campaign was sent.")
    );
    assert_eq!(
        world.put(&format!("{path}/cancel"), "").await.error().2,
        "It is too late: the campaign was sent."
    );
    let at_once = send(&world, with(sale(id), json!({"schedule": NOW + 600}))).await;
    let path = format!("/v3/sms-campaigns/{}", at_once["sms_campaign_id"]);
    let changed = world.put(&path, &json!({"list_id": id}).to_string()).await;
    assert_eq!(
        (
            changed.data()["status"].as_str(),
            changed.data()["body"].as_str()
        ),
        (Some("Queued"), Some("Hi (First Name)")),
        "no time is now"
    );
}

#[tokio::test]
async fn what_was_withdrawn_is_not_sent() {
    let world = World::new().await;
    let (_, id) = customers(&world, 2).await;
    let made = send(&world, with(sale(id), json!({"schedule": NOW + 60}))).await;
    let path = format!("/v3/sms-campaigns/{}/cancel", made["sms_campaign_id"]);
    let cancelled = world.put(&path, "").await;
    assert_eq!(
        (
            cancelled.data()["status"].as_str(),
            cancelled.body["response_msg"].as_str()
        ),
        (
            Some("Cancelled"),
            Some("Your SMS Campaign has been cancelled.")
        )
    );
    assert_eq!(
        world.put(&path, "").await.error().2,
        "It is too late: the campaign was cancelled."
    );
    world.clock.advance_seconds(60);
    world.state.run_campaigns().await.unwrap();
    assert!(history(&world).await.is_empty());
    assert_eq!(
        world.put("/v3/sms-campaigns/999/cancel", "").await.error(),
        (404, "NOT_FOUND", "Campaign record not found.")
    );
}

#[tokio::test]
async fn links_of_a_campaign_are_each_contacts_own() {
    let world = World::new().await;
    let (_, id) = customers(&world, 3).await;
    let body = json!({"body": "Hi (First Name): smsg.us/xxxxx bye: StopMsg.me/xxxxx", "url_to_shorten": "https://example.com/sale"});
    let quoted = world
        .post("/v3/sms-campaigns/price", with(sale(id), body.clone()))
        .await;
    let made = send(&world, with(sale(id), body)).await;
    assert_eq!(made["unsubscribe_link"], 1);
    let number = &made["sms_campaign_id"];
    world.state.run_campaigns().await.unwrap();
    let rows = history(&world).await;
    assert_eq!(
        view(&world, number).await["_progress"]["total_price"],
        quoted.data()["total_price"]
    );
    let links: Vec<_> = rows.iter().map(|row| link_in(&row["body"])).collect();
    assert!(links[0] != links[1] && links[1] != links[2]);
    assert_eq!(
        world.open("GET", &links[1], PHONE).await,
        (StatusCode::FOUND, "https://example.com/sale".to_owned())
    );
    let statistics = world
        .get(&format!("/v3/sms-campaigns/{number}/link-statistics"))
        .await;
    assert_eq!(
        statistics.data()["links"],
        json!({"opened": 1, "unopened": 2})
    );
    assert_eq!(
        statistics.data()["os"],
        json!([{"label": "IOS", "count": 1}])
    );
    let tracking = world
        .get(&format!("/v3/sms-campaigns/{number}/link-tracking?limit=2"))
        .await;
    let seen: Vec<_> = tracking.data()["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["contact"]["first_name"].as_str().unwrap().to_owned(),
                row["open_count"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(seen, [("N0".to_owned(), 0), ("N1".to_owned(), 1)]);
    assert_eq!(
        (
            tracking.data()["total"].as_i64(),
            tracking.data()["last_page"].as_i64()
        ),
        (Some(3), Some(2))
    );
    let whole = world
        .bare(&format!("/v3/short-url/statistics/sms_campaign/{number}"))
        .await;
    assert_eq!(whole["data"][0]["links"]["total"], 3);
    let export = world
        .get(&format!(
            "/v3/sms-campaigns/{number}/link-export?filename=clicks.csv"
        ))
        .await;
    let (status, _, csv) = world.download(export.data()["url"].as_str().unwrap()).await;
    assert_eq!(
        (status, csv),
        (
            StatusCode::OK,
            format!(
                "date,phone_number,first_name,last_name,contact_id,device,os,browser\r\n{NOW},+15550000001,\"N1\",\"\",{},Mobile,IOS,Safari\r\n",
                rows[1]["contact_id"].as_str().unwrap()
            )
        )
    );
    let eve = world.open_account("eve", 0, false).await;
    for what in ["", "/link-statistics", "/link-tracking", "/link-export"] {
        assert_eq!(
            status_of(&world, eve, &format!("/v3/sms-campaigns/{number}{what}")).await,
            404,
            "{what}"
        );
    }
}

async fn status_of(world: &World, account: AccountId, path: &str) -> u16 {
    status(world, account, "GET", path, &json!({})).await
}

#[tokio::test]
async fn a_link_without_a_place_stands_behind_the_text() {
    let world = World::new().await;
    let (_, id) = customers(&world, 1).await;
    send(
        &world,
        with(sale(id), json!({"url_to_shorten": "https://example.com/"})),
    )
    .await;
    world.state.run_campaigns().await.unwrap();
    let body = history(&world).await[0]["body"].clone();
    assert_eq!(body, format!("Hi N0 {}", link_in(&body)));
}

#[tokio::test]
async fn the_way_out_asks_first_and_is_for_good() {
    let world = World::new().await;
    let (list, id) = customers(&world, 2).await;
    send(
        &world,
        with(sale(id), json!({"body": "Bye: StopMsg.me/xxxxx"})),
    )
    .await;
    world.state.run_campaigns().await.unwrap();
    let link = link_in(&history(&world).await[0]["body"]);
    assert_eq!(world.open("GET", &link, PHONE).await.0, StatusCode::OK);
    assert_eq!(
        world.contacts_count(&list).await,
        2,
        "looking changes nothing"
    );
    for _ in 0..2 {
        assert_eq!(world.open("POST", &link, PHONE).await.0, StatusCode::OK);
        assert_eq!(world.contacts_count(&list).await, 1);
        assert_eq!(world.contacts_count(&world.opt_out_list().await).await, 1);
    }
    world
        .add(&list, json!({"phone_number": "+15550000000"}))
        .await;
    send(&world, sale(id)).await;
    world.state.run_campaigns().await.unwrap();
    let to: Vec<_> = history(&world)
        .await
        .iter()
        .skip(2)
        .map(|row| row["to"].clone())
        .collect();
    assert_eq!(to, ["+15550000001"]);
}

#[tokio::test]
async fn a_long_campaign_is_sent_in_steps_and_others_send_between_them() {
    let world = World::new().await;
    let (_, id) = customers(&world, 1_100).await;
    let rich = json!({"body": "x"});
    let first = send(&world, with(sale(id), rich)).await;
    let (_, few) = customers(&world, 2).await;
    let second = send(&world, with(sale(few), json!({"name": "Short"}))).await;
    let sending = world.state.run_campaigns();
    let single = world.send(json!([{"to": "+15559999999", "body": "code"}]));
    let (sent, rows) = tokio::join!(sending, single);
    sent.unwrap();
    assert_eq!(rows[0]["status"], "SUCCESS");
    let (first, second) = (
        view(&world, &first["sms_campaign_id"]).await,
        view(&world, &second["sms_campaign_id"]).await,
    );
    let progress = &first["_progress"];
    assert_eq!(
        progress["accepted"].as_i64().unwrap() + progress["unpaid"].as_i64().unwrap(),
        1_100
    );
    assert_eq!(second["status"], "Sent");
    let total = world.get("/v3/sms/history").await.data()["total"]
        .as_i64()
        .unwrap();
    assert_eq!(
        total,
        progress["accepted"].as_i64().unwrap()
            + second["_progress"]["accepted"].as_i64().unwrap()
            + 1
    );
}

#[tokio::test]
async fn a_list_that_goes_and_an_empty_purse_are_told() {
    let world = World::new().await;
    let (list, id) = customers(&world, 2).await;
    let made = send(&world, with(sale(id), json!({"schedule": NOW + 60}))).await;
    world.delete(&list).await;
    world.clock.advance_seconds(60);
    world.state.run_campaigns().await.unwrap();
    let failed = view(&world, &made["sms_campaign_id"]).await;
    assert_eq!(
        (
            failed["status"].as_str(),
            failed["_progress"]["failure"].as_str()
        ),
        (Some("Failed"), Some("The list was deleted."))
    );
    for (body, answer) in [
        (sale(id), "Your list is not found."),
        (sale(999), "Your list is not found."),
        (
            with(sale(id), json!({"list_id": "x"})),
            "Your list is not found.",
        ),
    ] {
        let refused = world.post("/v3/sms-campaigns/send", body).await;
        assert_eq!(refused.error(), (404, "NOT_FOUND", answer));
    }
}

#[tokio::test]
async fn what_cannot_be_a_campaign_is_refused_by_field() {
    let world = World::new().await;
    let (_, id) = customers(&world, 1).await;
    for (more, part) in [
        (json!({"name": " "}), "name:"),
        (json!({"body": ""}), "body:"),
        (json!({"from": "x"}), "from:"),
        (json!({"schedule": -1}), "schedule:"),
        (
            json!({"url_to_shorten": "javascript:alert(1)"}),
            "url_to_shorten:",
        ),
        (json!({"body": "Go to smsu.io/xxxxx"}), "url_to_shorten:"),
        (json!({"senders": {}}), "senders"),
    ] {
        let refused = world
            .post("/v3/sms-campaigns/send", with(sale(id), more.clone()))
            .await;
        assert_eq!(refused.error().0, 400, "{more}");
        assert!(
            refused.error().2.contains(part),
            "{more}: {}",
            refused.error().2
        );
    }
    let senders = json!({"senders": [{"recipient_country_code": "US", "sender_id": "MyShop"}]});
    let made = send(&world, with(sale(id), senders.clone())).await;
    assert_eq!(made["senders"], senders["senders"]);
    world.state.run_campaigns().await.unwrap();
    assert_eq!(history(&world).await[0]["from"], "MyShop");
}

#[tokio::test]
async fn campaigns_are_listed_searched_and_nobody_elses() {
    let world = World::new().await;
    let (_, id) = customers(&world, 1).await;
    for name in ["b", "a"] {
        send(
            &world,
            with(sale(id), json!({"name": name, "schedule": NOW + 60})),
        )
        .await;
    }
    let names = async |query: &str| -> Vec<String> {
        let page = world.get(&format!("/v3/sms-campaigns{query}")).await;
        page.data()["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("").await, ["b", "a"]);
    assert_eq!(names("?order_by=name:asc").await, ["a", "b"]);
    assert_eq!(names("?q=name:A,status:scheduled").await, ["a"]);
    assert_eq!(names("?q=status:Sent").await, [""; 0]);
    assert_eq!(
        names(&format!("?date_from={NOW}&date_to={NOW}"))
            .await
            .len(),
        2
    );
    assert_eq!(names(&format!("?date_from={}", NOW + 1)).await.len(), 0);
    assert!(
        world
            .get("/v3/sms-campaigns?q=colour:red")
            .await
            .error()
            .2
            .contains("`colour` cannot be searched")
    );
    assert_eq!(world.get("/v3/mms-campaigns").await.body["total"], 0);
    let eve = world.open_account("eve", 0, false).await;
    let path = format!("/v3/sms-campaigns/{}", 1);
    for (method, path, body) in [
        ("GET", path.clone(), json!({})),
        ("PUT", path.clone(), sale(id)),
        ("PUT", format!("{path}/cancel"), json!({})),
        ("POST", "/v3/sms-campaigns/send".to_owned(), sale(id)),
    ] {
        assert_eq!(
            status(&world, eve, method, &path, &body).await,
            404,
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn pictures_have_campaigns_too() {
    let world = World::new().await;
    let (_, id) = customers(&world, 2).await;
    let server = Files::serve().await;
    let body = with(
        sale(id),
        json!({"subject": "Look", "media_file": server.url("cat.gif"), "schedule": NOW + 60}),
    );
    let priced = world.post("/v3/mms-campaigns/price", body.clone()).await;
    assert_eq!(
        (
            priced.data()["total_price"].as_str(),
            priced.data()["data"]["schedule"].as_str()
        ),
        (Some("0.3600"), Some((NOW + 60).to_string().as_str()))
    );
    let made = world.post("/v3/mms-campaigns/send", body.clone()).await;
    let row = made.data();
    assert_eq!(
        (row["status"].as_str(), row["subject"].as_str()),
        (Some("Scheduled"), Some("Look"))
    );
    assert!(
        row["_media_file_url"]
            .as_str()
            .unwrap()
            .ends_with(row["file_name"].as_str().unwrap())
    );
    let path = format!("/v3/mms-campaigns/{}", row["mms_campaign_id"]);
    let changed = world
        .put(
            &path,
            &json!({"list_id": id, "name": "Now", "body": "Miau (First Name)"}).to_string(),
        )
        .await;
    assert_eq!(
        (
            changed.data()["status"].as_str(),
            &changed.data()["file_name"]
        ),
        (Some("Queued"), &row["file_name"]),
        "the picture stays"
    );
    world.state.run_campaigns().await.unwrap();
    let history = world.get("/v3/mms/history").await;
    let first = &history.data()["data"][0];
    assert_eq!(
        (
            first["body"].as_str(),
            first["subject"].as_str(),
            &first["_media_file_url"]
        ),
        (Some("Miau N0"), Some("Look"), &row["_media_file_url"])
    );
    assert_eq!(world.get(&path).await.data()["_progress"]["accepted"], 2);
    let page = world.get("/v3/mms-campaigns").await.body;
    assert_eq!(
        (
            page["http_code"].as_i64(),
            page["total"].as_i64(),
            page["data"][0]["status"].as_str()
        ),
        (Some(200), Some(1), Some("Sent"))
    );
    assert_eq!(
        world.put(&format!("{path}/cancel"), "").await.error().0,
        400
    );
    for (more, part) in [
        (json!({"subject": ""}), "subject:"),
        (json!({"media_file": server.url("lies.jpg")}), "media_file:"),
        (json!({"media_file": null}), "media_file:"),
    ] {
        let refused = world
            .post("/v3/mms-campaigns/send", with(body.clone(), more.clone()))
            .await;
        assert!(
            refused.error().2.starts_with(part),
            "{more}: {}",
            refused.error().2
        );
    }
    assert_eq!(world.get("/v3/sms-campaigns").await.data()["total"], 0);
}

//! A list with a million contacts, as a measurement:
//! `cargo test --release -p postern-platform --test it million -- --ignored --nocapture`.

use std::time::Instant;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::json;
use tower::ServiceExt as _;

use crate::world::{World, as_john};

const ROWS: i64 = 1_000_000;
/// Every tenth row is a number that is there already.
const NUMBERS: i64 = ROWS / 10 * 9;

fn resident_peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    peak.unwrap_or("VmHWM unknown").to_owned()
}

fn say(what: &str, began: Instant) {
    println!(
        "{what}: {:.3} s, {}",
        began.elapsed().as_secs_f64(),
        resident_peak()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement of minutes"]
async fn million() {
    let world = World::new().await;
    let list = world.list("Million").await;
    let pieces = (0..ROWS / 1_000).map(|piece| {
        let row = |n: i64| {
            let number = 2_000_000_000 + n % NUMBERS * 7;
            format!(
                "+1{number},First{n},Last{},n{n}@example.com,a customer since {}\n",
                n % 5_000,
                1990 + n % 30
            )
        };
        let rows: String = (piece * 1_000..(piece + 1) * 1_000).map(row).collect();
        Ok::<_, std::io::Error>(rows)
    });
    let began = Instant::now();
    let request = as_john(Request::post(format!(
        "{list}/import?field_order=phone,first_name,last_name,email,custom1"
    )))
    .header("content-type", "text/csv")
    .body(Body::from_stream(futures_util::stream::iter(pieces)))
    .unwrap();
    let queued = world.call(request).await;
    say("file received", began);
    let id = queued.data()["id"].as_str().unwrap().to_owned();
    let report = loop {
        let report = world.get(&format!("{list}/import/{id}")).await;
        if report.data()["status"] != "Running" {
            break report;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    say("imported", began);
    println!("{}", report.body);
    assert_eq!(report.data()["contacts_added"], ROWS);

    for (what, query) in [
        ("page 1", "page=1"),
        ("page 2", "page=2"),
        ("page 33,000", "page=33000"),
        ("page 66,000", "page=66000"),
        ("the last first", "order_by=contact_id:desc"),
        ("by number", "q=phone_number:%2B12000700000"),
        ("by e-mail address", "q=email:n777777@example.com"),
        ("by last name", "q=last_name:last77"),
        ("changed since", "updated_after=1000"),
    ] {
        let began = Instant::now();
        for _ in 0..5 {
            world.get(&format!("{list}/contacts?{query}")).await.data();
        }
        println!("{what}: {:.3} ms", began.elapsed().as_secs_f64() * 200.0);
    }
    let began = Instant::now();
    let found = world.get("/v3/search/contacts-lists?q=first77777").await;
    println!(
        "search: {} rows in {:.3} s",
        found.data()["total"],
        began.elapsed().as_secs_f64()
    );

    let began = Instant::now();
    let link = world.get(&format!("{list}/export")).await;
    let url = link.data()["url"]
        .as_str()
        .unwrap()
        .replace("http://127.0.0.1:8081", "");
    let response = world
        .router
        .clone()
        .oneshot(Request::get(url).body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (mut body, mut bytes) = (response.into_body(), 0);
    while let Some(frame) = body.frame().await {
        bytes += frame.unwrap().into_data().map_or(0, |data| data.len());
    }
    println!("{bytes} bytes");
    say("exported", began);

    let began = Instant::now();
    let removed = world
        .put(
            &format!("{list}/remove-duplicates"),
            r#"{"fields":["phone_number"]}"#,
        )
        .await;
    say("remove-duplicates answered", began);
    println!("{}", removed.body);
    let left = loop {
        let left = world.contacts_count(&list).await;
        if left == NUMBERS {
            break left;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    say("duplicates removed", began);
    assert_eq!(left, NUMBERS);

    let began = Instant::now();
    let rows = world.send(json!([{"list_id": world.opt_out_list().await.rsplit('/').next().unwrap(), "body": "x"}])).await;
    assert!(rows.is_empty());
    assert_eq!(world.delete(&list).await.data(), &json!([]));
    say("deleted, as its owner sees it", began);
}

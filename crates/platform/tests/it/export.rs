//! `GET /v3/{channel}/history/export`, and the file behind its link.

use axum::body::Body;
use http::Request;
use postern_domain::money::Micros;
use postern_store::{Lane, accounts};
use serde_json::json;
use tower::ServiceExt as _;

use crate::media::Files;
use crate::world::World;

const BASE: &str = "http://127.0.0.1:8081";
const NOW: i64 = postern_testkit::FixedClock::START.0 / 1_000_000;

async fn link(world: &World, path: &str) -> String {
    let answer = world.get(path).await;
    assert_eq!(answer.body["response_msg"], "Download your file here.");
    answer.data()["url"].as_str().unwrap().to_owned()
}

/// Without credentials: the link is enough.
async fn fetch(world: &World, url: &str) -> (String, String) {
    let path = url.strip_prefix(BASE).unwrap();
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/csv; charset=utf-8"
    );
    let name = response.headers()["content-disposition"]
        .to_str()
        .unwrap()
        .to_owned();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    (name, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn a_link_leads_to_every_message_that_the_query_means() {
    let world = World::new().await;
    let john = world.john;
    world
        .store
        .write(Lane::of(john.0), move |tx| {
            accounts::credit(
                tx,
                john,
                Micros(100_000_000),
                postern_testkit::FixedClock::START,
            )
        })
        .await
        .unwrap();
    let batch: Vec<_> = (0..620)
        .map(|n| json!({"to": format!("+1555{:07}", 1_000_000 + n / 2), "body": format!("text {n}, \"quoted\"")}))
        .collect();
    let sent = world.send(json!(batch)).await;
    let url = link(&world, "/v3/sms/history/export?filename=mine.csv").await;
    let (name, csv) = fetch(&world, &url).await;
    assert_eq!(name, "attachment; filename=\"mine.csv\"");
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), sent.len() + 1);
    assert!(lines[0].starts_with("date,to,from,body,status,"));
    assert!(lines[620].starts_with(&format!(
        "{NOW},+15551000309,+15005550100,\"text 619, \"\"quoted\"\"\",Queued,"
    )));
    let url = link(&world, "/v3/sms/history/export?q=to:%2B15551000007").await;
    let (name, csv) = fetch(&world, &url).await;
    assert_eq!(name, "attachment; filename=\"export.csv\"");
    assert_eq!(csv.lines().count(), 3);
}

#[tokio::test]
async fn calls_and_pictures_have_columns_of_their_own() {
    let world = World::new().await;
    world
        .post(
            "/v3/voice/send",
            json!({"messages": [{"to": "+15551234567", "body": "Hello", "lang": "de-de"}]}),
        )
        .await
        .data();
    let files = Files::serve().await;
    world.post("/v3/mms/send", json!({"media_file": files.url("cat.gif"), "messages": [{"to": "+15551234567", "body": "Hi", "subject": "Look"}]})).await.data();
    let (_, calls) = fetch(&world, &link(&world, "/v3/voice/history/export").await).await;
    assert!(calls.ends_with(",john,de-de,female,0,0,,\r\n"), "{calls}");
    let (_, pictures) = fetch(&world, &link(&world, "/v3/mms/history/export").await).await;
    assert!(
        pictures.contains(",john,Look,http://127.0.0.1:8081/v3/uploads/"),
        "{pictures}"
    );
}

#[tokio::test]
async fn a_link_expires_and_cannot_be_guessed() {
    let world = World::new().await;
    let url = link(&world, "/v3/sms/history/export?filename=..%2Fx%22").await;
    assert!(url.ends_with("?filename=export.csv"), "{url}");
    let path = url.strip_prefix(BASE).unwrap().to_owned();
    world.clock.advance_seconds(1200);
    for path in [
        path.as_str(),
        "/v3/files/x",
        "/v3/files/6bbeb11e-caa6-4b04-8537-63619f3d6b37",
    ] {
        let answer = world
            .call(Request::get(path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(
            answer.error(),
            (
                404,
                "NOT_FOUND",
                "The file does not exist, or its link has expired."
            )
        );
    }
}

#[tokio::test]
async fn a_query_that_means_nothing_gets_no_link() {
    let world = World::new().await;
    let wrong = world.get("/v3/sms/history/export?q=colour:red").await;
    assert_eq!(wrong.error().0, 400);
}

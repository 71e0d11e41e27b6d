//! Pictures of messages: fetched, looked at, made to fit, kept, and served back, whatever is at the address.

use std::io::Cursor;

use axum::body::Body;
use http::Request;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use postern_domain::channel::{Content, Media};
use postern_store::files;
use postern_testkit::{ScriptedUpstream, answer, ok};
use serde_json::{Value, json};

use crate::world::{World, acting};

/// The smallest GIF there is.
pub(crate) const CAT: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// A server of files on loopback.
pub(crate) struct Files(ScriptedUpstream);

impl Files {
    pub(crate) async fn serve() -> Files {
        let noise = noise();
        Files(
            ScriptedUpstream::answering(move |request| {
                let path = request.first_line().split(' ').nth(1)?.to_owned();
                Some(match path.as_str() {
                    "/cat.gif" => ok(CAT),
                    "/noise.png" => ok(&noise),
                    "/lies.jpg" => answer(
                        "200 OK",
                        "content-type: image/jpeg\r\n",
                        b"<html>not a picture</html>",
                    ),
                    "/moved" => answer("302 Found", "location: /cat.gif\r\n", b""),
                    "/round" => answer("302 Found", "location: /round\r\n", b""),
                    "/inside" => answer("302 Found", "location: http://10.0.0.1/cat.gif\r\n", b""),
                    "/endless" => {
                        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec()
                    }
                    "/contacts.csv" => {
                        ok(b"phone,first_name\n+15551234567,John\n+15551234568,Jane\n")
                    }
                    _ => answer("404 Not Found", "", b"nothing"),
                })
            })
            .await,
        )
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.0.url())
    }
}

/// Compresses badly: far more than a message may hold.
fn noise() -> Vec<u8> {
    let mut state = 1_u32;
    let picture = RgbImage::from_fn(700, 500, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        Rgb([a, b, c])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn to(n: i64, address: &str) -> Value {
    json!({"to": format!("+1555123456{n}"), "subject": "Look", "body": "A cat", "media_file": address})
}

async fn send(world: &World, messages: Value) -> Vec<Value> {
    let answer = world
        .post("/v3/mms/send", json!({"messages": messages}))
        .await;
    answer.data()["messages"].as_array().unwrap().clone()
}

async fn media(world: &World, row: &Value) -> Media {
    let message = world
        .message(row["message_id"].as_str().unwrap())
        .await
        .unwrap();
    match message.content {
        Content::Mms(picture) => picture.media.unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_picture_is_copied_and_served_back() {
    let world = World::new().await;
    let server = Files::serve().await;
    let rows = send(
        &world,
        json!([to(1, &server.url("cat.gif")), to(2, &server.url("moved"))]),
    )
    .await;
    assert_eq!(
        rows[0]["_media_file_url"], rows[1]["_media_file_url"],
        "one picture is one file"
    );
    let url = rows[0]["_media_file_url"].as_str().unwrap();
    assert!(url.ends_with(".gif"), "{url}");
    let (headers, bytes) = world.fetch(url).await;
    assert_eq!(
        (headers["content-type"].as_bytes(), bytes.as_slice()),
        (&b"image/gif"[..], CAT)
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let kept = media(&world, &rows[0]).await;
    assert_eq!(
        (kept.bytes, kept.content_type.as_str()),
        (CAT.len() as i64, "image/gif")
    );
    let again = send(&world, json!([to(3, url)])).await;
    assert_eq!(
        media(&world, &again[0]).await.digest,
        kept.digest,
        "our own link needs no fetching"
    );
    let history = world.get("/v3/mms/history").await;
    assert_eq!(history.data()["data"][0]["_media_file_url"], url);
}

#[tokio::test]
async fn what_is_too_large_is_made_to_fit() {
    let world = World::new().await;
    let server = Files::serve().await;
    let rows = send(&world, json!([to(1, &server.url("noise.png"))])).await;
    let kept = media(&world, &rows[0]).await;
    assert!(
        kept.bytes <= 250_000 && kept.content_type == "image/jpeg",
        "{kept:?}"
    );
    let content = world
        .store
        .read(move |tx| files::content(tx, &kept.file_id, 10))
        .await
        .unwrap();
    assert_eq!(content.len() as i64, kept.bytes);
    assert!(image::load_from_memory(&content).unwrap().width() > 100);
}

#[tokio::test]
async fn what_is_no_picture_or_cannot_be_fetched_is_refused_message_by_message() {
    let world = World::new().await;
    let server = Files::serve().await;
    let bad = ["lies.jpg", "nothing", "round", "inside", "endless"];
    let mut messages: Vec<_> = (1..)
        .zip(bad)
        .map(|(n, name)| to(n, &server.url(name)))
        .collect();
    messages.push(to(8, "http://10.0.0.1/cat.gif"));
    messages.push(to(9, &server.url("cat.gif")));
    let rows = send(&world, json!(messages)).await;
    let words: Vec<_> = rows
        .iter()
        .map(|row| row["status"].as_str().unwrap())
        .collect();
    assert_eq!(words[..6], ["INVALID_MEDIA_FILE"; 6]);
    assert_eq!(words[6], "SUCCESS");
    assert_eq!(
        rows[0]["_media_file_url"],
        server.url("lies.jpg"),
        "what was refused is not copied"
    );
    assert_eq!(world.balance().await, 10_000_000 - 180_000);
    let priced = world
        .post("/v3/mms/price", json!({"messages": messages}))
        .await;
    assert_eq!(
        priced.data()["total_price"],
        0.18,
        "a quote is what a send charges"
    );
    let many: Vec<_> = (0..33)
        .map(|n| to(1, &server.url(&format!("{n}"))))
        .collect();
    let refused = world.post("/v3/mms/send", json!({"messages": many})).await;
    assert!(
        refused.error().2.contains("33 different pictures"),
        "{:?}",
        refused.error()
    );
}

#[tokio::test]
async fn nothing_is_kept_of_a_picture_that_was_not_paid() {
    let world = World::new().await;
    let server = Files::serve().await;
    let poor = world.open_account("poor", 0, false).await;
    let body = json!({"messages": [to(1, &server.url("cat.gif"))]});
    let request = crate::world::acting(http::Request::post("/v3/mms/send"), poor);
    let answer = world
        .call(
            request
                .body(axum::body::Body::from(body.to_string()))
                .unwrap(),
        )
        .await;
    assert_eq!(
        answer.data()["messages"][0]["status"],
        "INSUFFICIENT_CREDIT"
    );
    let kept = world
        .store
        .read(|tx| tx.one("SELECT count(*) FROM files", &[], |row| row.int(0)))
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_sandbox_fetches_nothing_from_elsewhere() {
    let world = World::new().await;
    let server = Files::serve().await;
    let sandbox = world.open_account("sandbox", 10_000_000, true).await;
    let post = async |path: &str, body: Value| {
        let request = acting(Request::post(path), sandbox).body(Body::from(body.to_string()));
        world.call(request.unwrap()).await
    };
    let list = post("/v3/lists", json!({"list_name": "L"})).await;
    let list = list.data()["list_id"].clone();
    let answer = post(
        &format!("/v3/lists/{list}/import"),
        json!({"file_url": server.url("contacts.csv"), "field_order": ["phone", "first_name"]}),
    )
    .await;
    assert!(
        answer.error().2.contains("for a sandbox account"),
        "{}",
        answer.body
    );
    let message = to(1, "");
    let message = json!({"media_file": server.url("cat.gif"), "messages": [message]});
    let answer = post("/v3/mms/send", message).await;
    assert_eq!(answer.data()["queued_count"], 0, "{}", answer.body);
    assert_eq!(server.0.connections(), 0, "nobody learns of it");
}

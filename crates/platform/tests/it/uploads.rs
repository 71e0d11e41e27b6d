//! `/v3/uploads`: in every form callers use, looked at, served back, used by imports and pictures.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::media::{CAT, Files};
use crate::world::{Answer, World, as_john};

const CSV: &str = "phone,first_name\n+15551234567,John\n+15551234568,Jane\n";

impl World {
    /// The file behind a link of ours, asked for by nobody in particular.
    pub(crate) async fn fetch(&self, url: &str) -> (HeaderMap, Vec<u8>) {
        let path = url.strip_prefix("http://127.0.0.1:8081").unwrap();
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{url}");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.headers, bytes.to_vec())
    }

    async fn upload(&self, path: &str, content: &[u8]) -> Answer {
        self.post(path, json!({"content": STANDARD.encode(content)}))
            .await
    }
}

async fn form(world: &World, path: &str, fields: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (head, content) in fields {
        body.extend(
            format!("--edge\r\ncontent-disposition: form-data; {head}\r\n\r\n").into_bytes(),
        );
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    let request =
        as_john(Request::post(path)).header("content-type", "multipart/form-data; boundary=edge");
    world.call(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_file_comes_as_base64_or_as_a_form_and_is_served_back() {
    let world = World::new().await;
    let by_query = world.upload("/v3/uploads?convert=mms", CAT).await;
    assert_eq!(
        by_query.body["response_msg"],
        "Your file has been uploaded."
    );
    let in_body = json!({"content": STANDARD.encode(CAT), "convert": "mms"});
    let in_body = world.post("/v3/uploads", in_body).await;
    let as_form = form(
        &world,
        "/v3/uploads?convert=mms",
        &[("name=\"file\"; filename=\"cat.jpg\"", CAT)],
    )
    .await;
    let with_word = form(
        &world,
        "/v3/uploads",
        &[
            ("name=\"convert\"", b"mms"),
            ("name=\"file\"; filename=\"x\"", CAT),
        ],
    )
    .await;
    for (answer, number) in [by_query, in_body, as_form, with_word].iter().zip(1..) {
        let data = answer.data();
        assert_eq!(
            (data["upload_id"].as_i64(), data["user_id"].as_i64()),
            (Some(number), Some(world.john.0))
        );
        assert_eq!(
            data["date_delete"].as_i64().unwrap() - data["date_added"].as_i64().unwrap(),
            604_800
        );
        let name = data["file_name"].as_str().unwrap();
        assert!(name.ends_with(".gif") && name.len() == 40, "{name}");
        let (headers, bytes) = world.fetch(data["_url"].as_str().unwrap()).await;
        assert_eq!(
            (headers["content-type"].as_bytes(), bytes.as_slice()),
            (&b"image/gif"[..], CAT)
        );
    }
}

#[tokio::test]
async fn contacts_are_imported_from_uploads_and_addresses() {
    let world = World::new().await;
    let server = Files::serve().await;
    let upload = world
        .upload("/v3/uploads?convert=csv", CSV.as_bytes())
        .await;
    for url in [
        upload.data()["_url"].as_str().unwrap(),
        &server.url("contacts.csv"),
    ] {
        let list = world.list("Customers").await;
        let preview = world
            .post(
                &format!("{list}/import-csv-preview"),
                json!({"file_url": url}),
            )
            .await;
        assert_eq!(
            preview.data()["row"],
            json!(["phone", "first_name"]),
            "{url}"
        );
        let queued = world
            .post(
                &format!("{list}/import"),
                json!({"file_url": url, "field_order": ["phone", "first_name"]}),
            )
            .await;
        let report = world
            .import_ended(&list, queued.data()["id"].as_str().unwrap())
            .await;
        assert_eq!(
            (report["status"].as_str(), report["contacts_added"].as_i64()),
            (Some("Completed"), Some(2)),
            "{url}"
        );
    }
    let list = world.list("Nobody").await;
    let gone = json!({"file_url": server.url("gone.csv"), "field_order": ["phone"]});
    let refused = world.post(&format!("{list}/import"), gone).await;
    assert_eq!(refused.error().2, "file_url: the server answered 404.");
    let unknown = "http://127.0.0.1:8081/v3/uploads/8EA5FA8C-3216-4A5D-86EA-6BE78050E439.csv";
    let refused = world
        .post(
            &format!("{list}/import"),
            json!({"file_url": unknown, "field_order": ["phone"]}),
        )
        .await;
    assert!(
        refused.error().2.contains("has expired"),
        "{:?}",
        refused.error()
    );
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_by_what_it_is() {
    let world = World::new().await;
    for (path, content, part) in [
        ("/v3/uploads", CAT, "convert: say what the file is for"),
        (
            "/v3/uploads?convert=song",
            CAT,
            "convert: say what the file is for",
        ),
        (
            "/v3/uploads?convert=mms",
            &b"<svg/>"[..],
            "neither jpg, gif, png nor webp",
        ),
        (
            "/v3/uploads?convert=mms",
            b"%PDF-1.7",
            "neither jpg, gif, png nor webp",
        ),
        ("/v3/uploads?convert=fax", CAT, "The file is no PDF"),
        ("/v3/uploads?convert=csv", b"a\0b", "CSV UTF-8"),
        (
            "/v3/uploads?convert=csv",
            b"",
            "content: the file in base64 must be there",
        ),
    ] {
        let refused = world.upload(path, content).await;
        assert_eq!(
            (refused.error().0, refused.error().1),
            (400, "BAD_REQUEST"),
            "{path}"
        );
        assert!(
            refused.error().2.contains(part),
            "{path}: {}",
            refused.error().2
        );
    }
    assert_eq!(
        world
            .upload("/v3/uploads?convert=post", b"%PDF-1.7 ...")
            .await
            .data()["upload_id"],
        1
    );
    let no_file = form(
        &world,
        "/v3/uploads?convert=mms",
        &[("name=\"note\"", b"hello")],
    )
    .await;
    assert!(no_file.error().2.contains("holds no file"));
    let broken = as_john(Request::post("/v3/uploads?convert=mms"))
        .header("content-type", "multipart/form-data; boundary=edge");
    let broken = world
        .call(broken.body(Body::from("--edge\r\n")).unwrap())
        .await;
    assert!(
        broken.error().2.contains("form cannot be read"),
        "{:?}",
        broken.error()
    );
    let left = world
        .store
        .read(|tx| {
            tx.one(
                "SELECT count(*) FROM files WHERE digest IS NULL",
                &[],
                |row| row.int(0),
            )
        })
        .await
        .unwrap();
    assert_eq!(left, 0, "nothing is begun before it was looked at");
}

#[tokio::test]
async fn a_link_ends_with_its_time_and_nobody_guesses_one() {
    let world = World::new().await;
    let uploaded = world
        .upload("/v3/uploads?convert=csv", CSV.as_bytes())
        .await;
    let path = uploaded.data()["_url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://127.0.0.1:8081")
        .unwrap()
        .to_owned();
    let get = async |path: &str| {
        world
            .raw(Request::get(path).body(Body::empty()).unwrap())
            .await
            .status
    };
    assert_eq!(get(&path).await, StatusCode::OK);
    for other in [
        "/v3/uploads/1",
        "/v3/uploads/x.csv",
        "/v3/uploads/8EA5FA8C-3216-4A5D-86EA-6BE78050E439.csv",
    ] {
        let answer: Value = world.get(other).await.body;
        assert_eq!(answer["http_code"], 404, "{other}");
    }
    world.clock.advance_seconds(7 * 24 * 3600);
    assert_eq!(get(&path).await, StatusCode::NOT_FOUND);
}

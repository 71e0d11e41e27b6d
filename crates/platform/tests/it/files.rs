//! Contacts as CSV files: imported, reported, exported again.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Request, StatusCode};
use postern_platform::PlatformConfig;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::world::{World, as_john};

const FILE: &str = "\u{feff}Phone;First Name;Notes\r\n(555) 123-4567;John;a\r\nhello;Jane;b\r\n555 123 4568;\"O'Neil; Jr.\";c\r\n";

impl World {
    /// Waits for the end of an import; every look at it lets its task go on.
    pub(crate) async fn import_ended(&self, list: &str, id: &str) -> Value {
        loop {
            let report = self.get(&format!("{list}/import/{id}")).await;
            match report.data()["status"].as_str() {
                Some("Completed" | "Failed") => return report.data().clone(),
                _ => tokio::task::yield_now().await,
            }
        }
    }

    pub(crate) async fn download(&self, url: &str) -> (StatusCode, http::HeaderMap, String) {
        let path = url.strip_prefix("http://127.0.0.1:8081").unwrap();
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (
            parts.status,
            parts.headers,
            String::from_utf8(bytes.to_vec()).unwrap(),
        )
    }
}

fn id(answer: &Value) -> String {
    assert_eq!(answer["msg"], "Messages put on queue.");
    assert_eq!(answer["ids"], json!([answer["id"]]));
    answer["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_is_imported_and_its_bad_rows_are_told() {
    let world = World::new().await;
    for (n, body) in [
        json!({"content": STANDARD.encode(FILE), "field_order": ["phone", "first_name", ""]}),
        json!({"file_url": format!("data:text/csv;base64,{}", STANDARD.encode(FILE)), "field_order": "phone,first_name"}),
    ]
    .into_iter()
    .enumerate()
    {
        let list = world.list(&format!("List {n}")).await;
        let queued = world.post(&format!("{list}/import"), body).await;
        assert_eq!(queued.body["response_msg"], "Your file is now queued.");
        let id = id(queued.data());
        let report = world.import_ended(&list, &id).await;
        assert_eq!(
            (report["status"].as_str(), report["rows_read"].as_i64(), report["contacts_added"].as_i64(), report["rows_failed"].as_i64()),
            (Some("Completed"), Some(4), Some(2), Some(1))
        );
        assert_eq!(report["bad_rows"], json!([{"row": 3, "reason": "phone_number: not a telephone number"}]));
        assert_eq!(report["bytes_read"], report["bytes_total"]);
        let contacts = world.get(&format!("{list}/contacts")).await;
        let rows = contacts.data()["data"].as_array().unwrap();
        assert_eq!((rows[1]["phone_number"].as_str(), rows[1]["first_name"].as_str()), (Some("+15551234568"), Some("O'Neil; Jr.")));
        assert_eq!(world.get(&list).await.data()["_import_in_progress"], 0);
        let other = world.list("Other").await;
        assert_eq!(world.get(&format!("{other}/import/{id}")).await.error().0, 404);
    }
}

#[tokio::test]
async fn a_file_as_body_may_be_long() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let mut file = String::new();
    for n in 0..12_000 {
        file.push_str(&format!(
            "+1555{n:07},Name of number {n},and some more text to fill the row\n"
        ));
    }
    let request = as_john(Request::post(format!(
        "{list}/import?field_order=phone,first_name,custom1"
    )))
    .header("content-type", "text/csv; charset=utf-8")
    .body(Body::from(file))
    .unwrap();
    let queued = world.call(request).await;
    let report = world.import_ended(&list, &id(queued.data())).await;
    assert_eq!(
        (
            report["contacts_added"].as_i64(),
            report["rows_failed"].as_i64()
        ),
        (Some(12_000), Some(0))
    );
    assert_eq!(world.contacts_count(&list).await, 12_000);
    let last = world.get(&format!("{list}/contacts?page=800")).await;
    assert_eq!(
        last.data()["data"][14]["first_name"],
        "Name of number 11999"
    );
    let removed = world
        .put(
            &format!("{list}/remove-duplicates"),
            r#"{"fields":["custom_1"]}"#,
        )
        .await;
    assert_eq!(removed.data()["deleted"], 11_999);
}

#[tokio::test]
async fn files_that_cannot_be_read_are_refused() {
    let world = World::with(PlatformConfig {
        import_bytes_max: 1_000,
        ..PlatformConfig::default()
    })
    .await;
    let list = world.list("Customers").await;
    let import = format!("{list}/import");
    let content = STANDARD.encode("+15551234567\n");
    for (body, part) in [
        (json!({"content": content}), "field_order"),
        (
            json!({"content": content, "field_order": ["colour"]}),
            "`colour` is not one of",
        ),
        (
            json!({"content": content, "field_order": ["phone", "phone"]}),
            "is there twice",
        ),
        (
            json!({"content": content, "field_order": [""]}),
            "field_order",
        ),
        (json!({"field_order": ["phone"]}), "file_url or content"),
        (
            json!({"content": "%%%", "field_order": ["phone"]}),
            "not valid base64",
        ),
        (
            json!({"content": STANDARD.encode(" \n"), "field_order": ["phone"]}),
            "empty",
        ),
        (
            json!({"content": STANDARD.encode("a\0b"), "field_order": ["phone"]}),
            "CSV UTF-8",
        ),
        (
            json!({"file_url": "http://10.0.0.1/a.csv", "field_order": ["phone"]}),
            "file_url: the upstream's address is in a network that is not allowed",
        ),
    ] {
        let refused = world.post(&import, body.clone()).await;
        assert_eq!(
            (refused.error().0, refused.error().1),
            (400, "BAD_REQUEST"),
            "{body}"
        );
        assert!(
            refused.error().2.contains(part),
            "{body}: {}",
            refused.error().2
        );
    }
    let long =
        json!({"content": STANDARD.encode("+15551234567\n".repeat(100)), "field_order": ["phone"]});
    assert_eq!(world.post(&import, long).await.error().0, 413);
    let unknown = json!({"content": content, "field_order": ["phone"]});
    assert_eq!(
        world.post("/v3/lists/7/import", unknown).await.error().0,
        404
    );
    assert_eq!(world.contacts_count(&list).await, 0);
    assert_eq!(world.get(&list).await.data()["_import_in_progress"], 0);
}

#[tokio::test]
async fn previews_and_fields_help_to_map_columns() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let preview = world
        .post(
            &format!("{list}/import-csv-preview"),
            json!({"content": STANDARD.encode(FILE)}),
        )
        .await;
    assert_eq!(preview.body["response_msg"], "Your file preview.");
    assert_eq!(
        preview.data()["row"],
        json!(["Phone", "First Name", "Notes"])
    );
    assert_eq!(preview.data()["rows"][3][1], "O'Neil; Jr.");
    let fields = world.get(&format!("{list}/import-fields")).await;
    let fields = fields.data().as_array().unwrap();
    assert_eq!(fields.len(), 16);
    assert_eq!(fields[0], json!({"field": "phone", "label": "Phone"}));
}

#[tokio::test]
async fn a_list_is_exported_behind_a_link_of_its_own() {
    let world = World::new().await;
    let list = world.list("My customers").await;
    world.add(&list, json!({"phone_number": "+15551234567", "first_name": "=1+1", "last_name": "O\"Neil, Jr."})).await;
    for n in 0..3 {
        world
            .add(&list, json!({"email": format!("n{n}@b.com")}))
            .await;
    }
    let answer = world
        .get(&format!("{list}/export?filename=My%20file.csv"))
        .await;
    assert_eq!(answer.body["response_msg"], "Download your file here.");
    let url = answer.data()["url"].as_str().unwrap();
    assert!(url.ends_with("/My_file.csv"), "{url}");
    let (status, headers, text) = world.download(url).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"My_file.csv\""
    );
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[0].starts_with("phone,first_name,last_name,custom1"));
    assert!(
        lines[1].starts_with("+15551234567,'=1+1,\"O\"\"Neil, Jr.\","),
        "{}",
        lines[1]
    );

    // What was exported is imported as it was.
    let copy = world.list("Copy").await;
    let columns: Vec<_> = lines[0].split(',').collect();
    let queued = world
        .post(
            &format!("{copy}/import"),
            json!({"content": STANDARD.encode(&text), "field_order": columns}),
        )
        .await;
    let report = world.import_ended(&copy, &id(queued.data())).await;
    assert_eq!(
        (
            report["contacts_added"].as_i64(),
            report["rows_failed"].as_i64()
        ),
        (Some(4), Some(0))
    );
    let first = world.get(&format!("{copy}/contacts?limit=1")).await;
    assert_eq!(first.data()["data"][0]["first_name"], "=1+1");

    let other = url.replace(&list, &copy);
    assert_eq!(
        world.download(&other).await.0,
        StatusCode::NOT_FOUND,
        "a link opens its own list"
    );
    let forged = url.replace("/export/", "/export/1");
    assert_eq!(world.download(&forged).await.0, StatusCode::NOT_FOUND);
    world.clock.advance_seconds(1_200);
    assert_eq!(world.download(url).await.0, StatusCode::OK);
    world.clock.advance_seconds(1);
    assert_eq!(world.download(url).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_restart_interrupted_goes_on() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let list_id: i64 = list.rsplit('/').next().unwrap().parse().unwrap();
    let john = world.john;
    // As a process left them that was killed: one import with its whole file, one in the middle of receiving.
    let (whole, half) = world
        .store
        .write(postern_store::Lane::of(john.0), move |tx| {
            use postern_store::list_jobs;
            let now = postern_testkit::FixedClock::START;
            let open = |tx: &mut postern_store::Tx<'_>| {
                list_jobs::begin_import(tx, john, list_id, "44 US phone_number,first_name", now)
            };
            let (whole, half) = (open(tx)?.unwrap(), open(tx)?.unwrap());
            let file = b"+15551234567,John\n+15551234568,Jane";
            list_jobs::put_part(tx, whole, 0, file)?;
            list_jobs::put_part(tx, half, 0, file)?;
            list_jobs::start_import(tx, whole, file.len() as i64, now)?;
            Ok((whole, half))
        })
        .await
        .unwrap();
    assert_eq!(world.get(&list).await.data()["_import_in_progress"], 1);
    assert_eq!(world.state.resume_jobs().await.unwrap(), 1);
    let report = world.import_ended(&list, &whole.to_string()).await;
    assert_eq!(report["contacts_added"], 2);
    let report = world.import_ended(&list, &half.to_string()).await;
    assert_eq!(
        report["failure"],
        "The service was restarted while it received the file."
    );
    assert_eq!(world.contacts_count(&list).await, 2);
    assert_eq!(world.state.resume_jobs().await.unwrap(), 0);
}

//! Every page there is, through the router.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{Settings, for_platform, router};
use crate::documents::Documents;

async fn page(path: &str, host: &str) -> (StatusCode, String) {
    let settings = Settings {
        public_url: "https://send.example".to_owned(),
    };
    let request = Request::get(path).header("host", host);
    let request = request.body(Body::empty()).unwrap();
    let response = router(settings).oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.into()).unwrap())
}

/// What pages link to in the documentation, without what follows `#`.
fn links(page: &str) -> BTreeSet<String> {
    let links = page.split("href=\"").skip(1);
    let links = links.filter_map(|rest| rest.split(['"', '#']).next());
    links
        .filter(|link| link.starts_with("/docs"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_operation_has_its_place_and_every_link_leads_somewhere() {
    let (status, index) = page("/docs", "a.test").await;
    assert_eq!(status, 200);
    let mut anchors = BTreeSet::new();
    let mut known = links(&index);
    known.insert("/docs/errors".to_owned());
    for link in &known {
        let (status, text) = page(link, "a.test").await;
        assert_eq!(status, 200, "{link}");
        assert!(links(&text).is_subset(&known), "{link}");
        anchors.extend(
            text.split(" id=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next().map(str::to_owned)),
        );
    }
    let documents = Documents::read();
    for document in documents.both() {
        for tag in document.tags() {
            for (path, method, operation) in document.operations(tag.name) {
                let name = operation["operationId"].as_str().unwrap();
                assert!(anchors.contains(name), "{method} {path}");
                assert!(index.contains(&format!("#{name}\"")), "{method} {path}");
            }
        }
    }
    // Refusals link to their words.
    for document in documents.both() {
        for word in document.root["x-error-words"].as_array().unwrap() {
            assert!(anchors.contains(word["error"].as_str().unwrap()), "{word}");
        }
    }
}

#[tokio::test]
async fn examples_go_to_where_the_reader_is() {
    for (host, wanted) in [
        ("10.0.0.7:8080", "https://10.0.0.7:8080/keys"),
        ("it's.test", "https://send.example/keys"),
        ("user@a.test", "https://send.example/keys"),
        ("<b>", "https://send.example/keys"),
    ] {
        let (_, text) = page("/docs/control/keys", host).await;
        assert!(text.contains(wanted), "{host}");
        assert!(!text.contains("<b>"), "{host}");
    }
}

#[tokio::test]
async fn what_is_no_page_says_so() {
    for path in [
        "/docs/control/nothing",
        "/docs/nothing/keys",
        "/docs/control/..%2fkeys",
    ] {
        let (status, text) = page(path, "a.test").await;
        assert_eq!(status, 404, "{path}");
        assert!(text.contains("There is no such page"), "{path}");
    }
}

#[tokio::test]
async fn documents_are_served_and_name_their_own_way_in_first() {
    let (_, control) = page("/openapi.json", "a.test").await;
    let (_, platform) = page("/openapi/platform.json", "a.test").await;
    let first = |text: &str| {
        let document: Value = serde_json::from_str(text).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        document["servers"][0]["url"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        (first(&control), first(&platform)),
        ("/".to_owned(), "/clicksend".to_owned())
    );
    let request = Request::get("/openapi.json").body(Body::empty()).unwrap();
    let response = for_platform::<()>().oneshot(request).await.unwrap();
    let own = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(first(std::str::from_utf8(&own).unwrap()), "/");
}

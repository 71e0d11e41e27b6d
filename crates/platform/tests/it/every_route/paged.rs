//! Paging, sorting and dates on every list. A list is whatever answers a page.

use serde_json::Value;

use super::operations;
use crate::world::World;

/// The paths that answer a page, `1` in their holes.
async fn lists(world: &World) -> Vec<String> {
    let mut lists = Vec::new();
    for operation in operations(world).await {
        if operation.method != "GET" {
            continue;
        }
        let path = operation.at(&world.list_of_john().await.to_string());
        let answer = world
            .raw(
                crate::world::as_john(http::Request::get(&path))
                    .body(axum::body::Body::empty())
                    .unwrap(),
            )
            .await;
        // Newer services follow a cursor; they have no pages.
        if answer.body["data"].get("current_page").is_some()
            || answer.body.get("current_page").is_some()
        {
            lists.push(path);
        }
    }
    assert!(lists.len() >= 12, "{lists:?}");
    lists
}

/// The page is the data, or stands beside the envelope.
fn page(body: &Value) -> &Value {
    if body["data"].get("per_page").is_some() {
        &body["data"]
    } else {
        body
    }
}

fn asked(path: &str, query: &str) -> String {
    // A search without a text finds nothing wrong with its paging.
    match path.starts_with("/v3/search") {
        true => format!("{path}?q=nobody&{query}"),
        false => format!("{path}?{query}"),
    }
}

#[tokio::test]
async fn pages_beyond_the_last_are_empty() {
    let world = World::new().await;
    for path in lists(&world).await {
        for number in ["2", "50000", "9223372036854775807"] {
            let answer = world
                .get(&asked(&path, &format!("page={number}&limit=100")))
                .await;
            assert_eq!(answer.status, 200, "{path} {}", answer.body);
            let page = page(&answer.body);
            let at = format!("{path} page {number}: {page}");
            assert_eq!(page["per_page"], 100, "{at}");
            assert_eq!(page["data"], Value::Array(Vec::new()), "{at}");
            assert!(
                page["from"].is_null() && page["to"].is_null() && page["next_page_url"].is_null(),
                "{at}"
            );
            let int32 = |name: &str| {
                page[name]
                    .as_i64()
                    .is_some_and(|n| i32::try_from(n).is_ok())
            };
            for name in ["total", "per_page", "current_page", "last_page"] {
                assert!(int32(name), "{name} of {at}");
            }
        }
    }
}

#[tokio::test]
async fn limits_are_15_by_default_and_100_at_most() {
    let world = World::new().await;
    for path in lists(&world).await {
        for (query, wanted) in [
            ("", 15),
            ("limit=", 15),
            ("limit=1", 1),
            ("limit=10", 10),
            ("limit=1000", 100),
            ("page=&limit=%2020", 20),
        ] {
            let answer = world.get(&asked(&path, query)).await;
            assert_eq!(answer.status, 200, "{path} {query} {}", answer.body);
            assert_eq!(page(&answer.body)["per_page"], wanted, "{path} {query}");
        }
    }
}

#[tokio::test]
async fn what_is_no_page_limit_order_or_date_is_named() {
    let world = World::new().await;
    for path in lists(&world).await {
        for (field, value) in [
            ("page", "0"),
            ("page", "-1"),
            ("page", "x"),
            ("limit", "0"),
            ("limit", "1.5"),
            ("limit", "many"),
        ] {
            let answer = world.get(&asked(&path, &format!("{field}={value}"))).await;
            let (status, code, sentence) = answer.error();
            assert_eq!(
                (status, code),
                (400, "BAD_REQUEST"),
                "{path} {field}={value}"
            );
            assert!(sentence.contains(field), "{path}: {sentence}");
        }
        // Not every list is sorted or has dates; one that is says what is wrong, and the others do not care.
        for (field, value) in [
            ("order_by", "no_such_field:asc"),
            ("order_by", "date:sideways"),
            ("date_from", "yesterday"),
            ("date_to", "-5"),
            ("q", "no_such_field:1"),
        ] {
            let answer = world.get(&asked(&path, &format!("{field}={value}"))).await;
            if answer.status != 200 {
                let (status, _, sentence) = answer.error();
                assert_eq!(status, 400, "{path} {field}={value}");
                assert!(
                    sentence.contains(field),
                    "{path} {field}={value}: {sentence}"
                );
            }
        }
    }
}

//! Lenient in: what programs send without meaning anything by it changes no answer.

use axum::body::Body;
use http::{Request, header};

use super::{Operation, operations};
use crate::world::{Answer, World, as_john};

/// Answers with fresh ids or links in them: their shape is compared, not their content.
fn same(one: &Answer, other: &Answer) -> bool {
    one.status == other.status
        && one.body["response_code"] == other.body["response_code"]
        && one.body["response_msg"] == other.body["response_msg"]
        && (one.body["data"] == other.body["data"] || one.body["data"].get("url").is_some())
}

async fn reading(world: &World) -> Vec<Operation> {
    let mut operations = operations(world).await;
    operations.retain(|operation| operation.method == "GET");
    operations
}

async fn get(world: &World, path: &str, body: &'static str, content_type: Option<&str>) -> Answer {
    let mut request = as_john(Request::get(path));
    if let Some(value) = content_type {
        request = request.header(header::CONTENT_TYPE, value);
    }
    world.raw(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn bodies_and_content_types_of_reading_calls_mean_nothing() {
    let world = World::new().await;
    for operation in reading(&world).await {
        let path = operation.at("1");
        let plain = get(&world, &path, "", None).await;
        for (body, content_type) in [
            ("{}", Some("application/json")),
            ("{}", None),
            ("", Some("application/json")),
            ("{}", Some("text/plain")),
        ] {
            let answer = get(&world, &path, body, content_type).await;
            assert!(
                same(&plain, &answer),
                "{path} {body} {content_type:?}: {} {}",
                plain.body,
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn deleting_takes_an_empty_object() {
    for body in ["", "{}", "null"] {
        let world = World::new().await;
        for operation in operations(&world).await {
            if operation.method == "DELETE" {
                let request = as_john(Request::delete(operation.at("1")))
                    .body(Body::from(body))
                    .unwrap();
                let answer = world.raw(request).await;
                assert!(
                    matches!(answer.status.as_u16(), 200 | 204 | 403 | 404),
                    "{operation:?} {body}: {}",
                    answer.body
                );
            }
        }
    }
}

#[tokio::test]
async fn a_slash_at_the_end_changes_nothing() {
    let world = World::new().await;
    for operation in reading(&world).await {
        let path = operation.at("1");
        let answers = (
            get(&world, &path, "", None).await,
            get(&world, &format!("{path}/"), "", None).await,
        );
        assert!(
            same(&answers.0, &answers.1),
            "{path}: {} {}",
            answers.0.body,
            answers.1.body
        );
    }
}

#[tokio::test]
async fn brackets_and_unknown_names_in_queries_change_nothing() {
    let world = World::new().await;
    for operation in reading(&world).await {
        // The one place where these names mean something.
        if operation.path == "/v3/senders/compliant-sender-types" {
            continue;
        }
        let path = operation.at("1");
        let plain = get(&world, &path, "", None).await;
        for query in [
            "filter[product_type]=SMS&filter[country_code][0]=AU",
            "filter%5Bproduct_type%5D=SMS&filter%5Bcountry_code%5D%5B%7Bindex%7D%5D=AU",
            "no_such_name=1",
            "",
            "&&=&x",
            "no_such_name=%FF%zz",
        ] {
            let answer = get(&world, &format!("{path}?{query}"), "", None).await;
            assert!(
                same(&plain, &answer),
                "{path}?{query}: {} {}",
                plain.body,
                answer.body
            );
        }
    }
}

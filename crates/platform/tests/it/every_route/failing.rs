//! Guided failure: whatever is wrong with a call, the answer is the envelope, the right status and a sentence that helps.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Request, header};

use super::{Operation, PUBLIC, operations};
use crate::world::{API_KEY, Answer, World, as_john, basic, from_address};

const UNKNOWN: (u16, &str, &str) = (404, "NOT_FOUND", "Invalid endpoint. Please try again.");
const UNAUTHORIZED: (u16, &str, &str) = (401, "UNAUTHORIZED", "Authorization failed.");
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
const STRANGER: [u8; 4] = [203, 0, 113, 9];

async fn call(world: &World, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    world.call(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_wrong_method_is_an_unknown_endpoint_that_names_the_right_ones() {
    let world = World::new().await;
    let mut right: BTreeMap<&str, Vec<Operation>> = BTreeMap::new();
    for operation in operations(&world).await {
        right.entry(operation.path).or_default().push(operation);
    }
    for (path, operations) in right {
        let wrong = METHODS
            .iter()
            .filter(|m| operations.iter().all(|o| o.method != **m));
        for method in wrong {
            let answer = call(&world, method, &operations[0].at("1")).await;
            assert_eq!(answer.error(), UNKNOWN, "{method} {path}");
            let allow = answer.headers[header::ALLOW].to_str().unwrap();
            let missing = operations.iter().find(|o| !allow.contains(&o.method));
            assert_eq!(missing, None, "{method} {path}: {allow}");
        }
    }
}

#[tokio::test]
async fn a_path_beside_a_route_is_an_unknown_endpoint() {
    let world = World::new().await;
    let operations = operations(&world).await;
    for operation in &operations {
        let path = operation.at("1");
        for beside in [
            format!("{path}x"),
            format!("{path}/nothing/here/at/all"),
            format!("/v2{}", path.trim_start_matches("/v3")),
        ] {
            let answer = call(&world, &operation.method, &beside).await;
            // A letter more in a hole is another thing of the same kind.
            if !operation.path.ends_with('}') || !beside.ends_with('x') {
                assert_eq!(answer.error(), UNKNOWN, "{} {beside}", operation.method);
            }
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_with_bad_credentials() {
    let world = World::new().await;
    let closed = operations(&world).await;
    for operation in closed.iter().filter(|o| !PUBLIC.contains(&o.path)) {
        for credentials in [
            None,
            Some(basic("john", "WRONG")),
            Some(format!("Bearer {API_KEY}")),
        ] {
            let mut request = Request::builder()
                .method(operation.method())
                .uri(operation.at("1"));
            if let Some(value) = &credentials {
                request = request.header(header::AUTHORIZATION, value);
            }
            let answer = world.call(request.body(Body::empty()).unwrap()).await;
            assert_eq!(
                answer.error(),
                UNAUTHORIZED,
                "{operation:?} {credentials:?}"
            );
            assert!(!answer.headers.contains_key(header::WWW_AUTHENTICATE));
        }
    }
}

#[tokio::test]
async fn every_answer_tells_the_allowance() {
    let world = World::new().await;
    for operation in operations(&world).await {
        for request in [Request::builder(), as_john(Request::builder())] {
            let request = request.method(operation.method()).uri(operation.at("1"));
            let request = from_address(request, STRANGER).body(Body::empty()).unwrap();
            let answer = world.headers(request).await;
            for name in [
                "x-ratelimit-limit",
                "x-ratelimit-remaining",
                "ratelimit-reset",
            ] {
                let told = answer
                    .get(name)
                    .and_then(|v| v.to_str().ok()?.parse::<u32>().ok());
                assert!(told.is_some(), "{operation:?} {name}");
            }
        }
    }
}

#[tokio::test]
async fn ids_of_nothing_are_refused_in_the_envelope() {
    let world = World::new().await;
    for operation in operations(&world).await {
        if !operation.path.contains('{') {
            continue;
        }
        for id in [
            "abc",
            "0",
            "-1",
            "99999999999999999999",
            "%20",
            "1.5",
            "%C3%A9",
            "%FF",
            "null",
            "1%00",
        ] {
            let request = as_john(
                Request::builder()
                    .method(operation.method())
                    .uri(operation.at(id)),
            );
            let answer = world.call(request.body(Body::from("{}")).unwrap()).await;
            let status = answer.status.as_u16();
            assert!(
                matches!(status, 400 | 403 | 404),
                "{operation:?} {id}: {status} {}",
                answer.body
            );
            // One refusal has the faults of its fields in `data`, so only the sentence is looked at.
            let sentence = &answer.body["response_msg"];
            assert_ne!(sentence, UNKNOWN.2, "{operation:?} {id}");
        }
    }
}

#[tokio::test]
async fn broken_bodies_are_told_so_wherever_a_body_is_read() {
    let world = World::new().await;
    for operation in operations(&world).await {
        for body in ["{", "[1]", "\"text\"", "\u{feff}", "{\"a\":1} and more"] {
            let request = as_john(
                Request::builder()
                    .method(operation.method())
                    .uri(operation.at("1")),
            );
            let answer = world.raw(request.body(Body::from(body)).unwrap()).await;
            let status = answer.status.as_u16();
            assert!(status < 500, "{operation:?} {body}: {}", answer.body);
            if status == 400 {
                let (_, _, sentence) = answer.error();
                assert!(sentence.len() > 10, "{operation:?} {body}: {sentence}");
            }
        }
    }
}

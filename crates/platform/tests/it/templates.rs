//! `/v3/sms/templates`: kept, found, changed, deleted.

use serde_json::json;

use crate::world::World;

const NOT_FOUND: (u16, &str, &str) = (404, "NOT_FOUND", "Template record not found.");

#[tokio::test]
async fn a_template_lives_from_post_to_delete() {
    let world = World::new().await;
    let made = world
        .post(
            "/v3/sms/templates",
            json!({"template_name": "Hello", "body": "Hi (First Name)"}),
        )
        .await;
    assert_eq!(made.body["response_msg"], "New template has been saved.");
    let id = made.data()["template_id"].as_i64().unwrap();
    assert_eq!(
        made.data(),
        &json!({"template_id": id, "template_name": "Hello", "body": "Hi (First Name)"})
    );
    let path = format!("/v3/sms/templates/{id}");
    assert_eq!(world.get(&path).await.data(), made.data());
    let changed = world.put(&path, r#"{"body":"Bye"}"#).await;
    assert_eq!(
        changed.data(),
        &json!({"template_id": id, "template_name": "Hello", "body": "Bye"})
    );
    let page = world.get("/v3/sms/templates").await;
    assert_eq!(page.data()["total"], 1);
    assert_eq!(&page.data()["data"][0], changed.data());
    let deleted = world.delete(&path).await;
    assert!(deleted.data().is_null());
    assert_eq!(
        deleted.body["response_msg"],
        "Your template has been deleted."
    );
    for answer in [
        world.get(&path).await,
        world.put(&path, r#"{"body":"x"}"#).await,
        world.delete(&path).await,
        world.get("/v3/sms/templates/nonsense").await,
    ] {
        assert_eq!(answer.error(), NOT_FOUND);
    }
}

#[tokio::test]
async fn templates_are_found_and_sorted() {
    let world = World::new().await;
    for (name, body) in [("b", "one"), ("a", "two"), ("ab", "three")] {
        world
            .post(
                "/v3/sms/templates",
                json!({"template_name": name, "body": body}),
            )
            .await
            .data();
    }
    for (query, names) in [
        ("", vec!["b", "a", "ab"]),
        ("?order_by=template_name:desc", vec!["b", "ab", "a"]),
        ("?q=template_name:A", vec!["a", "ab"]),
        ("?q=template_name:a,body:tw", vec!["a"]),
        ("?q=template_name:ab,body:tw&operator=OR", vec!["a", "ab"]),
        ("?operator=OR", vec!["b", "a", "ab"]),
        ("?q=template_id:x", vec![]),
        ("?page=2&limit=2", vec!["ab"]),
    ] {
        let answer = world.get(&format!("/v3/sms/templates{query}")).await;
        let found: Vec<_> = answer.data()["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t["template_name"].as_str().unwrap())
            .collect();
        assert_eq!(found, names, "{query}");
    }
    let unknown = world.get("/v3/sms/templates?q=colour:red").await;
    assert_eq!(
        unknown.error().2,
        "q: `colour` cannot be searched; use template_id, template_name, body."
    );
}

#[tokio::test]
async fn a_template_needs_a_name_and_a_body() {
    let world = World::new().await;
    for (body, told) in [
        (json!({"body": "x"}), "template_name is missing or empty."),
        (
            json!({"template_name": "x", "body": " "}),
            "body is missing or empty.",
        ),
        (
            json!({"template_name": "x", "body": "y".repeat(10_001)}),
            "body is longer than 10000 characters.",
        ),
    ] {
        assert_eq!(
            world.post("/v3/sms/templates", body).await.error(),
            (400, "BAD_REQUEST", told)
        );
    }
    let numbers = world
        .post("/v3/sms/templates", json!({"template_name": 7, "body": 42}))
        .await;
    assert_eq!(numbers.data()["body"], "42");
}

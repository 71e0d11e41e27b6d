//! `/v3/lists`: kept, searched, deleted; duplicates and opted out contacts removed.

use serde_json::{Value, json};

use crate::world::World;

const NOT_FOUND: (u16, &str, &str) = (404, "NOT_FOUND", "List record not found.");

impl World {
    /// Makes a list and answers its path.
    pub(crate) async fn list(&self, name: &str) -> String {
        let made = self.post("/v3/lists", json!({"list_name": name})).await;
        format!("/v3/lists/{}", made.data()["list_id"])
    }

    pub(crate) async fn add(&self, list: &str, contact: Value) -> i64 {
        let made = self.post(&format!("{list}/contacts"), contact).await;
        made.data()["contact_id"].as_i64().unwrap()
    }

    /// The path of the Opt-Out List.
    pub(crate) async fn opt_out_list(&self) -> String {
        let found = self.get("/v3/lists?q=list_name:opt-out%20list").await;
        assert_eq!(found.data()["total"], 1);
        format!("/v3/lists/{}", found.data()["data"][0]["list_id"])
    }

    pub(crate) async fn contacts_count(&self, list: &str) -> i64 {
        self.get(list).await.data()["_contacts_count"]
            .as_i64()
            .unwrap()
    }
}

fn id_of(list: &str) -> i64 {
    list.rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_list_lives_from_post_to_delete() {
    let world = World::new().await;
    let made = world
        .post("/v3/lists", json!({"list_name": " Customers "}))
        .await;
    assert_eq!(made.body["response_msg"], "New list has been created.");
    let list = made.data();
    let id = list["list_id"].as_i64().unwrap();
    let email_id = list["list_email_id"].as_str().unwrap();
    assert!(
        email_id.len() == 16
            && email_id
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    );
    assert_eq!(
        list,
        &json!({"list_id": id, "list_name": "Customers", "list_email_id": email_id, "_contacts_count": 0,
            "_import_in_progress": 0, "_optout_in_progress": 0})
    );
    let path = format!("/v3/lists/{id}");
    assert_eq!(world.get(&path).await.data(), list);
    let renamed = world.put(&path, r#"{"list_name":"Clients"}"#).await;
    assert_eq!(
        renamed.body["response_msg"],
        format!("List #{id} has been updated.")
    );
    assert_eq!(renamed.data()["list_name"], "Clients");
    world
        .add(&path, json!({"phone_number": "+15551234567"}))
        .await;
    assert_eq!(world.contacts_count(&path).await, 1);
    let deleted = world.delete(&path).await;
    assert_eq!(deleted.data(), &json!([]));
    assert_eq!(
        deleted.body["response_msg"],
        format!("List #{id} has been deleted.")
    );
    for answer in [
        world.get(&path).await,
        world.put(&path, r#"{"list_name":"x"}"#).await,
        world.delete(&path).await,
        world.get("/v3/lists/abc").await,
        world.get(&format!("{path}/contacts")).await,
        world.get(&format!("{path}/export")).await,
        world.get(&format!("{path}/import-fields")).await,
        world
            .put(
                &format!("{path}/remove-duplicates"),
                r#"{"fields":["email"]}"#,
            )
            .await,
    ] {
        assert_eq!(answer.error(), NOT_FOUND);
    }
}

#[tokio::test]
async fn every_account_has_its_opt_out_list_for_good() {
    let world = World::new().await;
    let path = world.opt_out_list().await;
    let refused = world.delete(&path).await;
    assert_eq!((refused.error().0, refused.error().1), (400, "BAD_REQUEST"));
    assert_eq!(world.get(&path).await.data()["list_name"], "Opt-Out List");
}

#[tokio::test]
async fn lists_of_another_account_are_unknown() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let contact = world.add(&list, json!({"email": "a@b"})).await;
    let eve = world.open_account("eve", 0, false).await;
    let as_eve = |method: &str, path: String| {
        crate::world::acting(http::Request::builder().method(method).uri(path), eve)
            .body(axum::body::Body::from(
                r#"{"list_name":"x","email":"e@e","fields":"email"}"#,
            ))
            .unwrap()
    };
    for (method, path) in [
        ("GET", list.clone()),
        ("PUT", list.clone()),
        ("DELETE", list.clone()),
        ("GET", format!("{list}/contacts")),
        ("GET", format!("{list}/contacts/{contact}")),
        ("PUT", format!("{list}/contacts/{contact}")),
        ("DELETE", format!("{list}/contacts/{contact}")),
        ("PUT", format!("{list}/remove-duplicates")),
        ("GET", format!("{list}/export")),
    ] {
        assert_eq!(
            world.call(as_eve(method, path.clone())).await.error().0,
            404,
            "{method} {path}"
        );
    }
    assert_eq!(
        world
            .call(as_eve("POST", format!("{list}/contacts")))
            .await
            .error()
            .0,
        403
    );
    assert_eq!(world.contacts_count(&list).await, 1);
}

#[tokio::test]
async fn names_are_needed_and_bounded() {
    let world = World::new().await;
    for body in ["{}", r#"{"list_name":null}"#, r#"{"list_name":"  "}"#] {
        let refused = world.post_text("/v3/lists", body).await;
        assert_eq!(
            refused.error(),
            (400, "BAD_REQUEST", "list_name is missing or empty."),
            "{body}"
        );
    }
    let long = world
        .post("/v3/lists", json!({"list_name": "x".repeat(256)}))
        .await;
    assert_eq!(long.error().2, "list_name is longer than 255 characters.");
}

#[tokio::test]
async fn the_page_of_lists_has_the_links_of_its_framework() {
    let world = World::new().await;
    for n in 0..30 {
        world.list(&format!("List {n}")).await;
    }
    let page = world.get("/v3/lists?page=2&limit=10").await;
    let data = page.data();
    assert_eq!(
        (
            data["total"].as_i64(),
            data["from"].as_i64(),
            data["to"].as_i64()
        ),
        (Some(31), Some(11), Some(20))
    );
    assert_eq!(data["first_page_url"], "/v3/lists?page=1");
    assert_eq!(data["last_page_url"], "/v3/lists?page=4");
    assert_eq!(data["path"], "/v3/lists");
    let links = data["links"].as_array().unwrap();
    assert_eq!(links.len(), 6);
    assert_eq!(
        links[0],
        json!({"url": "/v3/lists?page=1", "label": "&laquo; Previous", "page": 1, "active": false})
    );
    assert_eq!(
        links[2],
        json!({"url": "/v3/lists?page=2", "label": "2", "page": 2, "active": true})
    );
    assert_eq!(data["data"][0]["list_name"], "List 9");
    let sorted = world.get("/v3/lists?order_by=list_name:desc&limit=1").await;
    assert_eq!(sorted.data()["data"][0]["list_name"], "Opt-Out List");
    for query in [
        "q=nonsense:1",
        "q=list_name:a,list_name:b",
        "order_by=colour",
        "page=0",
    ] {
        assert_eq!(
            world.get(&format!("/v3/lists?{query}")).await.error().0,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn duplicates_go_by_every_way_of_asking() {
    let world = World::new().await;
    for (path, body) in [
        ("remove-duplicates", r#"{"fields":["phone_number"]}"#),
        (
            "remove-duplicates/",
            r#"{"fields":{"phone_number":"phone_number"}}"#,
        ),
        ("remove-duplicates", r#"{"fields":"phone"}"#),
    ] {
        let list = world.list("Customers").await;
        for phone in [
            "+15551234567",
            "(555) 123-4567",
            "+15551234568",
            "1 555 123 4567",
        ] {
            world.add(&list, json!({"phone_number": phone})).await;
        }
        let removed = world.put(&format!("{list}/{path}"), body).await;
        assert_eq!(removed.data(), &json!({"deleted": 2}), "{body}");
        assert_eq!(
            removed.body["response_msg"],
            "Your list duplicate contacts has been deleted."
        );
        assert_eq!(world.contacts_count(&list).await, 2);
    }
    let list = world.list("Other").await;
    for body in [
        "",
        "{}",
        r#"{"fields":[]}"#,
        r#"{"fields":["list_id"]}"#,
        r#"{"fields":7}"#,
    ] {
        let refused = world.put(&format!("{list}/remove-duplicates"), body).await;
        assert_eq!(
            (refused.error().0, refused.error().1),
            (400, "BAD_REQUEST"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn opted_out_contacts_are_removed() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let opt_out = world.opt_out_list().await;
    for n in 1..=4 {
        world
            .add(&list, json!({"phone_number": format!("+1555123456{n}")}))
            .await;
    }
    for n in [2, 4, 9] {
        world
            .add(&opt_out, json!({"phone_number": format!("+1555123456{n}")}))
            .await;
    }
    let path = |opt_out: i64| format!("{list}/remove-opted-out-contacts/{opt_out}");
    let removed = world.put(&path(id_of(&opt_out)), "").await;
    assert_eq!(removed.data(), &json!({"deleted": 2}));
    assert_eq!(
        removed.body["response_msg"],
        "Optout contacts has been deleted."
    );
    assert_eq!(
        world.put(&path(id_of(&opt_out)), "{}").await.data()["deleted"],
        0
    );
    assert_eq!(world.put(&path(1), "{}").await.error(), NOT_FOUND);
    assert_eq!(world.put(&path(id_of(&list)), "{}").await.error().0, 400);
    assert_eq!(world.contacts_count(&list).await, 2);
}

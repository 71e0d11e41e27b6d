//! `/v3/lists/{list_id}/contacts`, searching and suggestions.

use serde_json::json;

use crate::world::World;

const NOT_FOUND: (u16, &str, &str) = (404, "NOT_FOUND", "Contact record not found.");
const FORBIDDEN: (u16, &str, &str) = (
    403,
    "FORBIDDEN",
    "Resource not found or you don't have the permissions to access this resource.",
);

#[tokio::test]
async fn a_contact_lives_from_post_to_delete() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let list_id: i64 = list.rsplit('/').next().unwrap().parse().unwrap();
    let made = world
        .post(
            &format!("{list}/contacts"),
            json!({"phone_number": 15551234567_i64, "first_name": "John", "custom_1": 7, "email": null, "date_added": "x", "list_id": "9"}),
        )
        .await;
    assert_eq!(made.body["response_msg"], "New contact has been created.");
    let id = made.data()["contact_id"].as_i64().unwrap();
    let now = world.clock.now().secs();
    assert_eq!(
        made.data(),
        &json!({"contact_id": id, "list_id": list_id, "phone_number": "+15551234567", "first_name": "John", "last_name": "",
            "custom_1": "7", "custom_2": "", "custom_3": "", "custom_4": "", "date_added": now, "date_updated": now, "fax_number": null,
            "organization_name": null, "email": null, "address_line_1": null, "address_line_2": null, "address_city": null,
            "address_state": null, "address_postal_code": null, "address_country": null, "_list_name": "Customers"})
    );
    let path = format!("{list}/contacts/{id}");
    assert_eq!(world.get(&path).await.data(), made.data());
    world.clock.advance_seconds(60);
    let changed = world
        .put(
            &path,
            r#"{"last_name":"Doe","first_name":"","phone_number":"555 765 4321"}"#,
        )
        .await;
    assert_eq!(
        changed.body["response_msg"],
        format!("Contact #{id} has been updated successfully.")
    );
    let data = changed.data();
    assert_eq!(
        (
            data["phone_number"].as_str(),
            data["first_name"].as_str(),
            data["last_name"].as_str()
        ),
        (Some("+15557654321"), Some(""), Some("Doe"))
    );
    assert_eq!(
        (data["date_added"].as_i64(), data["date_updated"].as_i64()),
        (Some(now), Some(now + 60))
    );
    assert_eq!(data["custom_1"], "7");
    let deleted = world.delete(&path).await;
    assert_eq!(deleted.data(), &json!([]));
    assert_eq!(
        deleted.body["response_msg"],
        format!("Contact #{id} has been deleted.")
    );
    for answer in [
        world.get(&path).await,
        world.put(&path, r#"{"first_name":"x"}"#).await,
        world.delete(&path).await,
        world.get(&format!("{list}/contacts/abc")).await,
        world.put("/v3/lists/7/contacts/7", "{}").await,
    ] {
        assert_eq!(answer.error(), NOT_FOUND);
    }
}

#[tokio::test]
async fn an_unknown_list_takes_no_contacts() {
    let world = World::new().await;
    for list in ["7", "abc", "0"] {
        let refused = world
            .post(
                &format!("/v3/lists/{list}/contacts"),
                json!({"email": "a@b"}),
            )
            .await;
        assert_eq!(refused.error(), FORBIDDEN, "{list}");
    }
}

#[tokio::test]
async fn wrong_contacts_are_refused_by_field() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let contacts = format!("{list}/contacts");
    for (body, part) in [
        (
            r#"{}"#,
            "phone_number, email, fax_number or address_line_1 must be there.",
        ),
        (
            r#"{"first_name":"John"}"#,
            "phone_number, email, fax_number or address_line_1 must be there.",
        ),
        (
            r#"{"phone_number":"hello"}"#,
            "phone_number: not a telephone number.",
        ),
        (r#"{"email":"john"}"#, "email: not an e-mail address."),
        (r#"{"first_name":{"a":1}}"#, "first_name: invalid type: map"),
        ("", "The request body is empty"),
    ] {
        let refused = world.post_text(&contacts, body).await;
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
    let id = world.add(&list, json!({"email": "a@b"})).await;
    let refused = world
        .put(&format!("{contacts}/{id}"), r#"{"email":""}"#)
        .await;
    assert_eq!(
        refused.error().2,
        "phone_number, email, fax_number or address_line_1 must be there."
    );
    let same = world.put(&format!("{contacts}/{id}"), "").await;
    assert_eq!(same.data()["email"], "a@b");
    for way in ["email", "fax_number", "address_line_1"] {
        let value = if way == "fax_number" {
            "+61261111111"
        } else {
            "a@b"
        };
        world.add(&list, json!({way: value})).await;
    }
}

#[tokio::test]
async fn contacts_are_copied_and_transferred() {
    let world = World::new().await;
    let [from, to] = [world.list("From").await, world.list("To").await];
    let id = world
        .add(
            &from,
            json!({"phone_number": "+15551234567", "first_name": "John"}),
        )
        .await;
    let to_id = to.rsplit('/').next().unwrap();
    let copied = world
        .put(&format!("{from}/contacts/{id}/copy/{to_id}"), "")
        .await;
    assert_eq!(
        copied.body["response_msg"],
        format!("Contact #{id} has been copied to List #{to_id}")
    );
    assert_eq!(
        (
            copied.data()["_list_name"].as_str(),
            copied.data()["first_name"].as_str()
        ),
        (Some("To"), Some("John"))
    );
    assert_ne!(copied.data()["contact_id"], id);
    let moved = world
        .put(&format!("{from}/contacts/{id}/transfer/{to_id}"), "{}")
        .await;
    assert_eq!(
        moved.body["response_msg"],
        format!("Contact #{id} has been transferred to List #{to_id}")
    );
    assert_eq!(moved.data()["contact_id"], id);
    assert_eq!(
        (
            world.contacts_count(&from).await,
            world.contacts_count(&to).await
        ),
        (0, 2)
    );
    assert_eq!(
        world
            .put(&format!("{from}/contacts/{id}/copy/{to_id}"), "")
            .await
            .error(),
        NOT_FOUND
    );
    assert_eq!(
        world
            .put(&format!("{to}/contacts/{id}/transfer/7"), "")
            .await
            .error(),
        FORBIDDEN
    );
    assert_eq!(
        world
            .put(&format!("{to}/contacts/{id}/copy/x"), "")
            .await
            .error(),
        FORBIDDEN
    );
    assert_eq!(world.contacts_count(&to).await, 2);
}

#[tokio::test]
async fn contacts_are_paged_searched_and_asked_for_by_time() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let contacts = format!("{list}/contacts");
    let mut ids = Vec::new();
    for n in 0..20 {
        ids.push(world.add(&list, json!({"phone_number": format!("+155512345{n:02}"), "email": format!("n{n}@b.com"), "last_name": "Doe"})).await);
    }
    let page = world.get(&format!("{contacts}?page=2&limit=15")).await;
    assert_eq!(page.body["response_msg"], "Here's your list of contacts.");
    let data = page.data();
    assert_eq!(
        (
            data["total"].as_i64(),
            data["last_page"].as_i64(),
            data["from"].as_i64(),
            data["to"].as_i64()
        ),
        (Some(20), Some(2), Some(16), Some(20))
    );
    assert_eq!(data["data"][0]["contact_id"], ids[15]);
    assert_eq!(data["prev_page_url"], format!("{contacts}?page=1"));
    let last_first = world
        .get(&format!("{contacts}?order_by=contact_id:desc&limit=1"))
        .await;
    assert_eq!(last_first.data()["data"][0]["contact_id"], ids[19]);
    for (query, total) in [
        ("q=phone_number:%2B15551234503", 1),
        ("q=phone_number:+15551234503", 1),
        ("q=email:N4@B.com", 1),
        ("q=last_name:doe", 20),
        ("q=last_name:doe,email:n4@b.com", 1),
        ("q=phone_number:%2B15551234503,email:n4@b.com", 0),
        (
            "q=phone_number:%2B15551234503,email:n4@b.com&operator=OR",
            2,
        ),
        ("q=email:nobody@b.com", 0),
    ] {
        let found = world.get(&format!("{contacts}?{query}")).await;
        assert_eq!(found.data()["total"], total, "{query}");
    }
    let before = world.clock.now().secs();
    world.clock.advance_seconds(10);
    world
        .put(&format!("{contacts}/{}", ids[7]), r#"{"first_name":"New"}"#)
        .await;
    let changed = world
        .get(&format!("{contacts}?updated_after={before}"))
        .await;
    assert_eq!(changed.data()["total"], 1);
    assert_eq!(changed.data()["data"][0]["contact_id"], ids[7]);
    assert_eq!(
        world
            .get(&format!("{contacts}?updated_after={}", before + 10))
            .await
            .data()["total"],
        0
    );
    for query in [
        "q=colour:red",
        "q=email:a,email:b",
        "order_by=colour",
        "updated_after=yesterday",
        "operator=XOR",
    ] {
        assert_eq!(
            world.get(&format!("{contacts}?{query}")).await.error().0,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_empty_list_has_an_empty_page() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    let page = world.get(&format!("{list}/contacts")).await;
    assert_eq!(
        page.data(),
        &json!({"total": 0, "per_page": 15, "current_page": 1, "last_page": 0, "next_page_url": null, "prev_page_url": null, "from": null,
            "to": null, "data": []})
    );
}

#[tokio::test]
async fn lists_and_contacts_are_found_together() {
    let world = World::new().await;
    let list = world.list("Doe family").await;
    let list_id: i64 = list.rsplit('/').next().unwrap().parse().unwrap();
    let john = world
        .add(
            &list,
            json!({"phone_number": "+15551234567", "first_name": "John", "last_name": "Doe"}),
        )
        .await;
    world
        .add(&list, json!({"email": "x@y.com", "first_name": "Ann"}))
        .await;
    let found = world.get("/v3/search/contacts-lists?q=doe").await;
    assert_eq!(found.body["response_msg"], "Here are some search result.");
    assert_eq!(found.data()["total"], 2);
    let rows = found.data()["data"].as_array().unwrap();
    assert_eq!(
        (
            rows[0]["id"].as_i64(),
            rows[0]["type"].as_str(),
            rows[0]["contacts_count"].as_i64()
        ),
        (Some(list_id), Some("list"), Some(2))
    );
    assert_eq!(
        rows[1],
        json!({"id": john, "name": "John Doe", "contact": "+15551234567", "contacts_count": 1, "type": "contact"})
    );
    let second = world
        .get("/v3/search/contacts-lists?q=doe&limit=1&page=2")
        .await;
    assert_eq!(second.data()["data"][0]["type"], "contact");
    for q in ["555123", "0555%20123", "(555)%20123", "hn%20d"] {
        let suggested = world.get(&format!("/v3/contact-suggestions?q={q}")).await;
        assert_eq!(suggested.body["response_msg"], "Here are your results.");
        let rows = suggested.data().as_array().unwrap();
        assert_eq!(rows.len(), 1, "{q}");
        assert_eq!(
            (
                rows[0]["contact_id"].as_i64(),
                rows[0]["_list_name"].as_str()
            ),
            (Some(john), Some("Doe family"))
        );
    }
    assert_eq!(
        world.get("/v3/contact-suggestions?q=nobody").await.data(),
        &json!([])
    );
    assert_eq!(
        world
            .get("/v3/contact-suggestions")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

//! Short links: made by sends, opened by anybody, counted for whoever sent them.

use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::world::{World, acting};

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const LAPTOP: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
const SHOP: &str = "https://example.com/sale?a=1";

/// The short link in a text.
pub(crate) fn link_in(body: &Value) -> String {
    let body = body.as_str().unwrap();
    let start = body
        .find("http://127.0.0.1:8081/s/")
        .unwrap_or_else(|| panic!("{body}"));
    body[start..start + 32].to_owned()
}

impl World {
    /// Opens a link as a browser does; answers the status and where it leads.
    pub(crate) async fn open(&self, method: &str, link: &str, agent: &str) -> (StatusCode, String) {
        let path = link.strip_prefix("http://127.0.0.1:8081").unwrap();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("user-agent", agent);
        let headers_of = self
            .raw_response(request.body(Body::empty()).unwrap())
            .await;
        let location = headers_of.headers().get(header::LOCATION);
        (
            headers_of.status(),
            location
                .map(|l| l.to_str().unwrap().to_owned())
                .unwrap_or_default(),
        )
    }

    pub(crate) async fn raw_response(&self, request: Request<Body>) -> axum::response::Response {
        use tower::ServiceExt as _;
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// A body without the envelope.
    pub(crate) async fn bare(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }
}

async fn send(world: &World, messages: Value) -> Vec<Value> {
    let answer = world
        .post(
            "/v3/sms/send",
            json!({"messages": messages, "shorten_urls": true}),
        )
        .await;
    answer.data()["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_first_address_of_a_text_becomes_a_link_that_leads_there() {
    let world = World::new().await;
    let body = format!("Sale: {SHOP}, or http://other.test.");
    let messages =
        json!([{"to": "+15551234567", "body": body}, {"to": "+15551234568", "body": "no link"}]);
    let priced = world
        .post(
            "/v3/sms/price",
            json!({"messages": messages, "shorten_urls": true}),
        )
        .await;
    let rows = send(&world, messages).await;
    let link = link_in(&rows[0]["body"]);
    assert_eq!(
        rows[0]["body"],
        format!("Sale: {link}, or http://other.test.")
    );
    assert_eq!(rows[1]["body"], "no link");
    assert_eq!(
        priced.data()["messages"][0]["message_parts"],
        rows[0]["message_parts"]
    );
    assert_eq!(
        priced.data()["messages"][0]["body"].as_str().unwrap().len(),
        rows[0]["body"].as_str().unwrap().len()
    );
    assert_eq!(
        world.open("GET", &link, PHONE).await,
        (StatusCode::FOUND, SHOP.to_owned())
    );
    let unknown = world
        .open("GET", "http://127.0.0.1:8081/s/11111111", PHONE)
        .await;
    assert_eq!(unknown.0, StatusCode::NOT_FOUND);
    assert_eq!(
        world.open("POST", &link, PHONE).await.0,
        StatusCode::NOT_FOUND,
        "there is nothing to opt out of"
    );
    let plain = world
        .send(json!([{"to": "+15551234569", "body": body}]))
        .await;
    assert_eq!(plain[0]["body"], body, "only on demand");
}

#[tokio::test]
async fn a_text_is_only_shortened_where_it_leads_to_the_web() {
    let world = World::new().await;
    for body in [
        "javascript:alert(1)",
        "ftp://example.com",
        "https://user:secret@example.com/",
        "httpx://x",
    ] {
        let rows = send(&world, json!([{"to": "+15551234567", "body": body}])).await;
        assert_eq!(rows[0]["body"], body);
    }
}

#[tokio::test]
async fn openings_of_people_are_counted_by_what_they_came_from() {
    let world = World::new().await;
    let rows = send(&world, json!([{"to": "+15551234567", "body": SHOP}])).await;
    let link = link_in(&rows[0]["body"]);
    for (method, agent) in [
        ("GET", PHONE),
        ("GET", LAPTOP),
        ("GET", "Googlebot/2.1"),
        ("HEAD", PHONE),
        ("GET", ""),
    ] {
        assert_eq!(world.open(method, &link, agent).await.1, SHOP, "{agent}");
    }
    let id = rows[0]["message_id"].as_str().unwrap();
    let statistics = world
        .bare(&format!("/v3/short-url/statistics/quick_sms/{id}"))
        .await;
    let one = &statistics["data"][0];
    assert_eq!(
        one["links"],
        json!({"total": 1, "opened_unique": 1, "opened_total": 2, "unopened": 0})
    );
    assert_eq!(
        one["device"],
        json!([{"label": "Desktop", "count": 1}, {"label": "Mobile", "count": 1}])
    );
    assert_eq!(
        one["os"],
        json!([{"label": "IOS", "count": 1}, {"label": "Linux", "count": 1}])
    );
    assert_eq!(
        one["browser"],
        json!([{"label": "Firefox", "count": 1}, {"label": "Safari", "count": 1}])
    );
    assert_eq!(one["country"], json!([{"label": "Other", "count": 2}]));
    let url = one["long_url_id"].as_str().unwrap();
    let tracking = world.bare(&format!("/v3/short-url/tracking/{url}")).await;
    assert_eq!(
        (
            tracking["total"].as_i64(),
            tracking["current_page_size"].as_i64()
        ),
        (Some(1), Some(1))
    );
    let row = &tracking["data"][0];
    assert_eq!(
        (row["open_count"].as_i64(), row["user_device"].as_str()),
        (Some(2), Some("Mobile")),
        "of the first opening"
    );
    assert_eq!(row["contact"]["phone_number"], "+15551234567");
    assert!(tracking.get("next_page_url").is_none() && tracking.get("prev_page_url").is_none());
}

#[tokio::test]
async fn nobody_sees_what_became_of_others_links() {
    let world = World::new().await;
    let rows = send(&world, json!([{"to": "+15551234567", "body": SHOP}])).await;
    let id = rows[0]["message_id"].as_str().unwrap();
    let path = format!("/v3/short-url/statistics/quick_sms/{id}");
    let url = world.bare(&path).await["data"][0]["long_url_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let eve = world.open_account("eve", 0, false).await;
    for path in [path, format!("/v3/short-url/tracking/{url}")] {
        let request = acting(Request::get(&path), eve)
            .body(Body::empty())
            .unwrap();
        assert_eq!(world.call(request).await.error().0, 404, "{path}");
    }
    for path in [
        "/v3/short-url/statistics/letters/1",
        "/v3/short-url/statistics/sms_campaign/1",
        "/v3/short-url/tracking/x",
    ] {
        assert_eq!(world.get(path).await.error().0, 404, "{path}");
    }
}

#[tokio::test]
async fn the_links_of_a_list_are_paged_in_both_directions() {
    let world = World::new().await;
    let list = world.list("Customers").await;
    for n in 0..5 {
        world
            .add(
                &list,
                json!({"phone_number": format!("+1555123456{n}"), "first_name": format!("N{n}")}),
            )
            .await;
    }
    let list_id = list.rsplit('/').next().unwrap();
    let rows = send(
        &world,
        json!([{"list_id": list_id, "body": format!("Hi {{first_name}} {SHOP}")}]),
    )
    .await;
    let id = rows[4]["message_id"].as_str().unwrap();
    let statistics = world
        .bare(&format!("/v3/short-url/statistics/quick_sms/{id}"))
        .await;
    assert_eq!(
        statistics["data"].as_array().unwrap().len(),
        1,
        "one address, five links"
    );
    let url = statistics["data"][0]["long_url_id"].as_str().unwrap();
    let names = |page: &Value| -> Vec<String> {
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["contact"]["first_name"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = world
        .bare(&format!("/v3/short-url/tracking/{url}?limit=2"))
        .await;
    assert_eq!(names(&first), ["N0", "N1"]);
    let second = world.bare(first["next_page_url"].as_str().unwrap()).await;
    assert_eq!(names(&second), ["N2", "N3"]);
    let last = world.bare(second["next_page_url"].as_str().unwrap()).await;
    assert_eq!(names(&last), ["N4"]);
    assert!(last.get("next_page_url").is_none());
    let back = world.bare(last["prev_page_url"].as_str().unwrap()).await;
    assert_eq!(names(&back), ["N2", "N3"]);
    let bad = world
        .get(&format!("/v3/short-url/tracking/{url}?offset=nonsense"))
        .await;
    assert!(bad.error().2.contains("offset"));
}

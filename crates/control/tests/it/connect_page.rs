//! The connect page: what it shows, what it refuses, what it spends.

use axum::body::Body;
use http::Request;
use postern_access::Peer;
use postern_domain::connection::Status;
use postern_testkit::ScriptedUpstream;
use serde_json::{Value, json};

use crate::bed::{Bed, Said, provider};

/// A person with a link.
struct Visitor<'a> {
    bed: &'a Bed,
    id: String,
    token: String,
}

impl<'a> Visitor<'a> {
    async fn new(bed: &'a Bed, connection: Value) -> Self {
        let said = bed.post("/connections", connection).await.expect(201);
        let url = said["connection"]["url"].as_str().unwrap();
        let token = url.split_once("session_token=").unwrap().1.to_owned();
        Self {
            bed,
            id: said["connection_id"].as_str().unwrap().to_owned(),
            token,
        }
    }

    async fn look(&self) -> Said {
        look(self.bed, &format!("/connect?session_token={}", self.token)).await
    }

    async fn form_token(&self) -> String {
        let page = self.look().await.text;
        page.split_once("name=\"form_token\" value=\"")
            .unwrap()
            .1
            .split_once('"')
            .unwrap()
            .0
            .to_owned()
    }

    async fn enter(&self, username: &str, password: &str) -> Said {
        let form_token = self.form_token().await;
        let fields = [
            ("form_token", form_token.as_str()),
            ("field.username", username),
            ("field.password", password),
        ];
        self.submit(&fields, &[]).await
    }

    async fn submit(&self, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Said {
        let mut all = vec![("session_token", self.token.as_str())];
        all.extend(fields);
        submit(self.bed, &all, headers).await
    }
}

async fn look(bed: &Bed, path: &str) -> Said {
    bed.send(Request::builder().uri(path).body(Body::empty()).unwrap())
        .await
}

async fn submit(bed: &Bed, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Said {
    let escape = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    let mut request = Request::builder()
        .method("POST")
        .uri("/connect")
        .extension(Peer("127.0.0.1".parse().unwrap()))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("host", "postern.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bed.send(request.body(Body::from(body.join("&"))).unwrap())
        .await
}

async fn to(provider: &ScriptedUpstream) -> Value {
    json!({"app": "clicksend", "name": "Main <b>", "upstream": provider.url()})
}

#[tokio::test]
async fn the_right_credentials_make_the_connection_active() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let visitor = Visitor::new(&bed, to(&provider).await).await;
    let page = visitor.look().await;
    assert_eq!(page.status, 200);
    for text in [
        "<h1>Connect ClickSend</h1>",
        "Main &#60;b&#62;",
        provider.address.to_string().as_str(),
        "not encrypted",
        "<label for=\"field-username\">Username</label>",
        "<label for=\"field-password\">API key</label>",
        "type=\"password\"",
        "until 00:30 UTC",
        "Use the sandbox instead",
    ] {
        assert!(page.text.contains(text), "{text} is not in {}", page.text);
    }
    // What comes with a paste is not part of a credential.
    let said = visitor.enter(" user", "right\r\n").await;
    assert_eq!(
        (said.status.as_u16(), said.header("location")),
        (303, "/connect/done?app=clicksend"),
        "{}",
        said.text
    );
    assert_eq!(said.header("cache-control"), "no-store");
    let connection = bed
        .get(&bed.full, &format!("/connections/{}", visitor.id))
        .await
        .expect(200)["connection"]
        .clone();
    assert_eq!(connection["status"], "ACTIVE");
    assert_eq!(
        connection["metadata"],
        json!({"username": "user", "email": "user@provider.test"})
    );
    assert!(
        bed.directory
            .connection_by_id(&visitor.id)
            .unwrap()
            .prepared
            .is_some()
    );
    let done = look(&bed, said.header("location")).await;
    assert!(
        done.text.contains("<h1>ClickSend is connected</h1>"),
        "{}",
        done.text
    );

    let record = &bed.audit().await[0];
    assert_eq!(
        (
            record.action.as_str(),
            record.actor_kind.as_str(),
            record.outcome.as_deref()
        ),
        ("connection.connect", "link", Some("done"))
    );
    assert_eq!(record.peer, "127.0.0.1");
}

#[tokio::test]
async fn a_link_is_spent_by_the_post_that_succeeds_and_by_nothing_else() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let visitor = Visitor::new(&bed, to(&provider).await).await;
    for _ in 0..3 {
        assert_eq!(visitor.look().await.status, 200, "looking spends nothing");
        assert_eq!(
            visitor.enter("user", "wrong").await.status,
            422,
            "nor does failing"
        );
    }
    let form_token = visitor.form_token().await;
    assert_eq!(visitor.enter("user", "right").await.status, 303);
    let again = visitor.look().await;
    assert_eq!(again.status, 410);
    assert!(
        again
            .text
            .contains("<h1>This link does not work any more</h1>")
    );
    assert!(
        again
            .text
            .contains(&format!("postern connection reconnect {}", visitor.id)),
        "one clear next step"
    );
    let fields = [
        ("form_token", form_token.as_str()),
        ("field.username", "user"),
        ("field.password", "right"),
    ];
    assert_eq!(visitor.submit(&fields, &[]).await.status, 410);
}

#[tokio::test]
async fn of_two_who_post_at_once_one_is_told_that_the_link_is_spent() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let visitor = Visitor::new(&bed, to(&provider).await).await;
    let form_token = visitor.form_token().await;
    let fields = [
        ("form_token", form_token.as_str()),
        ("field.username", "user"),
        ("field.password", "right"),
    ];
    let (one, two) = tokio::join!(visitor.submit(&fields, &[]), visitor.submit(&fields, &[]));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
    assert_eq!(
        bed.actions()
            .await
            .iter()
            .filter(|action| *action == "connection.connect")
            .count(),
        1
    );
}

#[tokio::test]
async fn refused_credentials_are_explained_and_the_secret_does_not_come_back() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let visitor = Visitor::new(&bed, to(&provider).await).await;
    let page = visitor.enter("user&co", "wrong-secret").await;
    assert_eq!(page.status, 422);
    for text in [
        "<title>Problem: Connect ClickSend · Postern</title>",
        "role=\"alert\"",
        "127.0.0.1 did not accept these credentials (it answered 401).",
        "<a href=\"#field-password\">Go to API key</a>",
        "Not accepted together. Enter it again.",
        "id=\"error-password\"",
        "aria-invalid=\"true\"",
        "aria-describedby=\"error-password hint-password\"",
        "value=\"user&#38;co\"",
    ] {
        assert!(page.text.contains(text), "{text} is not in {}", page.text);
    }
    assert!(!page.text.contains("wrong-secret"));
    let row = bed.row(&visitor.id).await;
    assert_eq!((row.status, row.credential_sealed), (Status::Pending, None));
    let shown = bed
        .get(&bed.agent, &format!("/connections/{}", visitor.id))
        .await
        .expect(200)["connection"]
        .clone();
    assert!(
        shown["status_reason"]
            .as_str()
            .unwrap()
            .contains("did not accept"),
        "whoever waits can see why: {shown}"
    );
    let record = &bed.audit().await[0];
    assert_eq!(
        (record.decision.as_str(), record.code.as_deref()),
        ("refused", Some("credentials_rejected"))
    );
    assert!(!format!("{record:?}").contains("wrong-secret"));
}

#[tokio::test]
async fn credentials_are_not_tried_without_end() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let visitor = Visitor::new(&bed, to(&provider).await).await;
    for attempt in 0..10 {
        let page = visitor.enter("user", &format!("wrong-{attempt}")).await;
        assert_eq!(page.status, 422);
    }
    let asked = provider.connections();
    let page = visitor.enter("user", "wrong-secret").await;
    assert_eq!(page.status, 429);
    assert!(
        page.text.contains("open the link again in 30 minutes"),
        "{}",
        page.text
    );
    assert_eq!(provider.connections(), asked, "the provider is not asked");
    // Another link is another matter.
    let other = Visitor::new(&bed, to(&provider).await).await;
    assert_eq!(other.enter("user", "wrong-secret").await.status, 422);
}

#[tokio::test]
async fn empty_fields_and_silent_hosts_are_told_apart() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let visitor = Visitor::new(&bed, to(&provider).await).await;
    let page = visitor.enter("user", "").await;
    assert_eq!(page.status, 422);
    assert!(
        page.text
            .contains("API key is empty, or holds something that cannot be sent."),
        "{}",
        page.text
    );
    assert_eq!(provider.connections(), 0, "nothing was sent anywhere");

    let silent = ScriptedUpstream::start(|mut raw, _| async move {
        raw.message(false).await;
        std::future::pending().await
    })
    .await;
    let visitor = Visitor::new(&bed, to(&silent).await).await;
    let page = visitor.enter("user", "right").await;
    assert_eq!(page.status, 504);
    assert!(
        page.text.contains("did not answer in time") && page.text.contains("the link still works")
    );
    let visitor = Visitor::new(
        &bed,
        json!({"app": "clicksend", "upstream": "http://127.0.0.1:1"}),
    )
    .await;
    let page = visitor.enter("user", "right").await;
    assert_eq!(page.status, 502);
    assert!(page.text.contains("could not be asked"), "{}", page.text);
    let visitor = Visitor::new(
        &bed,
        json!({"app": "clicksend", "upstream": "http://169.254.169.254"}),
    )
    .await;
    let page = visitor.enter("user", "right").await;
    assert_eq!(page.status, 502);
    assert!(
        page.text.contains("in a network that is not allowed"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn the_sandbox_is_a_choice_for_the_app_the_platform_speaks() {
    let bed = Bed::open().await;
    let visitor = Visitor::new(&bed, json!({"app": "clicksend"})).await;
    let form_token = visitor.form_token().await;
    let said = visitor
        .submit(&[("form_token", &form_token), ("choice", "sandbox")], &[])
        .await;
    assert_eq!(
        (said.status.as_u16(), said.header("location")),
        (303, "/connect/done?app=clicksend&sandbox")
    );
    let connection = bed
        .get(&bed.full, &format!("/connections/{}", visitor.id))
        .await
        .expect(200)["connection"]
        .clone();
    assert_eq!(
        (&connection["status"], &connection["upstream"]),
        (&json!("ACTIVE"), &json!("builtin"))
    );
    assert_eq!(
        (&connection["sandbox"], &connection["metadata"]["username"]),
        (&json!(true), &json!("sandbox"))
    );
    assert!(
        look(&bed, said.header("location"))
            .await
            .text
            .contains("The sandbox is connected")
    );

    let other = Visitor::new(&bed, json!({"app": "acme"})).await;
    assert!(!other.look().await.text.contains("sandbox"));
    let form_token = other.form_token().await;
    let said = other
        .submit(&[("form_token", &form_token), ("choice", "sandbox")], &[])
        .await;
    assert_eq!(
        said.status, 422,
        "asking for it all the same is an empty form"
    );
}

#[tokio::test]
async fn links_that_do_not_work_say_what_to_do() {
    let bed = Bed::open().await;
    for path in [
        "/connect",
        "/connect/",
        "/connect?session_token=",
        "/connect?session_token=abc",
    ] {
        let page = look(&bed, path).await;
        assert_eq!(page.status, 400, "{path}");
        assert!(
            page.text.contains("<h1>This link is not complete</h1>"),
            "{path}"
        );
    }
    let visitor = Visitor::new(&bed, json!({"app": "clicksend"})).await;
    let form_token = visitor.form_token().await;
    bed.clock.advance_seconds(30 * 60);
    let page = visitor.look().await;
    assert_eq!(page.status, 410);
    assert!(page.text.contains("<h1>This link has expired</h1>"));
    assert!(
        page.text
            .contains(&format!("postern connection reconnect {}", visitor.id))
    );
    let fields = [
        ("form_token", form_token.as_str()),
        ("field.username", "u"),
        ("field.password", "p"),
    ];
    assert_eq!(visitor.submit(&fields, &[]).await.status, 410);
    // Renewed, it works again, and the old link stays dead.
    let path = format!("/connections/{}/reconnect", visitor.id);
    let url = bed.post(&path, Value::Null).await.expect(200)["connection"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        look(&bed, url.strip_prefix("http://postern.test").unwrap())
            .await
            .status,
        200
    );
    assert_eq!(visitor.look().await.status, 410);
    bed.ask(
        &bed.full,
        "DELETE",
        &format!("/connections/{}", visitor.id),
        Value::Null,
    )
    .await
    .expect(200);
    assert_eq!(
        look(&bed, url.strip_prefix("http://postern.test").unwrap())
            .await
            .status,
        410
    );
}

#[tokio::test]
async fn other_sites_cannot_post_the_form() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let visitor = Visitor::new(&bed, to(&provider).await).await;
    let other = Visitor::new(&bed, to(&provider).await).await;
    let (own, foreign) = (visitor.form_token().await, other.form_token().await);
    let with = |token: &'static str| {
        [
            ("form_token", token),
            ("field.username", "user"),
            ("field.password", "right"),
        ]
    };
    let own: &'static str = own.leak();
    let foreign: &'static str = foreign.leak();
    for (fields, headers) in [
        (with(own), vec![("sec-fetch-site", "cross-site")]),
        (with(own), vec![("sec-fetch-site", "same-site")]),
        (with(own), vec![("origin", "https://evil.test")]),
        (with(foreign), vec![("sec-fetch-site", "same-origin")]),
        (with(""), vec![]),
    ] {
        let said = visitor.submit(&fields, &headers).await;
        assert_eq!(said.status, 403, "{headers:?}");
        assert!(
            said.text.contains("<h1>This form was not accepted</h1>"),
            "a page, not JSON: {}",
            said.text
        );
    }
    assert_eq!(provider.connections(), 0, "nothing was sent anywhere");
    let said = visitor
        .submit(
            &with(own),
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        )
        .await;
    assert_eq!(said.status, 303);
}

#[tokio::test]
async fn every_page_carries_the_strict_headers_and_nothing_inline() {
    let bed = Bed::open().await;
    let visitor = Visitor::new(&bed, json!({"app": "clicksend"})).await;
    let pages = [
        visitor.look().await,
        look(&bed, "/connect").await,
        look(&bed, "/connect/done?app=clicksend").await,
        look(&bed, "/connect/done?app=%3Cscript%3E").await,
        visitor.enter("", "").await,
    ];
    for page in pages {
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(!page.header("x-request-id").is_empty());
        for forbidden in [
            "<script",
            "<style",
            " style=",
            " onclick",
            "javascript:",
            "http://",
            "https://",
        ] {
            let own = page.text.replace("http://www.w3.org", "");
            assert!(!own.contains(forbidden), "{forbidden} in {own}");
        }
        assert!(page.text.contains("<html lang=\"en\">"));
    }
    assert_eq!(look(&bed, "/assets/base.css").await.status, 200);
    let style = look(&bed, "/assets/connect.css?1.2.3").await;
    assert_eq!(
        (style.status.as_u16(), style.header("content-type")),
        (200, "text/css; charset=utf-8")
    );
    assert!(style.header("cache-control").starts_with("public"));
    assert_eq!(
        look(&bed, "/assets/postern.svg")
            .await
            .header("content-type"),
        "image/svg+xml"
    );
}

#[tokio::test]
async fn forms_that_are_too_large_or_no_forms_are_refused() {
    let bed = Bed::open().await;
    let large = "x".repeat(20_000);
    let said = submit(&bed, &[("field.password", &large)], &[]).await;
    assert_eq!(said.status, 413);
    assert!(said.text.contains("<h1>This form could not be read</h1>"));
    let json = Request::builder()
        .method("POST")
        .uri("/connect")
        .header("content-type", "application/json");
    let said = bed.send(json.body(Body::from("{}")).unwrap()).await;
    assert_eq!(said.status, 415);
    assert!(said.text.contains("Open the link again"));
}

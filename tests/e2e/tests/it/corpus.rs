//! How credentials left other gateways: each test is a bug that somebody had.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use postern_e2e::origin::{self, Origin};
use postern_e2e::{Api, Home, Server, api, raw};
use reqwest::Method;
use serde_json::json;
use std::io::Write as _;
use std::time::Duration;

const USERNAME: &str = "corpus";
const PASSWORD: &str = "CANARY/secret+of=the&corpus";

fn basic() -> String {
    BASE64.encode(format!("{USERNAME}:{PASSWORD}"))
}

/// A server, and a connection of the first key to an origin.
struct Scene {
    server: Server,
    connection: String,
    // The server's files.
    _home: Home,
}

impl Scene {
    async fn before(origin: &Origin) -> Result<Self> {
        let mut home = Home::new()?;
        let server = home.start_with(|command| {
            command.args(["--egress-allow", "127.0.0.0/8"]);
        })?;
        let body = json!({"app": "clicksend", "upstream": origin.url(), "verify": false, "name": "corpus",
                          "credentials": {"username": USERNAME, "password": PASSWORD}});
        let made = server
            .api()
            .post("/connections", &body)
            .await?
            .expect(201)?;
        let connection = made["connection_id"].as_str().context("an id")?.to_owned();
        Ok(Self {
            server,
            connection,
            _home: home,
        })
    }

    /// One request as it stands, with key and connection in it.
    fn raw(&self, method: &str, path: &str, lines: &str) -> Result<raw::RawAnswer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nMaton-Connection: {}\r\n{lines}\r\n",
            self.server.gateway, self.server.first.api_key, self.connection
        );
        raw::ask(
            self.server.gateway,
            request.as_bytes(),
            Duration::from_secs(20),
        )
    }

    async fn agent(&self, rules: serde_json::Value) -> Result<Api> {
        self.server
            .agent(json!({"connections": [self.connection], "rules": rules}))
            .await
    }
}

/// The heads that came to an origin, in small letters.
fn heads(origin: &Origin) -> Vec<String> {
    let text = origin.text().to_lowercase();
    text.split("\r\n\r\n")
        .filter(|head| head.contains(" http/1.1"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn nominating_our_headers_neither_removes_ours_nor_lets_theirs_through() -> Result<()> {
    let origin = Origin::content()?;
    let scene = Scene::before(&origin).await?;
    for nominated in [
        "authorization",
        "Authorization, Maton-Connection",
        "maton-connection, close",
        "host",
        "keep-alive, x-mine",
    ] {
        origin.forget();
        let answer = scene.raw(
            "GET",
            "/clicksend/v3/account",
            &format!("Connection: {nominated}\r\nX-Mine: 1\r\n"),
        )?;
        assert_eq!(answer.status, 200, "{nominated}");
        let heads = heads(&origin);
        assert_eq!(heads.len(), 1, "{nominated}: {heads:?}");
        let head = &heads[0];
        assert!(
            head.contains(&format!("authorization: basic {}", basic().to_lowercase())),
            "{nominated}: {head}"
        );
        assert_eq!(head.matches("authorization:").count(), 1, "{head}");
        assert!(!head.contains("maton-connection"), "{head}");
        assert!(
            !head.contains(&scene.server.first.api_key.to_lowercase()),
            "{head}"
        );
        assert_eq!(
            head.contains("x-mine"),
            !nominated.contains("x-mine"),
            "{nominated}: {head}"
        );
        assert!(
            head.contains(&format!("host: {}", origin.address)),
            "{head}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn trace_and_options_carry_no_credential() -> Result<()> {
    let origin = Origin::content()?;
    let scene = Scene::before(&origin).await?;
    for method in ["TRACE", "OPTIONS"] {
        let answer = scene.raw(method, "/clicksend/v3/account", "")?;
        for head in heads(&origin) {
            ensure!(
                !head.contains("authorization"),
                "{method} was answered {} after {head}",
                answer.status
            );
        }
        ensure!(
            !answer.text().contains(&scene.server.first.api_key),
            "{method} gives the key back"
        );
    }
    Ok(())
}

#[tokio::test]
async fn redirects_are_returned_and_never_followed() -> Result<()> {
    let elsewhere = Origin::content()?;
    let location = format!("Location: http://{}/v3/stolen\r\n", elsewhere.address);
    let origin = Origin::start(move |_| origin::answer("307 Temporary Redirect", &location, b""))?;
    let scene = Scene::before(&origin).await?;
    let answer = scene
        .server
        .api()
        .request(Method::GET, "/clicksend/v3/account")
        .header("Maton-Connection", &scene.connection);
    let answer = api::send(answer).await?;
    assert_eq!(answer.status, 307);
    assert_eq!(
        answer.header("location"),
        Some(format!("http://{}/v3/stolen", elsewhere.address).as_str())
    );
    assert_eq!(
        elsewhere.seen().concat().len(),
        0,
        "nobody went there: {}",
        elsewhere.text()
    );
    Ok(())
}

#[tokio::test]
async fn a_path_is_judged_in_the_form_in_which_it_is_sent() -> Result<()> {
    let origin = Origin::content()?;
    let scene = Scene::before(&origin).await?;
    let agent = scene
        .agent(json!([{"method": "GET", "path": "/v3/account"}]))
        .await?;
    let paths = [
        "/clicksend/v3/account/../sms/history",
        "/clicksend/v3/account/%2e%2e/sms/history",
        "/clicksend/v3/account/.%2e/sms/history",
        "/clicksend/v3/account%2f..%2fsms%2fhistory",
        "/clicksend/v3/account/..;/sms/history",
        "/clicksend/v3/account;/../sms/history",
        "/clicksend/v3/account/..%5csms%5chistory",
        "/clicksend/v3/account\\..\\sms\\history",
        "/clicksend//v3/sms/history",
        "/clicksend/v3//sms/history",
        "/clicksend/./v3/sms/history",
        "/clicksend/V3/SMS/HISTORY",
        "/clicksend/v3/sms/history.",
        "/clicksend/v3/sms/history%00/v3/account",
        "/clicksend/v3/sms/history%23/v3/account",
        "/clicksend/v3/%73ms/history",
        "/%63licksend/v3/sms/history",
        "/clicksend/%252e%252e/v3/sms/history",
        "/clicksend/v3/account/%c0%ae%c0%ae/sms/history",
        "/clicksend/../v3/sms/history",
    ];
    for path in paths {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            scene.server.gateway,
            agent.secret()
        );
        let exchange = raw::exchange(
            scene.server.gateway,
            request.as_bytes(),
            Duration::from_secs(5),
        )?;
        let status = exchange.answers.first().map_or(0, |answer| answer.status);
        ensure!(
            matches!(status, 400 | 403 | 404),
            "{path} was answered {status}"
        );
    }
    assert_eq!(
        heads(&origin).len(),
        0,
        "none of it went out: {:?}",
        heads(&origin)
    );
    assert_eq!(
        agent.get("/clicksend/v3/account").await?.status,
        200,
        "what the rule allows goes out"
    );
    assert_eq!(heads(&origin).len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_callers_own_credentials_are_stripped_and_ours_win() -> Result<()> {
    let origin = Origin::content()?;
    let scene = Scene::before(&origin).await?;
    let lines = "Cookie: session=theirs\r\nProxy-Authorization: Basic dGhlaXJzOnRoZWlycw==\r\nX-Maton-Client-User-Agent: {}\r\n\
                 Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n\
                 X-Kept: yes\r\nUser-Agent: Caller/1.0\r\n";
    let answer = scene.raw("GET", "/clicksend/v3/account", lines)?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let heads = heads(&origin);
    let head = &heads[0];
    for gone in [
        "cookie",
        "proxy-authorization",
        "x-maton",
        "maton-connection",
        "postern-",
        "keep-alive",
        "proxy-connection",
        "pst_live",
    ] {
        assert!(!head.contains(gone), "{gone} went on: {head}");
    }
    for kept in ["x-kept: yes", "user-agent: caller/1.0"] {
        assert!(head.contains(kept), "{kept} is missing: {head}");
    }
    // A second Authorization makes the caller ambiguous: refused, or one of them counts, but neither goes on.
    origin.forget();
    let second = scene.raw(
        "GET",
        "/clicksend/v3/account",
        "aUTHORIZATION: Bearer second\r\n",
    )?;
    ensure!(
        matches!(second.status, 200 | 400 | 401),
        "{}",
        second.status
    );
    for head in origin
        .seen()
        .iter()
        .map(|bytes| String::from_utf8_lossy(bytes).to_lowercase())
    {
        assert!(!head.contains("bearer"), "{head}");
    }
    Ok(())
}

#[tokio::test]
async fn an_echoed_secret_is_masked_in_every_form_and_place() -> Result<()> {
    let encoded = "CANARY%2Fsecret%2Bof%3Dthe%26corpus";
    let in_json = "CANARY\\/secret+of=the&corpus";
    let pair = basic();
    let forms = [
        PASSWORD.to_owned(),
        pair.clone(),
        encoded.to_owned(),
        in_json.to_owned(),
    ];
    let all = forms.join(" | ");
    let zipped = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(all.as_bytes())?;
        encoder.finish()?
    };
    let body = all.clone();
    let origin = Origin::start(move |request| {
        let request = String::from_utf8_lossy(request).into_owned();
        let path = request.split(' ').nth(1).unwrap_or_default();
        let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
        match path {
            "/v3/account" => {
                origin::answer("200 OK", "Content-Type: text/plain\r\n", body.as_bytes())
            }
            "/v3/countries" => {
                let headers = format!(
                    "X-Echo: {PASSWORD}\r\nWWW-Authenticate: Basic {}\r\n",
                    basic()
                );
                origin::answer("500 Internal Server Error", &headers, body.as_bytes())
            }
            "/v3/sms/history" => origin::answer("200 OK", "Content-Encoding: gzip\r\n", &zipped),
            // Cut in the middle of each form, one byte a chunk and in two halves.
            "/v3/sms/receipts" => {
                let (left, right) = body.split_at(body.len() / 2);
                let bytewise: String = PASSWORD
                    .chars()
                    .map(|char| chunk(&char.to_string()))
                    .collect();
                format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Last\r\n\r\n{}{}{bytewise}0\r\nX-Last: {PASSWORD}\r\n\r\n", chunk(left), chunk(right))
                    .into_bytes()
            }
            other => origin::ok(&format!("{{\"unexpected\":\"{other}\"}}")),
        }
    })?;
    let scene = Scene::before(&origin).await?;
    for path in [
        "/v3/account",
        "/v3/countries",
        "/v3/sms/history",
        "/v3/sms/receipts",
    ] {
        let request = format!(
            "GET /clicksend{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nMaton-Connection: {}\r\nTE: trailers\r\n\
             Connection: close, TE\r\n\r\n",
            scene.server.gateway, scene.server.first.api_key, scene.connection
        );
        let exchange = raw::exchange(
            scene.server.gateway,
            request.as_bytes(),
            Duration::from_secs(10),
        )?;
        let seen = String::from_utf8_lossy(&exchange.bytes).into_owned();
        let answer = exchange
            .answers
            .first()
            .with_context(|| format!("{path}: no whole answer: {seen}"))?;
        for form in &forms {
            ensure!(
                !seen.contains(form.as_str()),
                "{path} gives back {form}: {seen}"
            );
            ensure!(
                !answer.text().contains(form.as_str()),
                "{path} gives back {form}: {}",
                answer.text()
            );
        }
        ensure!(
            answer.header("content-encoding").is_none(),
            "{path}: nothing is hidden in a compressed body"
        );
        if path == "/v3/account" {
            assert_eq!(
                answer.body.len(),
                all.len(),
                "a mask is as long as what it covers"
            );
            assert!(
                answer.text().contains(" | "),
                "the rest stands: {}",
                answer.text()
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_agent_key_has_no_way_into_the_control_plane() -> Result<()> {
    let origin = Origin::content()?;
    let scene = Scene::before(&origin).await?;
    let agent = scene
        .server
        .agent(json!({"connections": [scene.connection]}))
        .await?;
    let keys = scene.server.api().get("/keys").await?.expect(200)?;
    let first = keys["keys"][0]["key_id"]
        .as_str()
        .context("an id")?
        .to_owned();
    let routes: Vec<(Method, String)> = vec![
        (Method::GET, "/keys".into()),
        (Method::POST, "/keys".into()),
        (Method::GET, format!("/keys/{first}")),
        (Method::PATCH, format!("/keys/{first}")),
        (Method::DELETE, format!("/keys/{first}")),
        (Method::POST, format!("/keys/{first}/rotate")),
        (Method::POST, "/connections".into()),
        (Method::PATCH, format!("/connections/{}", scene.connection)),
        (Method::DELETE, format!("/connections/{}", scene.connection)),
        (
            Method::POST,
            format!("/connections/{}/reconnect", scene.connection),
        ),
        (Method::GET, "/accounts".into()),
        (Method::POST, "/accounts".into()),
    ];
    let body = json!({"name": "wider", "app": "clicksend"});
    for (method, path) in routes {
        let answer = api::send(agent.request(method.clone(), &path).json(&body)).await?;
        ensure!(
            answer.status == 403,
            "{method} {path}: {} {}",
            answer.status,
            answer.text
        );
    }
    assert_eq!(agent.get("/user").await?.status, 200);
    let list = agent.get("/connections").await?.expect(200)?;
    let rows = list["connections"].as_array().context("connections")?;
    assert_eq!(rows.len(), 1, "only what is in its scope: {list}");
    assert!(
        !rows[0]["url"].to_string().contains("session_token="),
        "no usable link: {list}"
    );
    assert_eq!(
        scene.server.api().get("/keys").await?.expect(200)?["keys"]
            .as_array()
            .map(Vec::len),
        keys["keys"].as_array().map(Vec::len),
        "none of it made a key"
    );
    Ok(())
}

#[tokio::test]
async fn private_addresses_are_never_dialled_however_they_are_written() -> Result<()> {
    let origin = Origin::content()?;
    let port = origin.address.port();
    let mut home = Home::new()?;
    // Nothing is allowed here: that is the default.
    let server = home.start()?;
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "localhost",
        "localhost.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "metadata.google.internal",
        "10.0.0.1",
        "192.168.0.1",
        "172.16.0.1",
        "100.64.0.1",
        "[fe80::1]",
        "[fd00::1]",
    ];
    for host in hosts {
        let body = json!({"app": "clicksend", "upstream": format!("http://{host}:{port}"), "verify": false, "name": host,
                          "credentials": {"username": USERNAME, "password": PASSWORD}});
        let made = server.api().post("/connections", &body).await?;
        if made.status == 422 {
            continue;
        }
        let id = made.expect(201)?["connection_id"]
            .as_str()
            .context("an id")?
            .to_owned();
        let call = server
            .api()
            .request(Method::GET, "/clicksend/v3/account")
            .header("Maton-Connection", id);
        let answer = api::send(call).await?;
        ensure!(
            matches!(answer.status, 403 | 502),
            "{host}: {} {}",
            answer.status,
            answer.text
        );
    }
    assert_eq!(
        origin.seen().concat().len(),
        0,
        "nothing was dialled: {}",
        origin.text()
    );
    Ok(())
}

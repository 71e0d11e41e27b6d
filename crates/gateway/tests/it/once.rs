//! A send is made once, however often it is asked for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use postern_domain::key::Role;
use postern_gateway::{Made, StoredSend};
use postern_store::Lane;
use postern_store::connections::BUILTIN;
use postern_store::sends::{self, State, UnknownPolicy};
use postern_testkit::{FixedClock, Message, ScriptedUpstream, answer};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::house::{House, problem};

const PATH: &str = "/clicksend/v3/sms/send";
const BODY: &str = r#"{"messages":[{"to":"+61411111111","body":"b"}]}"#;

/// Numbers its answers, once it is let.
struct Peer {
    upstream: ScriptedUpstream,
    asked: Arc<AtomicUsize>,
}

impl Peer {
    async fn with(make: impl Fn(usize) -> Option<Vec<u8>> + Send + Sync + 'static) -> Peer {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let upstream = ScriptedUpstream::answering(move |message| {
            match message.head.starts_with("POST ") {
                true => make(counted.fetch_add(1, Ordering::SeqCst) + 1),
                // Somebody asks about the credential.
                false => Some(postern_testkit::ok(b"{}")),
            }
        })
        .await;
        Peer { upstream, asked }
    }

    async fn numbering() -> Peer {
        Peer::with(|number| {
            Some(answer(
                "200 OK",
                "content-type: application/json\r\nx-own: 1\r\n",
                format!("{{\"n\":{number}}}").as_bytes(),
            ))
        })
        .await
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn send(house: &House, key: &str, headers: &str, body: &str) -> Message {
    let headers = format!("content-type: application/json\r\n{headers}");
    house.call("POST", PATH, key, &headers, body).await
}

fn send_id(message: &Message) -> String {
    let body: Value = serde_json::from_slice(&message.body).expect("json");
    body["send_id"].as_str().expect("an id").to_owned()
}

const NAMED: &str = "idempotency-key: order-7\r\n";

#[tokio::test]
async fn a_named_send_is_made_once_and_its_answer_comes_again_byte_for_byte() {
    let (house, peer) = (House::open().await, Peer::numbering().await);
    house.connection("clicksend", &peer.upstream.url()).await;
    let (one, other) = (house.key(Role::Full).await, house.key(Role::Full).await);
    let first = send(&house, &one, NAMED, BODY).await;
    assert_eq!(
        (first.status(), &first.body[..]),
        (Some(200), &b"{\"n\":1}"[..])
    );
    assert!(first.header("idempotency-replayed").is_none() && first.header("x-own").is_some());
    let again = send(&house, &one, NAMED, BODY).await;
    assert_eq!((again.status(), &again.body), (Some(200), &first.body));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("content-type"), Some("application/json"));
    let reused = send(&house, &one, NAMED, "{\"messages\":[]}").await;
    assert_eq!(problem(&reused), (422, "idempotency_key_reused".into()));
    // Another key of ours, another path, another name: another send.
    assert_eq!(send(&house, &other, NAMED, BODY).await.body, b"{\"n\":2}");
    let elsewhere = house
        .call("POST", "/clicksend/v3/voice/send", &one, NAMED, BODY)
        .await;
    assert_eq!(elsewhere.body, b"{\"n\":3}");
    assert_eq!(
        send(&house, &one, "idempotency-key: order-8\r\n", BODY)
            .await
            .body,
        b"{\"n\":4}"
    );
    for bad in [
        "idempotency-key: \r\n",
        "idempotency-key: a\r\nidempotency-key: a\r\n",
    ] {
        assert_eq!(
            problem(&send(&house, &one, bad, BODY).await),
            (422, "invalid_request".into())
        );
    }
    assert_eq!(peer.asked(), 4);
    // A day later the name is free.
    house.clock.advance_seconds(24 * 3600 + 1);
    assert_eq!(send(&house, &one, NAMED, BODY).await.body, b"{\"n\":5}");
}

#[tokio::test]
async fn a_refused_named_send_may_be_tried_again_and_a_long_answer_is_told_in_words() {
    let house = House::open().await;
    let peer = Peer::with(|number| match number {
        1 => Some(answer("401 Unauthorized", "", b"{}")),
        2 => Some(answer("200 OK", "", &vec![b'x'; (1 << 20) + 1])),
        _ => None,
    })
    .await;
    house.connection("clicksend", &peer.upstream.url()).await;
    let key = house.key(Role::Full).await;
    assert_eq!(send(&house, &key, NAMED, BODY).await.status(), Some(401));
    let long = send(&house, &key, NAMED, BODY).await;
    assert_eq!((long.status(), long.body.len()), (Some(200), (1 << 20) + 1));
    let told = send(&house, &key, NAMED, BODY).await;
    assert_eq!(problem(&told), (409, "already_sent".into()));
    let id = send_id(&told);
    let kept = house
        .store
        .read(move |tx| sends::get(tx, &id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kept.state, kept.status), (State::Answered, Some(200)));
    assert_eq!(peer.asked(), 2);
}

/// Answers when it is let.
async fn held() -> (
    ScriptedUpstream,
    watch::Receiver<usize>,
    watch::Sender<bool>,
) {
    let (reached, at_peer) = watch::channel(0);
    let (release, released) = watch::channel(false);
    let upstream = ScriptedUpstream::start(move |mut raw, _| {
        let (reached, mut released) = (reached.clone(), released.clone());
        async move {
            while raw.message(false).await.is_some() {
                reached.send_modify(|count| *count += 1);
                drop(released.wait_for(|go| *go).await);
                raw.write(postern_testkit::ok(b"{\"first\":true}")).await;
            }
        }
    })
    .await;
    (upstream, at_peer, release)
}

#[tokio::test]
async fn while_the_first_is_under_way_a_named_repeat_is_told_so_and_another_one_waits() {
    for headers in [NAMED, ""] {
        let (house, (peer, mut at_peer, release)) = (House::open().await, held().await);
        house.connection("clicksend", &peer.url()).await;
        let key = house.key(Role::Full).await;
        let repeat = async {
            at_peer.wait_for(|count| *count == 1).await.expect("there");
            if headers.is_empty() {
                let waiting = send(&house, &key, headers, BODY);
                let letting = async {
                    // It is one thread: what was asked before these is waiting when they are answered.
                    for _ in 0..3 {
                        house.get("/nobody/there", &key).await;
                    }
                    release.send_replace(true);
                };
                return futures_util::future::join(waiting, letting).await.0;
            }
            let told = send(&house, &key, headers, BODY).await;
            let other = send(&house, &key, headers, "{}").await;
            assert_eq!(problem(&other), (422, "idempotency_key_reused".into()));
            release.send_replace(true);
            told
        };
        let (first, repeat) =
            futures_util::future::join(send(&house, &key, headers, BODY), repeat).await;
        assert_eq!(first.body, b"{\"first\":true}");
        match headers {
            "" => assert_eq!((repeat.status(), repeat.body), (Some(200), first.body)),
            _ => assert_eq!(problem(&repeat), (409, "idempotency_in_progress".into())),
        }
        assert_eq!(*at_peer.borrow(), 1);
    }
}

#[tokio::test]
async fn what_was_fully_answered_and_is_sent_again_is_a_new_send() {
    let (house, peer) = (House::open().await, Peer::numbering().await);
    house.connection("clicksend", &peer.upstream.url()).await;
    house.connection("clicksend", BUILTIN).await;
    let key = house.key(Role::Full).await;
    for number in 1..=5 {
        assert_eq!(
            send(&house, &key, "", BODY).await.body,
            format!("{{\"n\":{number}}}").as_bytes()
        );
    }
    assert_eq!(peer.asked(), 5);
}

#[tokio::test]
async fn an_answer_that_was_cut_is_there_for_the_repeat_once() {
    let (house, (peer, mut at_peer, release)) = (House::open().await, held().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    raw.write(format!("POST {PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len())).await;
    at_peer.wait_for(|count| *count == 1).await.expect("there");
    drop(raw);
    release.send_replace(true);
    // Its end is written, and nobody has seen it.
    house
        .audit_until(|entries| entries.iter().any(|entry| entry.closed_at.is_some()))
        .await;
    let again = send(&house, &key, "", BODY).await;
    assert_eq!(
        (&again.body[..], again.header("idempotency-replayed")),
        (&b"{\"first\":true}"[..], Some("true"))
    );
    assert_eq!(*at_peer.borrow(), 1);
    assert_eq!(
        send(&house, &key, "", BODY)
            .await
            .header("idempotency-replayed"),
        None
    );
    assert_eq!(*at_peer.borrow(), 2);
}

#[tokio::test]
async fn a_failing_upstream_is_unknown_and_is_not_asked_again() {
    for headers in ["", NAMED] {
        for failing in [
            &b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
            b"",
        ] {
            let house = House::open().await;
            let peer =
                Peer::with(|_| Some(failing.to_vec()).filter(|bytes| !bytes.is_empty())).await;
            let peer = match failing.starts_with(b"HTTP/1.1 200") {
                true => {
                    let asked = peer.asked.clone();
                    let upstream = ScriptedUpstream::start(move |mut raw, _| {
                        let asked = asked.clone();
                        async move {
                            let message = raw.message(false).await;
                            if message.is_some_and(|message| message.head.starts_with("POST ")) {
                                asked.fetch_add(1, Ordering::SeqCst);
                            }
                            raw.write(failing).await;
                        }
                    });
                    Peer {
                        upstream: upstream.await,
                        asked: peer.asked,
                    }
                }
                false => peer,
            };
            let connection = house.connection("clicksend", &peer.upstream.url()).await;
            let key = house.key(Role::Full).await;
            let first = send(&house, &key, headers, BODY).await;
            assert_eq!(problem(&first), (409, "send_unknown".into()));
            for _ in 0..3 {
                let again = send(&house, &key, headers, BODY).await;
                assert_eq!(problem(&again), (409, "send_unknown".into()));
                assert_eq!(send_id(&again), send_id(&first));
            }
            // After a restart, too.
            house.clock.advance_seconds(30 * 3600);
            house
                .gateway
                .settle_leftovers(house.clock.now())
                .await
                .unwrap();
            assert_eq!(
                send_id(&send(&house, &key, headers, BODY).await),
                send_id(&first)
            );
            assert_eq!(peer.asked(), 1);
            // Whoever would rather send twice than never may.
            let now = house.clock.now();
            house
                .store
                .write(Lane::CONTROL, move |tx| {
                    sends::put_policy(tx, &connection, UnknownPolicy::AtLeastOnce, now)
                })
                .await
                .unwrap();
            house.directory.refresh().await.unwrap();
            let passed = send(&house, &key, headers, BODY).await;
            assert_ne!(send_id(&passed), send_id(&first));
            assert_eq!(peer.asked(), 2);
        }
    }
}

#[tokio::test]
async fn a_stored_send_is_made_once_by_the_courier() {
    let (house, peer) = (House::open().await, Peer::numbering().await);
    let connection = house.connection("clicksend", &peer.upstream.url()).await;
    house.key(Role::Agent).await;
    let keys = house
        .store
        .read(|tx| postern_store::keys::page(tx, "", 10))
        .await
        .unwrap();
    let stored = |name: &str| StoredSend {
        name: name.to_owned(),
        key_id: keys[0].key_id.clone(),
        connection_id: connection.clone(),
        method: http::Method::POST,
        target: "/v3/sms/send".to_owned(),
        headers: http::HeaderMap::from_iter([(
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static("application/json"),
        )]),
        body: bytes::Bytes::from_static(BODY.as_bytes()),
    };
    let courier = house.gateway.courier();
    let nobody_limits = Some(house.directory.ticket_without_limits());
    let made = async |name: &str| match courier.make(stored(name), nobody_limits.clone()).await {
        Made::Answered { status, body, .. } => {
            (status.as_u16(), String::from_utf8_lossy(&body).into_owned())
        }
        Made::Refused { status, error, .. } => (status.as_u16(), error.to_owned()),
    };
    assert_eq!(made("approval:1").await, (200, "{\"n\":1}".into()));
    assert_eq!(
        made("approval:1").await,
        (200, "{\"n\":1}".into()),
        "as the first time"
    );
    assert_eq!(made("approval:2").await, (200, "{\"n\":2}".into()));
    // The key's own limits hold where nobody replaces them: here nobody says what it costs.
    let limited = courier.make(stored("approval:3"), None).await;
    assert!(
        matches!(
            limited,
            Made::Refused {
                error: "price_unknown",
                ..
            }
        ),
        "{limited:?}"
    );
    let id = keys[0].key_id.clone();
    let now = house.clock.now();
    house
        .store
        .write(Lane::CONTROL, move |tx| {
            postern_store::keys::revoke(tx, &id, now)
        })
        .await
        .unwrap();
    house.directory.refresh().await.unwrap();
    assert_eq!(made("approval:4").await, (401, "revoked_key".into()));
    assert_eq!(peer.asked(), 3, "and one for the price");
}

#[tokio::test]
async fn what_never_left_may_be_repeated() {
    let house = House::open().await;
    house.connection("clicksend", "http://127.0.0.1:1").await;
    let key = house.key(Role::Full).await;
    for headers in ["", NAMED, NAMED] {
        assert_eq!(
            problem(&send(&house, &key, headers, BODY).await),
            (502, "upstream_unreachable".into())
        );
    }
    let failed = house
        .store
        .read(|tx| sends::page(tx, &Default::default(), None, 10))
        .await
        .unwrap();
    assert_eq!(
        failed.iter().map(|send| send.state).collect::<Vec<_>>(),
        [State::Failed; 3]
    );
}

#[tokio::test]
async fn a_send_to_the_platform_rides_with_its_claim() {
    let house = House::open().await;
    house.connection("clicksend", BUILTIN).await;
    let key = house.key(Role::Full).await;
    let first = send(&house, &key, NAMED, BODY).await;
    assert_eq!(first.status(), Some(200));
    let again = send(&house, &key, NAMED, BODY).await;
    assert_eq!(
        (again.header("idempotency-replayed"), &again.body),
        (Some("true"), &first.body)
    );
    let page = || {
        house
            .store
            .read(|tx| sends::page(tx, &Default::default(), None, 10))
    };
    let made = page().await.unwrap();
    assert_eq!(
        made.iter()
            .map(|send| (send.state, send.status))
            .collect::<Vec<_>>(),
        [(State::Answered, Some(200))]
    );
    // Without a name each is a new one, also directly after the other.
    for _ in 0..3 {
        assert_eq!(
            send(&house, &key, "", BODY)
                .await
                .header("idempotency-replayed"),
            None
        );
    }
    assert_eq!(page().await.unwrap().len(), 4);
}

/// A real account, as far as sends and their history go. What it does with a send is said by its text.
struct Account {
    upstream: ScriptedUpstream,
    kept: Arc<Mutex<Vec<Value>>>,
}

impl Account {
    async fn open(clock: &FixedClock) -> Account {
        let kept: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (rows, sold, clock) = (kept.clone(), kept.clone(), clock.clone());
        let upstream = ScriptedUpstream::answering(move |message| {
            if message.head.starts_with("GET /v3/sms/history") {
                let rows = rows.lock().expect("rows").clone();
                let data = json!({"data": {"last_page": 1, "data": rows}});
                return Some(postern_testkit::ok(data.to_string().as_bytes()));
            }
            let body: Value = serde_json::from_slice(&message.body).unwrap_or_default();
            let messages = body["messages"].as_array().cloned().unwrap_or_default();
            let text = messages[0]["body"].as_str().unwrap_or_default().to_owned();
            for mut message in messages {
                message["date"] = json!(clock.now().secs());
                if !text.contains("lost") {
                    sold.lock().expect("rows").push(message);
                }
            }
            Some(answer("500 Oops", "", b"{}"))
        })
        .await;
        Account { upstream, kept }
    }

    fn kept(&self) -> Vec<Value> {
        self.kept.lock().expect("rows").clone()
    }
}

fn text(to: &str, body: &str, own: &str) -> String {
    let own = match own {
        "" => String::new(),
        own => format!(",\"custom_string\":\"{own}\""),
    };
    format!("{{\"messages\":[{{\"to\":\"{to}\",\"body\":\"{body}\"{own}}}]}}")
}

#[tokio::test]
async fn what_is_unknown_is_looked_for_in_the_accounts_history() {
    let house = House::open().await;
    let account = Account::open(&house.clock).await;
    let connection = house.connection("clicksend", &account.upstream.url()).await;
    let key = house.key(Role::Full).await;
    let state = async |id: &str| {
        let id = id.to_owned();
        house
            .store
            .read(move |tx| sends::get(tx, &id))
            .await
            .unwrap()
            .unwrap()
    };
    // Ours and the caller's reference; and what never arrived.
    let there = send_id(&send(&house, &key, "", &text("+61411111111", "a", "")).await);
    let own = send_id(&send(&house, &key, "", &text("0411222222", "b", "mine")).await);
    let lost = send_id(&send(&house, &key, "", &text("+61411111111", "lost", "")).await);
    assert_eq!(account.kept()[0]["custom_string"], json!(there));
    assert_eq!(account.kept()[1]["custom_string"], "mine");
    account.kept.lock().unwrap()[1]["to"] = json!("+61411222222");
    assert_eq!(house.gateway.clear_up().await.unwrap(), 3);
    let found = state(&there).await;
    assert_eq!(
        (found.state, found.resolved_by.as_deref()),
        (State::Accepted, Some("history"))
    );
    assert_eq!(state(&own).await.state, State::Accepted);
    let open = state(&lost).await;
    assert_eq!(open.state, State::Unknown);
    assert!(
        open.finding
            .as_deref()
            .is_some_and(|finding| finding.contains("our reference")),
        "{open:?}"
    );
    // A repeat of what took place is told so, once; of what is lost, that nobody knows.
    let told = send(&house, &key, "", &text("+61411111111", "a", "")).await;
    assert_eq!(
        (problem(&told), send_id(&told)),
        ((409, "already_sent".into()), there)
    );
    let told = send(&house, &key, "", &text("+61411111111", "lost", "")).await;
    assert_eq!(
        (problem(&told), send_id(&told)),
        ((409, "send_unknown".into()), lost.clone())
    );
    // Long after, its absence is an answer.
    house.clock.advance_seconds(601);
    house.gateway.clear_up().await.unwrap();
    assert_eq!(state(&lost).await.state, State::Failed);
    // Twice the like of it: nobody can tell.
    let twin = account.kept()[1].clone();
    let again = send_id(&send(&house, &key, "", &text("+61411333333", "c", "own")).await);
    let mut third = twin;
    third["body"] = json!("c");
    third["custom_string"] = json!("own");
    third["date"] = json!(house.clock.now().secs());
    third["to"] = json!("+61411333333");
    account.kept.lock().unwrap().push(third);
    house.gateway.clear_up().await.unwrap();
    let open = state(&again).await;
    assert_eq!(open.state, State::Unknown);
    assert!(
        open.finding
            .as_deref()
            .is_some_and(|finding| finding.contains("2 messages")),
        "{open:?}"
    );
    // Where a person is to decide, nobody else does.
    let now = house.clock.now();
    house
        .store
        .write(Lane::CONTROL, move |tx| {
            sends::put_policy(tx, &connection, UnknownPolicy::Ask, now)
        })
        .await
        .unwrap();
    house.directory.refresh().await.unwrap();
    let asked = send_id(&send(&house, &key, "", &text("+61411444444", "d", "")).await);
    house.gateway.clear_up().await.unwrap();
    let open = state(&asked).await;
    assert_eq!(
        (open.state, open.finding.as_deref()),
        (
            State::Unknown,
            Some("its messages are in the account's history")
        )
    );
}

#[tokio::test]
async fn a_repeat_looks_first_and_reservations_end_with_what_is_found() {
    let house = House::open().await;
    let account = Account::open(&house.clock).await;
    house.connection("clicksend", &account.upstream.url()).await;
    let key = house
        .limited_key(Role::Agent, r#"{"messages_per_day":5}"#)
        .await;
    let held = async || {
        house
            .store
            .read(|tx| {
                postern_store::reservations::held(
                    tx,
                    postern_domain::time::UnixMicros(i64::MAX),
                    10,
                )
            })
            .await
            .unwrap()
            .len()
    };
    let first = send(&house, &key, "", &text("+61411111111", "a", "")).await;
    assert_eq!(
        (problem(&first), held().await),
        ((409, "send_unknown".into()), 1)
    );
    let again = send(&house, &key, "", &text("+61411111111", "a", "")).await;
    assert_eq!(
        (problem(&again), send_id(&again)),
        ((409, "already_sent".into()), send_id(&first))
    );
    assert_eq!((account.kept().len(), held().await), (1, 0));
    // What nobody ever clears up ends when no window is left for it.
    send(&house, &key, "", &text("+61411111111", "lost", "mine")).await;
    assert_eq!(held().await, 1);
    house.clock.advance_seconds(33 * 86_400);
    house.gateway.forget().await.unwrap();
    assert_eq!(held().await, 0);
}

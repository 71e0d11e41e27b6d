//! Keys over a temporary store, and the door.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use postern_access::{Directory, KeyDraft, Limits, Minted, Peer, Scope};
use postern_apps::Registry;
use postern_domain::key::Role;
use postern_mcp::{Answering, Door, McpState, Names, router};
use postern_store::{Lane, Store, keys};
use postern_testkit::{FixedClock, TestStore, sqlite_store};
use postern_vault::{KeyRing, Vault};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A call that came through the door.
#[derive(Clone, Debug)]
pub struct Asked {
    pub line: String,
    pub authorization: String,
    pub body: Value,
}

#[derive(Default)]
struct Script {
    /// Status, headers and body, in their order; without one left 200 and `{}`.
    answers: Mutex<VecDeque<(u16, Value)>>,
    asked: Mutex<Vec<Asked>>,
}

pub struct Bed {
    store: TestStore,
    clock: FixedClock,
    directory: Arc<Directory>,
    router: Router,
    script: Arc<Script>,
}

impl Bed {
    pub async fn open() -> Bed {
        let (store, clock) = (sqlite_store().await, FixedClock::new());
        let limits = Limits {
            rate_per_second: 1_000,
            burst: 1_000,
        };
        let directory = Directory::load(
            Store::clone(&store),
            Vault::open(KeyRing::create()),
            Arc::new(Registry::builtin()),
            clock.clock(),
            limits,
        );
        let directory = directory.await.unwrap();
        let script = Arc::new(Script::default());
        let told = Arc::clone(&script);
        let state = McpState {
            door: Door::new(move |_, request| answer(&told, request)),
            directory: Arc::clone(&directory),
            registry: Arc::new(Registry::builtin()),
            names: Names::of(["http://postern.test"]),
            version: "1.2.3",
        };
        Bed {
            store,
            clock,
            directory,
            router: router(state),
            script,
        }
    }

    /// The secret of a new key.
    pub async fn key(&self, role: Role, scope: Scope) -> String {
        let draft = KeyDraft {
            name: "a key".into(),
            role,
            test: false,
            scope,
            rate_per_second: None,
            limits: "{}".to_owned(),
            expires_at: None,
        };
        let Minted {
            api_key,
            key,
            secret,
        } = self.directory.mint(draft, self.clock.now());
        let made = self
            .store
            .write(Lane::CONTROL, move |tx| keys::create(tx, &key, &secret));
        made.await.unwrap();
        self.directory.refresh().await.unwrap();
        api_key.expose_secret().to_owned()
    }

    /// What the next call through the door is answered.
    pub fn answers(&self, status: u16, body: Value) {
        self.script
            .answers
            .lock()
            .unwrap()
            .push_back((status, body));
    }

    /// What came through the door until now.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.script.asked.lock().unwrap())
    }

    pub async fn ask(&self, headers: &[(&str, &str)], body: &Value) -> (StatusCode, Value) {
        let mut request = Request::post("/mcp")
            .header("Host", "postern.test")
            .header("Accept", "application/json, text/event-stream")
            .header("Content-Type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(body.to_string())).unwrap();
        request
            .extensions_mut()
            .insert(Peer(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    /// The result of a method of the protocol.
    pub async fn method(&self, key: &str, method: &str, parameters: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters});
        let bearer = format!("Bearer {key}");
        let (status, said) = self.ask(&[("Authorization", &bearer)], &body).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said
    }

    /// What a tool answered.
    pub async fn tool(&self, key: &str, name: &str, arguments: Value) -> Value {
        let parameters = json!({"name": name, "arguments": arguments});
        let said = self.method(key, "tools/call", parameters).await;
        assert!(said["result"].is_object(), "{said}");
        said["result"].clone()
    }
}

fn answer(script: &Arc<Script>, request: Request<Bytes>) -> Answering {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    script.asked.lock().unwrap().push(Asked {
        line: format!("{} {}", request.method(), request.uri()),
        authorization: header("authorization"),
        body: serde_json::from_slice(request.body()).unwrap_or(Value::Null),
    });
    let next = script.answers.lock().unwrap().pop_front();
    let (status, body) = next.unwrap_or((200, json!({})));
    Box::pin(async move {
        Response::builder()
            .status(status)
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()))
            .unwrap()
    })
}

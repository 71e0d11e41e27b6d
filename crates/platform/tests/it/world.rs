//! A platform on a store of its own, and requests through its router.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Request, StatusCode};
use postern_domain::account::{AccountId, ActingAccount};
use postern_domain::message::Event;
use postern_domain::message_id::MessageId;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::price::RateTable;
use postern_domain::receipt::Cause;
use postern_domain::voice::Heard;
use postern_egress::{Egress, Resolver, Rules, client_config};
use postern_guard::Plan;
use postern_platform::{NativePlan, Parts, Peer, PlatformConfig, PlatformState, router};
use postern_store::accounts::{self, API_KEY_FIELD, NewAccount, sealing_owner};
use postern_store::receipts::{self, Arrival};
use postern_store::{Lane, messages};
use postern_testkit::{FixedClock, TestStore, sqlite_store};
use postern_vault::{Aad, KeyRing, Pepper, Peppers, Vault};
use serde_json::Value;
use tokio::sync::Notify;
use tower::ServiceExt as _;

pub(crate) const API_KEY: &str = "D83DED51-9E35-4D42-9BB9-0E34B7CA85AE";

pub(crate) struct World {
    pub(crate) store: TestStore,
    pub(crate) clock: FixedClock,
    pub(crate) vault: Vault,
    pub(crate) peppers: Arc<Peppers>,
    pub(crate) wake: Arc<Notify>,
    pub(crate) router: Router,
    pub(crate) state: PlatformState,
    pub(crate) john: AccountId,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) extensions: http::Extensions,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn data(&self) -> &Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        assert_eq!(self.body["http_code"], 200);
        assert_eq!(self.body["response_code"], "SUCCESS");
        &self.body["data"]
    }

    /// Status, code and sentence of an error; its `data` must be null.
    pub(crate) fn error(&self) -> (u16, &str, &str) {
        assert!(self.body["data"].is_null(), "{}", self.body);
        assert_eq!(self.body["http_code"], self.status.as_u16());
        let text = |key: &str| self.body[key].as_str().unwrap();
        (
            self.status.as_u16(),
            text("response_code"),
            text("response_msg"),
        )
    }
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(PlatformConfig::default()).await
    }

    pub(crate) async fn with(config: PlatformConfig) -> World {
        World::guarded(config, Arc::new(|_, _, _| Plan::default())).await
    }

    /// Where accounts are limited or frozen.
    pub(crate) async fn guarded(config: PlatformConfig, native_plan: NativePlan) -> World {
        let store = sqlite_store().await;
        let clock = FixedClock::new();
        let vault = Vault::open(KeyRing::create());
        let peppers = Arc::new(Peppers::new([Pepper::create(1)]).unwrap());
        let wake = Arc::new(Notify::new());
        let now_in_force = peppers.clone();
        let state = PlatformState::new(Parts {
            store: store.clone(),
            vault: vault.clone(),
            peppers: Arc::new(move || now_in_force.clone()),
            native_plan,
            prices: Arc::new(RateTable::sample()),
            clock: clock.clock(),
            wake: wake.clone(),
            pushes: Arc::default(),
            egress: egress(),
            config,
        });
        let mut world = World {
            store,
            clock,
            vault,
            peppers,
            wake,
            router: router(state.clone()),
            state,
            john: AccountId(0),
        };
        world.john = world.open_account("john", 10_000_000, false).await;
        world
    }

    pub(crate) async fn open_account(
        &self,
        username: &str,
        balance: i64,
        sandbox: bool,
    ) -> AccountId {
        let owner = sealing_owner(username);
        let aad = Aad {
            tenant: 1,
            owner: &owner,
            field: API_KEY_FIELD,
        };
        let hash = self.peppers.hash_current(API_KEY.as_bytes());
        let new = NewAccount {
            username: username.to_owned(),
            api_key_hash: hash.hash,
            pepper_version: hash.version,
            api_key_sealed: self.vault.seal(&aad, API_KEY.as_bytes()).0,
            email: format!("{username}@example.com"),
            phone: "+18019234886".to_owned(),
            first_name: "John".to_owned(),
            last_name: "Doe".to_owned(),
            country: CountryCode::parse("US").unwrap(),
            timezone: "America/Chicago".to_owned(),
            currency: Currency::Usd,
            balance: Micros(balance),
            sandbox,
            char_limit_parts: 6,
        };
        self.store
            .write(Lane::CONTROL, move |tx| {
                accounts::create(tx, &new, FixedClock::START)
            })
            .await
            .unwrap()
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(parts.headers["content-type"], "application/json");
        Answer {
            status: parts.status,
            headers: parts.headers,
            extensions: parts.extensions,
            body: serde_json::from_slice(&bytes).unwrap(),
        }
    }

    /// Whatever is answered, also what is no JSON; that has no body then.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            extensions: parts.extensions,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    pub(crate) async fn headers(&self, request: Request<Body>) -> HeaderMap {
        self.raw(request).await.headers
    }

    /// The number of the one list that everybody has.
    pub(crate) async fn list_of_john(&self) -> i64 {
        self.get("/v3/lists").await.data()["data"][0]["list_id"]
            .as_i64()
            .unwrap()
    }

    /// As John, by his username and API key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(as_john(Request::get(path)).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: &str) -> Answer {
        self.call(
            as_john(Request::put(path))
                .body(Body::from(body.to_owned()))
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(as_john(Request::delete(path)).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_text(path, &body.to_string()).await
    }

    pub(crate) async fn post_text(&self, path: &str, body: &str) -> Answer {
        self.call(
            as_john(Request::post(path))
                .body(Body::from(body.to_owned()))
                .unwrap(),
        )
        .await
    }

    /// Sends and answers the rows.
    pub(crate) async fn send(&self, messages: Value) -> Vec<Value> {
        let answer = self
            .post("/v3/sms/send", serde_json::json!({ "messages": messages }))
            .await;
        answer.data()["messages"].as_array().unwrap().clone()
    }

    pub(crate) async fn balance(&self) -> i64 {
        let id = self.john;
        let account = self
            .store
            .read(move |tx| accounts::get(tx, id))
            .await
            .unwrap();
        account.unwrap().balance.0
    }

    /// Adds to John's balance.
    pub(crate) async fn credit(&self, micros: i64) {
        let (id, now) = (self.john, self.clock.now());
        let credited = self.store.write(Lane::of(id.0), move |tx| {
            accounts::credit(tx, id, Micros(micros), now)
        });
        credited.await.unwrap().unwrap();
    }

    pub(crate) async fn message(&self, id: &str) -> Option<messages::Message> {
        let (account, id) = (self.john, MessageId::parse(id).unwrap());
        self.store
            .read(move |tx| messages::by_id(tx, account, id))
            .await
            .unwrap()
    }

    /// A carrier reports about John's message number `seq`.
    pub(crate) async fn report(&self, seq: i64, event: Event, cause: Option<Cause>) {
        self.report_heard(seq, event, cause, Heard::default()).await;
    }

    pub(crate) async fn report_heard(
        &self,
        seq: i64,
        event: Event,
        cause: Option<Cause>,
        heard: Heard,
    ) {
        let (account, now) = (self.john, self.clock.now());
        let kept = self
            .store
            .write(Lane::of(account.0), move |tx| {
                let arrival = Arrival {
                    heard: heard.clone(),
                    ..Arrival::new(seq, event, cause, now)
                };
                receipts::record(tx, account, &[arrival], now)
            })
            .await
            .unwrap();
        assert_eq!(kept, 1);
    }
}

/// Reaches loopback, where tests have their servers.
fn egress() -> Egress {
    let rules = Rules {
        allow: vec!["127.0.0.1".parse().unwrap()],
        ..Rules::default()
    };
    Egress::new(rules, client_config(None).unwrap(), Resolver::System)
}

pub(crate) fn basic(username: &str, api_key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{api_key}")))
}

pub(crate) fn as_john(request: http::request::Builder) -> http::request::Builder {
    request.header("authorization", basic("john", API_KEY))
}

pub(crate) fn acting(
    request: http::request::Builder,
    account: AccountId,
) -> http::request::Builder {
    request.extension(ActingAccount(account))
}

pub(crate) fn from_address(
    request: http::request::Builder,
    address: [u8; 4],
) -> http::request::Builder {
    request.extension(Peer(IpAddr::from(address)))
}

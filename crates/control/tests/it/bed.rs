//! A whole control plane over a temporary store, and requests to it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use postern_access::{Directory, KeyDraft, Limits, Minted, Operators, Peer, Scope, Visitor};
use postern_approvals::{Approvals, Asked, Holding, Parts};
use postern_apps::Registry;
use postern_control::{
    AccountDefaults, ControlState, MintedAccount, Sealer, Settings, mint_account, router,
};
use postern_delivery::{Carrier as _, HandedOver, Phones, Simulator, Taken, Timing};
use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::connection::{Method, Status};
use postern_domain::key::Role;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_egress::{Egress, Resolver, Rules, Timeouts, client_config};
use postern_guard::{Pending, Sending};
use postern_store::audit::{self, Entry};
use postern_store::connections::{self, ConnectionRow};
use postern_store::inbound::Incoming;
use postern_store::{Lane, Store, accounts, keys};
use postern_testkit::{FixedClock, ScriptedUpstream, TestStore, answer, ok, sqlite_store};
use postern_vault::{KeyRing, Vault};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::sync::watch;
use tower::ServiceExt as _;

pub const CONNECT_URL: &str = "http://postern.test/connect";

pub struct Bed {
    pub store: TestStore,
    pub vault: Vault,
    pub clock: FixedClock,
    pub directory: Arc<Directory>,
    pub sealer: Arc<Sealer>,
    pub approvals: Arc<Approvals>,
    pub router: Router,
    /// What came from the simulator's handsets.
    pub texts: Arc<Mutex<Vec<Incoming>>>,
    /// Says that carriers reported something.
    pub reported: watch::Sender<u64>,
    /// The rings that were kept, and whether keeping works.
    pub kept: Arc<Mutex<Kept>>,
    /// A full key.
    pub full: String,
    pub full_id: String,
    /// Of the approval that a scene has made.
    pub digest: String,
    /// An agent key.
    pub agent: String,
    pub agent_id: String,
}

#[derive(Default)]
pub struct Kept {
    pub rings: Vec<KeyRing>,
    pub refuses: bool,
}

/// What came back.
pub struct Said {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The body, if the status is the expected one.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }

    /// A refusal in its one form; answers its `error` and `field`.
    pub fn refusal(&self, status: u16) -> (String, String) {
        let body = self.expect(status);
        assert_eq!(body["code"], status);
        assert_eq!(body["type"], self.status.canonical_reason().unwrap());
        assert!(!body["message"].as_str().unwrap().is_empty());
        assert_eq!(
            body["request_id"].as_str(),
            self.headers["x-request-id"].to_str().ok()
        );
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (text("error"), text("field"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Bed {
    pub async fn open() -> Self {
        let (store, clock) = (sqlite_store().await, FixedClock::new());
        let vault = Vault::open(KeyRing::create());
        let mut registry = Registry::builtin();
        registry
            .extend_toml(
                "[apps.acme]\ntitle = 'Acme'\nbase_url = 'https://api.acme.test'\n\
                 injection = { kind = 'bearer', field = { name = 'token', label = 'Token' } }",
            )
            .unwrap();
        let registry = Arc::new(registry);
        let limits = Limits {
            rate_per_second: 1000,
            burst: 1000,
        };
        let directory = Directory::load(
            Store::clone(&store),
            vault.clone(),
            registry.clone(),
            clock.clock(),
            limits,
        )
        .await
        .unwrap();
        let rules = Rules {
            allow: vec!["127.0.0.0/8".parse().unwrap()],
            timeouts: Timeouts {
                verify: Duration::from_millis(300),
                ..Timeouts::default()
            },
            ..Rules::default()
        };
        let egress = Egress::new(rules, client_config(None).unwrap(), Resolver::System);
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let keeper = kept.clone();
        let keep_ring = Arc::new(move |ring: &KeyRing| {
            let mut kept = keeper.lock().unwrap();
            if kept.refuses {
                return Err("the disk is full".to_owned());
            }
            kept.rings.push(ring.clone());
            Ok(())
        });
        let settings = Settings {
            connect_url: CONNECT_URL.into(),
            console_url: "http://postern.test/console".into(),
            email: "operator@postern.test".into(),
            version: "1.2.3".into(),
            accounts: AccountDefaults {
                currency: Currency::Usd,
                country: CountryCode::parse("US").unwrap(),
                timezone: "UTC".into(),
                char_limit_parts: 6,
            },
        };
        let sealer = Sealer::open(Store::clone(&store), &vault, clock.clock(), Some(30));
        let sealer = Arc::new(sealer.await.unwrap());
        let (simulator, texts) = (Arc::new(Simulator::new(Timing::default())), Arc::default());
        let (writing, kept_texts): (_, Arc<Mutex<Vec<Incoming>>>) = (simulator.clone(), texts);
        let texts = kept_texts.clone();
        tokio::spawn(async move {
            loop {
                let HandedOver { text, told } = writing.incoming().await;
                kept_texts.lock().unwrap().push(text);
                // Whoever wrote it may have gone.
                let _gone = told.send(Taken::Kept);
            }
        });
        let reported = watch::Sender::new(0);
        let peppers = directory.clone();
        let approvals = Arc::new(Approvals::new(Parts {
            store: Store::clone(&store),
            vault: vault.clone(),
            peppers: Arc::new(move || peppers.peppers()),
            clock: clock.clock(),
            config: postern_approvals::Config {
                expires_after_seconds: 3600,
                console_url: "http://postern.test/console".into(),
                webhook: None,
                email: None,
            },
        }));
        let state = ControlState::new(
            Store::clone(&store),
            vault.clone(),
            directory.clone(),
            registry,
            egress,
            clock.clock(),
            keep_ring,
            sealer.clone(),
            Phones {
                simulator,
                reported: reported.subscribe(),
            },
            Arc::new(Operators::new(
                Store::clone(&store),
                vault.clone(),
                clock.clock(),
            )),
            approvals.clone(),
            settings,
        );
        let mut bed = Self {
            store,
            vault,
            clock,
            directory,
            sealer,
            approvals,
            router: router(state),
            texts,
            reported,
            kept,
            full: String::new(),
            full_id: String::new(),
            digest: String::new(),
            agent: String::new(),
            agent_id: String::new(),
        };
        (bed.full, bed.full_id) = bed.key(draft(Role::Full)).await;
        (bed.agent, bed.agent_id) = bed.key(draft(Role::Agent)).await;
        bed.account("live", false).await;
        bed.account("sandbox", true).await;
        bed
    }

    /// A key straight into the store; answers its secret and its id.
    pub async fn key(&self, draft: KeyDraft) -> (String, String) {
        let Minted {
            api_key,
            key,
            secret,
        } = self.directory.mint(draft, self.clock.now());
        let key_id = key.key_id.clone();
        self.store
            .write(Lane::CONTROL, move |tx| keys::create(tx, &key, &secret))
            .await
            .unwrap();
        self.directory.refresh().await.unwrap();
        (api_key.expose_secret().to_owned(), key_id)
    }

    /// An ACTIVE connection to a built-in account; answers its id.
    pub async fn builtin(&self, account: AccountId, sandbox: bool) -> String {
        let (id, now) = (format!("builtin-{}", account.0), self.clock.now());
        let row = ConnectionRow {
            connection_id: id.clone(),
            app: "clicksend".into(),
            name: String::new(),
            status: Status::Active,
            method: Method::Basic,
            upstream: connections::BUILTIN.into(),
            account_id: Some(account.0),
            credential_sealed: None,
            metadata: "{}".into(),
            sandbox,
            session_nonce: None,
            session_expires_at: None,
            failure: None,
            verified_at: None,
            created_at: now,
            updated_at: now,
        };
        self.store
            .write(Lane::CONTROL, move |tx| connections::create(tx, &row))
            .await
            .unwrap();
        self.directory.refresh().await.unwrap();
        id
    }

    pub async fn account(&self, username: &str, sandbox: bool) -> AccountId {
        let defaults = AccountDefaults {
            currency: Currency::Usd,
            country: CountryCode::parse("US").unwrap(),
            timezone: "UTC".into(),
            char_limit_parts: 6,
        };
        let MintedAccount { mut account, .. } = mint_account(
            &self.vault,
            &self.directory.peppers(),
            &defaults,
            username,
            sandbox,
        );
        account.balance = Micros(5_000_000);
        let now = self.clock.now();
        self.store
            .write(Lane::CONTROL, move |tx| accounts::create(tx, &account, now))
            .await
            .unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Said {
        // So that records of one test have an order.
        let step = i64::from(request.method() != "GET");
        let response = self.router.clone().oneshot(request).await.unwrap();
        self.clock.advance_millis(step);
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Said {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// A request of whoever holds `key` (nobody if it is empty); an empty body for `Null`.
    pub async fn ask(&self, key: &str, method: &str, path: &str, body: Value) -> Said {
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        self.send(request(key, method, path).body(body).unwrap())
            .await
    }

    pub async fn get(&self, key: &str, path: &str) -> Said {
        self.ask(key, "GET", path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Said {
        self.ask(&self.full, "POST", path, body).await
    }

    /// A send of a key that waits; answers its id and its digest.
    pub async fn held(&self, key_id: &str, body: &str) -> (String, String) {
        let sending = Sending {
            channel: Channel::Sms,
            currency: Some(Currency::Usd),
            items: Vec::new(),
            refused_by_platform: 0,
        };
        let asked = Asked {
            key_id: key_id.to_owned(),
            key_name: "a key".to_owned(),
            connection_id: "c".to_owned(),
            app: "clicksend".to_owned(),
            path: "/v3/sms/send".to_owned(),
            method: "POST".to_owned(),
            target: "/v3/sms/send".to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.as_bytes().to_vec(),
            pending: Pending::of(Vec::new(), &sending),
            callback: None,
            inside: false,
            visitor: Visitor {
                peer: "127.0.0.1".parse().unwrap(),
                request_id: "r".to_owned(),
            },
        };
        let Holding::Waits { approval_id, .. } = self.approvals.hold(asked).await.unwrap() else {
            panic!("it waits")
        };
        self.clock.advance_millis(1);
        let found = self.approvals.get(&approval_id).await.unwrap().unwrap();
        (approval_id, Approvals::shown_digest(&found.digest))
    }

    /// A session of an operator, to be used as a key.
    pub async fn sign_in(&self, operator: &str, password: &str) -> String {
        let body = json!({"operator": operator, "password": password});
        let said = self.ask("", "POST", "/console/session", body).await;
        said.expect(201)["token"].as_str().unwrap().to_owned()
    }

    pub async fn row(&self, connection_id: &str) -> ConnectionRow {
        let id = connection_id.to_owned();
        self.store
            .read(move |tx| connections::get(tx, &id))
            .await
            .unwrap()
            .unwrap()
    }

    /// Audit records, newest first.
    pub async fn audit(&self) -> Vec<Entry> {
        self.store
            .read(|tx| audit::page(tx, &audit::Filter::default(), None, 1000))
            .await
            .unwrap()
    }

    pub async fn actions(&self) -> Vec<String> {
        self.audit()
            .await
            .into_iter()
            .map(|entry| entry.action)
            .collect()
    }

    /// Everything the store has on disk.
    pub fn bytes_on_disk(&self) -> Vec<u8> {
        let postern_store::Engine::Sqlite(path) = &self.store.config.engine else {
            panic!("tests use SQLite")
        };
        let folder: PathBuf = path.parent().unwrap().to_owned();
        let files = std::fs::read_dir(folder).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }
}

pub fn request(key: &str, method: &str, path: &str) -> http::request::Builder {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .extension(Peer("127.0.0.1".parse().unwrap()));
    if !key.is_empty() {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    request
}

pub fn draft(role: Role) -> KeyDraft {
    KeyDraft {
        name: "a key".into(),
        role,
        test: false,
        scope: Scope::default(),
        rate_per_second: None,
        limits: "{}".to_owned(),
        expires_at: None,
    }
}

/// `user:right`, as Basic authentication sends it.
const RIGHT: &str = "Basic dXNlcjpyaWdodA==";

/// Stands in for ClickSend: `GET /v3/account` accepts `user` with `right` and refuses everything else.
pub async fn provider() -> ScriptedUpstream {
    ScriptedUpstream::answering(|message| {
        let fits = message.first_line() == "GET /v3/account HTTP/1.1"
            && message.header("authorization") == Some(RIGHT);
        Some(if fits {
            ok(br#"{"data":{"username":"user","user_email":"user@provider.test"}}"#)
        } else {
            answer("401 Unauthorized", "", b"{}")
        })
    })
    .await
}

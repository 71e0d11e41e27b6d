//! A gateway with its rooms: a store of its own, keys, connections, a platform and a control plane that say what they were asked.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use postern_access::{
    Directory, KeyDraft, Limits, Peer, RequestId, Scope, seal_credential, time_ordered,
};
use postern_approvals::{Approvals, Parts};
use postern_apps::{Registry, Secrets};
use postern_domain::account::ActingAccount;
use postern_domain::connection::{Method, Status};
use postern_domain::key::Role;
use postern_egress::{Body, Egress, InProcess, Resolver, Rules, client_config};
use postern_gateway::{Claims, Config, Gateway, Listener, LogSink, RequestLog, Rooms, Serving};
use postern_store::audit::Entry;
use postern_store::connections::ConnectionRow;
use postern_store::{Lane, Rider, RiderDone, Store, audit, connections, keys};
use postern_testkit::{FixedClock, Message, Raw, TestStore, sqlite_store};
use postern_vault::{KeyRing, Vault};
use secrecy::{ExposeSecret as _, SecretString};
use tokio_util::sync::CancellationToken;

/// What connections inject.
pub const USERNAME: &str = "johndoe1";
pub const PASSWORD: &str = "D83DED51-9E35-4D42-9BB9-0E34B7CA85AE";
/// `Basic` of the two.
pub const PAIR: &str = "am9obmRvZTE6RDgzREVENTEtOUUzNS00RDQyLTlCQjktMEUzNEI3Q0E4NUFF";

/// Apps of an operator beside the built-in one.
const APPS: &str = r#"
[apps.acme]
base_url = "http://unused.test"
injection = { kind = "header", name = "X-Api-Key", field = { name = "password", label = "Key" } }
[apps.query]
base_url = "http://unused.test"
injection = { kind = "query", name = "api_key", field = { name = "password", label = "Key" } }
"#;

/// Where the request log goes.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub struct House {
    pub address: SocketAddr,
    pub gateway: Arc<Gateway>,
    pub directory: Arc<Directory>,
    pub store: Store,
    pub approvals: Arc<Approvals>,
    pub clock: FixedClock,
    vault: Vault,
    lines: Lines,
    sink: LogSink,
    serving: Serving,
    stop: CancellationToken,
    _kept: TestStore,
}

/// What can be different about a house.
pub struct Plan {
    pub config: Config,
    pub rules: Rules,
    pub limits: Limits,
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

impl Default for Plan {
    fn default() -> Self {
        let config = Config {
            threads: Some(1),
            ..Config::default()
        };
        let rules = Rules {
            allow: vec!["127.0.0.0/8".parse().expect("cidr")],
            ..Rules::default()
        };
        Self {
            config,
            rules,
            limits: Limits {
                rate_per_second: 1000,
                burst: 1000,
            },
            tls: None,
        }
    }
}

impl House {
    pub async fn open() -> House {
        House::planned(Plan::default()).await
    }

    pub async fn planned(plan: Plan) -> House {
        let kept = sqlite_store().await;
        let store = Store::clone(&kept);
        let clock = FixedClock::new();
        let vault = Vault::open(KeyRing::create());
        let mut registry = Registry::builtin();
        registry.extend_toml(APPS).expect("valid apps");
        let registry = Arc::new(registry);
        let directory = Directory::load(
            store.clone(),
            vault.clone(),
            registry.clone(),
            clock.clock(),
            plan.limits,
        )
        .await
        .expect("directory");
        let lines = Lines::default();
        let (log, sink) = RequestLog::start(lines.clone()).expect("a thread");
        let approvals = approvals(&store, &vault, &directory, &clock);
        let rooms = Rooms {
            directory: directory.clone(),
            registry,
            store: store.clone(),
            egress: Egress::new(
                plan.rules,
                client_config(None).expect("roots"),
                Resolver::System,
            ),
            platform: platform(store.clone()),
            control: control(),
            control_runtime: tokio::runtime::Handle::current(),
            clock: clock.clock(),
            log,
            approvals: approvals.clone(),
            claims: Claims::open(&store, &vault, &clock.clock())
                .await
                .expect("a key"),
        };
        let gateway = Gateway::new(plan.config, rooms);
        let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
        let address = socket.local_addr().expect("bound");
        let stop = CancellationToken::new();
        let serving = gateway
            .serve(
                vec![Listener {
                    socket,
                    tls: plan.tls,
                }],
                stop.clone(),
            )
            .expect("threads");
        House {
            approvals,
            address,
            gateway,
            directory,
            store,
            clock,
            vault,
            lines,
            sink,
            serving,
            stop,
            _kept: kept,
        }
    }

    /// A key; what it may do is in `scope`.
    pub async fn key_with(
        &self,
        role: Role,
        test: bool,
        scope: Scope,
        rate_per_second: Option<u32>,
    ) -> String {
        self.mint(KeyDraft {
            name: "k".into(),
            role,
            test,
            scope,
            rate_per_second,
            limits: "{}".to_owned(),
            expires_at: None,
        })
        .await
    }

    /// A key with `limits`, a JSON object.
    pub async fn limited_key(&self, role: Role, limits: &str) -> String {
        self.mint(KeyDraft {
            name: "k".into(),
            role,
            test: false,
            scope: Scope::default(),
            rate_per_second: None,
            limits: limits.to_owned(),
            expires_at: None,
        })
        .await
    }

    async fn mint(&self, draft: KeyDraft) -> String {
        let minted = self.directory.mint(draft, self.clock.now());
        let (key, secret) = (minted.key, minted.secret);
        self.store
            .write(Lane::CONTROL, move |tx| keys::create(tx, &key, &secret))
            .await
            .expect("written");
        self.directory.refresh().await.expect("refreshed");
        minted.api_key.expose_secret().to_owned()
    }

    pub async fn key(&self, role: Role) -> String {
        self.key_with(role, false, Scope::default(), None).await
    }

    /// An ACTIVE connection to `upstream`; gives its id.
    pub async fn connection(&self, app: &str, upstream: &str) -> String {
        self.connection_as(app, upstream, Status::Active, false)
            .await
    }

    pub async fn connection_as(
        &self,
        app: &str,
        upstream: &str,
        status: Status,
        sandbox: bool,
    ) -> String {
        let now = self.clock.now();
        let id = time_ordered(now);
        let secrets = Secrets::from([
            ("username".to_owned(), SecretString::from(USERNAME)),
            ("password".to_owned(), SecretString::from(PASSWORD)),
        ]);
        let builtin = upstream == connections::BUILTIN;
        let row = ConnectionRow {
            connection_id: id.clone(),
            app: app.to_owned(),
            name: String::new(),
            status,
            method: Method::Basic,
            upstream: upstream.to_owned(),
            account_id: builtin.then_some(100_001),
            credential_sealed: (!builtin).then(|| seal_credential(&self.vault, &id, &secrets).0),
            metadata: "{}".to_owned(),
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
            .expect("written");
        self.directory.refresh().await.expect("refreshed");
        self.clock.advance_seconds(1);
        id
    }

    /// An address at which the account of a connection tells of incoming texts; gives its token.
    pub async fn hook(&self, connection: &str) -> String {
        let first = postern_access::seal_wish_key(&self.vault).0;
        let keep = move |tx: &mut postern_store::Tx<'_>| {
            postern_store::kept_opt_outs::keep_key(tx, &first)
        };
        let sealed = self.store.write(Lane::CONTROL, keep).await.expect("kept");
        let key = postern_access::open_wish_key(&self.vault, &sealed).expect("opened");
        let token = format!("token of {connection}");
        let hash = postern_access::hook_hash(&key, &token);
        let (id, now) = (connection.to_owned(), self.clock.now());
        self.store
            .write(Lane::CONTROL, move |tx| {
                postern_store::hooks::put(tx, &id, &hash, now)
            })
            .await
            .expect("written");
        self.directory.refresh().await.expect("refreshed");
        token
    }

    pub async fn raw(&self) -> Raw {
        Raw::connect(self.address).await
    }

    /// One request on a connection of its own. `headers` are whole lines.
    pub async fn call(
        &self,
        method: &str,
        target: &str,
        key: &str,
        headers: &str,
        body: &str,
    ) -> Message {
        let mut raw = self.raw().await;
        let length = if body.is_empty() {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let authorization = if key.is_empty() {
            String::new()
        } else {
            format!("authorization: Bearer {key}\r\n")
        };
        raw.write(format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\n{authorization}{headers}{length}\r\n{body}",
            self.address
        ))
        .await;
        raw.message(method == "HEAD").await.expect("an answer")
    }

    pub async fn get(&self, target: &str, key: &str) -> Message {
        self.call("GET", target, key, "", "").await
    }

    /// Audit records, oldest first, once `enough` says so: some are written after the answer.
    pub async fn audit_until(&self, enough: impl Fn(&[Entry]) -> bool) -> Vec<Entry> {
        loop {
            let mut entries = self
                .store
                .read(|tx| audit::page(tx, &audit::Filter::default(), None, 1000))
                .await
                .expect("read");
            entries.reverse();
            if enough(&entries) {
                return entries;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Stops serving and gives the request log.
    pub async fn close(self) -> String {
        let House {
            gateway,
            serving,
            stop,
            sink,
            lines,
            ..
        } = self;
        stop.cancel();
        drop(gateway);
        serving.finished().await;
        tokio::task::spawn_blocking(move || sink.finish())
            .await
            .expect("joined");
        let text = lines.0.lock().expect("lines").clone();
        String::from_utf8(text).expect("utf-8")
    }
}

/// The words of a refusal.
pub fn problem(message: &Message) -> (u16, String) {
    let body: serde_json::Value =
        serde_json::from_slice(&message.body).unwrap_or_else(|_| panic!("no problem: {message:?}"));
    let status = message.status().expect("a status");
    assert_eq!(body["code"], status, "{body}");
    assert_eq!(
        body["request_id"].as_str(),
        message.header("x-request-id"),
        "{body}"
    );
    assert!(
        body["message"].as_str().is_some_and(|text| text.len() > 10),
        "{body}"
    );
    assert!(body["type"].is_string(), "{body}");
    (status, body["error"].as_str().expect("a word").to_owned())
}

/// Answers with what it was asked, and as whom. `POST /v3/sms/send` runs the rider in a unit of its own, as the real one does.
fn platform(store: Store) -> InProcess {
    InProcess::new(tower::service_fn(move |request: Request<Body>| {
        let store = store.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body
                .collect()
                .await
                .map(|body| body.to_bytes())
                .unwrap_or_default();
            let account = parts
                .extensions
                .get::<ActingAccount>()
                .map(|account| account.0.0);
            let said = format!(
                "{} {} as {account:?} {:?} {}\n{{\"api_key\":\"PLATFORM-KEY\"}}",
                parts.method,
                parts.uri,
                parts.headers,
                String::from_utf8_lossy(&body)
            );
            let mut response = Response::new(Full::new(Bytes::from(said)));
            let rider = parts.extensions.get::<Rider>().cloned();
            if let (Some(rider), "/v3/sms/send") = (rider, parts.uri.path()) {
                store
                    .write(Lane::of(1), move |tx| rider.ride(tx, 200))
                    .await
                    .expect("ridden");
                response.extensions_mut().insert(RiderDone);
            }
            Ok::<_, Infallible>(response)
        }
    }))
}

/// Answers with what it was handed.
fn control() -> InProcess {
    InProcess::new(tower::service_fn(|request: Request<Body>| async move {
        let (parts, body) = request.into_parts();
        assert!(parts.uri.path() != "/keys/panic", "told to");
        let body = body.collect().await.map(|body| body.to_bytes());
        let said = format!(
            "control {} {} {:?} {:?} {:?} {}",
            parts.method,
            parts.uri,
            parts.extensions.get::<Peer>().is_some(),
            parts.extensions.get::<RequestId>().map(|id| id.0.len()),
            parts.headers.get("authorization").is_some(),
            body.map_or_else(|error| error.to_string(), |body| body.len().to_string()),
        );
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(said))))
    }))
}

/// Sends that wait: nobody outside is told.
fn approvals(
    store: &Store,
    vault: &Vault,
    directory: &Arc<Directory>,
    clock: &FixedClock,
) -> Arc<Approvals> {
    let directory = directory.clone();
    Arc::new(Approvals::new(Parts {
        store: store.clone(),
        vault: vault.clone(),
        peppers: Arc::new(move || directory.peppers()),
        clock: clock.clock(),
        config: postern_approvals::Config {
            expires_after_seconds: 3600,
            console_url: "http://postern.test/console".to_owned(),
            webhook: None,
            email: None,
        },
    }))
}

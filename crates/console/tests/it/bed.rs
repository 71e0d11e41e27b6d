//! A console over a temporary store, and a browser's part of a visit: cookies, forms, where it says a form comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use postern_access::{Directory, Limits, Operators, Peer};
use postern_approvals::{Approvals, Config, Parts};
use postern_apps::Registry;
use postern_console::{ConsoleState, router};
use postern_control::{AccountDefaults, ControlState, Sealer, Settings, mint_account};
use postern_delivery::{Phones, Simulator, Timing};
use postern_domain::account::AccountId;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::price::RateTable;
use postern_egress::{Egress, Resolver, Rules, client_config};
use postern_platform::{PlatformConfig, PlatformState};
use postern_store::audit::{self, Entry};
use postern_store::operators::{self, Operator};
use postern_store::{Lane, Store, accounts};
use postern_testkit::{FixedClock, TestStore, sqlite_store};
use postern_vault::{KeyRing, Vault, hash_password};
use secrecy::SecretString;
use tokio::sync::watch;
use tower::ServiceExt as _;

pub const PASSWORD: &str = "a password of ada";

pub struct Bed {
    pub store: TestStore,
    pub clock: FixedClock,
    pub operators: Arc<Operators>,
    pub approvals: Arc<Approvals>,
    pub router: Router,
    pub simulator: Arc<Simulator>,
    pub platform: PlatformState,
    vault: Vault,
    directory: Arc<Directory>,
}

/// What came back.
pub struct Said {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Said {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let from = format!("name=\"{name}\" value=\"");
        let rest = self.text.split(&from).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("no field {name} in {}", self.text));
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Bed {
    pub async fn open(secure: bool) -> Bed {
        let (store, clock) = (sqlite_store().await, FixedClock::new());
        let vault = Vault::open(KeyRing::create());
        let operators = Arc::new(Operators::new(
            Store::clone(&store),
            vault.clone(),
            clock.clock(),
        ));
        let simulator = Arc::new(Simulator::new(Timing::default()));
        let limits = Limits {
            rate_per_second: 100,
            burst: 100,
        };
        let directory = Directory::load(
            Store::clone(&store),
            vault.clone(),
            Arc::new(Registry::builtin()),
            clock.clock(),
            limits,
        )
        .await
        .unwrap();
        let peppers = directory.clone();
        let approvals = Arc::new(Approvals::new(Parts {
            store: Store::clone(&store),
            vault: vault.clone(),
            peppers: Arc::new(move || peppers.peppers()),
            clock: clock.clock(),
            config: Config {
                expires_after_seconds: 3600,
                console_url: "http://postern.test/console".into(),
                webhook: Some("https://hooks.test/".into()),
                email: Some("ops@postern.test".into()),
            },
        }));
        let config = PlatformConfig::default();
        let platform_url = config.public_url.clone();
        let native = directory.clone();
        let peppers = directory.clone();
        let platform = PlatformState::new(postern_platform::Parts {
            store: Store::clone(&store),
            vault: vault.clone(),
            peppers: Arc::new(move || peppers.peppers()),
            native_plan: Arc::new(move |account, _, _| native.native_plan(account)),
            prices: Arc::new(RateTable::sample()),
            clock: clock.clock(),
            wake: Arc::default(),
            pushes: Arc::default(),
            egress: egress(),
            config,
        });
        let sealer = Sealer::open(Store::clone(&store), &vault, clock.clock(), None);
        let control = ControlState::new(
            Store::clone(&store),
            vault.clone(),
            directory.clone(),
            Arc::new(Registry::builtin()),
            egress(),
            clock.clock(),
            Arc::new(|_| Ok(())),
            Arc::new(sealer.await.unwrap()),
            Phones {
                simulator: simulator.clone(),
                reported: watch::Sender::new(0).subscribe(),
            },
            operators.clone(),
            approvals.clone(),
            Settings {
                connect_url: "http://postern.test/connect".into(),
                console_url: "http://postern.test/console".into(),
                email: "operator@postern.test".into(),
                version: "1.2.3".into(),
                accounts: defaults(),
            },
        );
        let bed = Bed {
            platform: platform.clone(),
            vault: vault.clone(),
            directory: directory.clone(),
            simulator: simulator.clone(),
            approvals: approvals.clone(),
            router: router(ConsoleState {
                approvals: approvals.clone(),
                directory,
                operators: operators.clone(),
                clock: clock.clock(),
                secure,
                store: Store::clone(&store),
                simulator: simulator.clone(),
                platform: postern_platform::router(platform),
                control: postern_control::router(control),
                platform_url,
            }),
            store,
            clock,
            operators,
        };
        bed.operator("ada").await;
        bed
    }

    /// A platform account with money; its number.
    pub async fn account(&self, username: &str, sandbox: bool) -> i64 {
        let peppers = self.directory.peppers();
        let minted = mint_account(&self.vault, &peppers, &defaults(), username, sandbox);
        let (mut account, now) = (minted.account, self.clock.now());
        account.balance = Micros(5_000_000);
        let made = self
            .store
            .write(Lane::CONTROL, move |tx| accounts::create(tx, &account, now));
        let AccountId(id) = made.await.unwrap();
        id
    }

    pub async fn operator(&self, name: &str) {
        let now = self.clock.now();
        let operator = Operator {
            operator_id: format!("id-{name}"),
            name: name.to_owned(),
            password_hash: hash_password(&SecretString::from(PASSWORD)),
            disabled_at: None,
            signed_in_at: None,
            created_at: now,
            updated_at: now,
        };
        let made = self
            .store
            .write(Lane::CONTROL, move |tx| operators::create(tx, &operator));
        assert!(made.await.unwrap());
    }

    pub async fn audit(&self) -> Vec<Entry> {
        let filter = audit::Filter::default();
        self.store
            .read(move |tx| audit::page(tx, &filter, None, 1000))
            .await
            .unwrap()
    }
}

fn defaults() -> AccountDefaults {
    AccountDefaults {
        currency: Currency::Usd,
        country: CountryCode::parse("US").unwrap(),
        timezone: "UTC".into(),
        char_limit_parts: 6,
    }
}

fn egress() -> Egress {
    Egress::new(
        Rules::default(),
        client_config(None).unwrap(),
        Resolver::System,
    )
}

/// A browser: it keeps cookies and says that its forms are ours.
pub struct Visitor<'a> {
    bed: &'a Bed,
    pub cookies: BTreeMap<String, String>,
    pub site: Option<&'static str>,
}

impl<'a> Visitor<'a> {
    pub fn new(bed: &'a Bed) -> Visitor<'a> {
        Visitor {
            bed,
            cookies: BTreeMap::new(),
            site: Some("same-origin"),
        }
    }

    /// One who has signed in.
    pub async fn signed_in(bed: &'a Bed) -> Visitor<'a> {
        let mut visitor = Visitor::new(bed);
        let form = visitor.get("/console/sign-in").await;
        let fields = [
            ("form_token", form.hidden("form_token")),
            ("operator", "ada".to_owned()),
            ("password", PASSWORD.to_owned()),
        ];
        let said = visitor.post("/console/sign-in", &fields).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        visitor
    }

    pub async fn get(&mut self, path: &str) -> Said {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, String)]) -> Said {
        let encoded: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", percent(value)))
            .collect();
        let request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, Body::from(encoded.join("&"))).await
    }

    /// A form with a file in it.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: &str) -> Said {
        let mut body = String::new();
        for (name, value) in fields {
            body += &format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += &format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--b--\r\n"
        );
        let request = Request::post(path).header("content-type", "multipart/form-data; boundary=b");
        self.send(request, Body::from(body)).await
    }

    async fn send(&mut self, mut request: http::request::Builder, body: Body) -> Said {
        if let Some(site) = self.site {
            request = request.header("sec-fetch-site", site);
        }
        for (name, value) in &self.cookies {
            request = request.header("cookie", format!("{name}={value}"));
        }
        let request = request
            .header("host", "postern.test")
            .extension(Peer("127.0.0.1".parse().unwrap()))
            .body(body)
            .unwrap();
        let response = self.bed.router.clone().oneshot(request).await.unwrap();
        // So that records of one test have an order.
        self.bed.clock.advance_millis(1);
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Said {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

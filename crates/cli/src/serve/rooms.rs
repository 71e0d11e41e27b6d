//! Which room is given what: the one place where they meet.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use postern_access::Operators;
use postern_approvals::{Approvals, Notifier};
use postern_apps::normal_path;
use postern_console::ConsoleState;
use postern_control::{
    AccountDefaults, ControlState, KeepRing, OnClock, OnFreeze, Sealer, Settings,
};
use postern_delivery::{
    Bells, Delivery, Phones, PushConfig, PushParts, Pusher, Routes, Simulator, Teller, Timing,
};
use postern_domain::effect::Effect;
use postern_domain::time::Clock;
use postern_egress::{Egress, InProcess, Resolver};
use postern_gateway::{Claims, DoorKeeper, Gateway, HostNames, RequestLog, Rooms};
use postern_guard::Plan;
use postern_platform::{NativePlan, Parts, PlatformConfig, PlatformState};

use super::open::Opened;
use super::prepare::Prepared;
use crate::config::{Config, Platform};
use crate::vault_key;

/// ClickSend has cut texts at 6 and at 8 segments; 8 is today's.
const CHAR_LIMIT_PARTS: u32 = 8;

/// A thousand messages of the longest text; the platform reads bodies whole, so a larger limit of the gateway's does not apply to it.
const PLATFORM_BODY_BYTES_MAX: u64 = 8 << 20;

pub struct Wiring<'a> {
    pub config: &'a Config,
    pub prepared: &'a Prepared,
    pub opened: &'a Opened,
    pub sealer: Arc<Sealer>,
    pub claims: Claims,
    pub clock: Clock,
    pub log: RequestLog,
    /// Where people reach the gateway.
    pub public_url: &'a str,
    /// Where people reach the platform.
    pub platform_url: &'a str,
    pub defaults: AccountDefaults,
}

/// Ready to be started.
pub struct Wired {
    pub gateway: Arc<Gateway>,
    pub platform: Router,
    pub platform_state: PlatformState,
    pub delivery: Arc<Delivery>,
    pub simulator: Arc<Simulator>,
    pub pusher: Arc<Pusher>,
    pub teller: Arc<Teller>,
    pub approvals: Arc<Approvals>,
    pub notifier: Notifier,
    pub bells: Bells,
    /// For what calls the gateway from inside.
    pub door_keeper: DoorKeeper,
}

/// Has to be called on the runtime that the control plane is to run on.
pub fn wire(wiring: Wiring<'_>) -> Wired {
    let bells = Bells::default();
    let egress = Egress::new(
        wiring.prepared.rules.clone(),
        wiring.prepared.outbound_tls.clone(),
        Resolver::System,
    );
    let platform_state = platform(&wiring, &bells, egress.sibling());
    let platform =
        postern_platform::router(platform_state.clone()).merge(postern_docs::for_platform());
    let simulator = Arc::new(simulator(wiring.config));
    let phones = Phones {
        simulator: simulator.clone(),
        reported: bells.reported.subscribe(),
    };
    let operators = Arc::new(Operators::new(
        wiring.opened.store.clone(),
        wiring.opened.vault.clone(),
        wiring.clock.clone(),
    ));
    let approvals = approvals(&wiring);
    let people = People {
        operators: operators.clone(),
        approvals: approvals.clone(),
    };
    let on_clock = on_clock(&platform_state, &bells);
    let control =
        control(&wiring, phones, people, egress.sibling(), &bells).with_on_clock(on_clock);
    let control = postern_control::router(control);
    let console = postern_console::router(ConsoleState {
        operators,
        approvals: approvals.clone(),
        directory: wiring.opened.directory.clone(),
        clock: wiring.clock.clone(),
        secure: wiring.public_url.starts_with("https://"),
        store: wiring.opened.store.clone(),
        simulator: simulator.clone(),
        platform: platform.clone(),
        control: control.clone(),
        platform_url: reached_at(&wiring).to_owned(),
    });
    let pusher = Arc::new(Pusher::new(push_parts(&wiring, egress.sibling(), &bells)));
    let teller = Arc::new(Teller::new(push_parts(&wiring, egress.sibling(), &bells)));
    let notifier = Notifier::new(approvals.clone(), egress.sibling());
    let docs = postern_docs::router(postern_docs::Settings {
        public_url: wiring.public_url.to_owned(),
    });
    let control = control.merge(console).merge(docs);
    #[cfg(feature = "mcp")]
    let (control, side_door) = super::agents::with_agents(control, &wiring);
    let gateway = Gateway::new(
        gateway_config(wiring.config),
        Rooms {
            directory: wiring.opened.directory.clone(),
            registry: wiring.prepared.registry.clone(),
            store: wiring.opened.store.clone(),
            egress,
            platform: InProcess::new(platform.clone()),
            control: InProcess::new(control),
            control_runtime: tokio::runtime::Handle::current(),
            clock: wiring.clock.clone(),
            log: wiring.log.clone(),
            claims: wiring.claims.clone(),
            approvals: approvals.clone(),
        },
    );
    let (door, door_keeper) = gateway.side_door();
    #[cfg(feature = "mcp")]
    side_door.lead_to(door);
    #[cfg(not(feature = "mcp"))]
    drop(door);
    Wired {
        gateway,
        platform,
        platform_state,
        delivery: delivery(&wiring, simulator.clone(), bells.clone()),
        simulator,
        pusher,
        teller,
        approvals,
        notifier,
        bells,
        door_keeper,
    }
}

/// What of the control plane is about operators.
struct People {
    operators: Arc<Operators>,
    approvals: Arc<Approvals>,
}

fn approvals(wiring: &Wiring<'_>) -> Arc<Approvals> {
    let directory = wiring.opened.directory.clone();
    let config = &wiring.config.approvals;
    Arc::new(Approvals::new(postern_approvals::Parts {
        store: wiring.opened.store.clone(),
        vault: wiring.opened.vault.clone(),
        peppers: Arc::new(move || directory.peppers()),
        clock: wiring.clock.clone(),
        config: postern_approvals::Config {
            expires_after_seconds: config.expires_minutes * 60,
            console_url: format!("{}/console", wiring.public_url),
            webhook: config.webhook_url.clone(),
            email: config.email.clone(),
        },
    }))
}

pub fn account_defaults(platform: &Platform) -> AccountDefaults {
    AccountDefaults {
        currency: platform.currency,
        country: platform.country,
        timezone: "UTC".to_owned(),
        char_limit_parts: CHAR_LIMIT_PARTS,
    }
}

fn platform(wiring: &Wiring<'_>, bells: &Bells, egress: Egress) -> PlatformState {
    let directory = wiring.opened.directory.clone();
    let config = &wiring.config.platform;
    PlatformState::new(Parts {
        store: wiring.opened.store.clone(),
        vault: wiring.opened.vault.clone(),
        peppers: Arc::new(move || directory.peppers()),
        native_plan: native_plan(wiring),
        prices: wiring.prepared.prices.clone(),
        clock: wiring.clock.clone(),
        wake: bells.messages.clone(),
        pushes: bells.pushes.clone(),
        egress,
        config: PlatformConfig {
            body_bytes_max: wiring.config.limits.body_bytes.min(PLATFORM_BODY_BYTES_MAX) as usize,
            shared_sender: config.shared_sender.clone(),
            repeat_window_ms: config.repeat_window_ms,
            public_url: reached_at(wiring).to_owned(),
            short_url: config.short_url.clone().unwrap_or_default(),
            any_sender: config.any_sender,
            voice_prices: wiring.prepared.voice_prices.clone(),
            mms_prices: wiring.prepared.mms_prices.clone(),
            ..PlatformConfig::default()
        },
    })
}

/// Where the platform says that people reach it.
fn reached_at<'a>(wiring: &'a Wiring<'_>) -> &'a str {
    let configured = &wiring.config.platform.public_url;
    configured.as_deref().unwrap_or(wiring.platform_url)
}

/// What the gateway asks of its callers is asked of those who come without it: the same table says what sends.
fn native_plan(wiring: &Wiring<'_>) -> NativePlan {
    let directory = wiring.opened.directory.clone();
    let clicksend = wiring.prepared.registry.get("clicksend").cloned();
    Arc::new(move |account, method, path| {
        let effect = |path| Some(clicksend.as_ref()?.effect(method, &path)?.effect);
        let effect = normal_path(path).ok().and_then(effect);
        match effect {
            Some(Effect::Send) => directory.native_plan(account),
            // What nobody knows might send.
            None if !method.is_safe() => directory.native_plan(account),
            _ => Plan::default(),
        }
    })
}

fn control(
    wiring: &Wiring<'_>,
    phones: Phones,
    people: People,
    egress: Egress,
    bells: &Bells,
) -> ControlState {
    let source = wiring.config.vault.clone();
    let keep_ring: KeepRing = Arc::new(move |ring| {
        vault_key::write(&source, ring, true).map_err(|failure| failure.to_string())
    });
    let settings = Settings {
        connect_url: connect_url(wiring.config, wiring.public_url),
        console_url: format!("{}/console", wiring.public_url),
        email: "owner@postern.invalid".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        accounts: wiring.defaults.clone(),
    };
    let opened = wiring.opened;
    let (brakes, delivery) = (bells.brakes.clone(), bells.messages.clone());
    let on_freeze: OnFreeze = Arc::new(move || {
        brakes.fetch_add(1, Ordering::SeqCst);
        delivery.notify_one();
    });
    let state = ControlState::new(
        opened.store.clone(),
        opened.vault.clone(),
        opened.directory.clone(),
        wiring.prepared.registry.clone(),
        egress,
        wiring.clock.clone(),
        keep_ring,
        wiring.sealer.clone(),
        phones,
        people.operators,
        people.approvals,
        settings,
    );
    state
        .with_on_freeze(on_freeze)
        .with_pushes(bells.pushes.clone())
}

/// What waited in a sandbox may be due.
fn on_clock(platform: &PlatformState, bells: &Bells) -> OnClock {
    let (platform, delivery) = (platform.clone(), bells.messages.clone());
    Arc::new(move || {
        platform.look_at_campaigns();
        delivery.notify_one();
    })
}

fn simulator(config: &Config) -> Simulator {
    Simulator::new(Timing {
        delivered_after_min: config.simulator.delivered_after_min,
        delivered_after_max: config.simulator.delivered_after_max,
        ..Timing::default()
    })
}

fn delivery(wiring: &Wiring<'_>, simulator: Arc<Simulator>, bells: Bells) -> Arc<Delivery> {
    Arc::new(Delivery::new(
        wiring.opened.store.clone(),
        Routes::simulated(simulator),
        wiring.clock.clone(),
        postern_delivery::Config::default(),
        bells,
    ))
}

fn push_parts(wiring: &Wiring<'_>, egress: Egress, bells: &Bells) -> PushParts {
    PushParts {
        store: wiring.opened.store.clone(),
        vault: wiring.opened.vault.clone(),
        egress,
        clock: wiring.clock.clone(),
        random: Arc::new(|| u64::from_be_bytes(postern_vault::random())),
        wake: bells.pushes.clone(),
        config: PushConfig::default(),
    }
}

fn gateway_config(config: &Config) -> postern_gateway::Config {
    let (limits, timeouts) = (config.limits, config.timeouts);
    postern_gateway::Config {
        threads: Some(config.gateway.threads),
        hosts: HostNames {
            gateway: config.hosts.gateway.clone(),
            control: config.hosts.control.clone(),
            connect: config.hosts.connect.clone(),
        },
        timeouts: postern_gateway::Timeouts {
            handshake: timeouts.handshake,
            head: timeouts.head,
            client_stall: timeouts.client_stall,
            drain: timeouts.drain,
            reverify: timeouts.reverify,
        },
        limits: postern_gateway::Limits {
            body_bytes_max: limits.body_bytes,
            head_bytes_max: limits.head_bytes,
            head_lines_max: limits.head_lines,
            streams_max: limits.http2_streams,
            connections_max: limits.connections,
        },
    }
}

/// On its own host name the page lies at the root.
fn connect_url(config: &Config, public_url: &str) -> String {
    let Some(host) = &config.hosts.connect else {
        return format!("{public_url}/connect");
    };
    let (scheme, authority) = public_url.split_once("://").unwrap_or(("http", public_url));
    let port = authority
        .rsplit_once(':')
        .filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit()));
    match port {
        Some((_, port)) => format!("{scheme}://{host}:{port}/"),
        None => format!("{scheme}://{host}/"),
    }
}

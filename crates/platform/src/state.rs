//! What handlers work with.

use std::sync::Arc;

use http::Method;
use postern_domain::account::AccountId;
use postern_domain::price::RateTable;
use postern_domain::time::{Clock, UnixMicros};
use postern_egress::Egress;
use postern_guard::Plan;
use postern_store::Store;
use postern_vault::{Peppers, Vault};
use tokio::sync::{Notify, Semaphore};

use crate::jobs::Jobs;
use crate::limit::{Limiter, Limits};
use crate::repeats::Repeats;

/// The store has two readers or more.
const SCANS_MAX: usize = 1;
/// Pictures that are decoded at a time: each may take some hundred megabytes.
const CONVERSIONS_MAX: usize = 2;

/// The peppers in force at this moment; they can be rotated while we run.
pub type PeppersNow = Arc<dyn Fn() -> Arc<Peppers> + Send + Sync>;

/// What stands before a call that an account makes itself, without a key in front: by method and path. Nothing, if the call sends nothing.
pub type NativePlan = Arc<dyn Fn(AccountId, &Method, &str) -> Plan + Send + Sync>;

#[derive(Clone, Debug)]
pub struct PlatformConfig {
    /// Bytes of a request's body; more is 413.
    pub body_bytes_max: usize,
    /// Bytes of a file of contacts that comes as a body of its own; it is kept in pieces, never in memory.
    pub import_bytes_max: usize,
    /// Where links in answers lead: this surface as its callers reach it.
    pub public_url: String,
    /// What short links begin with; their codes follow after a slash. Empty: `/s` under `public_url`.
    pub short_url: String,
    /// The number that messages without `from` come from.
    pub shared_sender: String,
    /// Messages may come from any number, not only from those that are the account's.
    pub any_sender: bool,
    /// Per part of a call, and per picture message; `Parts::prices` are per segment of a text.
    pub voice_prices: Arc<RateTable>,
    pub mms_prices: Arc<RateTable>,
    /// The same text to the same recipient within this time is THROTTLED; 0 turns that off.
    pub repeat_window_ms: i64,
    /// Calls per minute, address and endpoint.
    pub limits: Limits,
}

/// Everything the platform is made of.
pub struct Parts {
    pub store: Store,
    pub vault: Vault,
    pub peppers: PeppersNow,
    pub native_plan: NativePlan,
    pub prices: Arc<RateTable>,
    pub clock: Clock,
    /// Notified after each commit that left something to deliver.
    pub wake: Arc<Notify>,
    /// Notified after each commit that left something to push.
    pub pushes: Arc<Notify>,
    /// For files at addresses that callers name.
    pub egress: Egress,
    pub config: PlatformConfig,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct PlatformState(Arc<Inner>);

/// Public by name only: `Deref` needs that.
pub struct Inner {
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) peppers: PeppersNow,
    pub(crate) native_plan: NativePlan,
    pub(crate) prices: Arc<RateTable>,
    pub(crate) clock: Clock,
    pub(crate) wake: Arc<Notify>,
    pub(crate) pushes: Arc<Notify>,
    pub(crate) egress: Egress,
    pub(crate) config: PlatformConfig,
    pub(crate) limiter: Limiter,
    pub(crate) repeats: Repeats,
    pub(crate) jobs: Jobs,
    /// Searches that read an account from end to end take turns, so that one reader of the store is always left for everybody else.
    pub(crate) scans: Semaphore,
    /// Decoding pictures takes turns, too.
    pub(crate) conversions: Semaphore,
    /// Notified when a campaign was made or changed.
    pub(crate) campaigns: Notify,
    pub(crate) accepted: metrics::Counter,
}

impl Default for PlatformConfig {
    /// 8 MiB hold a thousand messages of the longest text; the window is explained in `docs/api-quirks.md`.
    fn default() -> PlatformConfig {
        PlatformConfig {
            body_bytes_max: 8 * 1024 * 1024,
            import_bytes_max: 1024 * 1024 * 1024,
            public_url: "http://127.0.0.1:8081".to_owned(),
            short_url: String::new(),
            shared_sender: "+15005550100".to_owned(),
            any_sender: false,
            voice_prices: Arc::new(RateTable::sample_voice()),
            mms_prices: Arc::new(RateTable::sample_mms()),
            repeat_window_ms: 100,
            limits: Limits::default(),
        }
    }
}

impl PlatformState {
    pub fn new(parts: Parts) -> PlatformState {
        PlatformState(Arc::new(Inner {
            limiter: Limiter::new(parts.config.limits),
            repeats: Repeats::new(parts.config.repeat_window_ms),
            jobs: Jobs::default(),
            scans: Semaphore::new(SCANS_MAX),
            conversions: Semaphore::new(CONVERSIONS_MAX),
            campaigns: Notify::new(),
            accepted: metrics::counter!("postern_platform_messages_accepted_total"),
            store: parts.store,
            vault: parts.vault,
            peppers: parts.peppers,
            native_plan: parts.native_plan,
            prices: parts.prices,
            clock: parts.clock,
            wake: parts.wake,
            pushes: parts.pushes,
            egress: parts.egress,
            config: parts.config,
        }))
    }

    pub(crate) fn now(&self) -> UnixMicros {
        (self.0.clock)()
    }
}

impl std::ops::Deref for PlatformState {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

//! Calls per minute, counted per address and endpoint before anybody is asked for credentials, and told in ClickSend's headers.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use postern_domain::account::ActingAccount;

use crate::error::ApiError;
use crate::state::PlatformState;

const WINDOW_SECONDS: i64 = 60;
/// Counters kept at a time; strangers' addresses must not fill the memory.
const COUNTERS_MAX: usize = 100_000;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
/// Without `x-`: so it is spelt by the live service.
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub account_per_minute: u32,
    pub send_per_minute: u32,
    pub other_per_minute: u32,
    /// Whether loopback addresses are refused, too. Behind a reverse proxy everybody comes from there.
    pub loopback: bool,
}

/// The address a call comes from; put into the request's extensions by whoever accepted the connection. Calls without one are not counted.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Fixed windows of a minute. One lock, held for a lookup.
pub(crate) struct Limiter {
    limits: Limits,
    counters: Mutex<HashMap<(IpAddr, Endpoint), Counter>>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
enum Endpoint {
    Account,
    Send,
    Other,
}

#[derive(Copy, Clone)]
struct Counter {
    window: i64,
    calls: u32,
}

/// What a call is told.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Allowance {
    limit: u32,
    remaining: u32,
    reset_seconds: i64,
    refused: bool,
}

impl Default for Limits {
    /// More generous than the live service (20 a minute for the account, 6,000 seen elsewhere).
    fn default() -> Limits {
        Limits {
            account_per_minute: 600,
            send_per_minute: 60_000,
            other_per_minute: 6_000,
            loopback: false,
        }
    }
}

/// Middleware of all known paths.
pub(crate) async fn limit(
    State(state): State<PlatformState>,
    request: Request,
    next: Next,
) -> Response {
    let Some(address) = counted_address(&request) else {
        return next.run(request).await;
    };
    let endpoint = Endpoint::of(&request);
    let allowance = state.limiter.count(address, endpoint, state.now().secs());
    let mut response = if allowance.refused {
        ApiError::TooMany.into_response()
    } else {
        next.run(request).await
    };
    allowance.tell(&mut response);
    response
}

/// Calls within this process have no address and a limit of their own, in front.
fn counted_address(request: &Request) -> Option<IpAddr> {
    if request.extensions().get::<ActingAccount>().is_some() {
        return None;
    }
    request
        .extensions()
        .get::<Peer>()
        .map(|peer| peer.0.to_canonical())
}

impl Endpoint {
    fn of(request: &Request) -> Endpoint {
        let path = request.extensions().get::<MatchedPath>();
        match path.map(|p| p.as_str().trim_end_matches('/')) {
            Some("/v3/account") => Endpoint::Account,
            Some("/v3/sms/send") => Endpoint::Send,
            _ => Endpoint::Other,
        }
    }
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Limiter {
        Limiter {
            limits,
            counters: Mutex::default(),
        }
    }

    fn count(&self, address: IpAddr, endpoint: Endpoint, now: i64) -> Allowance {
        let limit = match endpoint {
            Endpoint::Account => self.limits.account_per_minute,
            Endpoint::Send => self.limits.send_per_minute,
            Endpoint::Other => self.limits.other_per_minute,
        };
        let window = now.div_euclid(WINDOW_SECONDS);
        let mut counters = self
            .counters
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if counters.len() >= COUNTERS_MAX {
            counters.retain(|_, counter| counter.window == window);
            if counters.len() >= COUNTERS_MAX {
                counters.clear();
            }
        }
        let counter = counters
            .entry((address, endpoint))
            .or_insert(Counter { window, calls: 0 });
        if counter.window != window {
            *counter = Counter { window, calls: 0 };
        }
        counter.calls = counter.calls.saturating_add(1);
        let exempt = address.is_loopback() && !self.limits.loopback;
        Allowance {
            limit,
            remaining: limit.saturating_sub(counter.calls),
            reset_seconds: WINDOW_SECONDS - now.rem_euclid(WINDOW_SECONDS),
            refused: counter.calls > limit && !exempt,
        }
    }
}

impl Allowance {
    fn tell(self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.reset_seconds));
        if self.refused {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.reset_seconds));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{Endpoint, Limiter, Limits};

    const LIMITS: Limits = Limits {
        account_per_minute: 2,
        send_per_minute: 1,
        other_per_minute: 3,
        loopback: false,
    };

    fn stranger(n: u8) -> IpAddr {
        IpAddr::from([203, 0, 113, n])
    }

    #[test]
    fn each_address_and_endpoint_has_its_own_allowance() {
        let limiter = Limiter::new(LIMITS);
        let count = |n, endpoint| limiter.count(stranger(n), endpoint, 61);
        assert_eq!(
            (
                count(1, Endpoint::Account).remaining,
                count(1, Endpoint::Account).remaining
            ),
            (1, 0)
        );
        let refused = count(1, Endpoint::Account);
        assert!(refused.refused);
        assert_eq!(
            (refused.limit, refused.remaining, refused.reset_seconds),
            (2, 0, 59)
        );
        assert!(!count(1, Endpoint::Other).refused);
        assert!(!count(2, Endpoint::Account).refused);
    }

    #[test]
    fn a_new_minute_starts_anew() {
        let limiter = Limiter::new(LIMITS);
        assert!(!limiter.count(stranger(1), Endpoint::Send, 0).refused);
        assert!(limiter.count(stranger(1), Endpoint::Send, 59).refused);
        assert!(!limiter.count(stranger(1), Endpoint::Send, 60).refused);
    }

    #[test]
    fn loopback_is_counted_but_refused_only_on_demand() {
        let local = IpAddr::from([127, 0, 0, 1]);
        let lenient = Limiter::new(LIMITS);
        let strict = Limiter::new(Limits {
            loopback: true,
            ..LIMITS
        });
        for limiter in [&lenient, &strict] {
            limiter.count(local, Endpoint::Send, 0);
        }
        assert!(!lenient.count(local, Endpoint::Send, 0).refused);
        assert!(strict.count(local, Endpoint::Send, 0).refused);
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let limiter = Limiter::new(LIMITS);
        for n in 0..super::COUNTERS_MAX as u32 + 10 {
            limiter.count(IpAddr::from(n.to_be_bytes()), Endpoint::Other, 0);
        }
        assert!(limiter.counters.lock().unwrap().len() <= super::COUNTERS_MAX);
    }
}

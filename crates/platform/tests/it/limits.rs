//! Rate-limit headers and refusals.

use axum::body::Body;
use http::Request;
use postern_platform::{Limits, PlatformConfig};

use crate::world::{World, acting, as_john, from_address};

const STRANGER: [u8; 4] = [203, 0, 113, 9];

async fn strict() -> World {
    let limits = Limits {
        account_per_minute: 2,
        ..Limits::default()
    };
    World::with(PlatformConfig {
        limits,
        ..PlatformConfig::default()
    })
    .await
}

#[tokio::test]
async fn an_address_is_told_its_allowance_and_refused_beyond_it() {
    let world = strict().await;
    let good = || {
        from_address(as_john(Request::get("/v3/account")), STRANGER)
            .body(Body::empty())
            .unwrap()
    };
    let bad = || {
        from_address(Request::get("/v3/account"), STRANGER)
            .body(Body::empty())
            .unwrap()
    };
    let first = world.call(good()).await;
    first.data();
    let header = |answer: &crate::world::Answer, name: &str| {
        answer
            .headers
            .get(name)
            .map(|v| v.to_str().unwrap().to_owned())
    };
    assert_eq!(header(&first, "x-ratelimit-limit").as_deref(), Some("2"));
    assert_eq!(
        header(&first, "x-ratelimit-remaining").as_deref(),
        Some("1")
    );
    assert!(header(&first, "ratelimit-reset").is_some());
    // Wrong credentials draw on the same allowance.
    let second = world.call(bad()).await;
    assert_eq!(
        (
            second.status.as_u16(),
            header(&second, "x-ratelimit-remaining").as_deref()
        ),
        (401, Some("0"))
    );
    let third = world.call(good()).await;
    assert_eq!(
        third.error(),
        (429, "HTTP_TOO_MANY_REQUESTS", "Too many attempts.")
    );
    assert_eq!(
        header(&third, "retry-after"),
        header(&third, "ratelimit-reset")
    );
    world.clock.advance_seconds(60);
    world.call(good()).await.data();
}

#[tokio::test]
async fn calls_within_the_process_are_not_counted() {
    let world = strict().await;
    for _ in 0..5 {
        let request = from_address(acting(Request::get("/v3/account"), world.john), STRANGER)
            .body(Body::empty())
            .unwrap();
        let answer = world.call(request).await;
        answer.data();
        assert!(!answer.headers.contains_key("x-ratelimit-limit"));
    }
}

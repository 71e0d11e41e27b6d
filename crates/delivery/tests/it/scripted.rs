//! Carriers that are not the simulator: what a crash, a pin and the loop itself do with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use postern_delivery::{Answer, Attempt, Carrier, Report, Routes, Simulator, Timing};
use postern_domain::message::Status;
use postern_domain::time::UnixMicros;
use postern_store::queue::{self, Lease};
use tokio_util::sync::CancellationToken;

use crate::world::World;

/// Takes everything, remembers nothing: a second submission of the same message would be a second text.
#[derive(Default)]
struct Forgetful {
    submitted: AtomicU64,
}

impl Carrier for Forgetful {
    fn name(&self) -> &'static str {
        "forgetful"
    }
    fn recognises_repeats(&self) -> bool {
        false
    }
    fn submit<'a>(
        &'a self,
        _attempt: &'a Attempt,
    ) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        self.submitted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            Answer::Accepted {
                ask_after: Duration::from_secs(3600),
            }
        })
    }
    fn ask<'a>(
        &'a self,
        _attempt: &'a Attempt,
        _now: UnixMicros,
    ) -> std::pin::Pin<Box<dyn Future<Output = Report> + Send + 'a>> {
        Box::pin(async {
            Report::Nothing {
                ask_after: Duration::from_secs(3600),
            }
        })
    }
}

fn routes(carrier: &Arc<Forgetful>) -> Routes {
    Routes {
        simulator: Arc::new(Simulator::new(Timing::default())),
        default: carrier.clone(),
    }
}

#[tokio::test]
async fn an_abandoned_claim_is_never_submitted_twice_to_a_carrier_that_would_not_notice() {
    let world = World::new().await;
    let id = world.accept(1, "+15551234567", false).await;
    let now = world.clock.now();
    let lease = Lease {
        until: now.plus_secs(60),
        claim: 7,
    };
    world
        .store
        .write(postern_store::Lane::CONTROL, move |tx| {
            queue::claim(tx, now, 1, lease)
        })
        .await
        .unwrap();
    let carrier = Arc::new(Forgetful::default());
    let delivery = world.delivery(routes(&carrier));
    world.clock.advance_seconds(60);
    delivery.run_due().await.unwrap();
    assert_eq!(carrier.submitted.load(Ordering::SeqCst), 0);
    assert_eq!(world.message(id).await.status, Status::InDoubt);
}

#[tokio::test]
async fn a_pinned_message_reaches_the_simulator_whatever_the_route() {
    let world = World::new().await;
    let carrier = Arc::new(Forgetful::default());
    let delivery = world.delivery(routes(&carrier));
    let (pinned, free) = (
        world.accept(1, "+15551234567", true).await,
        world.accept(2, "+15551234567", false).await,
    );
    delivery.run_due().await.unwrap();
    assert_eq!(carrier.submitted.load(Ordering::SeqCst), 1);
    assert_eq!(world.message(pinned).await.carrier, "simulator");
    assert_eq!(world.message(free).await.carrier, "forgetful");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loop_wakes_for_a_new_message_and_ends_when_told() {
    let world = World::new().await;
    let carrier = Arc::new(Forgetful::default());
    let bells = postern_delivery::Bells::default();
    let delivery = postern_delivery::Delivery::new(
        world.store.clone(),
        routes(&carrier),
        world.clock.clock(),
        postern_delivery::Config::default(),
        bells.clone(),
    );
    let cancel = CancellationToken::new();
    let running = tokio::spawn(Arc::new(delivery).run(cancel.clone()));
    let id = world.accept(1, "+15551234567", false).await;
    bells.messages.notify_one();
    while world.message(id).await.status != Status::Sent {
        tokio::task::yield_now().await;
    }
    cancel.cancel();
    running.await.unwrap();
    assert_eq!(carrier.submitted.load(Ordering::SeqCst), 1);
}

//! What is frozen does not reach a carrier, whenever the brake is pulled.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use postern_delivery::{
    Answer, Attempt, Bells, Carrier, Config, Delivery, Report, Routes, Simulator, Timing,
};
use postern_domain::channel::Content;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;
use postern_store::{Lane, Through, freezes};
use tokio::sync::Semaphore;

use crate::world::World;

/// Takes a message when a permit is given.
struct Gate {
    begun: AtomicU64,
    permits: Semaphore,
}

impl Carrier for Gate {
    fn name(&self) -> &'static str {
        "gate"
    }
    fn recognises_repeats(&self) -> bool {
        false
    }
    fn submit<'a>(
        &'a self,
        _attempt: &'a Attempt,
    ) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            self.permits.acquire().await.unwrap().forget();
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

struct Scene {
    world: World,
    gate: Arc<Gate>,
    bells: Bells,
    delivery: Arc<Delivery>,
}

impl Scene {
    async fn new(permits: usize) -> Scene {
        let world = World::new().await;
        let gate = Arc::new(Gate {
            begun: AtomicU64::new(0),
            permits: Semaphore::new(permits),
        });
        let bells = Bells::default();
        let routes = Routes {
            simulator: Arc::new(Simulator::new(Timing::default())),
            default: gate.clone(),
        };
        let delivery = Delivery::new(
            world.store.clone(),
            routes,
            world.clock.clock(),
            Config::default(),
            bells.clone(),
        );
        Scene {
            world,
            gate,
            bells,
            delivery: Arc::new(delivery),
        }
    }

    async fn accept(&self, n: u64, key: &str) -> MessageId {
        let through = Through {
            key_id: Some(key.to_owned()),
            connection_id: Some("x".to_owned()),
        };
        self.world
            .accept_through(n, "+15551234567", false, Content::Sms, through)
            .await
    }

    async fn turn(&self, scope: &'static str, on: bool) {
        let now = self.world.clock.now();
        let written = self.world.store.write(Lane::CONTROL, move |tx| match on {
            true => freezes::freeze(tx, scope, now),
            false => freezes::unfreeze(tx, scope, now),
        });
        assert!(written.await.unwrap());
        self.bells.brakes.fetch_add(1, Ordering::SeqCst);
    }

    fn begun(&self) -> u64 {
        self.gate.begun.load(Ordering::SeqCst)
    }

    async fn status(&self, id: MessageId) -> Status {
        self.world.message(id).await.status
    }
}

#[tokio::test]
async fn only_what_is_frozen_stays() {
    let scene = Scene::new(100).await;
    let (one, two) = (scene.accept(1, "a").await, scene.accept(2, "b").await);
    scene.turn("key:a", true).await;
    scene.delivery.run_due().await.unwrap();
    assert_eq!(
        (scene.status(one).await, scene.status(two).await),
        (Status::Queued, Status::Sent)
    );
    scene.turn("key:a", false).await;
    scene.delivery.run_due().await.unwrap();
    assert_eq!((scene.status(one).await, scene.begun()), (Status::Sent, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_claimed_but_met_no_carrier_yet_stays_too() {
    let scene = Scene::new(0).await;
    for n in 0..200 {
        scene.accept(n, "a").await;
    }
    let delivery = scene.delivery.clone();
    let running = tokio::spawn(async move { delivery.run_due().await.unwrap() });
    // The first of the batch are with the carrier, which is slow.
    while scene.begun() < 64 {
        tokio::task::yield_now().await;
    }
    scene.turn("installation:", true).await;
    scene.gate.permits.add_permits(1000);
    running.await.unwrap();
    assert_eq!(
        scene.begun(),
        64,
        "nothing is handed over once the freeze is told"
    );
    let held = scene
        .world
        .store
        .read(|tx| {
            let freeze = freezes::get(tx, "installation:")?.expect("it is frozen");
            freezes::held(tx, &freeze, UnixMicros(0))
        })
        .await
        .unwrap();
    assert_eq!(held.late, 200 - 64);
    scene.turn("installation:", false).await;
    scene.delivery.run_due().await.unwrap();
    assert_eq!(scene.begun(), 200, "and each of them once");
}

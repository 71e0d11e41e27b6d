//! The clock of a sandbox, and what becomes due when it is moved.

use postern_domain::account::AccountId;
use postern_domain::sandbox_clock::SandboxClock;
use postern_domain::time::UnixMicros;
use postern_store::messages::NewMessage;
use postern_store::queue::{self, Lease};
use postern_store::sandbox_clock::{self, Place};
use postern_store::{Lane, Store, accounts, campaigns, lists};
use postern_testkit::FixedClock;

use crate::accounts::{new_account, open_account};
use crate::messages::{accept, message};

const NOW: UnixMicros = FixedClock::START;
const DAY: i64 = 24 * 3600;

async fn sandbox(store: &Store) -> AccountId {
    let new = accounts::NewAccount {
        sandbox: true,
        ..new_account("sandbox", i64::MAX / 2)
    };
    store
        .write(Lane::CONTROL, move |tx| accounts::create(tx, &new, NOW))
        .await
        .unwrap()
}

/// Sets the clock and moves what waits; answers how many steps that took.
async fn set(store: &Store, account: AccountId, clock: SandboxClock, now: UnixMicros) -> usize {
    let set = store.write(Lane::CONTROL, move |tx| {
        sandbox_clock::set(tx, account, clock, now)
    });
    assert!(set.await.unwrap());
    let (mut place, mut steps) = (Some(Place::default()), 0);
    while let Some(from) = place {
        place = store
            .write(Lane::CONTROL, move |tx| {
                sandbox_clock::step(tx, account, clock, from, now)
            })
            .await
            .unwrap();
        steps += 1;
    }
    steps
}

async fn due(store: &Store, at: UnixMicros) -> usize {
    let lease = Lease {
        until: at.plus_secs(60),
        claim: 7,
    };
    let claimed = store
        .write(Lane::CONTROL, move |tx| queue::claim(tx, at, 1000, lease))
        .await
        .unwrap();
    claimed.messages.len()
}

fn scheduled(n: u64, at: UnixMicros) -> NewMessage {
    NewMessage {
        schedule: Some(at.secs()),
        due: Some(at),
        ..message(n)
    }
}

both! {
    async fn what_waits_becomes_due_when_the_clock_is_moved_and_waits_again_when_it_is_moved_back(store) {
        let account = sandbox(&store).await;
        let batch = (0..600).map(|n| scheduled(n, NOW.plus_secs(DAY))).collect();
        accept(&store, account, batch, NOW).await;
        let ahead = SandboxClock::default().set_to(NOW.plus_secs(DAY - 10), NOW).unwrap();
        assert_eq!(set(&store, account, ahead, NOW).await, 3);
        let read = store.read(move |tx| accounts::get(tx, account)).await.unwrap().unwrap();
        assert_eq!(read.clock, ahead);
        assert_eq!(due(&store, NOW.plus_secs(9)).await, 0);
        set(&store, account, SandboxClock::default(), NOW).await;
        assert_eq!(due(&store, NOW.plus_secs(DAY - 1)).await, 0);
        set(&store, account, SandboxClock::default().stopped(NOW), NOW).await;
        assert_eq!(due(&store, NOW.plus_secs(10 * DAY)).await, 0, "it stands");
        let later = SandboxClock::default().stopped(NOW.plus_secs(DAY));
        set(&store, account, later, NOW).await;
        assert_eq!(due(&store, NOW).await, 600);
        // What is claimed is on its way, whatever the clock says now.
        set(&store, account, SandboxClock::default(), NOW).await;
        assert_eq!(due(&store, NOW.plus_secs(61)).await, 600, "the lease has run out");
        store.reopen().await;
    }

    async fn campaigns_are_moved_and_live_accounts_are_not(store) {
        let account = sandbox(&store).await;
        let live = open_account(&store, "live", 10_000_000).await;
        let clock = SandboxClock::default().set_to(NOW.plus_secs(DAY), NOW).unwrap();
        assert!(!store.write(Lane::CONTROL, move |tx| sandbox_clock::set(tx, live, clock, NOW)).await.unwrap());
        accept(&store, live, vec![scheduled(1, NOW.plus_secs(DAY))], NOW).await;
        let at = NOW.plus_secs(DAY);
        store.write(Lane::CONTROL, move |tx| {
            for account in [account, live] {
                let list_id = lists::create(tx, account, "list", &format!("L{}", account.0), NOW)?;
                let plan = campaigns::Plan { list_id, schedule: Some(at.secs()), due: Some(at), ..campaigns::Plan::default() };
                campaigns::create(tx, account, &plan, &postern_store::Through::default(), NOW)?.unwrap();
            }
            Ok(())
        }).await.unwrap();
        set(&store, account, clock, NOW).await;
        let due_now = store.read(|tx| campaigns::due(tx, NOW, 10)).await.unwrap();
        assert_eq!(due_now.iter().map(|one| one.account).collect::<Vec<_>>(), [account]);
        assert_eq!(due(&store, NOW).await, 0);
        store.reopen().await;
    }
}

//! The conformance suite: every promise of the store, on both engines from one text.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

/// `both! { async fn name(store) { … } }` makes `name::sqlite` and `name::postgres`.
macro_rules! both {
    ($(async fn $name:ident($store:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn run(mut $store: postern_testkit::TestStore) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(postern_testkit::sqlite_store().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(store) = postern_testkit::postgres_store().await {
                    run(store).await;
                }
            }
        }
    )*};
}

mod accounts;
mod alerts;
mod approvals;
mod audit;
mod audit_chain;
mod backup;
mod blocks;
mod campaigns;
mod channels;
mod connections;
mod contacts;
mod email_addresses;
mod events;
mod exports;
mod feed;
mod files;
mod freezes;
mod hooks;
mod inbound;
mod inbox;
mod keys;
mod links;
mod list_jobs;
mod lists;
mod look;
mod lost_commit;
mod messages;
mod operators;
mod opt_outs;
mod peppers;
mod privacy;
mod pushes;
mod queue;
mod receipts;
mod rules;
mod sandbox_clock;
mod schema;
mod senders;
mod sends;
mod settings;
mod simulator;
mod statistics;
mod templates;
mod transfers;
mod units;
mod usage;
mod user_countries;

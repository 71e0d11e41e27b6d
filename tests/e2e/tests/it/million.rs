//! A million of everything on the real server: contacts in and out, messages in history; memory and times against the goals. A test run
//! does it with a few rows, to see that it works; `cargo xtask soak rows` with a million and a server built for speed.

mod campaign;
mod contacts;
mod history;
mod reading;

use anyhow::Result;
use postern_e2e::environment;
use std::process::Command;

/// In a test run.
const ROWS: usize = 2_000;
/// A campaign goes to every so many.
const CAMPAIGN_PART: usize = 10;

fn rows() -> Result<usize> {
    Ok(environment::variable("POSTERN_TEST_ROWS").map_or(Ok(ROWS), |text| text.parse())?)
}

fn embedded(_: &mut Command) {}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_go_in_and_out_in_bounded_memory() -> Result<()> {
    contacts::run("SQLite", rows()?, embedded).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_the_history_costs_about_as_much_as_the_first() -> Result<()> {
    history::run("SQLite", rows()?, embedded).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_do_not_wait_for_a_campaign() -> Result<()> {
    campaign::run("SQLite", rows()? / CAMPAIGN_PART, embedded).await
}

mod with_postgres {
    use anyhow::{Context as _, Result};
    use postern_testkit::TempDatabase;

    async fn database() -> Result<TempDatabase> {
        postern_testkit::postgres_database()
            .await
            .context("POSTERN_TEST_DATABASE_URL is not set")
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn contacts_go_in_and_out_in_bounded_memory() -> Result<()> {
        let (small, large) = (database().await?, database().await?);
        let mut urls = [small.url(), large.url()].into_iter();
        super::contacts::run("PostgreSQL", super::rows()?, |command| {
            // Each size on a database of its own.
            if let Some(url) = urls.next() {
                command.env("POSTERN_DATABASE_URL", url);
            }
        })
        .await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_page_of_the_history_costs_about_as_much_as_the_first() -> Result<()> {
        let database = database().await?;
        super::history::run("PostgreSQL", super::rows()?, |command| {
            command.env("POSTERN_DATABASE_URL", database.url());
        })
        .await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn codes_do_not_wait_for_a_campaign() -> Result<()> {
        let database = database().await?;
        super::campaign::run(
            "PostgreSQL",
            super::rows()? / super::CAMPAIGN_PART,
            |command| {
                command.env("POSTERN_DATABASE_URL", database.url());
            },
        )
        .await
    }
}

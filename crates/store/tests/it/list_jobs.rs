//! Long work on lists, step by step, with restarts and changes in between.

use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Fields};
use postern_domain::time::UnixMicros;
use postern_store::list_jobs::{self, Chunk, Fault, Job, State, Stored};
use postern_store::lists::{self, Removed};
use postern_store::{Lane, Store, contacts};
use postern_testkit::{FixedClock, TestStore};

use crate::accounts::open_account;
use crate::contacts::{add, count, fields, numbers};
use crate::lists::{list, make_list};

const NOW: UnixMicros = FixedClock::START;

async fn step(store: &Store, account: AccountId, job: i64) -> Job {
    store
        .write(Lane::of(account.0), move |tx| list_jobs::step(tx, job, NOW))
        .await
        .unwrap()
        .unwrap()
}

/// To the end, with a restart after every step.
async fn finish(store: &mut TestStore, account: AccountId, job: i64) -> Job {
    loop {
        let now = step(store, account, job).await;
        if now.state != State::Running {
            return now;
        }
        store.reopen().await;
    }
}

async fn open_duplicates(
    store: &Store,
    account: AccountId,
    list: i64,
    fields: &'static [Field],
) -> i64 {
    store
        .write(Lane::of(account.0), move |tx| {
            list_jobs::open_duplicates(tx, account, list, fields, NOW)
        })
        .await
        .unwrap()
        .unwrap()
}

async fn digests(store: &Store) -> i64 {
    let count = |tx: &mut postern_store::Tx<'_>| {
        tx.one("SELECT count(*) FROM list_job_digests", &[], |r| r.int(0))
    };
    store.read(count).await.unwrap()
}

both! {
    async fn duplicates_go_and_the_oldest_stay(store) {
        let john = open_account(&store, "john", 0).await;
        let ways: [(&'static str, &'static [Field]); 3] =
            [("Phones", &[Field::PhoneNumber]), ("Emails", &[Field::Email]), ("Both", &[Field::PhoneNumber, Field::FirstName])];
        for (name, compared) in ways {
        let id = make_list(&store, john, name).await;
        // 2,500 contacts of 1,100 different numbers; the first number 200 times.
        let number = |n: i64| if n % 10 == 0 && n < 2_000 { 0 } else { n % 1_100 };
        for from in [0, 1_000, 2_000] {
            let rows = (from..(from + 1_000).min(2_500)).map(|n| fields(number(n))).collect();
            add(&store, john, id, rows).await.unwrap();
        }
        let all = numbers(&store, john, id).await;
        let mut seen = std::collections::HashSet::new();
        let expected: Vec<_> = all.iter().enumerate().filter(|(n, _)| seen.insert(number(*n as i64))).map(|(_, id)| *id).collect();
        let job = open_duplicates(&store, john, id, compared).await;
        let done = finish(&mut store, john, job).await;
        assert_eq!((done.state, done.rows_read, done.rows_done), (State::Done, 2_500, 2_500 - expected.len() as i64));
        assert_eq!(numbers(&store, john, id).await, expected);
        assert_eq!(count(&store, john, id).await, expected.len() as i64);
        assert_eq!(digests(&store).await, 0, "nothing is left behind");
        assert_eq!(step(&store, john, job).await, done, "a finished job does nothing");
        }
    }

    async fn duplicates_are_equal_in_all_chosen_fields(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let person = |first: &str, last: &str, phone: i64| {
            let mut person = fields(phone);
            person.set(Field::FirstName, first);
            person.set(Field::LastName, last);
            person
        };
        let people = vec![
            person("John", "Doe", 1), person(" JOHN ", "doe", 2), person("John", "", 3), person("", "John", 4),
            person("", "", 5), person("", "", 6), person("JohnD", "oe", 7),
        ];
        let first = add(&store, john, id, people).await.unwrap();
        let job = open_duplicates(&store, john, id, &[Field::FirstName, Field::LastName]).await;
        assert_eq!(finish(&mut store, john, job).await.rows_done, 1);
        let left: Vec<_> = numbers(&store, john, id).await.into_iter().map(|n| n - first).collect();
        assert_eq!(left, [0, 2, 3, 4, 5, 6], "those without a name equal nobody");
    }

    async fn a_contact_changed_meanwhile_is_neither_removed_nor_a_reason_to_remove(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let first = add(&store, john, id, vec![fields(1), fields(1), fields(2), fields(2), fields(3), fields(3)]).await.unwrap();
        let job = open_duplicates(&store, john, id, &[Field::PhoneNumber, Field::FirstName]).await;
        let collected = step(&store, john, job).await;
        assert_eq!((collected.phase, collected.rows_read), (1, 6));
        store.write(Lane::of(john.0), move |tx| {
            let later = NOW.plus_secs(1);
            let other = [(Field::PhoneNumber, "+15559999999".to_owned())];
            contacts::update(tx, john, id, first, &other, later)?;
            contacts::update(tx, john, id, first + 3, &other, later)?;
            contacts::remove(tx, john, id, first + 4, later)
        }).await.unwrap();
        assert_eq!(finish(&mut store, john, job).await.rows_done, 0);
        assert_eq!(count(&store, john, id).await, 5);
    }

    async fn opted_out_contacts_are_removed(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let opt_out = store.read(move |tx| lists::opt_out(tx, john)).await.unwrap().unwrap().list_id;
        for from in [0, 1_000] {
            add(&store, john, id, (from..from + 1_000).map(fields).collect()).await.unwrap();
        }
        let mut mail_only = Fields::default();
        mail_only.set(Field::Email, "NUMBER5@example.com");
        let last = add(&store, john, id, vec![mail_only]).await.unwrap();
        add(&store, john, opt_out, [5, 1_500, 7_777].map(fields).to_vec()).await.unwrap();
        let open = |list: i64| store.write(Lane::of(john.0), move |tx| list_jobs::open_opt_outs(tx, john, list, opt_out, NOW));
        assert_eq!(open(12_345).await.unwrap(), None);
        let job = open(id).await.unwrap().unwrap();
        assert!(list(&store, john, id).await.unwrap().opt_out_in_progress);
        let done = finish(&mut store, john, job).await;
        assert_eq!((done.rows_read, done.rows_done), (2_001, 3));
        let now = list(&store, john, id).await.unwrap();
        assert_eq!((now.contacts, now.opt_out_in_progress), (1_998, false));
        assert!(!numbers(&store, john, id).await.contains(&last));
        assert_eq!(count(&store, john, opt_out).await, 3);
    }

    async fn a_deleted_list_is_erased_with_everything_in_it(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let other = make_list(&store, john, "Other").await;
        for from in [0, 1_000, 2_000] {
            add(&store, john, id, (from..from + 1_000).map(fields).collect()).await.unwrap();
        }
        add(&store, john, other, vec![fields(1)]).await.unwrap();
        let Removed::Done { job } = store.write(Lane::of(john.0), move |tx| lists::remove(tx, john, id, NOW)).await.unwrap() else { panic!("kept") };
        let open = store.read(move |tx| list_jobs::unfinished(tx, 0, 10)).await.unwrap();
        assert_eq!(open.iter().map(|j| j.job_id).collect::<Vec<_>>(), [job]);
        assert_eq!(finish(&mut store, john, job).await.rows_done, 3_000);
        let left = store.read(|tx| tx.one(
            "SELECT (SELECT count(*) FROM contacts) + (SELECT count(*) FROM contact_blocks) + (SELECT count(*) FROM lists)", &[], |r| r.int(0),
        )).await.unwrap();
        assert_eq!(left, 1 + 1 + 2, "the other list and the Opt-Out List");
    }

    async fn an_import_moves_contacts_and_position_together(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let job = store.write(Lane::of(john.0), move |tx| list_jobs::begin_import(tx, john, id, "{}", NOW)).await.unwrap().unwrap();
        assert!(list(&store, john, id).await.unwrap().import_in_progress);
        store.write(Lane::of(john.0), move |tx| {
            for part in 0..3 {
                list_jobs::put_part(tx, job, part, &vec![b'x'; list_jobs::PART_BYTES])?;
            }
            list_jobs::start_import(tx, job, 3 * list_jobs::PART_BYTES as i64, NOW)
        }).await.unwrap();
        let chunk = |from: i64, to: i64, finished: bool| {
            let chunk = Chunk {
                position: to,
                rows_read: 3,
                contacts: vec![fields(from), fields(to)],
                faults: vec![Fault { row: to, reason: "phone: not a telephone number".into() }],
                finished,
            };
            store.write(Lane::of(john.0), move |tx| list_jobs::import_chunk(tx, job, from, &chunk, NOW))
        };
        assert_eq!(chunk(0, 131_072, false).await.unwrap(), Stored::Yes);
        assert_eq!(chunk(0, 131_072, false).await.unwrap(), Stored::Stale, "the same chunk again");
        let left = store.read(move |tx| list_jobs::parts(tx, job, 0, 9)).await.unwrap();
        assert_eq!(left.len(), 2, "what was read is dropped");
        store.reopen().await;
        let chunk = |from: i64, to: i64| {
            let chunk = Chunk { position: to, finished: true, ..Chunk::default() };
            store.write(Lane::of(john.0), move |tx| list_jobs::import_chunk(tx, job, from, &chunk, NOW))
        };
        assert_eq!(chunk(131_072, 393_216).await.unwrap(), Stored::Yes);
        let (now, faults, left) = store.read(move |tx| {
            Ok((list_jobs::get(tx, job)?.unwrap(), list_jobs::faults(tx, job)?, list_jobs::parts(tx, job, 0, 9)?))
        }).await.unwrap();
        assert_eq!((now.state, now.rows_read, now.rows_done, now.rows_failed), (State::Done, 3, 2, 1));
        assert_eq!((faults.len(), faults[0].row, left.len()), (1, 131_072, 0));
        assert_eq!(count(&store, john, id).await, 2);
        assert!(!list(&store, john, id).await.unwrap().import_in_progress);
    }

    async fn an_import_ends_with_its_list_and_a_failure_says_why(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let job = store.write(Lane::of(john.0), move |tx| {
            let job = list_jobs::begin_import(tx, john, id, "{}", NOW)?.unwrap();
            for part in 0..20 {
                list_jobs::put_part(tx, job, part, b"x")?;
            }
            list_jobs::start_import(tx, job, 20, NOW)?;
            lists::remove(tx, john, id, NOW)?;
            Ok(job)
        }).await.unwrap();
        let chunk = Chunk { position: 9, ..Chunk::default() };
        let stored = store.write(Lane::of(john.0), move |tx| list_jobs::import_chunk(tx, job, 0, &chunk, NOW)).await.unwrap();
        assert_eq!(stored, Stored::ListGone);
        while !store.write(Lane::of(john.0), move |tx| list_jobs::fail(tx, job, "the list was deleted", NOW)).await.unwrap() {}
        let now = store.read(move |tx| list_jobs::get(tx, job)).await.unwrap().unwrap();
        assert_eq!((now.state, now.failure.as_deref()), (State::Failed, Some("the list was deleted")));
        store.reopen().await;
    }
}

//! Accounts: opening, changing, and taking money exactly once.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;
use postern_store::accounts::{self, Debited, NewAccount};
use postern_store::{Error, Lane, Store};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

pub(crate) fn new_account(username: &str, balance: i64) -> NewAccount {
    NewAccount {
        username: username.to_owned(),
        api_key_hash: [7; 32],
        pepper_version: 1,
        api_key_sealed: vec![1, 2, 3],
        email: format!("{username}@example.com"),
        phone: "+15551234567".to_owned(),
        first_name: "John".to_owned(),
        last_name: "Doe".to_owned(),
        country: CountryCode::parse("US").unwrap(),
        timezone: "America/Chicago".to_owned(),
        currency: Currency::Usd,
        balance: Micros(balance),
        sandbox: false,
        char_limit_parts: 6,
    }
}

pub(crate) async fn open_account(store: &Store, username: &str, balance: i64) -> AccountId {
    let new = new_account(username, balance);
    store
        .write(Lane::CONTROL, move |tx| accounts::create(tx, &new, NOW))
        .await
        .unwrap()
}

both! {
    async fn an_account_is_found_by_number_and_by_name(store) {
        let id = open_account(&store, "john", 5_000_000).await;
        let (by_id, by_name, nobody) = store.read(move |tx| {
            Ok((accounts::get(tx, id)?, accounts::by_username(tx, "john")?, accounts::by_username(tx, "John")?))
        }).await.unwrap();
        let account = by_id.unwrap();
        assert_eq!(account.balance, Micros(5_000_000));
        assert_eq!((account.active, account.sandbox, account.message_seq), (true, false, 0));
        assert_eq!(by_name.unwrap().id, id);
        assert!(nobody.is_none());
        store.reopen().await;
    }

    async fn a_username_belongs_to_one_account(store) {
        open_account(&store, "john", 0).await;
        let again = new_account("john", 0);
        let taken = store.write(Lane::CONTROL, move |tx| accounts::create(tx, &again, NOW)).await;
        assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
        store.reopen().await;
    }

    async fn accounts_are_listed_in_pieces(store) {
        for name in ["a", "b", "c"] {
            open_account(&store, name, 0).await;
        }
        let names = |page: Vec<accounts::Account>| page.into_iter().map(|a| a.username).collect::<Vec<_>>();
        let first = store.read(|tx| accounts::list(tx, AccountId(0), 2)).await.unwrap();
        let after = first[1].id;
        let second = store.read(move |tx| accounts::list(tx, after, 2)).await.unwrap();
        assert_eq!((names(first), names(second)), (vec!["a".into(), "b".into()], vec!["c".into()]));
        store.reopen().await;
    }

    async fn a_balance_never_goes_below_zero(store) {
        let id = open_account(&store, "john", 100).await;
        let credit = |amount: i64| store.write(Lane::of(id.0), move |tx| accounts::credit(tx, id, Micros(amount), NOW));
        assert_eq!(credit(50).await.unwrap(), Some(Micros(150)));
        assert_eq!(credit(-151).await.unwrap(), None);
        assert_eq!(credit(-150).await.unwrap(), Some(Micros(0)));
        let nobody = store.write(Lane::of(1), |tx| accounts::credit(tx, AccountId(1), Micros(1), NOW)).await.unwrap();
        assert_eq!(nobody, None);
        store.reopen().await;
    }

    async fn a_debit_hands_out_numbers_and_a_time_that_never_runs_backwards(store) {
        let id = open_account(&store, "john", 1_000).await;
        let debit = |total: i64, count: i64, at: UnixMicros| {
            store.write(Lane::of(id.0), move |tx| accounts::debit(tx, id, Channel::Sms, Micros(total), count, at))
        };
        let later = NOW.plus_secs(9);
        assert_eq!(debit(300, 3, later).await.unwrap(), Some(Debited { last_seq: 3, accepted_at: later, balance: Micros(700) }));
        // The clock stepped back: the next message is not older than the last one.
        assert_eq!(debit(300, 1, NOW).await.unwrap(), Some(Debited { last_seq: 4, accepted_at: later, balance: Micros(400) }));
        assert_eq!(debit(401, 1, later).await.unwrap(), None);
        let spendable = store.read(move |tx| accounts::spendable(tx, id)).await.unwrap();
        assert_eq!(spendable, Some(Micros(400)));
        store.reopen().await;
    }

    async fn a_closed_account_spends_nothing(store) {
        let id = open_account(&store, "john", 1_000).await;
        assert!(store.write(Lane::CONTROL, move |tx| accounts::set_active(tx, id, false, NOW)).await.unwrap());
        let refused = store.write(Lane::of(id.0), move |tx| accounts::debit(tx, id, Channel::Sms, Micros(0), 1, NOW)).await.unwrap();
        assert_eq!(refused, None);
        assert_eq!(store.read(move |tx| accounts::spendable(tx, id)).await.unwrap(), None);
        store.reopen().await;
    }

    async fn an_api_key_can_be_replaced(store) {
        let id = open_account(&store, "john", 0).await;
        let change = |id: AccountId| store.write(Lane::CONTROL, move |tx| accounts::set_api_key(tx, id, &[9; 32], 2, &vec![4], NOW));
        assert!(change(id).await.unwrap());
        assert!(!change(AccountId(1)).await.unwrap());
        let account = store.read(move |tx| accounts::get(tx, id)).await.unwrap().unwrap();
        assert_eq!((account.api_key_hash, account.pepper_version, account.api_key_sealed), (vec![9; 32], 2, vec![4]));
        store.reopen().await;
    }

    async fn resealing_and_rehashing_replace_only_what_was_read(store) {
        let id = open_account(&store, "john", 0).await;
        let done = store.write(Lane::CONTROL, move |tx| Ok((
            accounts::reseal(tx, id, &[9], &[8])?, accounts::reseal(tx, id, &[1, 2, 3], &[8])?,
            accounts::rehash(tx, id, &[6; 32], &[1; 32], 2)?, accounts::rehash(tx, id, &[7; 32], &[1; 32], 2)?,
            accounts::rehash(tx, id, &[1; 32], &[2; 32], 2)?,
        ))).await.unwrap();
        assert_eq!(done, (false, true, false, true, false));
        let account = store.read(move |tx| accounts::get(tx, id)).await.unwrap().unwrap();
        assert_eq!((account.api_key_sealed, account.api_key_hash, account.pepper_version), (vec![8], vec![1; 32], 2));
        store.reopen().await;
    }

    async fn debits_from_many_callers_never_overdraw(store) {
        let id = open_account(&store, "john", 10 * 79).await;
        let mut callers = Vec::new();
        for lane in 0..64 {
            let store = Store::clone(&store);
            // Different lanes on purpose: the statement itself must hold, not the order of one worker.
            callers.push(tokio::spawn(async move {
                store.write(Lane::of(lane), move |tx| accounts::debit(tx, id, Channel::Sms, Micros(79), 1, NOW)).await.unwrap()
            }));
        }
        let mut numbers = Vec::new();
        for caller in callers {
            numbers.extend(caller.await.unwrap().map(|d| d.last_seq));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
        let account = store.read(move |tx| accounts::get(tx, id)).await.unwrap().unwrap();
        assert_eq!((account.balance, account.message_seq), (Micros(0), 10));
        store.reopen().await;
    }
}

//! Contacts: counted, paged, changed, moved, found.

use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Fields};
use postern_domain::time::UnixMicros;
use postern_store::contacts::{self, Changed, Combine, Contact, Moved, Search};
use postern_store::lists::{self, Removed};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::lists::{list, make_list};

const NOW: UnixMicros = FixedClock::START;

/// The `n`th contact of a test.
pub(crate) fn fields(n: i64) -> Fields {
    let mut fields = Fields::default();
    fields.set(Field::PhoneNumber, format!("+1555{n:07}"));
    fields.set(Field::FirstName, format!("First{n}"));
    fields.set(Field::Email, format!("Number{n}@Example.com"));
    fields
}

pub(crate) async fn add(
    store: &Store,
    account: AccountId,
    list_id: i64,
    rows: Vec<Fields>,
) -> Option<i64> {
    add_at(store, account, list_id, rows, NOW).await
}

async fn add_at(
    store: &Store,
    account: AccountId,
    list_id: i64,
    rows: Vec<Fields>,
    at: UnixMicros,
) -> Option<i64> {
    store
        .write(Lane::of(account.0), move |tx| {
            contacts::add(tx, account, list_id, &rows, at)
        })
        .await
        .unwrap()
}

pub(crate) async fn count(store: &Store, account: AccountId, list_id: i64) -> i64 {
    list(store, account, list_id).await.unwrap().contacts
}

pub(crate) async fn numbers(store: &Store, account: AccountId, list_id: i64) -> Vec<i64> {
    let all = store
        .read(move |tx| contacts::after(tx, account, list_id, 0, 100_000))
        .await
        .unwrap();
    all.into_iter().map(|c| c.contact_id).collect()
}

async fn page(store: &Store, list_id: i64, total: i64, descending: bool, skip: i64) -> Vec<i64> {
    let rows = store
        .read(move |tx| contacts::page(tx, list_id, total, descending, skip, 15))
        .await
        .unwrap();
    rows.into_iter().map(|c| c.contact_id).collect()
}

async fn get(store: &Store, account: AccountId, list_id: i64, id: i64) -> Option<Contact> {
    store
        .read(move |tx| contacts::get(tx, account, list_id, id))
        .await
        .unwrap()
}

async fn remove(store: &Store, account: AccountId, list_id: i64, id: i64) -> bool {
    store
        .write(Lane::of(account.0), move |tx| {
            contacts::remove(tx, account, list_id, id, NOW)
        })
        .await
        .unwrap()
}

async fn found(store: &Store, account: AccountId, list_id: i64, search: Search) -> (i64, Vec<i64>) {
    let found = store
        .read(move |tx| contacts::search(tx, account, list_id, &search))
        .await
        .unwrap();
    (
        found.total,
        found.rows.into_iter().map(|c| c.contact_id).collect(),
    )
}

fn by(values: &[(Field, &str)]) -> Search {
    Search {
        values: values.iter().map(|(f, t)| (*f, (*t).to_owned())).collect(),
        limit: 100,
        ..Search::default()
    }
}

both! {
    async fn contacts_are_kept_and_counted(store) {
        let john = open_account(&store, "john", 0).await;
        let eve = open_account(&store, "eve", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let first = add(&store, john, id, (0..3).map(fields).collect()).await.unwrap();
        let contact = get(&store, john, id, first + 1).await.unwrap();
        assert_eq!((contact.fields, contact.created_at, contact.list_id), (fields(1), NOW, id));
        assert_eq!(count(&store, john, id).await, 3);
        assert_eq!(add(&store, eve, id, vec![fields(9)]).await, None, "not hers");
        assert_eq!(get(&store, eve, id, first).await, None);
        assert!(!remove(&store, eve, id, first).await);
        assert!(remove(&store, john, id, first).await);
        assert!(!remove(&store, john, id, first).await);
        assert_eq!((count(&store, john, id).await, numbers(&store, john, id).await), (2, vec![first + 1, first + 2]));
        store.reopen().await;
        assert_eq!(count(&store, john, id).await, 2);
    }

    async fn pages_with_gaps_are_those_of_a_sorted_list(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let other = make_list(&store, john, "Other").await;
        for n in 0..5 {
            add(&store, john, id, (0..900).map(|m| fields(n * 900 + m)).collect()).await.unwrap();
            add(&store, john, other, (0..300).map(fields).collect()).await.unwrap();
        }
        let all = numbers(&store, john, id).await;
        for number in all.iter().filter(|n| *n % 3 == 0 || (1024..2048).contains(*n)).take(700) {
            assert!(remove(&store, john, id, *number).await);
        }
        let mut left = numbers(&store, john, id).await;
        let total = count(&store, john, id).await;
        assert_eq!(left.len() as i64, total);
        for skip in [0, 15, 1020, 1023, 1024, 2030, total - 20, total - 1, total, total + 100, i64::MAX - 15] {
            let expected: Vec<_> = left.iter().copied().skip(skip as usize).take(15).collect();
            assert_eq!(page(&store, id, total, false, skip).await, expected, "{skip}");
        }
        left.reverse();
        for skip in [0, 15, 2030, total - 20, total - 1, total] {
            let expected: Vec<_> = left.iter().copied().skip(skip as usize).take(15).collect();
            assert_eq!(page(&store, id, total, true, skip).await, expected, "{skip} from the end");
        }
        store.reopen().await;
    }

    async fn a_change_touches_the_given_fields_only(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let first = add(&store, john, id, vec![fields(1)]).await.unwrap();
        let later = NOW.plus_secs(60);
        let update = |contact: i64, given: Vec<(Field, String)>| store.write(Lane::of(john.0), move |tx| {
            contacts::update(tx, john, id, contact, &given, later)
        });
        let mut expected = fields(1);
        expected.set(Field::LastName, "Doe");
        match update(first, vec![(Field::LastName, "Doe".into())]).await.unwrap() {
            Changed::Done(contact) => assert_eq!((contact.fields, contact.updated_at, contact.created_at), (expected.clone(), later, NOW)),
            other => panic!("{other:?}"),
        }
        assert_eq!(get(&store, john, id, first).await.unwrap().fields, expected);
        let nothing_left = vec![(Field::PhoneNumber, String::new()), (Field::Email, String::new())];
        assert_eq!(update(first, nothing_left).await.unwrap(), Changed::Unreachable);
        assert_eq!(update(first + 1, vec![]).await.unwrap(), Changed::Unknown);
        assert_eq!(get(&store, john, id, first).await.unwrap().fields, expected);
        store.reopen().await;
    }

    async fn copies_are_new_and_transfers_keep_their_number(store) {
        let john = open_account(&store, "john", 0).await;
        let eve = open_account(&store, "eve", 0).await;
        let from = make_list(&store, john, "From").await;
        let to = make_list(&store, john, "To").await;
        let hers = make_list(&store, eve, "Hers").await;
        let first = add(&store, john, from, vec![fields(1), fields(2)]).await.unwrap();
        let copy = |contact: i64, to: i64| store.write(Lane::of(john.0), move |tx| contacts::copy(tx, john, from, contact, to, NOW));
        let transfer = |contact: i64, to: i64| store.write(Lane::of(john.0), move |tx| contacts::transfer(tx, john, from, contact, to, NOW));
        let Moved::Done(copied) = copy(first, to).await.unwrap() else { panic!("not copied") };
        assert_eq!((copied.list_id, copied.contact_id, copied.fields), (to, first + 2, fields(1)));
        let Moved::Done(moved) = transfer(first, to).await.unwrap() else { panic!("not transferred") };
        assert_eq!((moved.list_id, moved.contact_id), (to, first));
        assert_eq!(numbers(&store, john, from).await, [first + 1]);
        assert_eq!(numbers(&store, john, to).await, [first, first + 2]);
        assert_eq!((count(&store, john, from).await, count(&store, john, to).await), (1, 2));
        assert!(matches!(transfer(first + 1, from).await.unwrap(), Moved::Done(_)), "onto itself");
        assert_eq!(count(&store, john, from).await, 1);
        assert_eq!(copy(first, to).await.unwrap(), Moved::NoContact);
        assert_eq!(transfer(first, to).await.unwrap(), Moved::NoContact);
        assert_eq!(copy(first + 1, hers).await.unwrap(), Moved::NoList);
        assert_eq!(transfer(first + 1, hers).await.unwrap(), Moved::NoList);
        assert_eq!((count(&store, john, from).await, count(&store, eve, hers).await), (1, 0));
        store.reopen().await;
    }

    async fn searches_go_by_value_and_by_time_of_change(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let elsewhere = make_list(&store, john, "Elsewhere").await;
        add(&store, john, elsewhere, vec![fields(1)]).await.unwrap();
        let first = add(&store, john, id, (0..4).map(fields).collect()).await.unwrap();
        add_at(&store, john, id, vec![fields(1)], NOW.plus_secs(9)).await.unwrap();
        let find = |search: Search| found(&store, john, id, search);
        assert_eq!(find(by(&[])).await, (5, (first..first + 5).collect()));
        assert_eq!(find(by(&[(Field::PhoneNumber, "+15550000001")])).await, (2, vec![first + 1, first + 4]));
        assert_eq!(find(by(&[(Field::Email, "NUMBER2@example.com")])).await, (1, vec![first + 2]));
        assert_eq!(find(by(&[(Field::FirstName, "first3")])).await, (1, vec![first + 3]));
        assert_eq!(find(by(&[(Field::FirstName, "first3"), (Field::Email, "number2@example.com")])).await.0, 0);
        let either = by(&[(Field::FirstName, "first3"), (Field::Email, "number2@example.com")]);
        assert_eq!(find(Search { combine: Combine::Or, ..either }).await, (2, vec![first + 2, first + 3]));
        assert_eq!(find(Search { combine: Combine::Or, ..by(&[]) }).await.0, 5);
        let changed = |at: UnixMicros| Search { updated_after: Some(at), ..by(&[]) };
        assert_eq!(find(changed(NOW)).await, (1, vec![first + 4]));
        assert_eq!(find(changed(NOW.plus_secs(9))).await, (0, vec![]));
        assert_eq!(find(Search { limit: 2, skip: 1, ..changed(NOW.plus_secs(-1)) }).await, (5, vec![first + 1, first + 2]));
        // From either end.
        assert_eq!(find(Search { limit: 2, skip: 3, ..changed(NOW.plus_secs(-1)) }).await, (5, vec![first + 3, first + 4]));
        assert_eq!(find(Search { limit: 2, skip: 3, descending: true, ..changed(NOW.plus_secs(-1)) }).await, (5, vec![first + 1, first]));
        assert_eq!(find(Search { limit: 2, skip: 4, descending: true, ..changed(NOW.plus_secs(-1)) }).await, (5, vec![first]));
        assert_eq!(find(Search { skip: 5, ..changed(NOW.plus_secs(-1)) }).await, (5, vec![]));
        assert_eq!(find(Search { descending: true, limit: 1, ..by(&[]) }).await, (5, vec![first + 4]));
        store.reopen().await;
    }

    async fn suggestions_come_from_all_lists_of_the_account(store) {
        let john = open_account(&store, "john", 0).await;
        let eve = open_account(&store, "eve", 0).await;
        let [one, two] = [make_list(&store, john, "One").await, make_list(&store, john, "Two").await];
        let hers = make_list(&store, eve, "Hers").await;
        let mut doe = Fields::default();
        doe.set(Field::FirstName, "Jane");
        doe.set(Field::LastName, "Doe_%");
        doe.set(Field::Email, "jane@doe.org");
        add(&store, john, one, (0..12).map(fields).collect()).await.unwrap();
        add(&store, john, two, vec![doe.clone()]).await.unwrap();
        add(&store, eve, hers, vec![doe]).await.unwrap();
        let suggest = |text: &'static str, digits: &'static str, skip: i64| store.read(move |tx| {
            contacts::suggest(tx, john, text, digits, true, skip, 10)
        });
        let some = suggest("first1", "", 0).await.unwrap();
        assert_eq!((some.total, some.rows.len()), (3, 3));
        for text in ["JANE", "e d", "doe_%", "doe.ORG"] {
            let found = suggest(text, "", 0).await.unwrap();
            assert_eq!((found.total, found.rows[0].1.as_str()), (1, "Two"), "{text}");
        }
        assert_eq!(suggest("no such thing", "5550000011", 0).await.unwrap().total, 1);
        assert_eq!(suggest("no such thing", "", 0).await.unwrap().total, 0, "nobody without a number");
        assert_eq!(suggest("first", "", 10).await.unwrap().rows.len(), 2);
        store.reopen().await;
    }

    async fn opted_out_numbers_are_left_out(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let opt_out = store.read(move |tx| lists::opt_out(tx, john)).await.unwrap().unwrap().list_id;
        let mut mail_only = Fields::default();
        mail_only.set(Field::Email, "a@b");
        let mut rows: Vec<_> = (0..5).map(fields).collect();
        rows.push(mail_only.clone());
        let first = add(&store, john, id, rows).await.unwrap();
        add(&store, john, opt_out, vec![fields(1), fields(3), mail_only]).await.unwrap();
        let left = store.read(move |tx| contacts::not_opted_out(tx, john, id, 0, 10)).await.unwrap();
        let left: Vec<_> = left.into_iter().map(|c| c.contact_id - first).collect();
        assert_eq!(left, [0, 2, 4, 5]);
        store.reopen().await;
    }

    async fn contacts_of_a_deleted_list_are_gone_at_once(store) {
        let john = open_account(&store, "john", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let other = make_list(&store, john, "Other").await;
        let first = add(&store, john, id, vec![fields(1)]).await.unwrap();
        let removed = store.write(Lane::of(john.0), move |tx| lists::remove(tx, john, id, NOW)).await.unwrap();
        assert!(matches!(removed, Removed::Done { .. }));
        assert_eq!(get(&store, john, id, first).await, None);
        assert!(!remove(&store, john, id, first).await);
        assert_eq!(add(&store, john, id, vec![fields(2)]).await, None);
        let copied = store.write(Lane::of(john.0), move |tx| contacts::copy(tx, john, id, first, other, NOW)).await.unwrap();
        assert_eq!(copied, Moved::NoContact);
        let suggested = store.read(move |tx| contacts::suggest(tx, john, "first", "", true, 0, 10)).await.unwrap();
        assert_eq!(suggested.total, 0);
        store.reopen().await;
    }
}

//! Short links: found by their code, counted, paged at any depth.

use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Origin};
use postern_domain::message_id::MessageId;
use postern_domain::short_link::Code;
use postern_domain::time::UnixMicros;
use postern_domain::user_agent::{Browser, Device, System, UserAgent};
use postern_store::links::{self, NewLink, Target};
use postern_store::{Error, Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::contacts::{add, fields};
use crate::lists::make_list;

const NOW: UnixMicros = FixedClock::START;
const PHONE: UserAgent = UserAgent {
    device: Device::Mobile,
    system: System::Ios,
    browser: Browser::Safari,
};

fn code(n: u64) -> Code {
    Code::new(n.to_be_bytes())
}

fn link(n: u64, origin: Option<Origin>) -> NewLink {
    NewLink {
        code: code(n),
        message_id: MessageId::new(NOW, n.to_be_bytes()),
        recipient: format!("+1555{n:07}"),
        origin,
    }
}

async fn shorten(
    store: &Store,
    account: AccountId,
    url: &'static str,
    campaign: Option<i64>,
    new: Vec<NewLink>,
) -> Result<i64, Error> {
    store
        .write(Lane::of(account.0), move |tx| {
            let id = links::add_url(tx, account, url, campaign, NOW)?;
            links::add(tx, account, id, &new)?;
            Ok(id)
        })
        .await
}

both! {
    async fn a_link_leads_to_its_address_and_is_counted(store) {
        let john = open_account(&store, "john", 0).await;
        let list = make_list(&store, john, "Customers").await;
        let mut jane = fields(1);
        jane.set(Field::FirstName, "Jane");
        let contact = add(&store, john, list, vec![jane]).await.unwrap();
        let origin = Origin { list_id: list, contact_id: contact };
        let url = shorten(&store, john, "https://example.com/", None, vec![link(1, Some(origin)), link(2, None)]).await.unwrap();
        assert_eq!(store.read(|tx| links::find(tx, code(3))).await.unwrap(), None);
        let found = store.read(|tx| links::find(tx, code(1))).await.unwrap().unwrap();
        assert_eq!((found.account, found.long_url_id, found.link_no), (john, url, 1));
        assert_eq!(found.target, Target::Address("https://example.com/".to_owned()));
        for (at, by) in [(1, PHONE), (2, UserAgent { browser: Browser::Chrome, ..PHONE })] {
            store.write(Lane::of(john.0), move |tx| links::opened(tx, url, 1, by, NOW.plus_secs(at))).await.unwrap();
        }
        let total = store.read(move |tx| links::get(tx, john, url)).await.unwrap().unwrap();
        assert_eq!((total.links, total.opened, total.opens), (2, 1, 2));
        let counted = store.read(move |tx| links::counts(tx, url)).await.unwrap();
        assert_eq!((counted.devices[0].label, counted.devices[0].opens), ("Mobile", 2));
        assert_eq!(counted.browsers.iter().map(|share| share.opens).collect::<Vec<_>>(), [1, 1]);
        let rows = store.read(move |tx| links::links(tx, url, 0, 10)).await.unwrap();
        assert_eq!((rows[0].first_name.as_str(), rows[0].opens, rows[0].opened_at), ("Jane", 2, Some(NOW.plus_secs(1))));
        assert_eq!((rows[0].by, rows[1].by, rows[1].contact_id), (Some(PHONE), None, None));
        let clicks = store.read(move |tx| links::clicks(tx, url, 0, 10)).await.unwrap();
        assert_eq!(clicks.iter().map(|click| (click.click_no, click.at)).collect::<Vec<_>>(), [(1, NOW.plus_secs(1)), (2, NOW.plus_secs(2))]);
        let message = MessageId::new(NOW, 1_u64.to_be_bytes());
        assert_eq!(store.read(move |tx| links::by_message(tx, john, message)).await.unwrap(), [total]);
        store.reopen().await;
    }

    async fn links_of_others_are_nobodys(store) {
        let john = open_account(&store, "john", 0).await;
        let eve = open_account(&store, "eve", 0).await;
        let url = shorten(&store, john, "https://example.com/", Some(5), vec![link(1, None)]).await.unwrap();
        assert_eq!(store.read(move |tx| links::get(tx, eve, url)).await.unwrap(), None);
        assert!(store.read(move |tx| links::by_campaign(tx, eve, 5)).await.unwrap().is_empty());
        assert_eq!(store.read(move |tx| links::by_campaign(tx, john, 5)).await.unwrap().len(), 1);
        let message = MessageId::new(NOW, 1_u64.to_be_bytes());
        assert!(store.read(move |tx| links::by_message(tx, eve, message)).await.unwrap().is_empty());
        store.reopen().await;
    }

    async fn a_code_is_given_once_and_the_way_out_is_no_address(store) {
        let john = open_account(&store, "john", 0).await;
        let out = shorten(&store, john, "", Some(5), vec![link(1, None)]).await.unwrap();
        assert!(matches!(shorten(&store, john, "https://example.com/", None, vec![link(1, None)]).await, Err(Error::Conflict(_))));
        let found = store.read(|tx| links::find(tx, code(1))).await.unwrap().unwrap();
        assert_eq!(found.target, Target::OptOut { recipient: "+15550000001".to_owned(), origin: None });
        assert!(store.read(move |tx| links::by_campaign(tx, john, 5)).await.unwrap().is_empty());
        assert_eq!(store.read(move |tx| links::get(tx, john, out)).await.unwrap(), None);
        store.reopen().await;
    }

    async fn openings_are_kept_one_by_one_up_to_a_bound(store) {
        let john = open_account(&store, "john", 0).await;
        let url = shorten(&store, john, "https://example.com/", None, (1..=30).map(|n| link(n, None)).collect()).await.unwrap();
        for _ in 0..4 {
            store.write(Lane::of(john.0), move |tx| (0..30).try_for_each(|_| links::opened(tx, url, 7, PHONE, NOW))).await.unwrap();
        }
        assert_eq!(store.read(move |tx| links::clicks(tx, url, 0, 1_000)).await.unwrap().len(), 100);
        assert_eq!(store.read(move |tx| links::get(tx, john, url)).await.unwrap().unwrap().opens, 120);
        let numbers = |rows: Vec<links::Link>| rows.iter().map(|row| row.link_no).collect::<Vec<_>>();
        assert_eq!(numbers(store.read(move |tx| links::links(tx, url, 28, 10)).await.unwrap()), [29, 30]);
        assert_eq!(numbers(store.read(move |tx| links::links_before(tx, url, 4, 2)).await.unwrap()), [2, 3]);
        assert_eq!(numbers(store.read(move |tx| links::links_before(tx, url, 3, 5)).await.unwrap()), [1, 2]);
        store.reopen().await;
    }
}

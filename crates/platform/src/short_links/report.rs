//! Addresses and their links in the words of answers.

use postern_domain::user_agent::UserAgent;
use postern_store::links::{Counted, Link, LongUrl, Share};
use postern_store::{Result, Tx, links};
use postern_wire::clicksend::link as wire;

/// No table of addresses and countries is at hand, so nobody's country is guessed.
const SOMEWHERE: &str = "Other";

/// What became of all links to an address.
pub(crate) fn of_url(tx: &mut Tx<'_>, url: &LongUrl) -> Result<wire::UrlStatistics> {
    let counted = links::counts(tx, url.long_url_id)?;
    let place = somewhere(url.opens);
    Ok(wire::UrlStatistics {
        long_url_id: url.long_url_id.to_string(),
        links: wire::Totals {
            total: url.links,
            opened_unique: url.opened,
            opened_total: url.opens,
            unopened: url.links - url.opened,
        },
        device: shares(&counted.devices),
        os: shares(&counted.systems),
        browser: shares(&counted.browsers),
        country: place.clone(),
        region: place,
    })
}

/// What became of the links of a campaign, as its own route tells it.
pub(crate) fn of_campaign(url: Option<&LongUrl>, counted: &Counted) -> wire::CampaignStatistics {
    let (links, opened, opens) = url.map_or((0, 0, 0), |url| (url.links, url.opened, url.opens));
    wire::CampaignStatistics {
        browser: shares(&counted.browsers),
        country: somewhere(opens),
        device: shares(&counted.devices),
        links: wire::Opened {
            opened,
            unopened: links - opened,
        },
        os: shares(&counted.systems),
    }
}

fn shares(shares: &[Share]) -> Vec<wire::Share> {
    shares
        .iter()
        .map(|share| wire::Share {
            label: share.label.into(),
            count: share.opens,
        })
        .collect()
}

fn somewhere(opens: i64) -> Vec<wire::Share> {
    let all = wire::Share {
        label: SOMEWHERE.into(),
        count: opens,
    };
    if opens > 0 { vec![all] } else { Vec::new() }
}

/// One link and whose it is. `contact_id` is text in one route and a number in the other.
pub(crate) fn of_link<I>(link: &Link, contact_id: impl Fn(i64) -> I) -> wire::LinkRow<I> {
    let by = |word: fn(UserAgent) -> &'static str| link.by.map(|by| word(by).into());
    wire::LinkRow {
        open_count: link.opens,
        date_opened: link.opened_at.map(|at| at.secs()),
        user_geo_country: None,
        user_geo_region: None,
        user_device: by(|by| by.device.as_str()),
        user_browser: by(|by| by.browser.as_str()),
        user_os: by(|by| by.system.as_str()),
        contact: wire::LinkContact {
            contact_id: link.contact_id.map(contact_id),
            first_name: link.first_name.clone(),
            last_name: link.last_name.clone(),
            phone_number: link.recipient.clone(),
        },
    }
}

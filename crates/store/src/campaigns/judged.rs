//! Whom a campaign of somebody limited may reach: its contacts as they were judged when it was accepted. What its list becomes until it is sent
//! adds nobody, and nothing dearer.

use postern_domain::money::Micros;
use sha2::{Digest as _, Sha256};

use crate::dialect::{Bulk, Kind};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// One contact as it was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedContact {
    pub contact_id: i64,
    /// SHA-256 of the number: another number is another recipient.
    pub recipient: [u8; 32],
    pub segments: i64,
    pub price: Micros,
}

impl JudgedContact {
    pub fn new(contact_id: i64, e164: &str, segments: u32, price: Micros) -> JudgedContact {
        JudgedContact {
            contact_id,
            recipient: Sha256::digest(e164.as_bytes()).into(),
            segments: i64::from(segments),
            price,
        }
    }

    /// Whether a message is one that was judged, or less.
    pub fn covers(&self, e164: &str, segments: u32, price: Micros) -> bool {
        self.recipient[..] == Sha256::digest(e164.as_bytes())[..]
            && i64::from(segments) <= self.segments
            && price <= self.price
    }
}

static JUDGED: Bulk = Bulk {
    table: "campaign_judged",
    columns: &[
        ("tenant_id", Kind::Int),
        ("campaign_id", Kind::Int),
        ("contact_id", Kind::Int),
        ("recipient", Kind::Blob),
        ("segments", Kind::Int),
        ("price_micros", Kind::Int),
    ],
};

/// Pins a campaign to what was judged, at most a thousand contacts.
pub fn pin(tx: &mut Tx<'_>, campaign_id: i64, contacts: &[JudgedContact]) -> Result<()> {
    let pinned = JudgedContact::new(0, "", 0, Micros::ZERO);
    let rows: Vec<_> = std::iter::once(&pinned)
        .chain(contacts)
        .map(|contact| {
            vec![
                v(TENANT),
                v(campaign_id),
                v(contact.contact_id),
                v(&contact.recipient),
                v(contact.segments),
                v(contact.price.0),
            ]
        })
        .collect();
    tx.insert_all(&JUDGED, &rows)?;
    Ok(())
}

/// Whoever changes a campaign without limits takes it over as it is then.
pub(super) fn unpin(tx: &mut Tx<'_>, campaign_id: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM campaign_judged WHERE campaign_id = $1",
        &[v(campaign_id)],
    )?;
    Ok(())
}

/// The contacts after `after` that were judged; `None`: the campaign is not pinned.
pub fn pinned(tx: &mut Tx<'_>, campaign_id: i64, after: i64) -> Result<Option<Vec<JudgedContact>>> {
    let found = tx.all(
        "SELECT contact_id, recipient, segments, price_micros FROM campaign_judged
         WHERE campaign_id = $1 AND (contact_id = 0 OR contact_id > $2) ORDER BY contact_id",
        &[v(campaign_id), v(after)],
        |row| {
            Ok(JudgedContact {
                contact_id: row.int(0)?,
                recipient: row.blob(1)?.try_into().unwrap_or_default(),
                segments: row.int(2)?,
                price: Micros(row.int(3)?),
            })
        },
    )?;
    Ok((!found.is_empty()).then_some(found))
}

//! What messages bring along: pictures and short links, kept in the unit that accepts the messages and only for those that were paid.

use postern_domain::account::AccountId;
use postern_domain::short_link::Code;
use postern_domain::time::UnixMicros;
use postern_store::links::{self, NewLink};
use postern_store::messages::NewMessage;
use postern_store::{Result, Tx};

use crate::mms::pictures::Pictures;
use crate::sms::judge::Judged;

/// An address in a text that a short link has taken the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortened {
    /// Which message of the call: what becomes of its links is counted together.
    pub(crate) item: usize,
    pub(crate) url: String,
    pub(crate) code: Code,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Brought {
    pub(crate) pictures: Pictures,
    /// One entry for each message that passed, if any has a link.
    links: Vec<Option<Shortened>>,
}

impl Brought {
    pub(crate) fn pictures(pictures: Pictures) -> Brought {
        Brought {
            pictures,
            links: Vec::new(),
        }
    }

    pub(crate) fn with_links_of<'j>(self, passed: impl Iterator<Item = &'j Judged>) -> Brought {
        let links: Vec<_> = passed.map(|judged| judged.link.clone()).collect();
        match links.iter().any(Option::is_some) {
            true => Brought { links, ..self },
            false => self,
        }
    }

    /// `unpaid`: positions in `passed`, in their order.
    pub(crate) fn keep(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        passed: &[NewMessage],
        unpaid: &[usize],
        now: UnixMicros,
    ) -> Result<()> {
        let is_paid = |at: &usize| unpaid.binary_search(at).is_err();
        let paid = passed.iter().enumerate().filter(|(at, _)| is_paid(at));
        self.pictures
            .keep(tx, account, paid.map(|(_, message)| message), now)?;
        let shortened: Vec<_> = self
            .links
            .iter()
            .zip(passed)
            .enumerate()
            .filter(|(at, _)| is_paid(at))
            .filter_map(|(_, (link, message))| link.as_ref().map(|link| (link, message)))
            .collect();
        // The contacts of a list stand one after the other, so equal addresses of one message do, too.
        for same in shortened.chunk_by(|a, b| (a.0.item, &a.0.url) == (b.0.item, &b.0.url)) {
            let url = links::add_url(tx, account, &same[0].0.url, None, now)?;
            let new: Vec<_> = same
                .iter()
                .map(|(link, message)| NewLink {
                    code: link.code,
                    message_id: message.message_id,
                    recipient: message.recipient.clone(),
                    origin: message.origin,
                })
                .collect();
            links::add(tx, account, url, &new)?;
        }
        Ok(())
    }
}

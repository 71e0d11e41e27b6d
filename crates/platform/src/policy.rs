//! What an account may send from, and where to: its countries, its default senders, and which of the senders that a call names are its own.

use std::collections::HashSet;

use postern_domain::account::AccountId;
use postern_domain::country::COUNTRIES;
use postern_domain::phone::CountryCode;
use postern_domain::sender::Sender;
use postern_domain::time::UnixMicros;
use postern_store::accounts::Account;
use postern_store::{Tx, alpha_tags, default_senders, numbers, own_numbers, user_countries};
use postern_wire::clicksend::sms::SenderChoice;

use crate::alpha_tags::{TagStatus, status};
use crate::error::ApiError;
use crate::state::PlatformState;

/// Read for each call that could need it; most need nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    /// `None`: wherever there is a price.
    countries: Option<HashSet<CountryCode>>,
    defaults: Vec<(CountryCode, String)>,
    /// Senders, as they are shown, that are not the account's to use.
    refused: HashSet<String>,
}

impl Policy {
    /// `named`: what the call's messages say in `from`, and its choices by country.
    pub(crate) async fn load<'a>(
        state: &PlatformState,
        account: &Account,
        named: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<Policy, ApiError> {
        let named: HashSet<Sender> = named
            .flatten()
            .filter_map(|from| Sender::parse(from, account.country).ok())
            .filter(|sender| matches!(sender, Sender::Number(_) | Sender::AlphaTag(_)))
            .collect();
        let (limited, with_defaults) = (account.countries_limited, account.has_default_senders);
        if named.is_empty() && !limited && !with_defaults {
            return Ok(Policy::default());
        }
        let (id, country, now) = (account.id, account.country, state.now());
        let ours = match state.config.any_sender {
            true => None,
            false => Some(state.config.shared_sender.clone()),
        };
        let read = move |tx: &mut Tx<'_>| {
            let mut policy = Policy::default();
            if limited {
                policy.countries = Some(countries(tx, id)?);
            }
            let mut named = named.clone();
            if with_defaults {
                for sender in default_senders::all(tx, id)? {
                    // A shared number is what there is without a default, too.
                    if sender.strategy.sender_type == "shared_longcode" {
                        continue;
                    }
                    named.extend(Sender::parse(&sender.strategy.sender_id, country));
                    policy
                        .defaults
                        .push((sender.country, sender.strategy.sender_id));
                }
            }
            for sender in &named {
                let shared = ours.as_deref();
                if !may_use(tx, id, sender, shared, now)? {
                    policy.refused.extend(sender.as_str().map(str::to_owned));
                }
            }
            Ok(policy)
        };
        Ok(state.store.read(read).await?)
    }

    /// What a campaign's messages need, who all say the same.
    pub(crate) async fn of_campaign(
        state: &PlatformState,
        account: &Account,
        sender: &str,
        choices: &[SenderChoice],
    ) -> Result<Policy, ApiError> {
        let chosen = choices.iter().map(|choice| choice.sender_id.as_deref());
        Policy::load(state, account, std::iter::once(Some(sender)).chain(chosen)).await
    }

    pub(crate) fn may_send_to(&self, country: CountryCode) -> bool {
        self.countries
            .as_ref()
            .is_none_or(|countries| countries.contains(&country))
    }

    /// For messages that name nobody; one that the account has lost meanwhile is none.
    pub(crate) fn default_sender(&self, country: CountryCode) -> Option<&str> {
        let found = self.defaults.iter().find(|(c, _)| *c == country);
        found
            .map(|(_, sender)| sender.as_str())
            .filter(|sender| !self.refused.contains(*sender))
    }

    pub(crate) fn refuses(&self, sender: &Sender) -> bool {
        sender
            .as_str()
            .is_some_and(|sender| self.refused.contains(sender))
    }
}

fn countries(tx: &mut Tx<'_>, account: AccountId) -> postern_store::Result<HashSet<CountryCode>> {
    let selected = user_countries::list(tx, account)?;
    let by_number = |id: i64| COUNTRIES.get(usize::try_from(id - 1).ok()?);
    Ok(selected
        .iter()
        .filter_map(|one| Some(by_number(one.country_list_id)?.code))
        .collect())
}

/// A number must be the account's: bought, or shown to be in its hands. A word may be anybody's, unless the account has asked for it and
/// nobody has agreed yet. `shared`: our own number, which everybody may name; `None`: any number will do.
fn may_use(
    tx: &mut Tx<'_>,
    account: AccountId,
    sender: &Sender,
    shared: Option<&str>,
    now: UnixMicros,
) -> postern_store::Result<bool> {
    match (sender, shared) {
        (Sender::AlphaTag(text), _) => {
            let tag = alpha_tags::by_text(tx, account, text)?;
            Ok(tag.is_none_or(|tag| status(&tag, now) == TagStatus::Approved))
        }
        (Sender::Number(number), Some(shared)) => Ok(number.as_str() == shared
            || numbers::owner(tx, number.as_str())? == Some(account)
            || own_numbers::is_verified(tx, account, number.as_str())?),
        _ => Ok(true),
    }
}

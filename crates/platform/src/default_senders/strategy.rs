//! Which sender shall be used: of a known kind, and one that the account may use.

use postern_domain::account::AccountId;
use postern_domain::phone::CountryCode;
use postern_domain::sender::Sender;
use postern_store::default_senders::Strategy;
use postern_store::{Tx, alpha_tags, numbers, own_numbers};
use postern_wire::clicksend::sender::StrategyRequest;

use super::SENDER_TYPES;

const NOTE_CHARS_MAX: usize = 200;

/// Which field is wrong, and why.
pub(super) struct Fault(pub(super) &'static str, pub(super) &'static str);

const ID: &str = "default_sender_strategies[0].sender_id";

/// What can be said without looking: the kind, the form.
pub(super) fn read(
    requests: Vec<StrategyRequest>,
    country: CountryCode,
) -> Result<Strategy, Fault> {
    let [request] = <[StrategyRequest; 1]>::try_from(requests).map_err(|_| {
        Fault(
            "default_sender_strategies",
            "there must be exactly one strategy",
        )
    })?;
    let wanted = request.sender_type.unwrap_or_default();
    let sender_type = SENDER_TYPES
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(wanted.trim()))
        .ok_or(Fault(
            "default_sender_strategies[0].sender_type",
            "must be one of alpha_tag, 10DLC, tollfree, own_number, shortcode, longcode, shared_longcode",
        ))?;
    let id = request.sender_id.unwrap_or_default();
    let sender = Sender::parse(&id, country).map_err(|_| Fault(ID, "Invalid sender ID format"))?;
    let fits = match (sender_type, &sender) {
        ("alpha_tag", Sender::AlphaTag(_)) => true,
        ("own_number" | "longcode" | "tollfree" | "10DLC", Sender::Number(_)) => true,
        ("shortcode", Sender::ShortCode(_)) => true,
        // Which of the shared numbers is ours to choose.
        ("shared_longcode", _) => true,
        _ => false,
    };
    if !fits {
        return Err(Fault(ID, "Invalid sender ID format"));
    }
    let note = request.note.unwrap_or_default();
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(Fault(
            "default_sender_strategies[0].note",
            "must not be longer than 200 characters",
        ));
    }
    let sender_country = match request.sender_country_code.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(code) => Some(CountryCode::parse(code).ok_or(Fault(
            "default_sender_strategies[0].sender_country_code",
            "must be a country code of two letters",
        ))?),
    };
    Ok(Strategy {
        sender_type: sender_type.to_owned(),
        sender_id: sender.as_str().unwrap_or_default().to_owned(),
        sender_country: sender_country.map(|code| code.to_string()),
        note,
    })
}

/// Whether the account has this sender.
pub(super) fn is_owned(
    tx: &mut Tx<'_>,
    account: AccountId,
    strategy: &Strategy,
) -> postern_store::Result<bool> {
    let id = &strategy.sender_id;
    match strategy.sender_type.as_str() {
        "alpha_tag" => Ok(alpha_tags::by_text(tx, account, id)?.is_some()),
        "own_number" => own_numbers::is_verified(tx, account, id),
        "longcode" | "tollfree" | "10DLC" => Ok(numbers::owner(tx, id)? == Some(account)),
        _ => Ok(true),
    }
}

pub(super) const NOT_OWNED: Fault = Fault(ID, "this sender is none of yours");

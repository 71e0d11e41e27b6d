//! From a request to what a campaign is to do; what is wrong with it is said by field.

use postern_domain::channel::{Channel, Picture as Shown};
use postern_domain::mms::truncate_subject;
use postern_domain::sandbox_clock::SandboxClock;
use postern_domain::schedule::Schedule;
use postern_domain::sender::Sender;
use postern_domain::short_link::{is_web_address, link_marker};
use postern_store::accounts::Account;
use postern_store::campaigns::Plan;
use postern_store::lists;
use postern_wire::clicksend::campaign::CampaignRequest;
use postern_wire::clicksend::lenient::Unix;
use postern_wire::clicksend::sms::SenderChoice;

use super::{NO_LIST, RECIPIENTS_MAX};
use crate::error::ApiError;
use crate::mms::judge::is_fetchable;
use crate::mms::pictures::{self, Picture};
use crate::state::PlatformState;

const NAME_CHARS_MAX: usize = 255;
/// Longer than any text that is sent.
const TEXT_CHARS_MAX: usize = 10_000;

/// A plan, and the picture that is to be kept with it if it has a new one.
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) picture: Option<Picture>,
}

/// `old`: what stays where the request says nothing. A time does not: a campaign without one is sent at once, as documented.
pub(super) async fn plan(
    state: &PlatformState,
    account: &Account,
    channel: Channel,
    request: CampaignRequest,
    old: Option<Plan>,
) -> Result<Planned, ApiError> {
    let old = old.unwrap_or_else(|| Plan {
        channel,
        ..Plan::default()
    });
    let mut plan = Plan {
        name: given(request.name, old.name),
        sender: given(request.from, old.sender),
        body: given(request.body, old.body),
        source: given(request.source, old.source),
        custom_string: given(request.custom_string, old.custom_string),
        senders: match &request.senders {
            Some(choices) => serde_json::to_string(choices).expect("plain fields"),
            None => old.senders,
        },
        url_to_shorten: given(request.url_to_shorten, old.url_to_shorten)
            .trim()
            .to_owned(),
        list_id: match request.list_id.as_deref().map(str::trim) {
            None | Some("") => old.list_id,
            Some(id) => id.parse().map_err(|_| NO_LIST)?,
        },
        ..old
    };
    plan.picture.subject =
        truncate_subject(given(request.subject, plan.picture.subject).trim()).to_owned();
    when(state, account.clock, &mut plan, request.schedule)?;
    check(&plan, account)?;
    recipients(state, account, plan.list_id).await?;
    let picture = match channel {
        Channel::Mms => picture(state, account, &mut plan, request.media_file).await?,
        _ => None,
    };
    Ok(Planned { plan, picture })
}

fn given(new: Option<String>, old: String) -> String {
    new.unwrap_or(old)
}

fn when(
    state: &PlatformState,
    clock: SandboxClock,
    plan: &mut Plan,
    schedule: Unix,
) -> Result<(), ApiError> {
    let invalid = || {
        ApiError::Invalid(
            "schedule: write a unix time in seconds, or leave it out to send at once.".into(),
        )
    };
    if schedule == Unix::Malformed {
        return Err(invalid());
    }
    let unix = schedule.as_option().filter(|unix| *unix != 0);
    let now = state.now();
    let parsed = Schedule::parse(unix, clock.shows(now)).map_err(|_| invalid())?;
    plan.schedule = unix;
    plan.due = match parsed {
        Schedule::Now => None,
        Schedule::At(at) => Some(clock.due(at, now)),
    };
    Ok(())
}

fn check(plan: &Plan, account: &Account) -> Result<(), ApiError> {
    let wrong = |why: &'static str| Err(ApiError::Invalid(why.into()));
    if plan.list_id == 0 {
        return wrong("list_id: say which list the campaign goes to.");
    }
    if plan.name.trim().is_empty() || plan.name.chars().count() > NAME_CHARS_MAX {
        return wrong("name: give the campaign a name of up to 255 characters.");
    }
    if plan.body.trim().is_empty() || plan.body.chars().count() > TEXT_CHARS_MAX {
        return wrong("body: write the text of the messages, up to 10,000 characters.");
    }
    if Sender::parse(&plan.sender, account.country).is_err() {
        return wrong("from: write a number, a word of 3 to 11 letters and digits, or nothing.");
    }
    if !plan.url_to_shorten.is_empty() && !is_web_address(&plan.url_to_shorten) {
        return wrong(
            "url_to_shorten: write a whole address that begins with http:// or https://.",
        );
    }
    if plan.url_to_shorten.is_empty() && link_marker(&plan.body).is_some() {
        return wrong("url_to_shorten: the text has a place for a short link; say where it leads.");
    }
    if plan.channel == Channel::Mms && plan.picture.subject.is_empty() {
        return wrong("subject: a picture message needs one, up to 20 characters.");
    }
    Ok(())
}

async fn recipients(
    state: &PlatformState,
    account: &Account,
    list_id: i64,
) -> Result<(), ApiError> {
    let id = account.id;
    let list = state
        .store
        .read(move |tx| lists::get(tx, id, list_id))
        .await?
        .ok_or(NO_LIST)?;
    match list.contacts <= RECIPIENTS_MAX {
        true => Ok(()),
        false => Err(ApiError::Invalid(
            format!(
                "list_id: the list has {} contacts; send to at most {RECIPIENTS_MAX} at a time.",
                list.contacts
            )
            .into(),
        )),
    }
}

/// Fetched when the campaign is made: whatever stands at the address later, this is what is sent.
async fn picture(
    state: &PlatformState,
    account: &Account,
    plan: &mut Plan,
    media_file: Option<String>,
) -> Result<Option<Picture>, ApiError> {
    let invalid = |why: &str| ApiError::Invalid(format!("media_file: {why}.").into());
    let address = media_file.as_deref().map(str::trim).unwrap_or_default();
    if address.is_empty() {
        return match plan.picture.media {
            Some(_) => Ok(None),
            None => Err(invalid("name the address of a picture")),
        };
    }
    if !is_fetchable(address) {
        return Err(invalid(
            "write a whole address that begins with http:// or https://",
        ));
    }
    let found = pictures::one(state, account.id, address)
        .await
        .map_err(|why| invalid(&why))?;
    plan.picture = Shown {
        media_url: address.to_owned(),
        media: Some(found.media.clone()),
        ..std::mem::take(&mut plan.picture)
    };
    Ok(Some(found))
}

/// The senders as they were written. `None`: none were.
pub(super) fn senders(plan: &Plan) -> Option<Vec<SenderChoice>> {
    serde_json::from_str(&plan.senders).ok()
}

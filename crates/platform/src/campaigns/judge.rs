//! A campaign's message to one contact: its text with links and values filled in, judged as every other message is.

use postern_domain::channel::{Channel, Content};
use postern_domain::contact::{Field, Origin, fill};
use postern_domain::short_link::{Code, link_marker, unsubscribe_marker};
use postern_store::campaigns::Plan;
use postern_store::contacts::Contact;
use postern_wire::clicksend::sms::{Message, SenderChoice};

use crate::sms::judge::{Judged, Shortener, Terms, one};

/// Where a text has no place for its link, the link stands behind it, as documented.
const AT_THE_END: &str = " smsg.us/xxxxx";

/// A message, and the codes of the links in it.
pub(super) struct Addressed {
    pub(super) judged: Judged,
    pub(super) short: Option<Code>,
    pub(super) out: Option<Code>,
}

/// `terms` must know how links are made.
pub(super) fn judge(
    plan: &Plan,
    choices: &[SenderChoice],
    contact: &Contact,
    terms: &Terms<'_>,
) -> Addressed {
    let mut body = plan.body.clone();
    let (mut short, mut out) = (None, None);
    if let Some(shortener) = terms.shorten {
        // Before values are filled in: what a contact is called is no marker.
        if !plan.url_to_shorten.is_empty() {
            if link_marker(&body).is_none() {
                body.push_str(AT_THE_END);
            }
            short = put(&mut body, shortener, link_marker);
        }
        out = put(&mut body, shortener, unsubscribe_marker);
    }
    let message = Message {
        to: Some(contact.fields.get(Field::PhoneNumber).to_owned()),
        body: Some(fill(&body, &contact.fields).into_owned()),
        from: Some(plan.sender.clone()),
        source: Some(plan.source.clone()),
        custom_string: Some(plan.custom_string.clone()),
        ..Message::default()
    };
    let mut judged = one(message, choices, terms);
    judged.origin = Some(Origin {
        list_id: contact.list_id,
        contact_id: contact.contact_id,
    });
    if plan.channel == Channel::Mms {
        judged.content = Content::Mms(plan.picture.clone());
    }
    Addressed { judged, short, out }
}

/// Puts a link where the marker stands.
fn put(
    body: &mut String,
    shortener: Shortener<'_>,
    marker: fn(&str) -> Option<std::ops::Range<usize>>,
) -> Option<Code> {
    let place = marker(body)?;
    let code = (shortener.code)();
    body.replace_range(place, &shortener.link(code));
    Some(code)
}

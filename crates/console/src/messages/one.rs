//! `GET /console/messages/{account_id}/{message_id}`: what happened to one message, and how it is cut into segments.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Content;
use postern_domain::receipt::Cause;
use postern_store::messages::{self, Message};
use postern_store::pushes::{self, About};
use postern_store::{Through, Tx, inbound, queue, receipts};

use super::cut::{Text, text};
use super::timeline::{Step, Story, timeline};
use super::{named, tone, word};
use crate::query::form_urlencoded;
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/message.html")]
struct MessagePage {
    shell: Shell,
    id: String,
    channel: &'static str,
    to: String,
    from: String,
    state: &'static str,
    tone: &'static str,
    reason: &'static str,
    price: String,
    custom_string: String,
    /// The name of the key that asked for it, and its page.
    key: Option<(String, String)>,
    subject: String,
    picture: String,
    timeline: Vec<Step>,
    text: Text,
    phone: Option<String>,
}

pub(crate) async fn show_message(
    State(state): State<ConsoleState>,
    session: Session,
    Path(address): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let (account, id) = named(&address)?;
    let found = state
        .store
        .read(move |tx| match messages::by_id(tx, account, id)? {
            Some(message) => story(tx, message).map(Some),
            None => Ok(None),
        })
        .await?;
    let (story, through) = found.ok_or(Trouble::NotFound)?;
    let key = through.key_id.and_then(|id| state.directory.key(&id));
    let message = &story.message;
    let (subject, picture) = match &message.content {
        Content::Mms(picture) => (picture.subject.clone(), picture.media_url.clone()),
        _ => Default::default(),
    };
    let page = MessagePage {
        shell: Shell::of(&state, &session, Section::Messages),
        id: address.1,
        channel: message.content.channel().as_str(),
        to: message.recipient.clone(),
        from: message.sender.clone(),
        state: word(message.status, message.cause),
        tone: tone(message),
        reason: message.cause.map_or("", Cause::text),
        price: message.price.to_4_decimals(),
        custom_string: message.custom_string.clone(),
        key: key
            .as_ref()
            .map(|key| (key.name.clone(), format!("/console/keys/{}", key.id))),
        subject,
        picture,
        timeline: timeline(&story, key.as_deref()),
        phone: (message.carrier == "simulator").then(|| {
            let number = form_urlencoded(&[
                ("account", account.0.to_string()),
                ("number", message.recipient.clone()),
            ]);
            format!("/console/phone?{number}")
        }),
        text: text(message),
    };
    Ok(live(&page))
}

fn story(tx: &mut Tx<'_>, message: Message) -> postern_store::Result<(Story, Through)> {
    let account = message.key.account;
    let receipts = match message.receipt_seq {
        Some(newest) => receipts::of_message(tx, account, newest)?,
        None => Vec::new(),
    };
    let mut told = Vec::new();
    for (number, _) in &receipts {
        told.extend(pushes::told(tx, account, About::Receipt(*number))?);
    }
    let story = Story {
        told,
        put_off: queue::deferrals(tx, message.key)?,
        reply: inbound::first_reply(tx, account, message.message_id)?,
        receipts: receipts.into_iter().map(|(_, receipt)| receipt).collect(),
        message,
    };
    let through = messages::through(tx, story.message.key)?;
    Ok((story, through))
}

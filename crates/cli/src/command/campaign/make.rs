//! `postern campaign send` and `price`.

use clap::Args;
use postern_client::SendOptions;
use postern_wire::clicksend::campaign::CampaignRequest;
use postern_wire::clicksend::lenient::Unix;

use super::answered;
use crate::args::Over;
use crate::clock;
use crate::command::list::find;
use crate::command::mms::address;
use crate::command::native::field;
use crate::exit::Outcome;
use crate::moment;
use crate::session::{Session, failure};

/// Send to everybody on a list, at once or at its time (through a running server)
///
/// Exit code 12 when the request left and no answer came: look at `postern campaign list` before sending again.
#[derive(Args, Debug)]
pub struct Send {
    #[command(flatten)]
    what: What,
    /// The same key on the same call means the same campaign for 24 hours [default: a new one]
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

/// Say what a campaign would cost, without sending it (asks a running server)
#[derive(Args, Debug)]
pub struct Price {
    #[command(flatten)]
    what: What,
}

#[derive(Args, Debug)]
struct What {
    /// Id or name of the list
    list: String,
    /// The message; (First Name) and the like stand for fields of a contact
    #[arg(long, short)]
    body: String,
    /// What you will recognise it by
    #[arg(long)]
    name: Option<String>,
    /// Sender: a number or a name
    #[arg(long, value_name = "SENDER")]
    from: Option<String>,
    /// When to send it: 90m, 12h, a date, RFC 3339, or Unix seconds
    #[arg(long, value_name = "WHEN")]
    schedule: Option<String>,
    /// Put a short link to this address behind the text
    #[arg(long, value_name = "URL")]
    url_to_shorten: Option<String>,
    /// Your own reference; it comes back in history and receipts
    #[arg(long, value_name = "TEXT")]
    custom_string: Option<String>,
    /// A picture: a file, which is uploaded, or the address of one
    #[arg(long, value_name = "FILE OR URL")]
    media: Option<String>,
    /// Of a picture
    #[arg(long, value_name = "TEXT", requires = "media")]
    subject: Option<String>,
    #[command(flatten)]
    over: Over,
}

impl Send {
    pub fn over(&self) -> &Over {
        &self.what.over
    }
}

impl Price {
    pub fn over(&self) -> &Over {
        &self.what.over
    }
}

impl What {
    async fn request(&self, session: &Session) -> Outcome<CampaignRequest> {
        let clicksend = session.clicksend(&self.over);
        let schedule = match &self.schedule {
            Some(text) => Unix::At(moment::parse(text, clock::now(), "--schedule")?.as_second()),
            None => Unix::Absent,
        };
        let list = find(&clicksend, &self.list).await?;
        let media_file = match &self.media {
            Some(media) => Some(address(media, &clicksend).await?),
            None => None,
        };
        Ok(CampaignRequest {
            list_id: Some(list.to_string()),
            name: Some(self.name.clone().unwrap_or_else(|| self.list.clone())),
            body: Some(self.body.clone()),
            from: self.from.clone(),
            source: Some("postern-cli".to_owned()),
            schedule,
            url_to_shorten: self.url_to_shorten.clone(),
            custom_string: self.custom_string.clone(),
            media_file,
            // Pictures want one, as a mail does.
            subject: self.media.as_ref().map(|_| {
                let name = self.subject.as_ref().or(self.name.as_ref());
                name.unwrap_or(&self.list).clone()
            }),
            ..CampaignRequest::default()
        })
    }
}

pub async fn send(args: Send, session: Session) -> Outcome {
    let request = args.what.request(&session).await?;
    let clicksend = session.clicksend(&args.what.over);
    let options = SendOptions {
        idempotency_key: args.idempotency_key,
    };
    match args.what.media {
        Some(_) => {
            let sent = clicksend.mms_campaigns().send_with(&request, options).await;
            answered(&session, sent)
        }
        None => {
            let sent = clicksend.sms_campaigns().send_with(&request, options).await;
            answered(&session, sent)
        }
    }
}

pub async fn price(args: Price, session: Session) -> Outcome {
    let request = args.what.request(&session).await?;
    let clicksend = session.clicksend(&args.what.over);
    let priced = match args.what.media {
        Some(_) => clicksend.mms_campaigns().price(&request).await,
        None => clicksend.sms_campaigns().price(&request).await,
    };
    let priced = priced.map_err(failure)?;
    session.console.answer(&priced.json, |_| {
        let data = priced.data();
        let currency = field(&data["_currency"], "currency_name_short");
        format!(
            "{} messages, total {} {currency}",
            field(data, "total_count"),
            field(data, "total_price")
        )
    })
}

//! The built-in carrier: a handset network whose behaviour is decided by the message itself. See the crate's page for its numbers.

mod fate;
mod handset;
mod line;
mod networks;
mod person;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use postern_domain::channel::{Content, Media, Picture};
use postern_domain::chaos::{Chaos, Handset as State};
use postern_domain::message::{Event, Status};
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;
use postern_store::Store;
use postern_store::inbound::Incoming;

use crate::carrier::{Answer, Attempt, Boxed, Carrier, Report};
use crate::config::Timing;
use crate::incoming::{HandedOver, Taken};
use fate::Fate;
use handset::Handset;
use networks::Networks;

pub(crate) const NAME: &str = "simulator";

/// How often number …0102 is turned away.
const THROTTLES: u32 = 3;
const THROTTLE_PAUSE: Duration = Duration::from_secs(1);
/// Until an answer that could not be kept is written again.
const WRITE_PAUSE: Duration = Duration::from_secs(1);
/// Pictures that are remembered.
const PICTURES_MAX: usize = 1_000;

pub struct Simulator {
    timing: Timing,
    accepted: AtomicU64,
    handset: Handset,
    networks: Networks,
    pictures: Mutex<VecDeque<HandedPicture>>,
}

/// A picture that the simulator was handed, as far as it looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedPicture {
    pub message_id: MessageId,
    pub recipient: String,
    pub media: Media,
}

impl Simulator {
    pub fn new(timing: Timing) -> Simulator {
        Simulator {
            timing,
            accepted: AtomicU64::new(0),
            handset: Handset::new(),
            networks: Networks::default(),
            pictures: Mutex::default(),
        }
    }

    /// The newest pictures that were accepted, oldest first: digest, size and kind of what a handset would show.
    pub fn pictures(&self) -> Vec<HandedPicture> {
        let pictures = self.pictures.lock();
        let pictures = pictures.unwrap_or_else(PoisonError::into_inner);
        pictures.iter().cloned().collect()
    }

    fn note_picture(&self, attempt: &Attempt) {
        let Content::Mms(Picture {
            media: Some(media), ..
        }) = &attempt.content
        else {
            return;
        };
        let pictures = self.pictures.lock();
        let mut pictures = pictures.unwrap_or_else(PoisonError::into_inner);
        if pictures.len() >= PICTURES_MAX {
            pictures.pop_front();
        }
        pictures.push_back(HandedPicture {
            message_id: attempt.message_id,
            recipient: attempt.recipient.clone(),
            media: media.clone(),
        });
    }

    /// Submissions that were accepted since the start, repeats included: what a test compares with the number of messages.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Brings into force what the store says about networks and handsets. To be called once at the start and after each change.
    ///
    /// # Errors
    /// The store's; what was in force stays so.
    pub async fn read_networks(&self, store: &Store) -> postern_store::Result<()> {
        self.networks.read(store).await
    }

    /// Somebody writes with a handset of this world; answers once the text is durable, or why it is not.
    pub async fn write(&self, text: Incoming) -> Taken {
        self.handset.write(text).await
    }

    /// The receipt of a message that is answered comes when the answer is durable: so a restart loses neither.
    async fn report_and_answer(&self, attempt: &Attempt, now: UnixMicros) -> Report {
        let report = self.report(attempt, now);
        let answer = has_arrived(&report)
            .then(|| handset::answer(attempt))
            .flatten();
        let Some(answer) = answer else {
            return report;
        };
        match self.write(answer).await {
            Taken::Kept | Taken::Nobody => report,
            Taken::NotNow => Report::Nothing {
                ask_after: WRITE_PAUSE,
            },
        }
    }

    fn answer(&self, attempt: &Attempt) -> Answer {
        let networks = self.networks.now();
        let calm = Chaos::default();
        let chaos = networks
            .of(attempt.key.account)
            .map_or(&calm, |network| &network.chaos);
        let is_magic = fate::magic(&attempt.recipient).is_some();
        if !is_magic && chaos.throttles(attempt.message_id, attempt.deferrals) {
            return Answer::Throttled {
                after: chaos.throttle_pause,
            };
        }
        let ask_after = fate::delay(&self.timing, chaos, attempt.message_id);
        let fate = Fate::of(&attempt.recipient, attempt.message_id, &self.timing, chaos);
        let answer = match fate {
            Fate::Refused(cause) => return Answer::Refused(cause),
            Fate::Throttled if attempt.deferrals < THROTTLES => {
                return Answer::Throttled {
                    after: THROTTLE_PAUSE,
                };
            }
            Fate::InDoubt => Answer::InDoubt { ask_after },
            Fate::Late => Answer::Accepted {
                ask_after: fate::LATE,
            },
            _ => Answer::Accepted { ask_after },
        };
        self.accepted.fetch_add(1, Ordering::Relaxed);
        self.note_picture(attempt);
        answer
    }

    fn report(&self, attempt: &Attempt, now: UnixMicros) -> Report {
        let networks = self.networks.now();
        let network = networks.of(attempt.key.account);
        let calm = Chaos::default();
        let chaos = network.map_or(&calm, |network| &network.chaos);
        let fate = Fate::of(&attempt.recipient, attempt.message_id, &self.timing, chaos);
        let delay = if fate == Fate::Late {
            fate::LATE
        } else {
            fate::delay(&self.timing, chaos, attempt.message_id)
        };
        let since = attempt.sent_at.unwrap_or(attempt.accepted_at);
        let passed = Duration::from_micros(u64::try_from(now.0 - since.0).unwrap_or(0));
        if passed < delay {
            return Report::Nothing {
                ask_after: delay - passed,
            };
        }
        let heard = line::heard(&attempt.recipient, &attempt.content);
        let mut report = fate.report(attempt.status == Status::Retrying, delay, heard.clone());
        if let Some(network) = network.filter(|_| has_arrived(&report)) {
            let handset = network.handsets.get(&attempt.recipient);
            let (handset, handled) = (
                handset.copied().unwrap_or(State::On),
                network.handled.get(&attempt.key.seq),
            );
            report = person::receives(handset, handled, attempt, passed - delay, heard);
        }
        if let Report::Happened { event, doubled, .. } = &mut report {
            let is_magic = fate::magic(&attempt.recipient).is_some();
            *doubled =
                event.target().is_final() && !is_magic && chaos.doubles_receipt(attempt.message_id);
        }
        report
    }
}

fn has_arrived(report: &Report) -> bool {
    matches!(
        report,
        Report::Happened {
            event: Event::Delivered,
            ..
        }
    )
}

impl Carrier for Simulator {
    fn name(&self) -> &'static str {
        NAME
    }

    fn recognises_repeats(&self) -> bool {
        true
    }

    fn submit<'a>(&'a self, attempt: &'a Attempt) -> Boxed<'a, Answer> {
        Box::pin(std::future::ready(self.answer(attempt)))
    }

    fn ask<'a>(&'a self, attempt: &'a Attempt, now: UnixMicros) -> Boxed<'a, Report> {
        Box::pin(self.report_and_answer(attempt, now))
    }

    fn incoming(&self) -> Boxed<'_, HandedOver> {
        Box::pin(self.handset.next())
    }
}

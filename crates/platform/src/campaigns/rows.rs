//! Campaigns as answers show them.

use postern_domain::message;
use postern_domain::short_link::unsubscribe_marker;
use postern_store::campaigns::Campaign;
use postern_wire::clicksend::campaign as wire;

use super::plan::senders;
use crate::mms::rows::{media_file_url, media_name};
use crate::state::PlatformState;

pub(super) fn sms(campaign: &Campaign) -> wire::SmsCampaign {
    let plan = &campaign.plan;
    wire::SmsCampaign {
        sms_campaign_id: campaign.campaign_id,
        name: plan.name.clone(),
        user_id: campaign.account.0,
        subaccount_id: campaign.account.0,
        list_id: plan.list_id,
        from: plan.sender.clone(),
        body: plan.body.clone(),
        schedule: schedule(campaign),
        status: campaign.status.as_str().into(),
        date_added: campaign.created_at.secs(),
        custom_string: some(&plan.custom_string),
        url_to_shorten: plan.url_to_shorten.clone(),
        unsubscribe_link: unsubscribe(campaign),
        source: some(&plan.source),
        senders: senders(plan),
        total_count: campaign.total,
        list_name: campaign.list_name.clone(),
        progress: None,
    }
}

pub(super) fn mms(state: &PlatformState, campaign: &Campaign) -> wire::MmsCampaign {
    let plan = &campaign.plan;
    wire::MmsCampaign {
        mms_campaign_id: campaign.campaign_id,
        name: plan.name.clone(),
        user_id: campaign.account.0,
        subaccount_id: campaign.account.0,
        list_id: plan.list_id,
        from: plan.sender.clone(),
        subject: plan.picture.subject.clone(),
        file_name: plan
            .picture
            .media
            .as_ref()
            .map(media_name)
            .unwrap_or_default(),
        body: plan.body.clone(),
        schedule: schedule(campaign),
        status: campaign.status.as_str().into(),
        date_added: campaign.created_at.secs(),
        custom_string: some(&plan.custom_string),
        url_to_shorten: plan.url_to_shorten.clone(),
        unsubscribe_link: unsubscribe(campaign),
        total_count: campaign.total,
        list_name: campaign.list_name.clone(),
        media_file_url: media_file_url(state, &plan.picture),
        progress: None,
    }
}

/// As the caller wrote it; of one that is sent at once, when that was.
fn schedule(campaign: &Campaign) -> i64 {
    campaign.plan.schedule.unwrap_or(campaign.due_at.secs())
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn unsubscribe(campaign: &Campaign) -> i64 {
    i64::from(unsubscribe_marker(&campaign.plan.body).is_some())
}

pub(super) fn progress(campaign: &Campaign, outcomes: &[(message::Status, i64)]) -> wire::Progress {
    use message::Status;
    let count = |statuses: &[Status]| -> i64 {
        let found = outcomes
            .iter()
            .filter(|(status, _)| statuses.contains(status));
        found.map(|(_, count)| count).sum()
    };
    wire::Progress {
        accepted: campaign.accepted,
        refused: campaign.refused,
        unpaid: campaign.unpaid,
        waiting: count(&[Status::Scheduled, Status::Queued]),
        sent: count(&[
            Status::Sent,
            Status::InDoubt,
            Status::Retrying,
            Status::Completed,
        ]),
        delivered: count(&[Status::Delivered]),
        failed: count(&[Status::Failed]),
        cancelled: count(&[Status::Cancelled]),
        total_price: campaign.price.to_4_decimals(),
        failure: campaign.failure.clone(),
    }
}

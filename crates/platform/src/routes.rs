//! Every path on one page.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{MethodRouter, get, post, put};
use postern_domain::automation::RuleKind;

use crate::error::ApiError;
use crate::escort::only_where_asked;
use crate::limit::limit;
use crate::rejected::in_envelope;
use crate::state::PlatformState;
use crate::{
    account, alpha_tags, automations, campaigns, contacts, countries, default_senders,
    delivery_issues, email_addresses, export, inbound, lists, mms, numbers, own_numbers,
    receipts_read, search, short_links, sms, statistics, templates, test_receipt, timezones,
    uploads, usage, user_countries, voice,
};

fn routes() -> Vec<(&'static str, MethodRouter<PlatformState>)> {
    vec![
        ("/v3/account", get(account::view)),
        (
            "/v3/account/usage/{year}/{month}/subaccount",
            get(usage::usage),
        ),
        ("/v3/statistics/sms", get(statistics::sms)),
        ("/v3/statistics/voice", get(statistics::voice)),
        ("/v3/countries", countries::list()),
        ("/v3/sms/send", post(sms::send)),
        ("/v3/sms/price", post(sms::price)),
        ("/v3/sms/history", get(sms::history)),
        ("/v3/sms/history/export", get(export::sms)),
        (
            "/v3/sms/receipts",
            get(sms::receipts).post(test_receipt::sms),
        ),
        ("/v3/sms/receipts-read", put(receipts_read::sms)),
        ("/v3/sms/receipts/{message_id}", get(sms::receipt)),
        ("/v3/sms/cancel-all", put(sms::cancel_all)),
        ("/v3/sms/{message_id}/cancel", put(sms::cancel)),
        ("/v3/lists", get(lists::list).post(lists::create)),
        (
            "/v3/lists/{list_id}",
            get(lists::view).put(lists::update).delete(lists::delete),
        ),
        (
            "/v3/lists/{list_id}/remove-duplicates",
            put(lists::remove_duplicates),
        ),
        (
            "/v3/lists/{list_id}/remove-opted-out-contacts/{opt_out_list_id}",
            put(lists::remove_opted_out),
        ),
        ("/v3/lists/{list_id}/import", post(lists::import)),
        (
            "/v3/lists/{list_id}/import/{import_id}",
            get(lists::import_report),
        ),
        (
            "/v3/lists/{list_id}/import-csv-preview",
            post(lists::import_preview),
        ),
        (
            "/v3/lists/{list_id}/import-fields",
            get(lists::import_fields),
        ),
        ("/v3/lists/{list_id}/export", get(lists::export)),
        (
            "/v3/lists/{list_id}/export/{link}/{name}",
            get(lists::download),
        ),
        (
            "/v3/lists/{list_id}/contacts",
            get(contacts::list).post(contacts::create),
        ),
        (
            "/v3/lists/{list_id}/contacts/{contact_id}",
            get(contacts::view)
                .put(contacts::update)
                .delete(contacts::delete),
        ),
        (
            "/v3/lists/{list_id}/contacts/{contact_id}/copy/{to_list_id}",
            put(contacts::copy),
        ),
        (
            "/v3/lists/{list_id}/contacts/{contact_id}/transfer/{to_list_id}",
            put(contacts::transfer),
        ),
        ("/v3/search/contacts-lists", get(search::contacts_lists)),
        ("/v3/contact-suggestions", get(search::suggestions)),
        (
            "/v3/sms/templates",
            get(templates::list).post(templates::create),
        ),
        (
            "/v3/sms/templates/{template_id}",
            get(templates::view)
                .put(templates::update)
                .delete(templates::delete),
        ),
        ("/v3/sms/inbound", get(inbound::list).post(inbound::test)),
        ("/v3/sms/inbound/{original_message_id}", get(inbound::reply)),
        ("/v3/sms/inbound-read", put(inbound::read)),
        ("/v3/sms/inbound-read/{message_id}", put(inbound::read_one)),
        ("/v3/numbers", get(numbers::list)),
        ("/v3/numbers/search/{country}", get(numbers::search)),
        ("/v3/numbers/buy/{dedicated_number}", post(numbers::buy)),
        (
            "/v3/numbers/registrations/number-types/{number_type}/country/{country_code}",
            post(numbers::register),
        ),
        ("/v3/own-numbers", get(own_numbers::list)),
        (
            "/v3/own-numbers/{own_number_id}",
            get(own_numbers::view)
                .patch(own_numbers::rename)
                .delete(own_numbers::delete),
        ),
        ("/v3/own-numbers/verifications", post(own_numbers::start)),
        (
            "/v3/own-numbers/verifications/{verification_id}/verify",
            post(own_numbers::verify),
        ),
        (
            "/v3/alpha-tags",
            get(alpha_tags::list).post(alpha_tags::request),
        ),
        (
            "/v3/alpha-tags/{alpha_tag_id}",
            get(alpha_tags::view).delete(alpha_tags::delete),
        ),
        (
            "/v3/senders/default-senders",
            get(default_senders::list).post(default_senders::create),
        ),
        (
            "/v3/senders/default-senders/{default_sender_id}",
            get(default_senders::view)
                .patch(default_senders::update)
                .delete(default_senders::delete),
        ),
        (
            "/v3/senders/compliant-sender-types",
            get(default_senders::compliant),
        ),
        (
            "/v3/delivery-issues",
            get(delivery_issues::list).post(delivery_issues::create),
        ),
        (
            "/v3/automations/sms/inbound",
            get(automations::inbound::list).post(automations::inbound::create),
        ),
        (
            "/v3/automations/sms/inbound/{inbound_rule_id}",
            get(automations::inbound::view)
                .put(automations::inbound::update)
                .delete(automations::inbound::delete),
        ),
        (
            "/v3/automations/sms/receipts",
            automations::receipts::all(RuleKind::Sms),
        ),
        (
            "/v3/automations/sms/receipts/{receipt_rule_id}",
            automations::receipts::one(RuleKind::Sms),
        ),
        (
            "/v3/automations/voice/receipts",
            automations::receipts::all(RuleKind::Voice),
        ),
        (
            "/v3/automations/voice/receipts/{receipt_rule_id}",
            automations::receipts::one(RuleKind::Voice),
        ),
        (
            "/v3/automations/email/receipts",
            automations::receipts::all(RuleKind::Email),
        ),
        (
            "/v3/automations/email/receipts/{receipt_rule_id}",
            automations::receipts::one(RuleKind::Email),
        ),
        (
            "/v3/automations/webhook-secret",
            get(automations::view_secret).put(automations::rotate_secret),
        ),
        ("/v3/voice/send", post(voice::send)),
        ("/v3/voice/price", post(voice::price)),
        ("/v3/voice/lang", get(voice::lang)),
        ("/v3/voice/history", get(voice::history)),
        ("/v3/voice/history/export", get(export::voice)),
        (
            "/v3/voice/receipts",
            get(voice::receipts).post(test_receipt::voice),
        ),
        ("/v3/voice/receipts/{message_id}", get(voice::receipt)),
        ("/v3/voice/receipts-read", put(receipts_read::voice)),
        ("/v3/voice/cancel-all", put(voice::cancel_all)),
        ("/v3/voice/{message_id}/cancel", put(voice::cancel)),
        ("/v3/mms/send", post(mms::send)),
        ("/v3/mms/price", post(mms::price)),
        ("/v3/mms/history", get(mms::history)),
        ("/v3/mms/history/export", get(export::mms)),
        ("/v3/mms/receipts", get(mms::receipts)),
        ("/v3/mms/receipts/{message_id}", get(mms::receipt)),
        ("/v3/mms/receipts-read", put(receipts_read::mms)),
        ("/v3/mms/cancel-all", put(mms::cancel_all)),
        ("/v3/mms/{message_id}/cancel", put(mms::cancel)),
        (
            "/v3/email/addresses",
            get(email_addresses::list).post(email_addresses::create),
        ),
        (
            "/v3/email/addresses/{email_address_id}",
            get(email_addresses::view).delete(email_addresses::delete),
        ),
        (
            "/v3/email/address-verify/{email_address_id}/send",
            put(email_addresses::send_token),
        ),
        (
            "/v3/email/address-verify/{email_address_id}/verify/{activation_token}",
            put(email_addresses::verify),
        ),
        ("/v3/files/{file_id}", get(export::file)),
        ("/v3/sms-campaigns", get(campaigns::list_sms)),
        ("/v3/sms-campaigns/send", post(campaigns::send_sms)),
        ("/v3/sms-campaigns/price", post(campaigns::price_sms)),
        (
            "/v3/sms-campaigns/{sms_campaign_id}",
            get(campaigns::view_sms).put(campaigns::update_sms),
        ),
        (
            "/v3/sms-campaigns/{sms_campaign_id}/cancel",
            put(campaigns::cancel_sms),
        ),
        (
            "/v3/sms-campaigns/{sms_campaign_id}/link-export",
            get(campaigns::link_export),
        ),
        (
            "/v3/sms-campaigns/{sms_campaign_id}/link-export/{link}/{name}",
            get(campaigns::download_clicks),
        ),
        (
            "/v3/sms-campaigns/{sms_campaign_id}/link-statistics",
            get(campaigns::link_statistics),
        ),
        (
            "/v3/sms-campaigns/{sms_campaign_id}/link-tracking",
            get(campaigns::link_tracking),
        ),
        ("/v3/mms-campaigns", get(campaigns::list_mms)),
        ("/v3/mms-campaigns/send", post(campaigns::send_mms)),
        ("/v3/mms-campaigns/price", post(campaigns::price_mms)),
        (
            "/v3/mms-campaigns/{mms_campaign_id}",
            get(campaigns::view_mms).put(campaigns::update_mms),
        ),
        (
            "/v3/mms-campaigns/{mms_campaign_id}/cancel",
            put(campaigns::cancel_mms),
        ),
        (
            "/v3/short-url/statistics/{source}/{source_id}",
            get(short_links::statistics),
        ),
        (
            "/v3/short-url/tracking/{long_url_id}",
            get(short_links::tracking),
        ),
        (
            "/s/{code}",
            get(short_links::open).post(short_links::opt_out),
        ),
        ("/v3/uploads", post(uploads::create)),
        ("/v3/uploads/{name}", get(uploads::download)),
        ("/v3/timezones", get(timezones::timezones)),
        ("/v3/country-list", get(user_countries::list)),
        (
            "/v3/user-countries",
            get(user_countries::view).post(user_countries::select),
        ),
        ("/v3/user-countries/agree", post(user_countries::agree)),
    ]
}

/// The path of every route, as written above. What may be done there the router says by itself: it names the methods in `Allow`.
pub fn paths() -> impl Iterator<Item = &'static str> {
    routes().into_iter().map(|(path, _)| path)
}

/// The whole surface, ready to be served or called in process.
pub fn router(state: PlatformState) -> Router {
    let mut router = Router::new();
    for (path, methods) in routes() {
        // SDK generations disagree about the trailing slash, and a PUT must not be redirected.
        router = router
            .route(path, methods.clone())
            .route(&format!("{path}/"), methods);
    }
    router
        // The live service answers a wrong method like an unknown path, and both before it asks who is calling.
        .method_not_allowed_fallback(async || ApiError::UnknownEndpoint)
        .route_layer(map_response(in_envelope))
        .route_layer(from_fn(only_where_asked))
        .route_layer(from_fn_with_state(state.clone(), limit))
        .fallback(async || ApiError::UnknownEndpoint)
        .with_state(state)
}

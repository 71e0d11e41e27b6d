//! The account, its numbers, and lists that are the same for everybody.

use postern_wire::clicksend::account::Account;
use postern_wire::clicksend::country::{Country, ListedCountry, SelectedCountry, SelectionRequest};
use postern_wire::clicksend::statistics::{Calls, Statistics, Texts, Usage};
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;

pub(super) fn tag() -> Tag {
    Tag {
        name: "Account",
        description: "The account, what it used, and the countries that it sends to.",
        operations: vec![
            Operation::new(
                "GET",
                "/v3/account",
                "readPlatformAccount",
                "Read the account",
            )
            .says("With its balance. Through the gateway its API key is masked for agent keys.")
            .wraps::<Account>(),
            Operation::new(
                "GET",
                "/v3/account/usage/{year}/{month}/subaccount",
                "readUsage",
                "What a month cost",
            )
            .wraps::<Usage>(),
            Operation::new(
                "GET",
                "/v3/statistics/sms",
                "readSmsStatistics",
                "Texts by day",
            )
            .wraps::<Statistics<Texts>>(),
            Operation::new(
                "GET",
                "/v3/statistics/voice",
                "readVoiceStatistics",
                "Calls by day",
            )
            .wraps::<Statistics<Calls>>(),
            Operation::new(
                "GET",
                "/v3/user-countries",
                "readUserCountries",
                "Countries that were selected",
            )
            .wraps::<Vec<SelectedCountry>>(),
            Operation::new(
                "POST",
                "/v3/user-countries",
                "selectUserCountries",
                "Select countries",
            )
            .takes::<SelectionRequest>(json!({"country_list_ids": [1]}))
            .wraps::<Vec<SelectedCountry>>(),
            Operation::new(
                "POST",
                "/v3/user-countries/agree",
                "agreeUserCountries",
                "Agree to a country's rules",
            )
            .may_take::<SelectionRequest>(json!({}))
            .wraps::<Vec<SelectedCountry>>(),
        ],
    }
}

pub(super) fn reference() -> Tag {
    Tag {
        name: "Reference",
        description: "Lists that are the same for everybody.",
        operations: vec![
            Operation::new("GET", "/v3/countries", "listCountries", "Countries")
                .public()
                .wraps::<Vec<Country>>(),
            Operation::new(
                "GET",
                "/v3/country-list",
                "listNumberedCountries",
                "Countries with their numbers",
            )
            .wraps::<Vec<ListedCountry>>(),
            Operation::new("GET", "/v3/timezones", "listTimezones", "Time zones")
                .wraps::<Vec<String>>(),
        ],
    }
}

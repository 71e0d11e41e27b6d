//! In which part of the world a country lies, for `GET /v3/country-list`. ClickSend's own table is not public beyond "Oceania" for
//! Australia; these are the regions of the United Nations (M49), with the Americas in one. Data; nothing else belongs here.

use crate::phone::CountryCode;

const REGIONS: [(&str, &str); 6] = [
    (
        "Africa",
        "DZ AO BJ BW BF BI CM CV CF TD KM CG CD CI DJ EG GQ ER ET GA GM GH GN GW KE LS LR LY MG MW ML MR MU YT MA MZ NA \
         NE NG RE RW SH ST SN SC SL SO ZA SD SZ TZ TG TN UG EH ZM ZW IO TF",
    ),
    (
        "Americas",
        "AI AG AR AW BS BB BZ BM BO BR CA KY CL CO CR CU DM DO EC SV FK GF GL GD GP GT GY HT HN JM MQ MX MS AN NI PA PY \
         PE PR BL KN LC MF PM VC GS SR TT TC US UY VE VG VI BV",
    ),
    (
        "Asia",
        "AF AM AZ BH BD BT BN KH CN CY GE HK IN ID IR IQ IL JP JO KZ KW KG LA LB MO MY MV MN MM NP KP KR OM PK PS PH QA \
         SA SG LK SY TW TJ TH TL TR TM AE UZ VN YE",
    ),
    (
        "Europe",
        "AX AL AD AT BY BE BA BG HR CZ DK EE FO FI FR DE GI GR GG HU IS IE IM IT JE XK LV LI LT LU MK MT MD MC ME NL NO \
         PL PT RO RU SM RS SK SI ES SJ SE CH UA GB VA",
    ),
    (
        "Oceania",
        "AS AU CX CC CK FJ PF GU HM KI MH FM NR NC NU NZ NF MP PW PG PN WS SB TK TO TV UM VU WF",
    ),
    ("Antarctica", "AQ"),
];

/// `None` for codes that are not in the served list.
pub fn region(country: CountryCode) -> Option<&'static str> {
    REGIONS
        .iter()
        .find(|(_, codes)| {
            codes
                .split_ascii_whitespace()
                .any(|c| c == country.as_str())
        })
        .map(|(region, _)| *region)
}

#[cfg(test)]
mod tests {
    use super::{REGIONS, region};
    use crate::country::COUNTRIES;

    #[test]
    fn every_country_lies_in_exactly_one_region() {
        for country in COUNTRIES {
            assert!(region(country.code).is_some(), "{}", country.name);
        }
        let listed: usize = REGIONS
            .iter()
            .map(|(_, codes)| codes.split_ascii_whitespace().count())
            .sum();
        assert_eq!(listed, COUNTRIES.len());
        assert_eq!(region(COUNTRIES[0].code), Some("Oceania"));
    }
}

//! Contacts: what is asked and how they are shown.

use serde::{Deserialize, Serialize};

use crate::clicksend::lenient;

/// All keys of a contact. The first seven fields are never null, the other ones are when they are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contact {
    pub contact_id: i64,
    pub list_id: i64,
    pub phone_number: String,
    pub first_name: String,
    pub last_name: String,
    pub custom_1: String,
    pub custom_2: String,
    pub custom_3: String,
    pub custom_4: String,
    /// Unix seconds.
    pub date_added: i64,
    pub date_updated: i64,
    pub fax_number: Option<String>,
    pub organization_name: Option<String>,
    pub email: Option<String>,
    pub address_line_1: Option<String>,
    pub address_line_2: Option<String>,
    pub address_city: Option<String>,
    pub address_state: Option<String>,
    pub address_postal_code: Option<String>,
    pub address_country: Option<String>,
    #[serde(rename = "_list_name")]
    pub list_name: String,
}

/// A field of a request: missing and null leave what is there, `""` empties it.
macro_rules! request {
    ($(#[$meta:meta])* pub struct $name:ident { $($field:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct $name {
            $(
                #[serde(default, deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
                pub $field: Option<String>,
            )*
        }

        impl $name {
            /// The fields that were given, by name.
            pub fn given(self) -> impl Iterator<Item = (&'static str, String)> {
                [$((stringify!($field), self.$field)),*]
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?)))
            }
        }
    };
}

request! {
    /// Body of creating and changing a contact; other keys (`date_added`, …) are ignored.
    pub struct ContactRequest {
        phone_number, first_name, last_name, custom_1, custom_2, custom_3, custom_4, fax_number, organization_name, email,
        address_line_1, address_line_2, address_city, address_state, address_postal_code, address_country,
    }
}

/// A row of `GET /v3/search/contacts-lists`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchRow {
    pub id: i64,
    pub name: String,
    /// A contact's number or e-mail address, a list's e-mail id.
    pub contact: String,
    /// 1 for a contact.
    pub contacts_count: i64,
    pub r#type: String,
}

#[cfg(test)]
mod tests {
    use super::ContactRequest;

    #[test]
    fn given_fields_are_told_from_missing_ones() {
        let request: ContactRequest =
            serde_json::from_str(r#"{"phone_number":61411111111,"first_name":"","last_name":null,"date_added":"2020","contact_id":3}"#).unwrap();
        let given: Vec<_> = request.given().collect();
        assert_eq!(
            given,
            [
                ("phone_number", "61411111111".to_owned()),
                ("first_name", String::new())
            ]
        );
        assert!(serde_json::from_str::<ContactRequest>(r#"{"first_name":{"a":1}}"#).is_err());
    }
}

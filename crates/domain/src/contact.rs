//! What a contact is: sixteen fields of text, their names, and what makes a set of them somebody who can be reached.

use crate::phone::{CountryCode, Recipient};

mod placeholder;
#[cfg(test)]
mod tests;

pub use placeholder::fill;

/// Longest value of a field, in characters. ClickSend's own limits are not known.
pub const FIELD_CHARS_MAX: usize = 1_000;

/// A field of a contact, in the order in which they are stored and exported.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Field {
    PhoneNumber,
    FirstName,
    LastName,
    Custom1,
    Custom2,
    Custom3,
    Custom4,
    FaxNumber,
    OrganizationName,
    Email,
    AddressLine1,
    AddressLine2,
    AddressCity,
    AddressState,
    AddressPostalCode,
    AddressCountry,
}

pub const FIELDS: usize = 16;

impl Field {
    pub const ALL: [Field; FIELDS] = [
        Field::PhoneNumber,
        Field::FirstName,
        Field::LastName,
        Field::Custom1,
        Field::Custom2,
        Field::Custom3,
        Field::Custom4,
        Field::FaxNumber,
        Field::OrganizationName,
        Field::Email,
        Field::AddressLine1,
        Field::AddressLine2,
        Field::AddressCity,
        Field::AddressState,
        Field::AddressPostalCode,
        Field::AddressCountry,
    ];

    /// The key in the API's JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Field::PhoneNumber => "phone_number",
            Field::FirstName => "first_name",
            Field::LastName => "last_name",
            Field::Custom1 => "custom_1",
            Field::Custom2 => "custom_2",
            Field::Custom3 => "custom_3",
            Field::Custom4 => "custom_4",
            Field::FaxNumber => "fax_number",
            Field::OrganizationName => "organization_name",
            Field::Email => "email",
            Field::AddressLine1 => "address_line_1",
            Field::AddressLine2 => "address_line_2",
            Field::AddressCity => "address_city",
            Field::AddressState => "address_state",
            Field::AddressPostalCode => "address_postal_code",
            Field::AddressCountry => "address_country",
        }
    }

    /// The name in imports, which spell four fields and the phone in a way of their own.
    pub const fn import_name(self) -> &'static str {
        match self {
            Field::PhoneNumber => "phone",
            Field::Custom1 => "custom1",
            Field::Custom2 => "custom2",
            Field::Custom3 => "custom3",
            Field::Custom4 => "custom4",
            other => other.as_str(),
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Field::PhoneNumber => "Phone",
            Field::FirstName => "First Name",
            Field::LastName => "Last Name",
            Field::Custom1 => "Custom Field 1",
            Field::Custom2 => "Custom Field 2",
            Field::Custom3 => "Custom Field 3",
            Field::Custom4 => "Custom Field 4",
            Field::FaxNumber => "Fax Number",
            Field::OrganizationName => "Organization Name",
            Field::Email => "Email",
            Field::AddressLine1 => "Address Line 1",
            Field::AddressLine2 => "Address Line 2",
            Field::AddressCity => "City",
            Field::AddressState => "State",
            Field::AddressPostalCode => "Postal Code",
            Field::AddressCountry => "Country",
        }
    }

    /// Any spelling in circulation, in any case: `phone_number`, `phone`, `Phone Number`, `custom1`, `Custom 1`, `Cust. 1`, `Email Address`.
    pub fn parse(name: &str) -> Option<Field> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let field = match plain.as_str() {
            "phone" | "phonenumber" | "mobile" | "mobilenumber" => Field::PhoneNumber,
            "firstname" => Field::FirstName,
            "lastname" => Field::LastName,
            "custom1" | "cust1" | "customstring1" | "customfield1" => Field::Custom1,
            "custom2" | "cust2" | "customstring2" | "customfield2" => Field::Custom2,
            "custom3" | "cust3" | "customstring3" | "customfield3" => Field::Custom3,
            "custom4" | "cust4" | "customstring4" | "customfield4" => Field::Custom4,
            "fax" | "faxnumber" => Field::FaxNumber,
            "organization" | "organizationname" | "company" => Field::OrganizationName,
            "email" | "emailaddress" => Field::Email,
            "addressline1" => Field::AddressLine1,
            "addressline2" => Field::AddressLine2,
            "addresscity" | "city" => Field::AddressCity,
            "addressstate" | "state" => Field::AddressState,
            "addresspostalcode" | "postalcode" => Field::AddressPostalCode,
            "addresscountry" | "country" => Field::AddressCountry,
            _ => return None,
        };
        Some(field)
    }
}

/// The values of a contact; an absent one is the empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub [String; FIELDS]);

/// Which contact of which list a message was addressed to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub list_id: i64,
    pub contact_id: i64,
}

/// Why these fields are nobody's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContact {
    #[error("phone_number, email, fax_number or address_line_1 must be there")]
    Unreachable,
    #[error("{}: not a telephone number", .0.as_str())]
    Number(Field),
    #[error("email: not an e-mail address")]
    Email,
    #[error("{}: longer than {FIELD_CHARS_MAX} characters", .0.as_str())]
    TooLong(Field),
}

impl Fields {
    pub fn get(&self, field: Field) -> &str {
        &self.0[field as usize]
    }

    pub fn set(&mut self, field: Field, value: impl Into<String>) {
        self.0[field as usize] = value.into();
    }

    /// Trims every value, completes numbers with `country` and checks that somebody can be reached.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn completed(mut self, country: CountryCode) -> Result<Fields, InvalidContact> {
        for field in Field::ALL {
            let value = self.get(field);
            // The cheap bound first: a character is a byte at least.
            if value.len() > FIELD_CHARS_MAX && value.chars().count() > FIELD_CHARS_MAX {
                return Err(InvalidContact::TooLong(field));
            }
            let trimmed = value.trim();
            if trimmed.len() != value.len() || value.contains('\0') {
                self.set(field, trimmed.replace('\0', ""));
            }
        }
        for field in [Field::PhoneNumber, Field::FaxNumber] {
            if !self.get(field).is_empty() {
                let number = Recipient::parse(self.get(field), country)
                    .map_err(|_| InvalidContact::Number(field))?;
                self.set(field, number.as_str());
            }
        }
        let email = self.get(Field::Email);
        if !email.is_empty() && !looks_like_an_address(email) {
            return Err(InvalidContact::Email);
        }
        match self.is_reachable() {
            true => Ok(self),
            false => Err(InvalidContact::Unreachable),
        }
    }

    /// There is a number, an address of either kind, or a fax.
    pub fn is_reachable(&self) -> bool {
        let ways = [
            Field::PhoneNumber,
            Field::Email,
            Field::FaxNumber,
            Field::AddressLine1,
        ];
        ways.iter().any(|field| !self.get(*field).is_empty())
    }

    /// First and last name, as far as they are there.
    pub fn name(&self) -> String {
        let (first, last) = (self.get(Field::FirstName), self.get(Field::LastName));
        format!("{first} {last}").trim().to_owned()
    }
}

/// Something before and after the last `@`, and no spaces. Whether a server accepts it is for the server to say.
fn looks_like_an_address(email: &str) -> bool {
    let no_spaces = !email.contains(|c: char| c.is_whitespace() || c.is_control());
    let sides = email.rsplit_once('@');
    no_spaces && sides.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

//! The fields of a contact as flags.

use postern_domain::contact::Field;
use postern_wire::clicksend::contact::ContactRequest;

use crate::args::key_and_value;
use crate::exit::{Exit, Failure, Outcome};

#[derive(clap::Args, Debug)]
pub struct ContactFields {
    /// Such as +15551234567
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// Any other field: fax_number, custom1 to custom4, address_line_1, address_line_2, address_city, address_state, address_postal_code,
    /// address_country; may be repeated
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = key_and_value)]
    others: Vec<(String, String)>,
}

impl ContactFields {
    pub fn request(&self) -> Outcome<ContactRequest> {
        let mut request = ContactRequest {
            phone_number: self.phone.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            organization_name: self.organization.clone(),
            ..ContactRequest::default()
        };
        for (name, value) in &self.others {
            let field = Field::parse(name).ok_or_else(|| {
                Failure::new(
                    Exit::Usage,
                    format!("--field: {name:?} is no field of a contact"),
                )
                .fix("`postern contact add --help` lists them")
            })?;
            let place = match field {
                Field::PhoneNumber => &mut request.phone_number,
                Field::FirstName => &mut request.first_name,
                Field::LastName => &mut request.last_name,
                Field::Custom1 => &mut request.custom_1,
                Field::Custom2 => &mut request.custom_2,
                Field::Custom3 => &mut request.custom_3,
                Field::Custom4 => &mut request.custom_4,
                Field::FaxNumber => &mut request.fax_number,
                Field::OrganizationName => &mut request.organization_name,
                Field::Email => &mut request.email,
                Field::AddressLine1 => &mut request.address_line_1,
                Field::AddressLine2 => &mut request.address_line_2,
                Field::AddressCity => &mut request.address_city,
                Field::AddressState => &mut request.address_state,
                Field::AddressPostalCode => &mut request.address_postal_code,
                Field::AddressCountry => &mut request.address_country,
            };
            *place = Some(value.clone());
        }
        if request == ContactRequest::default() {
            return Err(Failure::new(Exit::Usage, "no field is given")
                .fix("say at least one of --phone, --email, --first-name, …"));
        }
        Ok(request)
    }
}

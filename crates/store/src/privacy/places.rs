//! Where people are: one row a kind of thing. A kind that is found through its message stands before the messages.

/// One kind of thing about people.
pub(super) struct Place {
    pub(super) kind: &'static str,
    /// Rows after key ($1, $2), $3 at most: key, account, two numbers, an e-mail address, then what else is kept; texts from column 3 on.
    pub(super) select: &'static str,
    /// Names of the columns from 3 on.
    pub(super) fields: &'static [&'static str],
    pub(super) how: How,
}

/// How a thing is erased.
pub(super) enum How {
    /// By this statement, with the key as $1 and $2.
    Statement(&'static str),
    /// A contact goes; one of the Opt-Out List leaves a hash.
    Contact,
    /// Withdrawn if it still waits, then emptied.
    Message,
}

/// Stands where a number or address was.
pub(super) const REDACTED: &str = "redacted";

pub(super) const PLACES: &[Place] = &[
    Place {
        kind: "receipt",
        select: "SELECT r.account_id, r.receipt_seq, r.account_id, m.recipient, m.sender, m.from_email, r.custom_string, r.digits,
                    CAST(r.at AS TEXT)
                 FROM receipts r JOIN messages m ON m.message_id = r.message_id
                 WHERE (r.account_id, r.receipt_seq) > ($1, $2) ORDER BY r.account_id, r.receipt_seq LIMIT $3",
        fields: &["recipient", "sender", "from_email", "custom_string", "digits", "at_micros"],
        how: How::Statement(
            "UPDATE receipts SET custom_string = '', digits = NULL WHERE account_id = $1 AND receipt_seq = $2",
        ),
    },
    Place {
        kind: "call",
        select: "SELECT c.account_id, c.seq, c.account_id, m.recipient, m.sender, m.from_email, c.digits
                 FROM voice_messages c JOIN messages m ON m.account_id = c.account_id AND m.seq = c.seq
                 WHERE (c.account_id, c.seq) > ($1, $2) ORDER BY c.account_id, c.seq LIMIT $3",
        fields: &["recipient", "sender", "from_email", "digits"],
        how: How::Statement(
            "UPDATE voice_messages SET digits = NULL WHERE account_id = $1 AND seq = $2",
        ),
    },
    Place {
        kind: "handset_answer",
        select: "SELECT h.account_id, h.seq, h.account_id, m.recipient, m.sender, m.from_email, h.digits
                 FROM handset_answers h JOIN messages m ON m.account_id = h.account_id AND m.seq = h.seq
                 WHERE (h.account_id, h.seq) > ($1, $2) ORDER BY h.account_id, h.seq LIMIT $3",
        fields: &["recipient", "sender", "from_email", "digits"],
        how: How::Statement("DELETE FROM handset_answers WHERE account_id = $1 AND seq = $2"),
    },
    Place {
        kind: "handset",
        select: "SELECT account_id, number, account_id, '+' || CAST(number AS TEXT), NULL, NULL, CAST(state AS TEXT)
                 FROM handsets WHERE (account_id, number) > ($1, $2) ORDER BY account_id, number LIMIT $3",
        fields: &["number", "", "", "state"],
        how: How::Statement("DELETE FROM handsets WHERE account_id = $1 AND number = $2"),
    },
    Place {
        kind: "picture",
        select: "SELECT p.account_id, p.seq, p.account_id, m.recipient, m.sender, m.from_email, p.subject, p.media_url
                 FROM mms_messages p JOIN messages m ON m.account_id = p.account_id AND m.seq = p.seq
                 WHERE (p.account_id, p.seq) > ($1, $2) ORDER BY p.account_id, p.seq LIMIT $3",
        fields: &["recipient", "sender", "from_email", "subject", "media_url"],
        how: How::Statement(
            "UPDATE mms_messages SET subject = '', media_url = '' WHERE account_id = $1 AND seq = $2",
        ),
    },
    Place {
        kind: "short_link",
        select: "SELECT s.long_url_id, s.link_no, s.account_id, s.recipient, NULL, NULL, u.url, CAST(s.opens AS TEXT), CAST(s.opened_at AS TEXT)
                 FROM short_links s JOIN long_urls u ON u.long_url_id = s.long_url_id
                 WHERE (s.long_url_id, s.link_no) > ($1, $2) ORDER BY s.long_url_id, s.link_no LIMIT $3",
        fields: &["recipient", "", "", "url", "opens", "opened_at_micros"],
        how: How::Statement(
            "UPDATE short_links SET recipient = 'redacted', list_id = NULL, contact_id = NULL WHERE long_url_id = $1 AND link_no = $2",
        ),
    },
    Place {
        kind: "inbound",
        select: "SELECT account_id, inbound_seq, account_id, sender, NULL, NULL, body, original_body, custom_string, CAST(at AS TEXT)
                 FROM inbound WHERE (account_id, inbound_seq) > ($1, $2) ORDER BY account_id, inbound_seq LIMIT $3",
        fields: &["sender", "", "", "body", "original_body", "custom_string", "at_micros"],
        how: How::Statement(
            "UPDATE inbound SET sender = 'redacted', body = '', original_body = '', custom_string = ''
             WHERE account_id = $1 AND inbound_seq = $2",
        ),
    },
    Place {
        kind: "wish",
        select: "SELECT account_id, inbound_seq, account_id, phone_number, NULL, NULL, CAST(wish AS TEXT), CAST(at AS TEXT)
                 FROM opt_outs WHERE (account_id, inbound_seq) > ($1, $2) ORDER BY account_id, inbound_seq LIMIT $3",
        fields: &["phone_number", "", "", "wish", "at_micros"],
        how: How::Statement(
            "UPDATE opt_outs SET phone_number = 'redacted' WHERE account_id = $1 AND inbound_seq = $2",
        ),
    },
    Place {
        kind: "reaction",
        select: "SELECT account_id, reaction_id, account_id, recipient, NULL, NULL, body
                 FROM reactions WHERE (account_id, reaction_id) > ($1, $2) ORDER BY account_id, reaction_id LIMIT $3",
        fields: &["recipient", "", "", "body"],
        how: How::Statement("DELETE FROM reactions WHERE account_id = $1 AND reaction_id = $2"),
    },
    Place {
        kind: "delivery_issue",
        select: "SELECT account_id, issue_id, account_id, NULL, NULL, email_address, description, client_comments
                 FROM delivery_issues WHERE (account_id, issue_id) > ($1, $2) ORDER BY account_id, issue_id LIMIT $3",
        fields: &["", "", "email_address", "description", "client_comments"],
        how: How::Statement(
            "UPDATE delivery_issues SET email_address = 'redacted', description = '', client_comments = NULL
             WHERE account_id = $1 AND issue_id = $2",
        ),
    },
    Place {
        kind: "mail",
        select: "SELECT account_id, mail_id, account_id, NULL, NULL, recipient, subject, body, CAST(at AS TEXT)
                 FROM mailbox WHERE (account_id, mail_id) > ($1, $2) ORDER BY account_id, mail_id LIMIT $3",
        fields: &["", "", "recipient", "subject", "body", "at_micros"],
        how: How::Statement(
            "UPDATE mailbox SET recipient = 'redacted', subject = '', body = '' WHERE account_id = $1 AND mail_id = $2",
        ),
    },
    Place {
        kind: "email_address",
        select: "SELECT account_id, email_address_id, account_id, NULL, NULL, email_address
                 FROM email_addresses WHERE (account_id, email_address_id) > ($1, $2) ORDER BY account_id, email_address_id LIMIT $3",
        fields: &["", "", "email_address"],
        how: How::Statement(
            "DELETE FROM email_addresses WHERE account_id = $1 AND email_address_id = $2",
        ),
    },
    Place {
        kind: "contact",
        select: "SELECT list_id, contact_id, account_id, phone_number, fax_number, email, first_name, last_name, custom_1, custom_2,
                    custom_3, custom_4, organization_name, address_line_1, address_line_2, address_city, address_state,
                    address_postal_code, address_country
                 FROM contacts WHERE (list_id, contact_id) > ($1, $2) ORDER BY list_id, contact_id LIMIT $3",
        fields: &[
            "phone_number",
            "fax_number",
            "email",
            "first_name",
            "last_name",
            "custom_1",
            "custom_2",
            "custom_3",
            "custom_4",
            "organization_name",
            "address_line_1",
            "address_line_2",
            "address_city",
            "address_state",
            "address_postal_code",
            "address_country",
        ],
        how: How::Contact,
    },
    Place {
        kind: "message",
        select: "SELECT account_id, seq, account_id, recipient, sender, from_email, body, custom_string, CAST(accepted_at AS TEXT),
                    CAST(price_micros AS TEXT)
                 FROM messages WHERE (account_id, seq) > ($1, $2) ORDER BY account_id, seq LIMIT $3",
        fields: &[
            "recipient",
            "sender",
            "from_email",
            "body",
            "custom_string",
            "accepted_at_micros",
            "price_micros",
        ],
        how: How::Message,
    },
];

//! The entries of the navigation, in the order in which they are shown. A new page for operators adds a line here.

/// Which entry a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Of pages that stand beside the navigation, such as signing in.
    None,
    Messages,
    Phone,
    Approvals,
    Keys,
    Connections,
    Webhooks,
    Audit,
    Usage,
    Simulator,
    Contacts,
    Templates,
    Campaigns,
}

pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) entries: &'static [Entry],
}

pub(crate) struct Entry {
    pub(crate) section: Section,
    pub(crate) href: &'static str,
    pub(crate) title: &'static str,
}

const fn entry(section: Section, href: &'static str, title: &'static str) -> Entry {
    Entry {
        section,
        href,
        title,
    }
}

pub(crate) const NAVIGATION: &[Group] = &[
    Group {
        title: "Traffic",
        entries: &[
            entry(Section::Messages, "/console/messages", "Messages"),
            entry(Section::Phone, "/console/phone", "Phone"),
            entry(Section::Simulator, "/console/simulator", "Simulator"),
            entry(Section::Approvals, "/console/approvals", "Approvals"),
        ],
    },
    Group {
        title: "People",
        entries: &[
            entry(Section::Contacts, "/console/contacts", "Contacts"),
            entry(Section::Templates, "/console/templates", "Templates"),
            entry(Section::Campaigns, "/console/campaigns", "Campaigns"),
        ],
    },
    Group {
        title: "Gateway",
        entries: &[
            entry(Section::Keys, "/console/keys", "Keys"),
            entry(Section::Connections, "/console/connections", "Connections"),
            entry(Section::Webhooks, "/console/webhooks", "Webhooks"),
            entry(Section::Audit, "/console/audit", "Audit"),
            entry(Section::Usage, "/console/usage", "Usage"),
        ],
    },
];

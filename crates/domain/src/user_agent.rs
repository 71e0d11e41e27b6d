//! Who opened a link, as far as its `User-Agent` says so: three closed sets of words, so that what is counted stays small whatever is
//! sent. Nothing else of it is kept.

use crate::words::words;

words! {
    pub enum Device {
        Desktop = "Desktop",
        Mobile = "Mobile",
        Tablet = "Tablet",
        Other = "Other",
    }
}

words! {
    pub enum System {
        Android = "Android",
        Ios = "IOS",
        Linux = "Linux",
        MacOs = "macOS",
        Windows = "Windows",
        Other = "Other",
    }
}

words! {
    pub enum Browser {
        Chrome = "Chrome",
        Edge = "Edge",
        Firefox = "Firefox",
        Opera = "Opera",
        Safari = "Safari",
        Samsung = "Samsung Internet",
        Other = "Other",
    }
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct UserAgent {
    pub device: Device,
    pub system: System,
    pub browser: Browser,
}

/// Programs that open links for nobody: crawlers, and previews of chat programs.
const MACHINES: [&str; 16] = [
    "bot",
    "crawl",
    "spider",
    "preview",
    "slurp",
    "facebookexternalhit",
    "whatsapp",
    "skypeuri",
    "vkshare",
    "embedly",
    "curl/",
    "wget/",
    "python-",
    "go-http-client",
    "okhttp",
    "headless",
];

impl UserAgent {
    /// `None`: no person's browser, as far as it tells.
    pub fn parse(text: &str) -> Option<UserAgent> {
        let text = text.to_ascii_lowercase();
        let has = |piece: &str| text.contains(piece);
        if text.trim().is_empty() || MACHINES.iter().any(|machine| has(machine)) {
            return None;
        }
        let system = if has("android") {
            System::Android
        } else if has("iphone") || has("ipad") || has("ipod") {
            System::Ios
        } else if has("windows") {
            System::Windows
        } else if has("mac os x") || has("macintosh") {
            System::MacOs
        } else if has("linux") || has("x11") {
            System::Linux
        } else {
            System::Other
        };
        let device = match system {
            System::Ios if has("ipad") => Device::Tablet,
            System::Android if !has("mobile") => Device::Tablet,
            System::Ios | System::Android => Device::Mobile,
            System::Windows if has("phone") => Device::Mobile,
            System::Windows | System::MacOs | System::Linux => Device::Desktop,
            System::Other if has("mobile") => Device::Mobile,
            System::Other => Device::Other,
        };
        // Most say that they are Safari, and many that they are Chrome, too: the rarer words first.
        let browser = if has("edg/") || has("edga/") || has("edgios/") || has("edge/") {
            Browser::Edge
        } else if has("opr/") || has("opera") || has("opt/") {
            Browser::Opera
        } else if has("samsungbrowser/") {
            Browser::Samsung
        } else if has("firefox/") || has("fxios/") {
            Browser::Firefox
        } else if has("chrome/") || has("crios/") || has("chromium/") {
            Browser::Chrome
        } else if has("safari/") {
            Browser::Safari
        } else {
            Browser::Other
        };
        Some(UserAgent {
            device,
            system,
            browser,
        })
    }
}

macro_rules! codes {
    ($($name:ident),+) => {$(
        impl $name {
            /// Stable number for the store.
            pub const fn code(self) -> i64 {
                self as i64
            }

            pub fn from_code(code: i64) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    )+};
}
codes!(Device, System, Browser);

#[cfg(test)]
mod tests {
    use super::{Browser, Device, System, UserAgent};

    #[test]
    fn browsers_are_told_apart() {
        for (text, device, system, browser) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                Device::Mobile,
                System::Ios,
                Browser::Safari,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
                Device::Mobile,
                System::Android,
                Browser::Chrome,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0 Safari/537.36",
                Device::Tablet,
                System::Android,
                Browser::Samsung,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
                Device::Desktop,
                System::Windows,
                Browser::Edge,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                Device::Desktop,
                System::Linux,
                Browser::Firefox,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
                Device::Desktop,
                System::MacOs,
                Browser::Safari,
            ),
            ("Fridge/1.0", Device::Other, System::Other, Browser::Other),
        ] {
            assert_eq!(
                UserAgent::parse(text),
                Some(UserAgent {
                    device,
                    system,
                    browser
                }),
                "{text}"
            );
        }
    }

    #[test]
    fn machines_are_nobody() {
        for text in [
            "",
            " ",
            "Googlebot/2.1 (+http://www.google.com/bot.html)",
            "facebookexternalhit/1.1",
            "WhatsApp/2.23",
            "Slackbot-LinkExpanding 1.0",
            "curl/8.5.0",
            "python-requests/2.32",
        ] {
            assert_eq!(UserAgent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn codes_lead_back() {
        assert!(
            Device::ALL
                .iter()
                .all(|one| Device::from_code(one.code()) == Some(*one))
        );
        assert!(
            System::ALL
                .iter()
                .all(|one| System::from_code(one.code()) == Some(*one))
        );
        assert!(
            Browser::ALL
                .iter()
                .all(|one| Browser::from_code(one.code()) == Some(*one))
        );
        assert_eq!(Browser::from_code(99), None);
    }
}

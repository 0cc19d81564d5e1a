//! The seeded business: who exists before the first call. Every id and token follows from the seed alone.

use serde::Serialize;

use super::num;

/// What `/_sandbox/identity` tells: how to reach the seeded business.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Identity {
    /// Id of the app that the token belongs to.
    pub app_id: String,
    /// The app's secret, for `appsecret_proof`.
    pub app_secret: String,
    /// A user token with every scope that the house asks for.
    pub access_token: String,
    /// Id of the token's user.
    pub user_id: String,
    /// A token of the business's system user with every permission, for the same app.
    pub system_user_token: String,
    /// Id of that system user.
    pub system_user_id: String,
    /// Id of the business.
    pub business_id: String,
    /// `act_...` of the EUR ad account.
    pub ad_account_id: String,
    /// `act_...` of the JPY ad account.
    pub jpy_ad_account_id: String,
    /// Id of the Page.
    pub page_id: String,
    /// Name of the Page.
    pub page_name: String,
    /// Token of the Page.
    pub page_access_token: String,
    /// Id of the Instagram professional account.
    pub instagram_user_id: String,
    /// Its user name, without the at sign.
    pub instagram_username: String,
    /// Id of the pixel.
    pub pixel_id: String,
    /// Id of the catalog.
    pub catalog_id: String,
}

/// 2026-11-02 09:00 in Lisbon, in unix seconds: when every sandbox begins.
pub const FIRST_MOMENT: i64 = 1_793_610_000;

/// The business's name, also of Page, ad account and pixel.
pub const BUSINESS_NAME: &str = "Casa Lume";

/// An ad account that exists from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountSeed {
    /// Account name.
    pub name: &'static str,
    /// ISO currency.
    pub currency: &'static str,
    /// IANA zone.
    pub zone: chrono_tz::Tz,
    /// Meta's number for the zone.
    pub timezone_id: i64,
    /// Two-letter country.
    pub country: &'static str,
}

/// The first is the demo account; the second has a currency without decimals.
pub const ACCOUNTS: [AccountSeed; 2] = [
    AccountSeed { name: BUSINESS_NAME, currency: "EUR", zone: chrono_tz::Europe::Lisbon, timezone_id: 97, country: "PT" },
    AccountSeed { name: "Casa Lume Tokyo", currency: "JPY", zone: chrono_tz::Asia::Tokyo, timezone_id: 74, country: "JP" },
];

/// The identity that a seed gives.
#[must_use]
pub fn identity(seed: u64) -> Identity {
    let digits = |kind: u64, prefix: &str, length: usize| {
        let number = num::hash(seed, &[0x1D, kind]) % 10_u64.pow(10);
        let mut text = format!("{prefix}{number:010}");
        text.truncate(length);
        text
    };
    let secret = |kind: u64, words: u64| {
        (0..words).fold(String::new(), |text, word| format!("{text}{:016x}", num::hash(seed, &[0x5EC, kind, word])))
    };
    Identity {
        app_id: digits(1, "71804", 15),
        app_secret: secret(1, 2),
        access_token: format!("EAAsandbox{}", secret(2, 4)),
        user_id: digits(2, "10216", 15),
        system_user_token: format!("EAAsandbox{}", secret(4, 4)),
        system_user_id: digits(10, "61550", 15),
        business_id: digits(3, "30492", 15),
        ad_account_id: format!("act_{}", digits(4, "48150", 15)),
        jpy_ad_account_id: format!("act_{}", digits(5, "48151", 15)),
        page_id: digits(6, "10488", 15),
        page_name: BUSINESS_NAME.to_owned(),
        page_access_token: format!("EAApage{}", secret(3, 4)),
        instagram_user_id: digits(7, "1784140", 17),
        instagram_username: "casalume".to_owned(),
        pixel_id: digits(8, "90233", 15),
        catalog_id: digits(9, "66127", 15),
    }
}

impl Identity {
    /// The seed data of an ad account, if it is one of ours.
    #[must_use]
    pub fn account(&self, id: &str) -> Option<AccountSeed> {
        let [euro, yen] = ACCOUNTS;
        if id == self.ad_account_id {
            Some(euro)
        } else if id == self.jpy_ad_account_id {
            Some(yen)
        } else {
            None
        }
    }
}

/// Minor units per major unit of a currency, by Meta's own table ("Currencies", Marketing API): 1 or 100.
#[must_use]
pub fn currency_offset(currency: &str) -> i64 {
    // spec: none (currencies)
    const WHOLE: &[&str] = &["CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"];
    if WHOLE.contains(&currency) { 1 } else { 100 }
}

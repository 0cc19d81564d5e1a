//! Figures to report on, written through the store as a sync or an import would write them.

use std::cell::Cell;

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use tandem::domain::id::{AdAccountId, CampaignId, ConnectionId, ObjectId, WorkspaceId};
use tandem::store::connections::{self, AdAccount, Connection};
use tandem::store::observed::{self, Observed};
use tandem::store::reach::{self, ReachFact};
use tandem::store::synced_facts::{self, ActionKey, Day, Delivered, Key, Results, Said};
use tandem::store::{Db, StoreError, UtcTime, ledger, rollups};

/// Networks and positions as Meta names them: eleven in all.
pub const POSITIONS: [(&str, &str); 11] = [
    ("facebook", "feed"),
    ("facebook", "facebook_reels"),
    ("facebook", "facebook_stories"),
    ("facebook", "marketplace"),
    ("facebook", "search"),
    ("facebook", "right_hand_column"),
    ("facebook", "video_feeds"),
    ("instagram", "stream"),
    ("instagram", "instagram_stories"),
    ("instagram", "instagram_reels"),
    ("instagram", "explore"),
];

/// One delivered row of a day.
#[derive(Debug, Clone)]
pub struct Row {
    pub campaign: i64,
    pub ad: i64,
    pub network: &'static str,
    pub position: &'static str,
    pub spend_micros: i64,
    pub impressions: i64,
    pub clicks: i64,
    pub reach: Option<i64>,
    /// Kind, attribution, how many, worth in micros.
    pub result: Option<(&'static str, &'static str, i64, Option<i64>)>,
}

/// Writes figures into one workspace.
pub struct Figures {
    db: Db,
    pub workspace: WorkspaceId,
    known_at: UtcTime,
    next: Cell<i64>,
}

impl Figures {
    pub fn new(db: &Db, workspace: WorkspaceId) -> Self {
        let known_at = "2026-11-21T06:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().into();
        // Ids of one workspace must not meet those of another.
        Self { db: db.clone(), workspace, known_at, next: Cell::new(workspace.0 + 1_000) }
    }

    /// From now on rows are known since `at`.
    pub fn known_at(&mut self, at: &str) {
        self.known_at = at.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into();
    }

    pub fn id(&self) -> i64 {
        self.next.set(self.next.get() + 1);
        self.next.get()
    }

    fn write(&self, work: impl FnOnce(&mut tandem::store::Conn) -> Result<(), StoreError>) {
        self.db.write_now::<(), StoreError>(work).unwrap();
    }

    /// An account that is synced, or (without days) one that files feed.
    pub fn account(&self, name: &str, currency: &str, synced: Option<(NaiveDate, NaiveDate)>) -> AdAccountId {
        let (id, connection_id) = (AdAccountId(self.id()), ConnectionId(self.id()));
        let connection = Connection {
            workspace_id: self.workspace,
            id: connection_id,
            kind: "sandbox".into(),
            name: format!("Connection of {name}"),
            base_url: "http://127.0.0.1:9".into(),
            token_sealed: vec![1],
            app_secret_sealed: None,
            status: "ok".into(),
            problem: None,
            created_at: self.known_at,
            checked_at: None,
        };
        let account = AdAccount {
            workspace_id: self.workspace,
            id,
            connection_id: synced.map(|_| connection_id),
            remote_id: synced.map(|_| format!("act_{}", id.0)),
            name: name.into(),
            currency: currency.into(),
            zone: "Europe/Lisbon".into(),
            account_status: "active".into(),
            min_daily_minor: None,
            spend_cap_minor: None,
            amount_spent_minor: None,
            payor: String::new(),
            beneficiary: String::new(),
            created_at: self.known_at,
            synced_at: None,
            synced_since_on: synced.map(|(since, _)| since),
            synced_until_on: synced.map(|(_, until)| until),
            known_until_at: synced.map(|_| self.known_at),
        };
        self.write(|c| {
            if synced.is_some() {
                connections::insert(c, &connection)?;
            }
            connections::insert_account(c, &account)
        });
        id
    }

    pub fn campaign(&self, account: AdAccountId, name: &str, effective_status: &str) -> i64 {
        self.object(account, "campaign", name, effective_status, None)
    }

    pub fn ad(&self, account: AdAccountId, campaign: i64, name: &str) -> i64 {
        self.object(account, "ad", name, "ACTIVE", Some(campaign))
    }

    fn object(&self, account: AdAccountId, kind: &str, name: &str, status: &str, campaign: Option<i64>) -> i64 {
        let id = self.id();
        let object = Observed {
            workspace_id: self.workspace,
            id: ObjectId(id),
            ad_account_id: account,
            kind: kind.into(),
            remote_id: id.to_string(),
            parent_id: campaign.map(ObjectId),
            campaign_id: Some(CampaignId(campaign.unwrap_or(id))),
            name: name.into(),
            status: status.into(),
            effective_status: status.into(),
            origin: "elsewhere".into(),
            fields: "{}".into(),
            created_at: self.known_at,
            seen_at: self.known_at,
            gone_at: None,
        };
        self.write(|c| observed::upsert(c, &object).map(|_| ()));
        id
    }

    /// What Meta says of a day now.
    pub fn day(&self, account: AdAccountId, on: NaiveDate, rows: &[Row]) {
        let day = Day { workspace: self.workspace, account, breakdown: "placement", on };
        let mut said = Said::default();
        for row in rows {
            let key = Key { object_id: row.ad, network: row.network.into(), position: row.position.into() };
            if let Some((kind, attribution, results, value_micros)) = row.result {
                said.actions.insert(
                    ActionKey { row: key.clone(), result_kind: kind.into(), attribution: attribution.into() },
                    Results { campaign_id: row.campaign, ad_set_id: None, results: Some(results), value_micros },
                );
            }
            let delivered = Delivered {
                campaign_id: row.campaign,
                ad_set_id: None,
                spend_micros: Some(row.spend_micros),
                impressions: Some(row.impressions),
                clicks: Some(row.clicks),
                link_clicks: Some(row.clicks / 2),
                reach: row.reach,
            };
            said.facts.insert(key, delivered);
        }
        self.write(|c| {
            synced_facts::replace(c, &day, &synced_facts::Part::default(), &said, self.known_at)?;
            rollups::recompute(c, &self.scope(account, 0, "placement", on, on))?;
            let currency = connections::get_account(c, self.workspace, account)?.currency;
            ledger::book_day(c, &day, &currency, self.known_at, "by hand")
        });
    }

    fn scope<'a>(
        &self,
        account: AdAccountId,
        source: i64,
        breakdown: &'a str,
        since: NaiveDate,
        until: NaiveDate,
    ) -> rollups::Scope<'a> {
        rollups::Scope { workspace: self.workspace, account, source, breakdown, since, until }
    }

    /// A visible import with one row a campaign over a whole period.
    pub fn import(&self, account: AdAccountId, since: NaiveDate, until: NaiveDate, rows: &[(i64, i64)]) -> i64 {
        let source = self.id();
        let (workspace, account_id, at) = (self.workspace.0, account.0, "2026-11-21 06:00:00");
        self.write(|c| {
            let mut run = |sql: String| diesel::sql_query(sql).execute(c).map(|_| ());
            run(format!(
                "INSERT INTO imports (workspace_id, id, ad_account_id, file_name, content_hash, state, currency, since_on, until_on, \
                 records, skipped, understanding, created_by, created_at) VALUES ({workspace}, {source}, {account_id}, 'f.csv', \
                 '{source}', 'visible', 'EUR', '{since}', '{until}', 1, 0, '{{}}', 1, '{at}')"
            ))?;
            for (record, (campaign, spend)) in rows.iter().enumerate() {
                run(format!(
                    "INSERT INTO facts (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, \
                     position, segment, record_no, campaign_id, spend_micros, impressions, known_at) VALUES ({workspace}, \
                     {account_id}, {source}, 'file', '{since}', '{until}', {campaign}, 'unknown', '', '', {record}, {campaign}, \
                     {spend}, 1000, '{at}')"
                ))?;
            }
            rollups::recompute(c, &self.scope(account, source, "file", since, until))
        });
        source
    }

    /// Reach of the whole account as fetched for a period: both networks, Facebook, Instagram.
    pub fn reach(&self, account: AdAccountId, since: NaiveDate, until: NaiveDate, people: [i64; 3]) {
        let facts: Vec<ReachFact> = ["", "facebook", "instagram"]
            .into_iter()
            .zip(people)
            .map(|(network, reach)| ReachFact {
                since_on: since,
                until_on: until,
                level: "account",
                object_id: 0,
                network: network.into(),
                reach,
                impressions: reach * 3,
            })
            .collect();
        self.write(|c| reach::upsert(c, self.workspace, account, &facts, self.known_at));
    }

    /// A believable business: `campaigns` over `days` days up to `until`, each day on every position, `ads` ads a campaign.
    /// Deterministic. The last campaign is counted by landing page views, the others by purchases.
    pub fn business(&self, campaigns: usize, days: u64, ads: usize, until: NaiveDate) -> AdAccountId {
        let since = until - Days::new(days - 1);
        let account = self.account("Casa Lume", "EUR", Some((since, until)));
        let names = ["Autumn sale", "New in: linen", "Store opening Porto", "Spring leftovers", "Lamps", "Rugs"];
        let made: Vec<(i64, Vec<i64>)> = (0..campaigns)
            .map(|at| {
                let name = match names.get(at) {
                    Some(name) => (*name).to_owned(),
                    None => format!("Campaign {}", at + 1),
                };
                let status = if at % 5 == 3 { "PAUSED" } else { "ACTIVE" };
                let campaign = self.campaign(account, &name, status);
                let ads = (0..ads).map(|ad| self.ad(account, campaign, &format!("{name}, picture {}", ad + 1))).collect();
                (campaign, ads)
            })
            .collect();
        for back in 0..days {
            let on = since + Days::new(back);
            let mut rows = Vec::new();
            for (at, (campaign, ads)) in made.iter().enumerate() {
                for (place, (network, position)) in POSITIONS.into_iter().enumerate() {
                    for (no, ad) in ads.iter().enumerate() {
                        rows.push(row(
                            Place { campaign: *campaign, ad: *ad, network, position },
                            [at, back as usize, place, no],
                            ads.len(),
                            at + 1 == campaigns && campaigns > 1,
                        ));
                    }
                }
            }
            self.day(account, on, &rows);
        }
        account
    }
}

struct Place {
    campaign: i64,
    ad: i64,
    network: &'static str,
    position: &'static str,
}

/// Weekdays, a slow wave and a bit of noise; the same money whatever the number of ads.
fn row(place: Place, [at, day, position, ad]: [usize; 4], ads: usize, traffic: bool) -> Row {
    let noise = (at * 7919 + day * 104_729 + position * 1_299_709 + ad * 15_485_863) % 97;
    let week = [100, 96, 92, 95, 108, 121, 112][day % 7];
    let weight = [60, 24, 9, 16, 4, 3, 8, 55, 48, 34, 12][position];
    let cents = (weight * week * (90 + noise as i64 % 20)) / (140 * (1 + at as i64 % 4)) / ads.max(1) as i64;
    let impressions = cents * (9 + (noise as i64 % 5));
    let clicks = impressions * (11 + position as i64 % 5) / 1000;
    let purchases = cents / (300 + 12 * position as i64) + i64::from(noise < 30);
    let result = if traffic {
        ("landing_page_view", "", clicks * 6 / 10, None)
    } else {
        ("purchase", "7d_click", purchases, Some(purchases * (9_000_000 + noise as i64 * 90_000)))
    };
    Row {
        campaign: place.campaign,
        ad: place.ad,
        network: place.network,
        position: place.position,
        spend_micros: cents * 10_000,
        impressions,
        clicks,
        reach: Some(impressions * 7 / 10),
        result: Some(result),
    }
}

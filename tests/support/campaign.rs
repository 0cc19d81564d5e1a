//! A connected demo business and a valid campaign in it, saved as the form would save it.

use chrono::Duration;
use serde_json::{Value as Json, json};
use tandem::domain::audience::{City, Detail, Segment};
use tandem::domain::campaign::{AccountFacts, ByNetwork, Campaign, CampaignForm, PageFacts, PictureFacts, PixelFacts};
use tandem::domain::id::{AdAccountId, CampaignId, PictureId, UserId};
use tandem::service::{Actor, connections, publish};
use tandem::store::campaigns::{self, CampaignRow};
use tandem::store::connections as rows;
use tandem::store::upsert::{Upsert, Value};
use tandem::store::{StoreError, UtcTime};

use super::{Browser, PASSWORD, TestApp};

/// The form of a new campaign as the endpoint gives it, filled in: 140 a day for purchases in two countries, one ad.
pub fn filled_in(mut form: Json, pixel: &Json, picture: &Json) -> Json {
    form["result"] = json!(format!("{}:PURCHASE", pixel.as_str().unwrap()));
    form["special_category"] = json!("none");
    form["payer"] = json!("Casa Lume Lda");
    form["beneficiary"] = json!("Casa Lume Lda");
    form["budget"] = json!("140.00");
    form["countries"] = json!("Portugal, Spain");
    form["ads"][0]["message"] = json!("Warm light, real linen.");
    form["ads"][0]["headline"] = json!("Christmas sale");
    form["ads"][0]["link"] = json!("https://casalume.example/sale");
    form["ads"][0]["picture"] = picture.clone();
    form
}

/// A house with the demo business connected, and its owner.
pub struct Business {
    pub app: TestApp,
    pub actor: Actor,
    pub account: AdAccountId,
}

impl Business {
    /// Connected and synced once.
    pub async fn connected() -> Self {
        Self::connected_to(1).await
    }

    /// Connected to a sandbox of this seed, and synced once.
    pub async fn connected_to(seed: u64) -> Self {
        let app = TestApp::with_sandbox_of(seed).await;
        app.owner().await;
        let actor = app.actor("Casa Lume").await;
        connections::connect_sandboxes(&app.ctx).await.unwrap();
        let workspace = actor.workspace;
        let accounts = app.ctx.db.read(move |c| rows::list_linked_accounts(c, workspace)).await.unwrap();
        let account = accounts.iter().find(|a| a.currency == "EUR").unwrap().id;
        app.run_jobs().await;
        Self { app, actor, account }
    }

    /// Connected, with the usual campaign published, so many days delivered and synced.
    pub async fn delivered(days: i64) -> (Self, CampaignId) {
        let business = Self::connected().await;
        let campaign = business.campaign().await;
        let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
        publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
        business.app.run_jobs().await;
        business.app.control("clock", json!({"advance_days": days})).await;
        business.sync_now().await;
        (business, campaign)
    }

    /// Syncs as a person asks for it.
    pub async fn sync_now(&self) {
        self.app.ctx.clock.advance(Duration::seconds(5));
        connections::sync_now(&self.app.ctx, &self.actor).await.unwrap();
        self.app.run_jobs().await;
    }

    /// Saves the campaign of 140 a day, 42 to 58, that starts at once.
    pub async fn campaign(&self) -> CampaignId {
        self.campaign_with(|_| {}).await
    }

    pub async fn campaign_with(&self, change: impl FnOnce(&mut CampaignForm)) -> CampaignId {
        let feed = self.picture(1200, 1500).await;
        let facts = self.facts(&[(feed, 1200, 1500)]).await;
        self.saved(facts, feed, change).await
    }

    /// The same campaign, its ad with an upright picture too.
    pub async fn campaign_in_two_formats(&self, change: impl FnOnce(&mut CampaignForm)) -> CampaignId {
        let (feed, upright) = (self.picture(1200, 1500).await, self.picture(720, 1280).await);
        let facts = self.facts(&[(feed, 1200, 1500), (upright, 720, 1280)]).await;
        self.saved(facts, feed, |form| {
            form.ads[0].vertical = upright.to_string();
            change(form);
        })
        .await
    }

    /// Saves a campaign again, as the usual form with other changes; its picture stays.
    pub async fn change(&self, id: CampaignId, change: impl FnOnce(&mut CampaignForm)) {
        let workspace = self.actor.workspace;
        let row = self.app.ctx.db.read(move |c| campaigns::find(c, workspace, id)).await.unwrap().unwrap();
        let before: Campaign = serde_json::from_str(row.definition.as_deref().unwrap()).unwrap();
        let picture = before.ads[0].picture;
        let facts = self.facts(&[(picture, 1200, 1500)]).await;
        let (campaign, form) = self.read(&facts, picture, change);
        let (seen, definition) = (row.revision, Some(serde_json::to_string(&campaign).unwrap()));
        let form = serde_json::to_string(&form).unwrap();
        let row = CampaignRow { name: campaign.name, form, definition, revision: seen + 1, ..row };
        assert!(self.app.ctx.db.write(move |c| campaigns::save(c, &row, seen)).await.unwrap());
    }

    async fn saved(&self, facts: AccountFacts, picture: PictureId, change: impl FnOnce(&mut CampaignForm)) -> CampaignId {
        let (campaign, form) = self.read(&facts, picture, change);
        self.save(&campaign, &form).await
    }

    pub fn read(
        &self,
        facts: &AccountFacts,
        picture: PictureId,
        change: impl FnOnce(&mut CampaignForm),
    ) -> (Campaign, CampaignForm) {
        let mut form = CampaignForm::fresh();
        form.account = self.account.to_string();
        form.name = "Christmas sale".into();
        form.result = format!("{}:PURCHASE", facts.pixels[0].id);
        form.page = facts.pages[0].id.clone();
        form.instagram = facts.pages[0].instagram.clone().unwrap().0;
        form.special_category = "none".into();
        form.payer = "Casa Lume Lda".into();
        form.beneficiary = "Casa Lume Lda".into();
        form.budget = "140.00".into();
        form.shape = "per_network".into();
        form.share = ByNetwork { facebook: "42".into(), instagram: "58".into() };
        form.countries = "Portugal, Spain".into();
        let ad = form.ads.first_mut().unwrap();
        ad.message = "Warm light, real linen.".into();
        ad.headline = "Christmas sale".into();
        ad.link = "https://casalume.example/sale".into();
        ad.picture = picture.to_string();
        change(&mut form);
        let reading = form.read(facts);
        let campaign = reading.campaign.unwrap_or_else(|| panic!("{:?}", reading.invalid));
        (campaign, form)
    }

    /// The owner's browser, signed in.
    pub async fn browser(&self) -> Browser {
        let mut browser = self.app.stranger();
        browser.sign_in("ana@example.com", PASSWORD).await;
        browser
    }

    pub async fn save(&self, campaign: &Campaign, form: &CampaignForm) -> CampaignId {
        let now: UtcTime = self.app.ctx.stamp();
        let row = CampaignRow {
            workspace_id: self.actor.workspace,
            id: CampaignId(self.app.ctx.new_id()),
            ad_account_id: self.account,
            name: campaign.name.clone(),
            wanted: "draft".into(),
            form: serde_json::to_string(form).unwrap(),
            definition: Some(serde_json::to_string(campaign).unwrap()),
            revision: 1,
            created_by: UserId(0),
            created_at: now,
            updated_at: now,
            published_at: None,
        };
        let id = row.id;
        self.app.ctx.db.write(move |c| campaigns::insert(c, &row)).await.unwrap();
        id
    }

    pub async fn picture(&self, width: u32, height: u32) -> PictureId {
        let id = PictureId(self.app.ctx.new_id());
        let (workspace, now) = (self.actor.workspace, self.app.ctx.stamp());
        let bytes = png(width, height);
        // As in the product, the same file is kept once.
        let content = tandem::secrets::sha256_hex(&bytes);
        let sought = content.clone();
        let kept = self.app.ctx.db.read(move |c| tandem::store::pictures::find_by_content(c, workspace, &sought)).await.unwrap();
        if let Some(kept) = kept {
            return kept.id;
        }
        let row: Vec<Value> = vec![
            workspace.0.into(),
            id.0.into(),
            content.into(),
            "lamp.png".into(),
            "image/png".into(),
            i64::from(width).into(),
            i64::from(height).into(),
            Value::Bytes(bytes),
            now.into(),
        ];
        let columns = &["workspace_id", "id", "content_hash", "file_name", "mime", "width", "height", "bytes", "created_at"];
        self.app
            .ctx
            .db
            .write(move |c| {
                Upsert { table: "pictures", columns, rows: &[row], key: &[], update: &[] }.run(c).map_err(StoreError::from)
            })
            .await
            .unwrap();
        id
    }

    /// Plans, approves and carries out; whatever time passes.
    pub async fn publish(&self, campaign: CampaignId) {
        let letter = tandem::service::publish::letter(&self.app.ctx, &self.actor, campaign, None).await.unwrap();
        assert!(letter.plan.blocked.is_empty(), "{:?}", letter.plan.blocked);
        tandem::service::publish::approve(&self.app.ctx, &self.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
        self.settle().await;
    }

    /// Runs jobs until the backoff of failed calls has passed.
    pub async fn settle(&self) {
        for _ in 0..6 {
            self.app.run_jobs().await;
            self.app.ctx.clock.advance(chrono::Duration::seconds(30));
        }
        self.app.run_jobs().await;
    }

    pub async fn facts(&self, pictures: &[(PictureId, u32, u32)]) -> AccountFacts {
        let (workspace, id) = (self.actor.workspace, self.account);
        let read = self.app.ctx.db.read(move |c| {
            Ok((rows::get_account(c, workspace, id)?, rows::list_pages(c, workspace)?, rows::list_pixels(c, workspace)?))
        });
        let (account, pages, pixels) = read.await.unwrap();
        let pixels = pixels.into_iter().filter(|p| p.ad_account_id == id);
        AccountFacts {
            currency: account.currency.parse().unwrap(),
            zone: account.zone.parse().unwrap(),
            now: self.app.ctx.platform.now(&self.app.ctx.sandbox.as_ref().unwrap().base_url, self.app.ctx.now()).0,
            min_daily_minor: account.min_daily_minor,
            overdelivery_bp: tandem::domain::campaign::OVERDELIVERY_BP,
            pages: pages
                .into_iter()
                .map(|p| PageFacts { id: p.remote_id, name: p.name, instagram: p.instagram_remote_id.zip(p.instagram_username) })
                .collect(),
            pixels: pixels
                .map(|p| PixelFacts { id: p.remote_id, name: p.name, last_fired_at: p.last_fired_at.map(UtcTime::utc) })
                .collect(),
            payer: None,
            pictures: pictures
                .iter()
                .map(|(id, width, height)| (*id, PictureFacts { name: "lamp.png".into(), width: *width, height: *height }))
                .collect(),
        }
    }
}

/// A grey picture without compression: stored blocks, so that no encoder is needed.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let row = 1 + width as usize;
    let raw = vec![0x40_u8; row * height as usize];
    let raw: Vec<u8> = raw.iter().enumerate().map(|(i, byte)| if i % row == 0 { 0 } else { *byte }).collect();
    let mut zlib = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = raw.chunks(65_535).collect();
    for (i, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        zlib.push(u8::from(i + 1 == blocks.len()));
        zlib.extend(length.to_le_bytes());
        zlib.extend((!length).to_le_bytes());
        zlib.extend_from_slice(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    zlib.extend(((b << 16) | a).to_be_bytes());
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    for (kind, data) in [(*b"IHDR", header), (*b"IDAT", zlib), (*b"IEND", Vec::new())] {
        out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let body = [kind.as_slice(), &data].concat();
        out.extend_from_slice(&body);
        out.extend(crc32(&body).to_be_bytes());
    }
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// Makes a campaign wrong.
pub type Spoil = fn(&mut Campaign);

/// What makes a campaign such that Meta refuses it, and the words that tell the person.
pub fn spoilt() -> [(Spoil, &'static str); 3] {
    [
        (
            |campaign| {
                let country = campaign.audience.countries[0];
                campaign.audience.cities.push(City { key: "999".into(), name: "Atlantis".into(), country, radius_km: 25 });
            },
            "“Atlantis” at Cities",
        ),
        (
            |campaign| {
                let unicorns = Detail { segment: Segment::Interests, id: "999".into(), name: "Unicorns".into() };
                campaign.audience.narrowed = vec![vec![unicorns]];
            },
            "“Unicorns” at Interests and behaviours",
        ),
        (
            |campaign| {
                campaign.identity.page = "111".into();
                campaign.identity.page_name = "Old Page".into();
            },
            "the field Facebook Page, now “Old Page”",
        ),
    ]
}

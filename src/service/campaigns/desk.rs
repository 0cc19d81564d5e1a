//! Everything a campaign's form is judged with and shown beside: the ad account, what is linked to it, what results have cost.

use std::collections::BTreeMap;

use crate::allocation::expected::{self, Evidence, Expected};
use crate::domain::audience::Payer;
use crate::domain::campaign::{
    AccountFacts, AdForm, CampaignForm, OVERDELIVERY_BP, Pace, PageFacts, PixelFacts, Reading, Sketch,
};
use crate::domain::currency::Currency;
use crate::domain::id::{AdAccountId, PictureId};
use crate::domain::money::{Money, Spend};
use crate::domain::objective::{Counting, Event, Goal};
use crate::domain::period::Preset;
use crate::report::{self, Query, Range, Times};
use crate::store::Conn;
use crate::store::connections::{self as rows, AdAccount};
use crate::store::plan_settings;

use super::super::{Actor, Ctx, Error, Result, audiences, pictures};
use super::audiences::{Estimate, estimate};

/// An ad account to choose.
#[derive(Debug, Clone)]
pub struct AccountChoice {
    /// Its id.
    pub id: AdAccountId,
    /// Its name.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
}

/// A Page to choose, with its Instagram account.
pub type PageChoice = PageFacts;
/// A pixel to choose.
pub type PixelChoice = PixelFacts;

/// A form with everything around it.
#[derive(Debug)]
pub struct Desk {
    /// The ad accounts there are.
    pub accounts: Vec<AccountChoice>,
    /// The one the form is for: the one it names, else the first.
    pub account: Option<AccountChoice>,
    /// What is known of it; `None` without an account.
    pub facts: Option<AccountFacts>,
    /// What the form says and makes.
    pub reading: Reading,
    /// Results to expect a week, in the order of the ad sets.
    pub expected: Vec<Expected>,
    /// What one result is called, and many.
    pub noun: (&'static str, &'static str),
    /// The advice where an ad set would starve.
    pub advice: Option<&'static str>,
    /// Saved audiences to choose from.
    pub audiences: Vec<audiences::Choice>,
    /// About how many people the audience reaches; asked for by [`read_with_estimate`] alone.
    pub estimate: Estimate,
}

/// The form a new campaign starts with in this workspace: whatever there is only one of is chosen.
pub async fn fresh(ctx: &Ctx, actor: &Actor) -> Result<CampaignForm> {
    let mut form = CampaignForm::fresh();
    form.call_by(&super::super::naming::get(ctx, actor).await?);
    let desk = read(ctx, actor, &form).await?;
    let (Some(account), Some(facts)) = (desk.account, desk.facts) else { return Ok(form) };
    form.account = account.id.to_string();
    if let Some(page) = facts.pages.first() {
        form.page.clone_from(&page.id);
        form.instagram = page.instagram.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
    }
    if let Some(pixel) = facts.pixels.first() {
        form.result = format!("{}:{}", pixel.id, Event::Purchase.wire());
    }
    if let Some(payer) = facts.payer {
        (form.payer, form.beneficiary) = (payer.payer, payer.beneficiary);
    }
    Ok(form)
}

/// Reads a form with everything around it; writes nothing.
pub async fn read(ctx: &Ctx, actor: &Actor, form: &CampaignForm) -> Result<Desk> {
    let (inner, workspace, typed) = (ctx.clone(), actor.workspace, form.clone());
    let pictures: Vec<PictureId> = form.ads.iter().flat_map(AdForm::pictures).filter_map(|id| id.parse().ok()).collect();
    let found = ctx.db.read(move |c| {
        let linked = rows::list_linked_accounts(c, workspace)?;
        let wanted: Option<AdAccountId> = typed.account.trim().parse().ok();
        let account = linked.iter().find(|account| Some(account.id) == wanted).or(linked.first()).cloned();
        let facts = match &account {
            Some(account) => facts(c, &inner, account, &pictures)?,
            None => None,
        };
        Ok((linked, account, facts, audiences::choices(c, workspace)?))
    });
    let (linked, account, facts, audiences) = found.await?;
    let accounts: Vec<AccountChoice> = linked.iter().filter_map(choice).collect();
    let account = account.as_ref().and_then(choice);
    let Some(facts) = facts else {
        let reading = form.read(&nothing_known(ctx));
        return Ok(Desk {
            accounts,
            account,
            facts: None,
            reading,
            expected: Vec::new(),
            noun: ("result", "results"),
            advice: None,
            audiences,
            estimate: Estimate::NotAsked,
        });
    };
    let reading = form.read(&facts);
    let (counting, pace) = (reading.makes.counting.clone(), Pace::parse(&form.pace).unwrap_or(Pace::Daily));
    let evidence = match Money::parse(&form.expected_cost, facts.currency) {
        Ok(cost) if cost.minor > 0 => Evidence::Entered(cost),
        _ => match (&account, &counting) {
            (Some(account), Some(counting)) => evidence(ctx, actor, account, counting).await?,
            _ => Evidence::Unknown,
        },
    };
    let lifetime = (pace == Pace::Lifetime).then(|| reading.makes.days.unwrap_or(1));
    let weekly = |budget: Option<Money>| {
        budget.map_or(Expected::Unknown, |budget| expected::weekly(expected::a_week_of(budget, lifetime), evidence))
    };
    let of = |ad_set: &Sketch| match ad_set.between {
        Some((least, most)) => weekly(Some(least)).up_to(weekly(Some(most))),
        None => weekly(ad_set.budget),
    };
    let expected: Vec<Expected> = reading.makes.ad_sets.iter().map(of).collect();
    let advice = expected::advice(&expected);
    let noun = counting.as_ref().map_or(("result", "results"), Counting::noun);
    let estimate = Estimate::NotAsked;
    Ok(Desk { accounts, account, facts: Some(facts), reading, expected, noun, advice, audiences, estimate })
}

/// As [`read`], and asks Meta about how many people the audience reaches. A page waits for the answer only shortly, and stands
/// without it too.
pub async fn read_with_estimate(ctx: &Ctx, actor: &Actor, form: &CampaignForm) -> Result<Desk> {
    let mut desk = read(ctx, actor, form).await?;
    let account = desk.account.as_ref().map(|account| account.id);
    desk.estimate = estimate(ctx, actor, account, desk.reading.makes.audience.as_ref()).await;
    Ok(desk)
}

fn choice(account: &AdAccount) -> Option<AccountChoice> {
    let currency = account.currency.parse().ok()?;
    Some(AccountChoice { id: account.id, name: account.name.clone(), currency })
}

/// What is known of an ad account; `None` where its currency or zone is none we know.
fn facts(c: &mut Conn, ctx: &Ctx, account: &AdAccount, wanted: &[PictureId]) -> crate::store::Result<Option<AccountFacts>> {
    let (Ok(currency), Ok(zone)) = (account.currency.parse(), account.zone.parse()) else { return Ok(None) };
    let workspace = account.workspace_id;
    let base = match account.connection_id {
        Some(connection) => rows::get(c, workspace, connection)?.base_url,
        None => String::new(),
    };
    let pages = rows::list_pages(c, workspace)?.into_iter().filter(|page| Some(page.connection_id) == account.connection_id);
    let pixels = rows::list_pixels(c, workspace)?.into_iter().filter(|pixel| pixel.ad_account_id == account.id);
    let payer = Payer { payer: account.payor.clone(), beneficiary: account.beneficiary.clone() };
    Ok(Some(AccountFacts {
        currency,
        zone,
        now: ctx.platform.now(&base, ctx.now()).0,
        min_daily_minor: account.min_daily_minor,
        overdelivery_bp: plan_settings::find(c, workspace)?.map_or(OVERDELIVERY_BP, |row| row.overdelivery_bp),
        pages: pages
            .map(|page| PageFacts {
                id: page.remote_id,
                name: page.name,
                instagram: page.instagram_remote_id.map(|id| (id, page.instagram_username.unwrap_or_default())),
            })
            .collect(),
        pixels: pixels
            .map(|pixel| PixelFacts {
                id: pixel.remote_id,
                name: pixel.name,
                last_fired_at: pixel.last_fired_at.map(|at| at.utc()),
            })
            .collect(),
        payer: (!payer.payer.is_empty() || !payer.beneficiary.is_empty()).then_some(payer),
        pictures: pictures::known(c, workspace, wanted)?,
    }))
}

/// For a workspace without an ad account: nothing is linked, so that every problem is said.
pub(in crate::service) fn nothing_known(ctx: &Ctx) -> AccountFacts {
    AccountFacts {
        currency: Currency::EUR,
        zone: chrono_tz::UTC,
        now: ctx.now().0,
        min_daily_minor: None,
        overdelivery_bp: OVERDELIVERY_BP,
        pages: Vec::new(),
        pixels: Vec::new(),
        payer: None,
        pictures: BTreeMap::new(),
    }
}

/// What results of this kind cost the account in the last 90 days, over the campaigns that count them.
async fn evidence(ctx: &Ctx, actor: &Actor, account: &AccountChoice, counting: &Counting) -> Result<Evidence> {
    let Some(kind) = result_kind(counting) else { return Ok(Evidence::Unknown) };
    let query = Query {
        range: Some(Range::Preset(Preset::Days90)),
        accounts: vec![account.id],
        compare: report::Compare::Nothing,
        ..Query::default()
    };
    let (workspace, times) = (actor.workspace, Times { platform: ctx.platform.clone(), now: ctx.now() });
    let found = ctx.db.read(move |c| Ok(report::dashboard(c, workspace, &query, &times))).await?;
    let page = match found {
        Ok(page) => page,
        Err(report::Error::Invalid(_)) => return Ok(Evidence::Unknown),
        Err(report::Error::Store(error)) => return Err(Error::from(error)),
    };
    // Windows never mix: among several attributions of the kind the one with most results speaks.
    let outcomes = page.kinds.iter().filter(|(key, _, _)| key.kind == kind).filter_map(|(_, figures, _)| figures.outcome);
    let best = outcomes.max_by_key(|outcome| outcome.results);
    Ok(best.map_or(Evidence::Unknown, |outcome| match (outcome.results, outcome.spend_micros) {
        (Some(results), Some(micros)) if results > 0 && micros > 0 => {
            Evidence::Account { results: results.unsigned_abs(), spend: Spend::new(micros, account.currency) }
        }
        _ => Evidence::Unknown,
    }))
}

/// The word under which synced results of this kind are stored; `None` where none are counted.
pub(in crate::service) fn result_kind(counting: &Counting) -> Option<String> {
    match (&counting.event, counting.goal) {
        (Some(event), _) if event.event == Event::InitiatedCheckout => Some("initiate_checkout".to_owned()),
        (Some(event), _) => Some(event.event.wire().to_lowercase()),
        (None, Goal::LandingPageViews) => Some("landing_page_view".to_owned()),
        (None, Goal::LinkClicks) => Some("link_click".to_owned()),
        (None, Goal::Reach | Goal::Conversions) => None,
    }
}

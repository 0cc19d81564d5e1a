//! Reading a page of the list: index, order, then the details of as few campaigns as fill it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::super::{Error, Result};
use super::super::query::{ListQuery, Origin, SortKey};
use super::super::standings::{Known, Place, known};
use super::{CampaignList, Label, Listed, against, flight, lately};
use crate::domain::campaign_status::CampaignStatus;
use crate::domain::currency::Currency;
use crate::domain::id::{AdAccountId, CampaignId, LabelId, WorkspaceId};
use crate::domain::money::Spend;
use crate::domain::objective::Objective;
use crate::domain::plan::bare;
use crate::report::{self, CampaignFigures, Flight, Times};
use crate::store::campaign_list::{self as rows, IndexRow};
use crate::store::{Conn, drifts, labels, observed};

/// Campaigns whose details are read at once.
const CHUNK: usize = 100;

/// What one reading of the list stands on.
pub(super) struct Reader<'a> {
    pub workspace: WorkspaceId,
    pub query: &'a ListQuery,
    pub places: &'a BTreeMap<AdAccountId, Place>,
    pub labels: &'a [Label],
    pub times: &'a Times,
}

impl Reader<'_> {
    /// A page of at most so many campaigns, or all of them.
    pub fn page(&self, c: &mut Conn, most: Option<usize>) -> Result<CampaignList> {
        let index = rows::index(c, self.workspace)?;
        let any = !index.is_empty();
        let mut chosen = self.choose(c, index)?;
        let of = chosen.len();
        let mut campaigns = if matches!(self.query.sort, SortKey::Status | SortKey::Budget | SortKey::Pace | SortKey::Ends) {
            let mut all = self.details(c, &chosen, None)?;
            all.sort_by(|a, b| self.compare(a, b));
            all.into_iter().skip_while(skip_to(self.query.after)).skip(usize::from(self.query.after.is_some())).collect()
        } else {
            self.in_order(c, &mut chosen, most)?
        };
        let next = most.filter(|most| campaigns.len() > *most).and_then(|most| {
            campaigns.truncate(most);
            campaigns.last().map(|last| last.id)
        });
        Ok(CampaignList {
            of,
            next,
            period: campaigns.iter().find_map(|listed| listed.figures.as_ref()).map(|figures| figures.period),
            campaigns,
            accounts: self.places.values().map(|place| (place.account.id, place.account.name.clone())).collect(),
            labels: self.labels.to_vec(),
            any,
        })
    }

    /// What the index alone can decide.
    fn choose(&self, c: &mut Conn, index: Vec<IndexRow>) -> Result<Vec<IndexRow>> {
        let query = self.query;
        let labelled = match query.label {
            Some(label) => Some(labels::list_campaigns(c, self.workspace, label)?),
            None => None,
        };
        let drifted: Option<Vec<i64>> = match query.drift {
            true => Some(drifts::list_campaigns(c, self.workspace)?.into_iter().map(|campaign| campaign.id.0).collect()),
            false => None,
        };
        let text = query.text.to_lowercase();
        let wants_ended = query.statuses.contains(&CampaignStatus::Ended);
        let fits = |row: &IndexRow| {
            let away =
                row.gone_at.is_some() || observed::is_over(&row.status) || (row.status.is_empty() && row.wanted == "archived");
            (query.accounts.is_empty() || query.accounts.iter().any(|id| id.0 == row.ad_account_id))
                && query.origin.is_none_or(|origin| origin == origin_of(row))
                && labelled.as_ref().is_none_or(|ids| ids.binary_search(&CampaignId(row.id)).is_ok())
                && drifted.as_ref().is_none_or(|ids| ids.contains(&row.id))
                && (text.is_empty() || name(row).to_lowercase().contains(&text))
                && (!away || row.origin == "file" || query.archived || wants_ended)
        };
        Ok(index.into_iter().filter(fits).collect())
    }

    /// The page in an order that needs no details: they are read for as many campaigns as it takes to fill it.
    fn in_order(&self, c: &mut Conn, chosen: &mut [IndexRow], most: Option<usize>) -> Result<Vec<Listed>> {
        let mut figures = match self.query.sort {
            SortKey::Name | SortKey::Account => None,
            _ => Some(self.figures(c, chosen)?),
        };
        match &figures {
            Some(figures) => chosen.sort_by(|a, b| self.compare_figures(a, b, figures)),
            None => chosen.sort_by(|a, b| self.compare_rows(a, b)),
        }
        let from = self.query.after.and_then(|after| chosen.iter().position(|row| row.id == after.0)).map_or(0, |at| at + 1);
        let mut found = Vec::new();
        for chunk in chosen.get(from..).unwrap_or_default().chunks(CHUNK) {
            found.extend(self.details(c, chunk, figures.as_mut())?);
            if most.is_some_and(|most| found.len() > most) {
                break;
            }
        }
        Ok(found)
    }

    fn figures(&self, c: &mut Conn, index: &[IndexRow]) -> Result<BTreeMap<i64, CampaignFigures>> {
        let of: BTreeMap<i64, AdAccountId> = index.iter().map(|row| (row.id, AdAccountId(row.ad_account_id))).collect();
        report::listing(c, self.workspace, &of, self.query.period, self.times).map_err(Error::from)
    }

    fn compare_rows(&self, a: &IndexRow, b: &IndexRow) -> Ordering {
        let place = |row: &IndexRow| self.places.get(&AdAccountId(row.ad_account_id)).map(|p| p.account.name.to_lowercase());
        let by_name = || name(a).to_lowercase().cmp(&name(b).to_lowercase());
        let found = match self.query.sort {
            SortKey::Account => place(a).cmp(&place(b)).then_with(by_name),
            _ => by_name(),
        };
        let found = found.then(a.id.cmp(&b.id));
        if self.query.descending { found.reverse() } else { found }
    }

    fn compare_figures(&self, a: &IndexRow, b: &IndexRow, figures: &BTreeMap<i64, CampaignFigures>) -> Ordering {
        let key = |row: &IndexRow| -> Option<(Currency, Decimal)> {
            let own = figures.get(&row.id);
            let spend = |spend: Option<Spend>| spend.map(|spend| (spend.currency, Decimal::from(spend.micros)));
            match self.query.sort {
                SortKey::Yesterday => spend(lately(own, row.status.is_empty(), |f| f.yesterday)),
                // Results have one order over all currencies.
                SortKey::Results => own.and_then(|f| f.figures.outcome?.results).map(|n| (Currency::EUR, Decimal::from(n))),
                SortKey::Cost => own.and_then(|f| Some((f.currency, f.figures.cost_per_result()?))),
                _ => spend(lately(own, row.status.is_empty(), |f| f.today)),
            }
        };
        // Drafts come before what is over: both have spent nothing.
        let rest = b.status.is_empty().cmp(&a.status.is_empty()).then(b.id.cmp(&a.id));
        self.order(key(a), key(b)).then(rest)
    }

    /// What is not known stands last whichever way the order runs; money is compared within a currency.
    fn order(&self, a: Option<(Currency, Decimal)>, b: Option<(Currency, Decimal)>) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => a.0.cmp(&b.0).then(if self.query.descending { b.1.cmp(&a.1) } else { a.1.cmp(&b.1) }),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }

    fn compare(&self, a: &Listed, b: &Listed) -> Ordering {
        // What is no money has one order over all currencies.
        let plain = |value: Option<Decimal>| value.map(|value| (Currency::EUR, value));
        let key = |listed: &Listed| match self.query.sort {
            SortKey::Budget => listed.budget.map(|(_, money)| (money.currency, Decimal::from(money.minor))),
            SortKey::Pace => plain(listed.against.and_then(|against| against.share())),
            SortKey::Ends => plain(listed.ends.map(|at| Decimal::from(at.timestamp()))),
            _ => {
                let at = CampaignStatus::ALL.iter().position(|status| *status == listed.standing.status);
                plain(at.map(Decimal::from))
            }
        };
        self.order(key(a), key(b)).then_with(|| b.is_draft.cmp(&a.is_draft)).then(b.id.cmp(&a.id))
    }

    /// The details of these campaigns in the same order, without those that a filter by details leaves out; `figures` are theirs
    /// where they were read already.
    fn details(
        &self,
        c: &mut Conn,
        index: &[IndexRow],
        figures: Option<&mut BTreeMap<i64, CampaignFigures>>,
    ) -> Result<Vec<Listed>> {
        let mut read;
        let figures = match figures {
            Some(figures) => figures,
            None => {
                read = self.figures(c, index)?;
                &mut read
            }
        };
        let mut all = known(c, self.workspace, index, self.places, figures)?;
        let ids: Vec<i64> = index.iter().map(|row| row.id).collect();
        let mut labelled = labels::list_of(c, self.workspace, &ids)?;
        let mut out = Vec::with_capacity(index.len());
        for row in index {
            let Some((known, place)) = all.remove(&row.id).zip(self.places.get(&AdAccountId(row.ad_account_id))) else {
                continue;
            };
            let own = labelled.remove(&row.id).unwrap_or_default();
            let listed = self.listed(row, place, &known, figures.remove(&row.id), &own);
            if self.fits(&listed, &known) {
                out.push(listed);
            }
        }
        Ok(out)
    }

    fn fits(&self, listed: &Listed, known: &Known) -> bool {
        let query = self.query;
        (query.statuses.is_empty() || query.statuses.contains(&listed.standing.status))
            && query.network.is_none_or(|network| listed.runs_on(network, known))
            && query.objective.is_none_or(|objective| is_of(objective, listed.objective.as_deref()))
    }

    fn listed(
        &self,
        row: &IndexRow,
        place: &Place,
        known: &Known,
        figures: Option<CampaignFigures>,
        labels: &[LabelId],
    ) -> Listed {
        let flight = flight(known, place);
        Listed {
            id: CampaignId(row.id),
            name: name(row).to_owned(),
            account: place.account.id,
            account_name: place.account.name.clone(),
            currency: place.account.currency.parse().ok(),
            zone: place.zone,
            origin: origin_of(row),
            is_ours: known.wanted.is_some(),
            is_draft: row.status.is_empty(),
            labels: self.labels.iter().filter(|label| labels.contains(&label.id)).cloned().collect(),
            standing: known.standing.clone(),
            objective: known.objective.clone(),
            budget: known.budget,
            set: known.definition.as_ref().and_then(|campaign| Flight::of(campaign, place.now.date_naive()).set),
            shape: known.definition.as_ref().map(|campaign| (&campaign.shape).into()),
            against: flight.and_then(|flight| against(&flight, figures.as_ref()?)),
            ends: known.ends,
            figures,
        }
    }
}

/// Skips up to the campaign after which a page goes on.
fn skip_to(after: Option<CampaignId>) -> impl FnMut(&Listed) -> bool {
    move |listed| after.is_some_and(|after| listed.id != after)
}

fn name(row: &IndexRow) -> &str {
    match bare(&row.name) {
        "" => "Campaign without a name",
        name => name,
    }
}

fn origin_of(row: &IndexRow) -> Origin {
    match row.origin.as_str() {
        "file" => Origin::File,
        "elsewhere" => Origin::Elsewhere,
        _ => Origin::Here,
    }
}

/// Older campaigns at Meta carry the objectives that came before. Source: Marketing API, "Outcome-driven ad experiences".
fn is_of(objective: Objective, word: Option<&str>) -> bool {
    let former: &[&str] = match objective {
        Objective::Sales => &["CONVERSIONS", "PRODUCT_CATALOG_SALES"],
        Objective::Leads => &["LEAD_GENERATION"],
        Objective::Traffic => &["LINK_CLICKS"],
        Objective::Awareness => &["BRAND_AWARENESS", "REACH"],
    };
    word.is_some_and(|word| word == objective.wire() || former.contains(&word))
}

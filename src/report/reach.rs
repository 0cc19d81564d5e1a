//! People reached: exact where Meta was asked for this very period, else bounds made of the parts.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use crate::domain::metric::{ReachBounds, ReachOverlap};
use crate::domain::network::Network;
use crate::store::Conn;

use super::Result;
use super::figures::{Figures, Reach};
use super::scope::Scope;

/// What is known about how many people saw something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleReached {
    /// Nothing.
    Unknown,
    /// Only bounds; the upper one may be missing.
    Bounds {
        /// At least this many.
        at_least: i64,
        /// At most this many.
        at_most: Option<i64>,
    },
    /// Fetched for this very period.
    Exact {
        /// People.
        people: i64,
        /// Impressions of the same fetch: frequency is their quotient.
        impressions: i64,
        /// How the networks overlap, where all three figures are known and agree.
        overlap: Option<ReachOverlap>,
    },
}

#[derive(QueryableByName)]
struct ReachRow {
    #[diesel(sql_type = Text)]
    network: String,
    #[diesel(sql_type = BigInt)]
    reach: i64,
    #[diesel(sql_type = BigInt)]
    impressions: i64,
}

/// Exact only for one account or one campaign: reach of several is fetched nowhere, so it is bounded.
pub(super) fn people(connection: &mut Conn, scope: &Scope, total: &Figures) -> Result<PeopleReached> {
    // Nothing was asked about the campaigns of one origin together.
    let object = match (scope.accounts.as_slice(), scope.campaigns.as_slice(), scope.as_known_on) {
        ([account], [], None) => Some((account.id, "account", 0)),
        ([account], [campaign], None) => Some((account.id, "campaign", campaign.0)),
        _ => None,
    };
    if let Some((account, level, object)) = object.filter(|(_, level, _)| scope.origin.is_none() || *level == "campaign") {
        let rows: Vec<ReachRow> = diesel::sql_query(
            "SELECT network, reach, impressions FROM reach_facts WHERE workspace_id = $1 AND ad_account_id = $2 \
             AND since_on = $3 AND until_on = $4 AND level = $5 AND object_id = $6 ORDER BY network",
        )
        .bind::<BigInt, _>(scope.workspace.0)
        .bind::<BigInt, _>(account.0)
        .bind::<Date, _>(scope.period.since)
        .bind::<Date, _>(scope.period.until)
        .bind::<Text, _>(level)
        .bind::<BigInt, _>(object)
        .load(connection)?;
        if let Some(exact) = exact(&rows, scope.network) {
            return Ok(exact);
        }
    }
    Ok(bounds(total.reach, total.counts.impressions))
}

fn exact(rows: &[ReachRow], network: Option<Network>) -> Option<PeopleReached> {
    let of = |word: &str| rows.iter().find(|row| row.network == word);
    let row = of(network.map_or("", Network::as_str))?;
    let overlap = match (network, of("facebook"), of("instagram")) {
        (None, Some(facebook), Some(instagram)) => ReachOverlap::new(row.reach, facebook.reach, instagram.reach),
        _ => None,
    };
    Some(PeopleReached::Exact { people: row.reach, impressions: row.impressions, overlap })
}

/// Nobody is reached without an impression: impressions bound reach too.
fn bounds(reach: Reach, impressions: Option<i64>) -> PeopleReached {
    let Some(at_least) = reach.at_least else { return PeopleReached::Unknown };
    let at_most = reach.at_most.map(|most| impressions.map_or(most, |shown| most.min(shown)));
    let known = at_most.map(|at_most| ReachBounds { at_least, at_most: at_most.max(at_least) });
    PeopleReached::Bounds { at_least, at_most: known.map(|bounds| bounds.at_most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(network: &str, reach: i64) -> ReachRow {
        ReachRow { network: network.into(), reach, impressions: 500 }
    }

    #[test]
    fn three_figures_give_the_overlap_and_two_do_not() {
        let all = exact(&[row("", 184), row("facebook", 82), row("instagram", 123)], None);
        let overlap = ReachOverlap { facebook_only: 61, both: 21, instagram_only: 102 };
        assert_eq!(all, Some(PeopleReached::Exact { people: 184, impressions: 500, overlap: Some(overlap) }));
        let two = exact(&[row("", 184), row("facebook", 82)], None);
        assert_eq!(two, Some(PeopleReached::Exact { people: 184, impressions: 500, overlap: None }));
        assert_eq!(exact(&[row("facebook", 82)], None), None);
    }

    #[test]
    fn impressions_bound_reach_from_above() {
        let reach = Reach { at_least: Some(80), at_most: Some(400), any: true };
        assert_eq!(bounds(reach, Some(150)), PeopleReached::Bounds { at_least: 80, at_most: Some(150) });
        assert_eq!(bounds(Reach::default(), Some(150)), PeopleReached::Unknown);
    }
}

//! Names of what ids and reported words mean.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::domain::id::WorkspaceId;
use crate::domain::network::Network;
use crate::store::{Conn, MultiBackend};

use super::Result;

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Names of campaigns, ad sets and ads by id: what Meta or a file last said, else what was defined here.
pub(super) fn objects(connection: &mut Conn, workspace: WorkspaceId, ids: &[i64]) -> Result<BTreeMap<i64, String>> {
    let mut names = BTreeMap::new();
    for chunk in ids.chunks(500) {
        for table in ["campaigns", "ad_sets", "ads", "observed_objects"] {
            let missing: Vec<i64> = chunk.iter().copied().filter(|id| *id != 0 && !names.contains_key(id)).collect();
            if missing.is_empty() {
                break;
            }
            let list: Vec<String> = (0..missing.len()).map(|n| format!("${}", n + 2)).collect();
            let text =
                format!("SELECT id, name FROM {table} WHERE workspace_id = $1 AND id IN ({}) ORDER BY id", list.join(", "));
            let mut query = diesel::sql_query(text).into_boxed::<MultiBackend>().bind::<BigInt, _>(workspace.0);
            for id in missing {
                query = query.bind::<BigInt, _>(id);
            }
            names.extend(query.load::<NameRow>(connection)?.into_iter().map(|row| (row.id, row.name)));
        }
    }
    Ok(names)
}

/// A reported position in people's words, without the network's name: `instagram_stories` is `Stories`.
pub fn position_label(network: Option<Network>, position: &str) -> String {
    let word = position.trim().to_lowercase();
    let own = network.map_or("", Network::as_str);
    let short = word.strip_prefix(own).filter(|rest| !own.is_empty() && !rest.is_empty()).unwrap_or(&word);
    let short = short.trim_start_matches(['_', ' ']).replace('_', " ");
    match short.as_str() {
        "" | "unknown" => "Placement not in the file".to_owned(),
        "stream" => "Feed".to_owned(),
        "an classic" | "audience network an classic" => "Audience Network".to_owned(),
        "rewarded video" | "audience network rewarded video" => "Audience Network, rewarded video".to_owned(),
        "right hand column" => "Right column".to_owned(),
        "explore grid home" => "Explore home".to_owned(),
        "messenger messenger inbox" => "Messenger inbox".to_owned(),
        "threads threads feed" => "Threads feed".to_owned(),
        other => {
            let mut chars = other.chars();
            chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_said_without_the_networks_name() {
        for (network, position, label) in [
            (Network::Instagram, "instagram_stories", "Stories"),
            (Network::Facebook, "feed", "Feed"),
            (Network::Facebook, "facebook_reels", "Reels"),
            (Network::Instagram, "", "Placement not in the file"),
            (Network::Other, "messenger_stories", "Messenger stories"),
            (Network::Other, "audience_network an_classic", "Audience Network"),
            (Network::Other, "threads threads_feed", "Threads feed"),
        ] {
            assert_eq!(position_label(Some(network), position), label);
        }
    }
}

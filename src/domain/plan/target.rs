//! What is wanted of each object that Meta has, in the canonical texts of [`Field`], switches and creatives included: what drift
//! is found against.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::build::{Desired, Known, Run};
use super::wanted;
use super::{Field, Kind, ObjectRef, Observed, Wanted, bare};
use crate::domain::adopt::Adopted;
use crate::domain::id::{ObjectId, PictureId};

/// An object as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Which.
    pub object: ObjectRef,
    /// Its name, without the token; a creative is called by its ad.
    pub name: String,
    /// The object above it; of a creative, its ad.
    pub parent: Option<ObjectId>,
    /// What it should be. What Tandem has no opinion about is absent.
    pub fields: BTreeMap<Field, String>,
}

/// Everything that a campaign defined here wants of its objects; `now` is platform time.
pub fn targets(desired: Desired<'_>, observed: &[Observed], now: DateTime<Utc>) -> Vec<Target> {
    let known: Known<'_> = observed.iter().map(|o| (o.object, o)).collect();
    let remote = |kind: Kind, id: i64| known.get(&ObjectRef::new(kind, id)).map_or_else(String::new, |o| o.remote.clone());
    let hash = |picture: PictureId| remote(Kind::Image, picture.0);
    let all = wanted::of(desired.campaign, desired.ids);
    let ad_of = |creative: ObjectId| {
        all.iter().find_map(|wanted| match wanted {
            Wanted::Ad(ad) if ad.creative == creative => Some(ad),
            _ => None,
        })
    };
    let target = |wanted: &Wanted| {
        let mut fields = wanted.fields(now);
        let (mut name, mut parent) = (bare(wanted.name()).to_owned(), None);
        match wanted {
            Wanted::Campaign(_) => {
                fields.insert(Field::Switch, Field::switch(desired.run == Run::Active));
            }
            Wanted::AdSet(set) => {
                fields.insert(Field::Switch, Field::switch(true));
                parent = Some(ObjectId(set.campaign.0));
            }
            Wanted::Ad(ad) => {
                fields.insert(Field::Switch, Field::switch(true));
                fields.insert(Field::Creative, remote(Kind::Creative, ad.creative.0));
                parent = Some(ObjectId(ad.ad_set.0));
            }
            Wanted::Creative(creative) => {
                // Nobody reads a creative's name; its token follows from what it shows.
                fields.remove(&Field::Name);
                fields.insert(Field::Picture, creative.picture_words(hash));
                if let Some(ad) = ad_of(creative.id) {
                    bare(&ad.name).clone_into(&mut name);
                    parent = Some(ObjectId(ad.id.0));
                }
            }
            Wanted::Kept(_) => {}
        }
        Target { object: wanted.object(), name, parent, fields }
    };
    all.iter().map(target).collect()
}

/// Everything that an adopted campaign wants of its objects; `now` is platform time.
pub fn kept_targets(adopted: &Adopted, run: Run, now: DateTime<Utc>) -> Vec<Target> {
    let target = |kept: &crate::domain::adopt::Kept| {
        let mut fields = kept.fields.clone();
        if kept.object.kind == Kind::Campaign {
            fields.insert(Field::Switch, Field::switch(run == Run::Active));
        }
        if kept.time(Field::Starts).is_some_and(|at| at <= now) {
            // A start that has passed cannot be changed any more.
            fields.remove(&Field::Starts);
        }
        Target { object: kept.object, name: bare(kept.name()).to_owned(), parent: kept.parent, fields }
    };
    adopted.objects.iter().map(target).collect()
}

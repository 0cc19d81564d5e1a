//! Adopting drift in a campaign defined here: the form takes what Meta has, field by field, where the form can say it.
//!
//! Whoever calls this reads the form again and holds the campaign it then means against Meta: what the form says only nearly is
//! found there.

use std::collections::BTreeMap;

use super::{Drift, Part};
use crate::domain::audience::Audience;
use crate::domain::campaign::{AdForm, AdSetKey, Campaign, CampaignForm, Pace, Shape};
use crate::domain::creative::Ad;
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{ObjectId, PictureId};
use crate::domain::money::Money;
use crate::domain::naming::Level;
use crate::domain::placement::Placement;
use crate::domain::plan::{AUTOMATIC_PLACEMENTS, Field, Ids, Kind, ObjectRef, bare};

/// A form that takes drift over.
#[derive(Debug, Clone)]
pub struct Taken<'a> {
    /// The form.
    pub form: CampaignForm,
    /// What it meant before, with the budgets taken over so far.
    pub campaign: Campaign,
    /// Our ids of its objects.
    pub ids: &'a Ids,
    /// Our pictures by Meta's hashes.
    pub pictures: &'a BTreeMap<String, PictureId>,
    /// What audiences Meta has for ad sets, where Tandem can define them.
    pub audiences: &'a BTreeMap<ObjectId, Audience>,
    /// What the campaign's switch should be from now on: `active`, `paused` or `archived`.
    pub switch: Option<&'static str>,
    /// Objects that appeared and are left as they are.
    pub left_alone: Vec<ObjectRef>,
}

/// Takes one drift over.
///
/// # Errors
/// Why Tandem's form cannot say what Meta has, with the way out.
pub fn take(taken: &mut Taken<'_>, drift: &Drift) -> Result<(), Sentence> {
    match (drift.object.kind, drift.part) {
        (Kind::Campaign, Part::Gone) => {
            taken.switch = Some("archived");
            Ok(())
        }
        (Kind::Ad, Part::Gone) => taken.without_ad(drift),
        (_, Part::Gone) => Err(dictionary::drift_part_needed(&drift.name)),
        (_, Part::Added) if drift.now == "on" => Err(dictionary::drift_no_place(&drift.name)),
        (_, Part::Added) => {
            taken.left_alone.push(drift.object);
            Ok(())
        }
        (Kind::Campaign, Part::Field(field)) => taken.campaign(field, &drift.now),
        (Kind::AdSet, Part::Field(field)) => taken.ad_set(field, drift),
        (Kind::Ad, Part::Field(field)) => taken.ad(field, drift),
        (Kind::Creative, Part::Field(field)) => taken.content(field, drift),
        (_, Part::Enhancement(one)) => {
            let ad = taken.ad_form(drift)?;
            ad.enhancements.retain(|name| name.trim() != one.wire());
            if drift.now == "on" {
                ad.enhancements.push(one.wire().to_owned());
            }
            Ok(())
        }
        (Kind::Image, Part::Field(_)) => Err(dictionary::drift_picture_stays()),
    }
}

/// Why the form has no word for it.
fn unsaid(field: Field, way_out: &str) -> Sentence {
    dictionary::drift_unsaid(field.label(), way_out)
}

impl Taken<'_> {
    fn campaign(&mut self, field: Field, now: &str) -> Result<(), Sentence> {
        match field {
            Field::Name => {
                self.form.name = between(self.campaign.names.of(Level::Campaign), bare(now), |name| {
                    Campaign { name, ..self.campaign.clone() }.full_name()
                })?;
                Ok(())
            }
            Field::Switch => {
                self.switch = Some(if now == "on" { "active" } else { "paused" });
                Ok(())
            }
            Field::Limit => {
                self.form.never_more = match now {
                    "" => String::new(),
                    minor => self.amount(minor)?.plain(),
                };
                Ok(())
            }
            Field::Budget if self.campaign.carries_budget() => {
                self.campaign.budget.amount = self.paced(now)?.ok_or_else(dictionary::drift_budget_missing)?;
                self.form.retype_budget(&self.campaign)
            }
            _ => Err(unsaid(field, "set it back, or duplicate the campaign and define the copy with it")),
        }
    }

    fn ad_set(&mut self, field: Field, drift: &Drift) -> Result<(), Sentence> {
        let now = drift.now.as_str();
        let set = self.ids.ad_sets.iter().find(|set| set.id.0 == drift.object.id.0);
        let key = set.map(|set| set.key).ok_or_else(|| dictionary::drift_not_of_campaign(&drift.name))?;
        match field {
            Field::Budget if !self.campaign.carries_budget() => {
                let amount = self.paced(now)?.ok_or_else(dictionary::drift_budget_missing)?;
                self.set_budget(key, amount)?;
                self.form.retype_budget(&self.campaign)
            }
            Field::Floor | Field::Ceiling => {
                let amount = self.paced(now)?;
                let limits = match (&mut self.campaign.shape, key) {
                    (Shape::Guided { facebook, .. }, AdSetKey::Facebook) => facebook,
                    (Shape::Guided { instagram, .. }, AdSetKey::Instagram) => instagram,
                    _ => {
                        return Err(unsaid(
                            field,
                            "only the guided shape has floors and ceilings; set it back, or choose that shape",
                        ));
                    }
                };
                *if field == Field::Floor { &mut limits.floor } else { &mut limits.ceiling } = amount;
                self.form.retype_budget(&self.campaign)
            }
            Field::Bid => {
                let (bid, goal) = match now.split_once(' ') {
                    Some(("cost_goal", minor)) => ("cost_goal", self.amount(minor)?.plain()),
                    None if now == "lowest_cost" => ("lowest_cost", String::new()),
                    _ => return Err(unsaid(field, "Tandem bids for most results or for a cost per result; set it back")),
                };
                bid.clone_into(&mut self.form.bid);
                self.form.cost_goal = goal;
                Ok(())
            }
            Field::Starts => {
                self.form.starts = self.local(now)?;
                Ok(())
            }
            Field::Ends => {
                self.form.ends = self.local(now)?;
                Ok(())
            }
            Field::Payer => {
                let (payer, beneficiary) = now.split_once('\n').unwrap_or((now, ""));
                (self.form.payer, self.form.beneficiary) = (payer.to_owned(), beneficiary.to_owned());
                Ok(())
            }
            Field::Audience => match self.audiences.get(&drift.object.id) {
                Some(audience) => {
                    self.form.put_audience(audience);
                    self.form.saved_audience = String::new();
                    Ok(())
                }
                None => Err(unsaid(field, "Meta targets by something that Tandem does not define; set it back")),
            },
            Field::Placements => self.placements(key, now),
            Field::Name => {
                Err(unsaid(field, "names of ad sets follow its template; set it back, or change the template on the form"))
            }
            Field::Switch => Err(dictionary::drift_set_switch(&drift.name)),
            _ => Err(unsaid(field, "set it back, or duplicate the campaign and define the copy with it")),
        }
    }

    fn ad(&mut self, field: Field, drift: &Drift) -> Result<(), Sentence> {
        match field {
            Field::Name => {
                let (key, ad) = self.ad_of(drift.object).ok_or_else(|| gone_from_form(drift))?;
                let sets = self.campaign.ad_sets();
                let set = sets.iter().find(|set| set.key == key).ok_or_else(|| gone_from_form(drift))?;
                let made = |name: String| self.campaign.ad_name(set, &Ad { name, ..ad.clone() });
                let name = between(self.campaign.names.of(Level::Ad), bare(&drift.now), made)?;
                self.ad_form(drift)?.name = name;
                Ok(())
            }
            Field::Switch => Err(dictionary::drift_ad_switch(&drift.name)),
            _ => Err(dictionary::drift_other_creative(&drift.name)),
        }
    }

    /// What an ad says and shows.
    fn content(&mut self, field: Field, drift: &Drift) -> Result<(), Sentence> {
        let now = drift.now.as_str();
        let picture = self.pictures.get(now).map(ToString::to_string);
        let ad = self.ad_form(drift)?;
        match field {
            Field::Message => now.clone_into(&mut ad.message),
            Field::Headline => now.clone_into(&mut ad.headline),
            Field::Link => now.split('\n').next().unwrap_or_default().clone_into(&mut ad.link),
            Field::Button => now.clone_into(&mut ad.call_to_action),
            Field::Picture => match picture {
                Some(picture) => ad.picture = picture,
                None => return Err(dictionary::drift_other_picture(&drift.name)),
            },
            _ => return Err(unsaid(field, "all ads of a campaign speak for one Page; set it back")),
        }
        Ok(())
    }

    /// Takes an ad out of the form that is deleted wherever it stood.
    fn without_ad(&mut self, drift: &Drift) -> Result<(), Sentence> {
        let key = self.ad_of(drift.object).map(|(_, ad)| ad.key.to_string()).ok_or_else(|| gone_from_form(drift))?;
        if self.form.ads.len() < 2 {
            return Err(dictionary::drift_only_ad(&drift.name));
        }
        self.form.ads.retain(|typed| typed.key.trim() != key);
        Ok(())
    }

    fn placements(&mut self, key: AdSetKey, now: &str) -> Result<(), Sentence> {
        if now == AUTOMATIC_PLACEMENTS {
            self.form.automatic = "yes".to_owned();
            return Ok(());
        }
        let named: Result<Vec<Placement>, _> = now.split(',').map(str::parse::<Placement>).collect();
        let named = named.map_err(|_| unsaid(Field::Placements, "some are outside Facebook and Instagram; set them back"))?;
        let kept = self.campaign.placements.iter().copied().filter(|placement| !key.holds(*placement));
        let all: Vec<Placement> = kept.chain(named).collect();
        self.form.automatic = String::new();
        self.form.placements = all.iter().map(ToString::to_string).collect();
        self.campaign.placements = all;
        Ok(())
    }

    fn set_budget(&mut self, key: AdSetKey, amount: Money) -> Result<(), Sentence> {
        let own = match &mut self.campaign.shape {
            Shape::Shared => None,
            Shape::PerNetwork { facebook, .. } if key == AdSetKey::Facebook => Some(facebook),
            Shape::PerNetwork { instagram, .. } if key == AdSetKey::Instagram => Some(instagram),
            Shape::PerGroup { budgets } => budgets.iter_mut().find(|of| AdSetKey::from(of.group) == key).map(|of| &mut of.budget),
            Shape::PerNetwork { .. } | Shape::Guided { .. } => return Err(unsaid(Field::Budget, "set it back")),
        };
        match own {
            Some(own) => *own = amount,
            None if key == AdSetKey::Shared => self.campaign.budget.amount = amount,
            None => return Err(unsaid(Field::Budget, "set it back")),
        }
        if key != AdSetKey::Shared {
            let total = self.campaign.budgets().iter().try_fold(0_i64, |sum, money| sum.checked_add(money.minor));
            self.campaign.budget.amount = Money::new(total.ok_or_else(dictionary::drift_too_large)?, amount.currency);
        }
        Ok(())
    }

    /// `daily 5880` as money, where it is of the campaign's kind; `None` for none.
    fn paced(&self, text: &str) -> Result<Option<Money>, Sentence> {
        if text.is_empty() {
            return Ok(None);
        }
        let (pace, minor) = text.split_once(' ').unwrap_or(("", text));
        if Pace::parse(pace) != Some(self.campaign.budget.pace) {
            return Err(unsaid(Field::Budget, "a daily budget cannot become one for all, nor the other way; set it back"));
        }
        self.amount(minor).map(Some)
    }

    fn amount(&self, minor: &str) -> Result<Money, Sentence> {
        let minor = minor.parse().map_err(|_| dictionary::drift_value_unreadable(minor))?;
        Ok(Money::new(minor, self.campaign.budget.amount.currency))
    }

    /// A time as the form has it; seconds only where there are any.
    fn local(&self, text: &str) -> Result<String, Sentence> {
        if text.is_empty() {
            return Ok(String::new());
        }
        let at: chrono::DateTime<chrono::Utc> = text.parse().map_err(|_| dictionary::drift_value_unreadable(text))?;
        let local = at.with_timezone(&self.campaign.schedule.zone);
        let format = if at.timestamp() % 60 == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        Ok(local.format(format).to_string())
    }

    /// The ad of the form behind an ad or a creative at Meta, and in which ad set it stands.
    fn ad_of(&self, object: ObjectRef) -> Option<(AdSetKey, &Ad)> {
        let found = self.ids.ad_sets.iter().find_map(|set| {
            let ad = set.ads.iter().find(|ad| ad.ad.0 == object.id.0 || ad.creative == object.id)?;
            Some((set.key, ad.key))
        });
        let (set, key) = found?;
        Some((set, self.campaign.ads.iter().find(|ad| ad.key == key)?))
    }

    fn ad_form(&mut self, drift: &Drift) -> Result<&mut AdForm, Sentence> {
        let key = self.ad_of(drift.object).map(|(_, ad)| ad.key.to_string());
        let ad = self.form.ads.iter_mut().find(|ad| Some(ad.key.trim()) == key.as_deref());
        ad.ok_or_else(|| gone_from_form(drift))
    }
}

fn gone_from_form(drift: &Drift) -> Sentence {
    dictionary::drift_not_on_form(&drift.name)
}

/// The name that a template makes `full` of: what stands between the parts that the template adds.
fn between(template: &str, full: &str, made: impl Fn(String) -> String) -> Result<String, Sentence> {
    // A character that no name has, so that the parts around it are the template's.
    const MARK: &str = "\u{1}";
    let shape = made(MARK.to_owned());
    let name = match shape.split(MARK).collect::<Vec<_>>().as_slice() {
        [before, after] => full.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)),
        _ => None,
    };
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    name.map(str::to_owned).ok_or_else(|| dictionary::drift_name_unlike(full, template))
}

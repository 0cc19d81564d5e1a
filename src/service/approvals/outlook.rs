//! What stands beside the button that approves a plan: one's own limit, who is asked, who decided.

use crate::domain::approval::{RaiseLimit, Second};
use crate::domain::money::Money;
use crate::domain::role::Role;
use crate::store::approvals::{self as rows, ApprovalRow};

use super::super::plan_settings;
use super::super::{Actor, Ctx, Error, Result};
use super::{Wish, amounts, counted_together, is_another, limit_of, used, who_could};

/// How a plan stands towards the person who looks at it.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// Whether limits hold here.
    pub second: Second,
    /// Whether a second person has to approve what the actor alone may not.
    pub needs_second: bool,
    /// What the plan raises and what the actor may, in a sentence; empty where limits hold nothing or it raises nothing.
    pub says: String,
    /// The request for this very plan that waits.
    pub waiting: Option<ApprovalRow>,
    /// Whether the actor can be its second person: is another, and their own limit covers it.
    pub can_answer: bool,
    /// Whether the actor asked.
    pub is_mine: bool,
    /// The newest request about the same thing that ended otherwise than approved: who, and why.
    pub ended: Option<ApprovalRow>,
}

/// How a plan stands towards the actor.
pub async fn outlook(ctx: &Ctx, actor: &Actor, wish: Wish) -> Result<Outlook> {
    let (inner, actor) = (ctx.clone(), actor.clone());
    let read = ctx.db.read_with(move |c| {
        let settings = plan_settings::load(c, actor.workspace)?;
        let approvers = plan_settings::approvers(c, actor.workspace)?;
        let second = Second::of(settings.needs_second, approvers.len());
        let raises: Vec<Money> = wish.raises.iter().copied().filter(|raise| raise.minor > 0).collect();
        let (limit, used) = (limit_of(&settings, &approvers, &actor), used(c, &inner, &actor)?);
        let covers = limit.covers(&raises, &used);
        let mut all = rows::list_of(c, actor.workspace, wish.subject.as_str(), wish.id, 20)?.into_iter();
        let newest = all.next();
        let is_this = |row: &ApprovalRow| row.state == "waiting" && row.hash == wish.hash && row.run == wish.run;
        let ended = newest.clone().filter(|row| matches!(row.state.as_str(), "declined" | "stale"));
        let waiting = newest.into_iter().chain(all).find(is_this);
        let holds = second == Second::Needed && !raises.is_empty();
        let left = match (limit.left(&used), limit) {
            (Some(left), RaiseLimit::UpTo { a_day }) if left != a_day => {
                format!("; of that {left} {} is left, after what you raised in the last 24 hours", left.currency)
            }
            _ => String::new(),
        };
        let says = match (holds && actor.role >= Role::Manager, covers) {
            (false, _) => String::new(),
            (true, true) => format!("It raises spending by {} a day; you may raise it {limit}{left}.", amounts(&raises)),
            (true, false) => format!(
                "It raises spending by {} a day; you may raise it {limit}{}{left}. So a second person has to approve. {}",
                amounts(&raises),
                if left.is_empty() { counted_together(limit) } else { "" },
                who_could(&settings, &approvers, actor.person(), &raises)
            ),
        };
        let another = waiting.as_ref().is_some_and(|row| is_another(&actor, row));
        Ok::<_, Error>(Outlook {
            second,
            needs_second: holds && !covers,
            says,
            can_answer: another && covers,
            is_mine: waiting.is_some() && !another,
            waiting,
            ended,
        })
    });
    read.await
}

//! `tandem import`: report files of Ads Manager, each whole or not at all.

use std::path::PathBuf;

use anyhow::bail;

use crate::domain::currency::Currency;
use crate::domain::money::{Spend, grouped_int};
use crate::service::imports::{self, AccountChoice, Outcome, Wish};
use crate::service::{Actor, Ctx, Error, workspaces};

/// What to import and where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The files, as Ads Manager exported them (CSV)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The workspace
    #[arg(long, value_name = "NAME")]
    workspace: String,
    /// The ad account; one that only files feed is made if it is not there
    #[arg(long, value_name = "NAME")]
    account: String,
    /// The currency, where the files do not say
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Leave out rows that cannot be read instead of refusing the file
    #[arg(long)]
    skip_bad: bool,
}

/// Imports one file after the other; stops at the first that is refused, keeping those before it.
pub async fn run(ctx: Ctx, arguments: Arguments) -> anyhow::Result<()> {
    let workspace = workspaces::by_name(&ctx, &arguments.workspace).await?;
    let actor = Actor::command(workspace.id);
    for path in &arguments.files {
        let wish = Wish {
            account: AccountChoice::Named(arguments.account.clone()),
            currency: arguments.currency,
            skip_bad: arguments.skip_bad,
        };
        match imports::import_file(&ctx, &actor, path, wish).await {
            Ok(Outcome::Imported(import)) => tell(&ctx, &actor, &import, &path.display().to_string()).await?,
            Ok(Outcome::Known(import)) => {
                println!(
                    "{}: imported before, on {}; nothing changed.",
                    path.display(),
                    import.created_at.utc().format("%Y-%m-%d")
                );
            }
            Err(Error::Invalid(problems)) if problems.at("skip_bad").is_some() => {
                bail!("{}: {problems} Use --skip-bad to leave such rows out.", path.display())
            }
            Err(error) => bail!("{}: {error}", path.display()),
        }
    }
    Ok(())
}

async fn tell(ctx: &Ctx, actor: &Actor, import: &crate::store::imports::Import, name: &str) -> anyhow::Result<()> {
    let view = imports::get(ctx, actor, import.id).await?;
    let totals = &view.told.totals;
    let spend = totals
        .spend_micros
        .map_or_else(|| "no spend".to_owned(), |m| format!("{} {}", Spend::new(m, view.currency), view.currency));
    let impressions = totals.impressions.map_or_else(|| "no".to_owned(), grouped_int);
    println!("{name}: {} rows, {spend}, {impressions} impressions.", grouped_int(import.records));
    if let Some(check) = view.told.check.as_ref().filter(|c| !c.agrees(totals.rows)) {
        println!("  The summary row on line {} does not agree with the rows; see the import's page.", check.line);
    }
    let mut after = 0;
    loop {
        let page = imports::skipped(ctx, actor, import.id, after, 1_000).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.line;
        for row in &page {
            let column = if row.column.is_empty() { String::new() } else { format!(", column “{}”", row.column) };
            println!("  skipped line {}{column}: {}", row.line, row.reason);
        }
    }
}

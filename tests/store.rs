//! The store on a real database: transactions, upsert, the outbox, the audit chain.

use diesel::prelude::*;
use tandem::clock::Clock;
use tandem::domain::id::{JobId, WorkspaceId};
use tandem::store::jobs::{self, NewJob};
use tandem::store::schema::platform_clocks;
use tandem::store::upsert::Upsert;
use tandem::store::{StoreError, UtcTime, audit, workspaces};

use crate::support::TestDatabase;

fn stamp() -> UtcTime {
    Clock::System.now().0.into()
}

fn job(id: i64, dedupe: Option<&str>, priority: i32, run_at: UtcTime) -> NewJob {
    NewJob {
        id: JobId(id),
        workspace_id: None,
        kind: "test".into(),
        dedupe: dedupe.map(str::to_owned),
        payload: "{}".into(),
        priority,
        run_at,
    }
}

#[test]
fn a_failed_write_leaves_nothing() {
    let database = TestDatabase::new();
    let db = database.open();
    let failed = db.write_now::<(), StoreError>(|c| {
        jobs::enqueue(c, &job(1, None, 10, stamp()), stamp())?;
        Err(StoreError::NotFound)
    });
    assert!(matches!(failed, Err(StoreError::NotFound)));
    assert!(db.read_now(jobs::list_open).unwrap().is_empty());
}

#[test]
fn a_panic_in_a_write_leaves_nothing_and_the_writer_usable() {
    let database = TestDatabase::new();
    let db = database.open();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        db.write_now::<(), StoreError>(|c| {
            jobs::enqueue(c, &job(1, None, 10, stamp()), stamp())?;
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    db.write_now::<(), StoreError>(|c| jobs::enqueue(c, &job(2, None, 10, stamp()), stamp())).unwrap();
    assert_eq!(db.read_now(jobs::list_open).unwrap().len(), 1);
}

#[test]
fn an_upsert_of_many_rows_inserts_overwrites_and_keeps() {
    let database = TestDatabase::new();
    let db = database.open();
    let (early, late) = (stamp(), stamp());
    let rows =
        |n: i64, at: UtcTime| -> Vec<_> { (0..n).map(|i| vec![format!("http://{i:05}").into(), at.into(), at.into()]).collect() };
    let columns = &["base_url", "platform_at", "seen_at"];
    let first = rows(7_000, early);
    let second = rows(7_001, late);
    db.write_now::<(), StoreError>(|c| {
        let plain = Upsert { table: "platform_clocks", columns, rows: &first, key: &[], update: &[] };
        assert_eq!(plain.run(c)?, 7_000);
        let merge =
            Upsert { table: "platform_clocks", columns, rows: &second, key: &["base_url"], update: &["platform_at", "seen_at"] };
        assert_eq!(merge.run(c)?, 7_001);
        let keep = Upsert { table: "platform_clocks", columns, rows: &first, key: &["base_url"], update: &[] };
        assert_eq!(keep.run(c)?, 0);
        let seen: Vec<UtcTime> = platform_clocks::table.select(platform_clocks::seen_at).distinct().load(c)?;
        assert_eq!(seen, [late]);
        assert_eq!(platform_clocks::table.count().get_result::<i64>(c)?, 7_001);
        Ok(())
    })
    .unwrap();
}

#[test]
fn the_outbox_gives_the_most_urgent_due_job_to_one_worker() {
    let database = TestDatabase::new();
    let db = database.open();
    let now = Clock::System.now();
    let at = |seconds: i64| UtcTime::from(now.0 + chrono::Duration::seconds(seconds));
    db.write_now::<(), StoreError>(|c| {
        jobs::enqueue(c, &job(1, None, 30, at(-5)), at(0))?;
        jobs::enqueue(c, &job(2, None, 0, at(-1)), at(0))?;
        jobs::enqueue(c, &job(3, None, 0, at(60)), at(0))
    })
    .unwrap();
    let claim = |at_seconds: i64| db.write_now::<_, StoreError>(|c| jobs::claim(c, at(at_seconds), at(at_seconds + 60))).unwrap();
    assert_eq!(claim(0).unwrap().id, JobId(2));
    assert_eq!(claim(0).unwrap().id, JobId(1));
    assert!(claim(0).is_none());
    let again = claim(61).unwrap();
    assert_eq!((again.id, again.attempts), (JobId(2), 2), "a lost claim runs out");
}

#[test]
fn one_unfinished_job_has_a_key_and_the_earlier_time_wins() {
    let database = TestDatabase::new();
    let db = database.open();
    let now = Clock::System.now();
    let at = |seconds: i64| UtcTime::from(now.0 + chrono::Duration::seconds(seconds));
    db.write_now::<(), StoreError>(|c| {
        jobs::enqueue(c, &job(1, Some("k"), 10, at(60)), at(0))?;
        jobs::enqueue(c, &job(2, Some("k"), 10, at(30)), at(0))?;
        jobs::enqueue(c, &job(3, Some("k"), 10, at(90)), at(0))?;
        let open = jobs::list_open(c)?;
        assert_eq!(open.iter().map(|j| (j.0, j.3)).collect::<Vec<_>>(), [(JobId(1), at(30))]);
        jobs::finish(c, JobId(1), None, at(0))?;
        jobs::enqueue(c, &job(4, Some("k"), 10, at(30)), at(0))?;
        assert_eq!(jobs::list_open(c)?.len(), 1);
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_changed_audit_event_breaks_the_chain() {
    let database = TestDatabase::new();
    let db = database.open();
    let workspace = WorkspaceId(5);
    db.write_now::<(), StoreError>(|c| {
        let row =
            workspaces::Workspace { id: workspace, name: "W".into(), kind: "real".into(), created_at: stamp(), frozen_at: None };
        workspaces::insert(c, &row)?;
        for i in 0..5 {
            let event = audit::NewAuditEvent {
                at: stamp(),
                actor_id: None,
                actor_name: "Ana".into(),
                via: "page",
                action: "thing.changed",
                subject_kind: "thing",
                subject_id: i,
                state: serde_json::json!({ "n": i }),
            };
            audit::append(c, workspace, event)?;
        }
        assert_eq!(audit::first_broken(c, workspace)?, None);
        diesel::sql_query("UPDATE audit_events SET state = '{\"n\":9}' WHERE seq = 3").execute(c)?;
        assert_eq!(audit::first_broken(c, workspace)?, Some(3));
        diesel::sql_query("DELETE FROM audit_events WHERE seq = 3").execute(c)?;
        assert_eq!(audit::first_broken(c, workspace)?, Some(4));
        Ok(())
    })
    .unwrap();
}

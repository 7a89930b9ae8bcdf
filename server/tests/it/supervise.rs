//! Supervisors at work: portfolios, policy, extracts, devices, the audit.

use domain::policy::Policy;
use domain::row::{Row, Table};
use domain::testkit::{day, usd};
use server::auth::{self, Role};
use server::db::Run as _;
use server::error::ServerError;
use server::history::Filter;
use server::supervise::assign::{Assign, assign};
use server::supervise::import::{How, Imported, import};
use server::supervise::publish::{NewTemplate, policy, template};
use server::supervise::watch::{audit, devices, verify};

use crate::scene::Scene;
use crate::work::{facts, note, rows, wire};

#[tokio::test]
async fn a_portfolio_is_taken_over_and_only_a_supervisor_may_do_it() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..6).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let ana = scene.specialist("ana", &customers).await;
    let bob = scene.specialist("bob", &[]).await;
    let (_, before) = ana.snapshot().await;
    let change = Assign { login: "bob".to_owned(), take_over_from: Some("ana".to_owned()), ..Assign::default() };
    let error = assign(&scene.app, &bob.caller(), &change).await.unwrap_err();
    assert!(matches!(error, ServerError::Forbidden(_)), "{error}");
    let moved = assign(&scene.app, &scene.supervisor(), &change).await.unwrap();
    assert_eq!((moved.added, moved.removed), (5, 5));
    let page = ana.page(before).await;
    assert_eq!(page.scope.remove.len(), 5);
    assert_eq!(page.assigned, Some(vec![]), "nobody works with her any more");
    let (rows, _) = bob.snapshot().await;
    assert_eq!(rows.iter().filter(|row| row.table() == Table::Customer).count(), 5);
    let again = assign(&scene.app, &scene.supervisor(), &change).await.unwrap();
    assert_eq!((again.added, again.removed), (0, 0), "done before");
    scene.assign("ana", &customers[..1], &[]).await;
    let page = bob.page(bob.snapshot().await.1).await;
    assert!(page.assigned.is_none(), "unchanged since the snapshot");
}

#[tokio::test]
async fn who_left_is_taken_over_from_and_is_no_colleague_any_more() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..4).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    scene.specialist("ana", &customers).await;
    let bob = scene.specialist("bob", &customers[..1]).await;
    let page = bob.page(bob.snapshot().await.1).await;
    auth::disable(&scene.app, scene.org, "administrator", "ana").await.unwrap();
    let page = bob.page(page.cursor).await;
    assert_eq!(page.assigned, Some(vec![]), "whoever has no access works nothing; bob is told at once");

    scene.assign("ana", &[], &customers[2..]).await;
    let change = Assign { login: "ana".to_owned(), add: customers[2..].to_vec(), ..Assign::default() };
    let error = assign(&scene.app, &scene.supervisor(), &change).await.unwrap_err();
    assert!(error.to_string().contains("no access any more"), "{error}");
    let change = Assign { login: "bob".to_owned(), take_over_from: Some("ana".to_owned()), ..Assign::default() };
    let moved = assign(&scene.app, &scene.supervisor(), &change).await.unwrap();
    assert_eq!((moved.added, moved.removed), (1, 2), "one came, one bob worked already, one was taken away before");
    assert_eq!(scene.count("SELECT count(*) FROM assignment").await, 2);
}

#[tokio::test]
async fn a_snapshot_ends_when_a_customer_is_taken_away_while_it_is_fetched() {
    use protocol::{ManifestRequest, ProblemCode, SCHEMA};
    let scene = Scene::new().await;
    let all = scene.accounts(1..3).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let ana = scene.specialist("ana", &customers[..1]).await;
    let request = ManifestRequest { schema_version: SCHEMA, decided: 0 };
    let manifest = server::snapshot::take(&scene.app, &ana.caller(), request).await.unwrap();
    scene.assign("ana", &customers[1..], &[]).await;
    server::snapshot::chunk(&scene.app, &ana.caller(), manifest.id, 0).await.unwrap();
    scene.assign("ana", &[], &customers[..1]).await;
    let error = server::snapshot::chunk(&scene.app, &ana.caller(), manifest.id, 0).await.unwrap_err();
    assert_eq!(error.code(), ProblemCode::SnapshotGone, "its rows are not hers any more");
    let (rows, _) = ana.snapshot().await;
    assert_eq!(rows.iter().filter(|row| row.table() == Table::Customer).count(), 1, "the next one is right");
}

#[tokio::test]
async fn an_extract_reaches_laptops_as_a_delta_and_policy_and_templates_reach_everybody() {
    let scene = Scene::new().await;
    let mut one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let (_, cursor) = device.snapshot().await;
    assert_eq!(scene.import(&rows(&one)).await, Imported { changed: 0, new: 0, same: 5 }, "the same extract again");
    one.invoices[0].applied = usd(2_000).amount;
    assert_eq!(scene.import(&rows(&one)).await.changed, 1);
    let page = device.page(cursor).await;
    let changed: Vec<Row> = page.transactions.iter().flat_map(|one| &one.rows).map(|row| row.read().unwrap()).collect();
    assert_eq!(changed.len(), 1);
    assert!(matches!(&changed[0], Row::Invoice(invoice) if invoice.applied == usd(2_000).amount));

    let published = policy(&scene.app, &scene.supervisor(), Policy::standard()).await.unwrap();
    let next = policy(&scene.app, &scene.supervisor(), Policy::standard()).await.unwrap();
    assert_eq!((published.version, next.version), (2, 3), "the one that ships is the first");
    for expected in 1..=2 {
        let new = NewTemplate { key: "dunning_1".to_owned(), body: serde_json::json!({"n": expected}) };
        assert_eq!(template(&scene.app, &scene.supervisor(), new).await.unwrap().version, expected);
    }
    let page = device.page(page.cursor).await;
    let tables: Vec<String> = page.transactions.iter().flat_map(|one| &one.rows).map(|row| row.id.clone()).collect();
    assert_eq!(tables, ["2", "3", "dunning_1/1", "dunning_1/2"]);
    let error = policy(&scene.app, &device.caller(), Policy::standard()).await.unwrap_err();
    assert!(matches!(error, ServerError::Forbidden(_)));

    let stray = wire(&rows(&facts(7))[2..]);
    let error = import(&scene.app, scene.org, "billing", &stray, How::default()).await.unwrap_err();
    assert!(matches!(&error, ServerError::Invalid(why) if why.contains("not here")), "{error}");
}

#[tokio::test]
async fn devices_show_how_fresh_they_are_and_the_audit_notices_a_changed_entry() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let page = device.page(device.snapshot().await.1).await;
    for seq in 1..=3 {
        device.act(seq, one.account.id, note("n")).await;
    }
    let lines = devices(&scene.app, &scene.supervisor()).await.unwrap();
    assert_eq!((lines.len(), lines[0].behind, lines[0].login.as_str()), (1, 3, "ana"));
    assert!(page.cursor.seq > 0 && lines[0].seen_at.is_some());
    let brought = device.page(page.cursor).await;
    let lines = devices(&scene.app, &scene.supervisor()).await.unwrap();
    assert_eq!(lines[0].behind, 3, "what it was sent it may not have taken in");
    device.page(brought.cursor).await;
    let lines = devices(&scene.app, &scene.supervisor()).await.unwrap();
    assert_eq!(lines[0].behind, 0, "by its own word");
    assert!(devices(&scene.app, &device.caller()).await.is_err(), "not for specialists");

    let mut auditor = scene.supervisor();
    auditor.role = Role::Auditor;
    let entries = audit(&scene.app, &auditor, &Filter::default()).await.unwrap();
    assert_eq!(verify(&scene.app, &auditor).await.unwrap(), entries[0].nr);
    let of_account = Filter { account: Some(one.account.id), ..Filter::default() };
    assert_eq!(audit(&scene.app, &auditor, &of_account).await.unwrap().len(), 3);
    let conn = scene.app.db.conn().await.unwrap();
    assert!(conn.run("UPDATE history SET actor = 'nobody' WHERE nr = 3", &[]).await.is_err(), "append-only");
    conn.script("ALTER TABLE history DISABLE TRIGGER ALL; UPDATE history SET actor = 'nobody' WHERE nr = 3")
        .await
        .unwrap();
    let error = verify(&scene.app, &auditor).await.unwrap_err();
    assert!(error.to_string().contains("entry 3"), "{error}");
}

#[tokio::test]
async fn a_payment_recorded_by_hand_gives_way_to_the_posted_one_as_on_a_device_alone() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let (ana, bob) =
        (scene.specialist("ana", &[one.customer.id]).await, scene.specialist("bob", &[one.customer.id]).await);
    let (_, cursor) = bob.snapshot().await;
    let by_hand = |cents: i64, reference: &str| {
        domain::decide::Command::RecordPayment(domain::decide::RecordPayment {
            amount: usd(cents).amount,
            currency: domain::money::Currency::USD,
            posted: day(2026, 3, 9),
            method: "check".to_owned(),
            reference: reference.to_owned(),
            apply: domain::decide::Apply::Oldest,
        })
    };
    ana.act(1, one.account.id, by_hand(5_000, "check 12")).await;
    ana.act(2, one.account.id, by_hand(7_000, "check 13")).await;
    let posted = domain::payment::Payment {
        id: domain::ids::PaymentId::derive("billing", "BANK-1"),
        account: one.account.id,
        reference: "BANK-1".to_owned(),
        kind: domain::payment::PaymentKind::Payment,
        posted: day(2026, 3, 10),
        amount: usd(5_000),
        method: "lockbox".to_owned(),
        reversed: None,
        allocations: vec![],
    };
    // The same on a device that works alone: its rows, its rule.
    let before = bob.snapshot().await.0;
    let mut alone = domain::rows::RowSet::of(before);
    alone.put(Row::Payment(posted.clone()));
    let facts = alone.facts(one.account.id, scene.app.now()).unwrap();
    let recorded: Vec<_> =
        facts.payments.iter().filter(|payment| payment.id != posted.id).map(|payment| payment.id).collect();
    let plan = domain::decide::brought(&facts, &recorded, "billing", scene.app.now(), &mut NoIds);
    let [domain::plan::Change::ReplacePayment { recorded: gone, .. }] = plan.changes[..] else { panic!("{plan:?}") };

    let mut rows = rows(&one);
    rows.push(Row::Payment(posted.clone()));
    let how = How { more: true, ..How::default() };
    import(&scene.app, scene.org, "billing", &wire(&rows), how).await.unwrap();
    let page = bob.page(cursor).await;
    let unit = &page.scope.add[0];
    assert!(page.scope.remove.is_empty() && !page.more, "the customer comes whole, to whoever has it already");
    let mut stay: Vec<String> = unit
        .rows
        .iter()
        .filter_map(|row| match row.read().unwrap() {
            Row::Payment(payment) => Some(payment.id.to_string()),
            _ => None,
        })
        .collect();
    stay.sort();
    let mut expected: Vec<String> =
        facts.payments.iter().filter(|payment| payment.id != gone).map(|payment| payment.id.to_string()).collect();
    expected.sort();
    assert_eq!(stay, expected, "the same payments stay");
    assert!(unit.rows.iter().any(|row| row.row.text().contains("payment.posted")), "and the history says so");
    assert_eq!(scene.import(&rows).await.changed, 0, "once");
    let again = bob.page(page.cursor).await;
    assert!(again.scope.add.is_empty(), "nothing is sent again for it");
    verify(&scene.app, &scene.supervisor()).await.unwrap();
}

struct NoIds;

impl domain::ids::IdSource for NoIds {
    fn fresh(&mut self) -> uuid::Uuid {
        uuid::Uuid::nil()
    }
}

//! Supervisors at work: portfolios, policy, extracts, devices, the audit.

use domain::policy::Policy;
use domain::row::{Row, Table};
use domain::testkit::usd;
use server::auth::Role;
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
async fn an_extract_reaches_laptops_as_a_delta_and_policy_and_templates_reach_everybody() {
    let scene = Scene::new().await;
    let mut one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let (_, cursor) = device.snapshot().await;
    assert_eq!(scene.import(&rows(&one)).await, Imported { changed: 0, same: 5 }, "the same extract again");
    one.invoices[0].applied = usd(2_000).amount;
    assert_eq!(scene.import(&rows(&one)).await.changed, 1);
    let page = device.page(cursor).await;
    let changed: Vec<Row> = page.transactions.iter().flat_map(|one| &one.rows).map(|row| row.read().unwrap()).collect();
    assert_eq!(changed.len(), 1);
    assert!(matches!(&changed[0], Row::Invoice(invoice) if invoice.applied == usd(2_000).amount));

    let published = policy(&scene.app, &scene.supervisor(), Policy::standard()).await.unwrap();
    let next = policy(&scene.app, &scene.supervisor(), Policy::standard()).await.unwrap();
    assert_eq!((published.version, next.version), (1, 2));
    for expected in 1..=2 {
        let new = NewTemplate { key: "dunning_1".to_owned(), body: serde_json::json!({"n": expected}) };
        assert_eq!(template(&scene.app, &scene.supervisor(), new).await.unwrap().version, expected);
    }
    let page = device.page(page.cursor).await;
    let tables: Vec<String> = page.transactions.iter().flat_map(|one| &one.rows).map(|row| row.id.clone()).collect();
    assert_eq!(tables, ["1", "2", "dunning_1/1", "dunning_1/2"]);
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

//! An account that the billing system gives to another customer: everything on it goes along, and no
//! laptop keeps what its user does not work any more.

use chrono::TimeDelta;
use domain::account::Account;
use domain::facts::Facts;
use domain::ids::CustomerId;
use domain::row::{Row, Table};
use protocol::{AttachmentRequest, Page, Unit};
use server::attach::{begin, fetch, put};
use server::supervise::watch::verify;
use sha2::{Digest as _, Sha256};

use crate::scene::Scene;
use crate::work::{arrange, facts, flags, note, refused, rows};

fn unit(page: &Page, customer: CustomerId) -> Vec<Row> {
    let of = |unit: &Unit| unit.rows.iter().map(|row| row.read().unwrap()).collect();
    page.scope.add.iter().find(|unit| unit.customer == customer).map(of).unwrap()
}

/// The account, as an extract gives it to another customer.
fn given(facts: Facts, to: &Facts) -> Facts {
    let account = Account { customer: to.customer.id, ..facts.account };
    Facts { customer: to.customer.clone(), account, ..facts }
}

fn count(rows: &[Row], table: Table) -> usize {
    rows.iter().filter(|row| row.table() == table).count()
}

#[tokio::test]
async fn all_that_happened_goes_with_the_account_to_its_new_customer() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "5c".repeat(32)).unwrap();
    let scene = Scene::with(|config| config.attachments.key_files = vec![key]).await;
    let all = scene.accounts(1..3).await;
    let (account, from, to) = (all[0].account.id, all[0].customer.id, all[1].customer.id);
    scene.import(&rows(&given(facts(3), &all[0]))).await;
    let (ana, bob) = (scene.specialist("ana", &[from]).await, scene.specialist("bob", &[to]).await);
    let (before, cursor) = ana.snapshot().await;
    let (_, others) = bob.snapshot().await;

    let paper = b"%PDF-1.7 Dear customer".to_vec();
    let name = Sha256::digest(&paper).iter().fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
    let request = AttachmentRequest {
        account,
        sha256: name.clone(),
        bytes: paper.len() as u64,
        media_type: "application/pdf".to_owned(),
    };
    begin(&scene.app, &ana.caller(), &request).await.unwrap();
    put(&scene.app, &ana.caller(), account, &name, 0, &paper).await.unwrap();
    flags(&ana.act(1, account, note(&format!("Sent {name}"))).await);
    flags(&ana.act(2, account, arrange()).await);

    // The extract names the account and its invoices under the other customer; it knows no services.
    let mut moved = given(all[0].clone(), &all[1]);
    moved.services.clear();
    scene.import(&rows(&moved)).await;

    let page = bob.page(others).await;
    let theirs = unit(&page, to);
    assert_eq!(count(&theirs, Table::Account), 2);
    assert_eq!(count(&theirs, Table::Service), 2 * all[0].services.len(), "the extract was silent about one's");
    assert_eq!((count(&theirs, Table::Contact), count(&theirs, Table::Arrangement)), (1, 1));
    assert_eq!(fetch(&scene.app, &bob.caller(), account, &name, 0).await.unwrap().1, paper);
    let page = ana.page(cursor).await;
    let left = unit(&page, from);
    assert_eq!((count(&before, Table::Account), count(&left, Table::Account)), (2, 1));
    assert!(left.iter().all(|row| row.account() != Some(account)), "nothing of the account is left with them");
    assert!(fetch(&scene.app, &ana.caller(), account, &name, 0).await.is_err());

    // Whoever works it now goes on with it: rows of before are theirs to change.
    assert_eq!(refused(&ana.act(3, account, arrange()).await), "SYN-5");
    assert_eq!(flags(&ana.act(4, account, note("Before I heard of it")).await), ["SYN-6"]);
    let again = bob.act(1, account, arrange()).await;
    assert!(!refused(&again).is_empty(), "the arrangement of before is in force");
    flags(&bob.act(2, account, note("I have it now")).await);
    assert_eq!(scene.count("SELECT count(*) FROM command WHERE outcome = 'quarantined'").await, 0);
    let moved_rows = format!("SELECT count(*) FROM record WHERE account = {} AND customer <> {}", account.0.0, to.0.0);
    assert_eq!(scene.count(&moved_rows).await, 0);
    verify(&scene.app, &scene.supervisor()).await.unwrap();
    scene.wait(TimeDelta::hours(1));
    assert_eq!(scene.import(&rows(&moved)).await.changed, 0, "the same extract moves nothing");
}

/// One user works both: the new customer comes first, so that the account is never gone in between.
#[tokio::test]
async fn who_works_both_customers_gets_both_the_new_one_first() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..3).await;
    let device = scene.specialist("ana", &[all[0].customer.id, all[1].customer.id]).await;
    let (_, mut cursor) = device.snapshot().await;
    for (from, to) in [(0, 1), (1, 0)] {
        scene.import(&rows(&given(facts(1), &all[to]))).await;
        let page = device.page(cursor).await;
        let came: Vec<CustomerId> = page.scope.add.iter().map(|unit| unit.customer).collect();
        assert_eq!(came, [all[to].customer.id, all[from].customer.id]);
        cursor = page.cursor;
    }
}

/// A name was written another way in an extract without customer numbers: that is a new customer, and the one
/// who worked the account goes on with it.
#[tokio::test]
async fn who_worked_the_only_account_goes_on_with_it() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let ana = scene.specialist("ana", &[one.customer.id]).await;
    let (_, cursor) = ana.snapshot().await;
    scene.import(&rows(&given(one.clone(), &facts(2)))).await;
    let page = ana.page(cursor).await;
    assert_eq!(count(&unit(&page, facts(2).customer.id), Table::Account), 1);
    flags(&ana.act(1, one.account.id, arrange()).await);
    // A laptop that comes new gets rows that fit together.
    let (rows, _) = ana.snapshot().await;
    assert_eq!(count(&rows, Table::Arrangement), 1);
}

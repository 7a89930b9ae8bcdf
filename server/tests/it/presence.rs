//! Who else works an account now.

use chrono::TimeDelta;
use domain::ids::AccountId;
use protocol::PresenceRequest;
use server::presence::tell;

use crate::scene::{Device, Scene};

async fn said(device: &Device, open: &[AccountId]) -> Vec<(AccountId, String)> {
    let request = PresenceRequest { open: open.to_vec() };
    let others = tell(&device.app, &device.caller(), &request).await.unwrap().others;
    others.into_iter().map(|one| (one.account, one.name)).collect()
}

#[tokio::test]
async fn colleagues_see_one_another_for_a_minute_and_only_where_both_work() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..3).await;
    let (shared, anas) = (&all[0], &all[1]);
    let ana = scene.specialist("ana", &[shared.customer.id, anas.customer.id]).await;
    let bob = scene.specialist("bob", &[shared.customer.id]).await;
    assert!(said(&ana, &[shared.account.id, anas.account.id]).await.is_empty(), "not oneself");
    let seen = said(&bob, &[shared.account.id, anas.account.id]).await;
    assert_eq!(seen, [(shared.account.id, "ana by name".to_owned())], "not at accounts that he does not work");
    assert_eq!(said(&ana, &[]).await, [(shared.account.id, "bob by name".to_owned())]);
    assert!(said(&bob, &[shared.account.id]).await.is_empty(), "she closed it");
    said(&ana, &[shared.account.id]).await;
    scene.wait(TimeDelta::seconds(61));
    assert!(said(&bob, &[]).await.is_empty(), "her laptop's lid is shut");
    assert!(tell(&scene.app, &ana.caller(), &PresenceRequest { open: vec![shared.account.id; 21] }).await.is_err());
}

//! Two real windows and one server: both work the same account offline, one arrangement wins, the
//! other comes back with its reason; an account that is reassigned leaves the old laptop's file.

use std::sync::Arc;

use contract::{AssignAccounts, Host as _};
use serde_json::json;
use server::auth::Role;

use crate::common::{Office, ROWS, csv};
use crate::pages::{decrypted_with, entry, holds};
use crate::scene::{PASSWORD, Scene};
use crate::world::{TUESDAY, World};

/// The server's side works outside of the journey's own runtime.
pub async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("done")
}

/// What stands on the server's side: the scene, and a supervisor at work.
pub struct Team {
    pub scene: Scene,
    pub lead: Office,
}

pub fn assign(lead: &Office, login: &str, numbers: &[&str], add: bool) {
    let accounts = numbers.iter().map(|number| lead.account(number)).collect();
    let input = AssignAccounts { login: login.to_owned(), accounts, add, take_over_from: None };
    lead.desk.assign_accounts(input).expect("assigned");
}

pub async fn with<T: Send + 'static>(
    team: &Arc<std::sync::Mutex<Team>>,
    work: impl FnOnce(&mut Team) -> T + Send + 'static,
) -> T {
    let team = Arc::clone(team);
    apart(move || work(&mut team.lock().expect("the team"))).await
}

/// Joins a team at the first start.
pub async fn join(world: &World, server: &str, code: &str, device: &str) {
    world.press("Connect to your team").await;
    world.fill("Server address", server).await;
    world.fill("One-time code", code).await;
    world.fill("Password", PASSWORD).await;
    world.fill("Name of this device", device).await;
    world.is_accessible("joining a team").await;
    world.screenshot("team-join").await;
    world.press("Connect").await;
    world.sees("to do").await;
}

/// Agrees to so many installments on the account that is open.
async fn arrange(world: &World, count: &str) {
    world.strike("a").await;
    world.sees("Together").await;
    world.fill("Down payment", "40").await;
    world.fill("Installments", count).await;
    world.press("Agree").await;
    world.sees("Arrangement").await;
}

/// Waits until the laptop has so many accounts.
async fn has(world: &World, accounts: u32) {
    world.until("as many accounts as that", |session| session["accounts"] == json!(accounts)).await;
}

/// The administrator's window: Ana typed her password wrong too often.
async fn gives_a_password(chief: &World, team: &Arc<std::sync::Mutex<Team>>) {
    with(team, |team| team.scene.lock("ana")).await;
    chief.go("Team").await;
    chief.press("People and devices").await;
    chief.sees("locked until").await;
    chief.looks("team-locked").await;
    // The first of the list is hers.
    chief.press("New password").await;
    chief.looks("team-new-password-asked").await;
    chief.confirm("Make the password").await;
    chief.sees("It is shown this once").await;
    chief.looks("team-new-password").await;
    chief.confirm("Done").await;
    let roster = chief.command("roster", json!({})).await.expect("a roster");
    assert_eq!(roster["people"][0]["login"], "ana", "{roster}");
    assert!(roster["people"][0]["locked_until"].is_null(), "the lock has ended: {roster}");
}

#[tokio::test]
async fn two_windows_on_one_account_and_a_reassigned_one() {
    let team = apart(|| {
        let scene = Scene::new();
        let lead = scene.laptop("lead", Role::Supervisor);
        assert!(lead.import(&csv(&ROWS)).done);
        scene.up_to_date(&lead);
        for login in ["ana", "bob"] {
            scene.person(login, Role::Specialist);
            assign(&lead, login, &["A-1", "A-2"], true);
        }
        assign(&lead, "ana", &["A-3"], true);
        Arc::new(std::sync::Mutex::new(Team { scene, lead }))
    })
    .await;
    let joins = with(&team, |team| {
        team.scene.person("head", Role::Supervisor);
        team.scene.person("chief", Role::Administrator);
        ["ana", "bob", "head", "chief"].map(|login| team.scene.join(login))
    })
    .await;
    let mut ana = World::new(TUESDAY).await;
    join(&ana, &joins[0].server, &joins[0].code, "Ana's laptop").await;
    let bob = World::new(TUESDAY).await;
    join(&bob, &joins[1].server, &joins[1].code, "Bob's laptop").await;
    ana.sees("Up to date").await;

    with(&team, |team| team.scene.offline()).await;
    for (world, count) in [(&ana, "3"), (&bob, "2")] {
        world.open_account("Customer Two").await;
        arrange(world, count).await;
        world.sees("1 waiting").await;
    }
    ana.screenshot("team-offline").await;
    with(&team, |team| team.scene.online()).await;
    // Whoever asks first is decided first.
    ana.command("sync_now", json!({})).await.expect("asked");
    ana.sees("Up to date").await;
    bob.command("sync_now", json!({})).await.expect("asked");
    bob.sees("1 refused").await;
    bob.go("Team").await;
    bob.sees("2 installments").await;
    bob.screenshot("team-refused").await;
    bob.is_accessible("the refused inbox").await;
    bob.strike("e").await;
    bob.sees("The server refused this").await;
    bob.sees("Not allowed now").await;
    bob.screenshot("team-edit-and-retry").await;
    bob.is_accessible("a refused act, to be edited").await;
    bob.press("Cancel").await;
    bob.go("Team").await;
    bob.press("Discard").await;
    bob.screenshot("team-discard").await;
    bob.press("Discard it").await;
    bob.sees("Nothing was refused").await;
    bob.open_account("Customer Two").await;
    bob.sees("0 of 4 paid").await;
    bob.sees("ana by name").await;

    // The supervisor's window: who is there, and what was done.
    let head = World::new(TUESDAY).await;
    join(&head, &joins[2].server, &joins[2].code, "The office").await;
    head.go("Team").await;
    head.press("People and devices").await;
    head.sees("Bob's laptop").await;
    head.looks("team-people").await;
    head.press("Audit").await;
    head.sees("ana by name").await;
    head.looks("team-audit").await;
    drop(head);
    let chief = World::new(TUESDAY).await;
    join(&chief, &joins[3].server, &joins[3].code, "The administrator's").await;
    gives_a_password(&chief, &team).await;
    drop(chief);

    // Reassigned: it leaves the old laptop, page by page.
    let folder = ana.data();
    let name = entry(&folder);
    let key = apart(move || {
        keyring::Entry::new("app.dunlin.desktop", &name).expect("an entry").get_password().expect("a key")
    })
    .await;
    assert!(holds(&decrypted_with(&folder, &key), "Sample Business LLC"), "hers so far");
    with(&team, |team| {
        assign(&team.lead, "bob", &["A-3"], true);
        assign(&team.lead, "ana", &["A-3"], false);
    })
    .await;
    bob.command("sync_now", json!({})).await.expect("asked");
    has(&bob, 3).await;
    bob.open_account("Business").await;
    bob.sees("Sample Business LLC").await;
    ana.command("sync_now", json!({})).await.expect("asked");
    has(&ana, 2).await;
    ana.close().await;
    let left = decrypted_with(&folder, &key);
    assert!(!holds(&left, "Sample Business LLC") && !holds(&left, "ap@example.com"), "it is still in the file");
    assert!(holds(&left, "Sample Customer Two"), "what is hers stays");
    drop(bob);
    apart(move || drop(team)).await;
}

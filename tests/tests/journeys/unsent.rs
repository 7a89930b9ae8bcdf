//! A letter printed while the server is away: the Team screen says that its copy waits, and stops saying
//! so when it has gone.

use std::sync::{Arc, Mutex};

use serde_json::json;
use server::auth::Role;

use crate::common::{ROWS, csv};
use crate::scene::Scene;
use crate::team::{Team, apart, assign, join, with};
use crate::world::{TUESDAY, World};

#[tokio::test]
async fn a_letter_printed_offline_waits_in_sight_until_its_copy_is_with_the_server() {
    let team = apart(|| {
        let scene = Scene::new();
        let lead = scene.laptop("lead", Role::Supervisor);
        lead.settings(|settings| {
            "Example Telecom".clone_into(&mut settings.company);
            settings.return_address = vec!["PO Box 1200".to_owned(), "Boise, ID 83701".to_owned()];
            "208-342-5599".clone_into(&mut settings.phone);
        });
        assert!(lead.import(&csv(&ROWS)).done);
        scene.up_to_date(&lead);
        scene.person("ana", Role::Specialist);
        assign(&lead, "ana", &["A-1"], true);
        Arc::new(Mutex::new(Team { scene, lead }))
    })
    .await;
    let joins = with(&team, |team| [team.scene.join("ana")]).await;
    let ana = World::new(TUESDAY).await;
    join(&ana, &joins[0].server, &joins[0].code, "Ana's laptop").await;
    ana.sees("Up to date").await;

    with(&team, |team| team.scene.offline()).await;
    ana.command("sync_now", json!({})).await.expect("asked");
    ana.sees("Offline").await;
    ana.go("Letters").await;
    ana.press("Propose a letter run").await;
    ana.sees("1 letter").await;
    ana.press("Confirm and make the letters").await;
    ana.sees("Look at the pages").await;
    ana.go("Team").await;
    ana.sees("Printed letters to send").await;
    ana.sees("nothing answers at its address").await;
    ana.show("Printed letters to send").await;
    ana.looks("team-unsent-letters").await;
    ana.is_accessible("letters that wait").await;

    with(&team, |team| team.scene.online()).await;
    ana.command("sync_now", json!({})).await.expect("asked");
    for tries in 0.. {
        if !ana.text().await.contains("Printed letters to send") {
            break;
        }
        assert!(tries < 100, "its copy does not leave:\n{}", ana.text().await);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    ana.sees("Up to date").await;
    drop(ana);
    apart(move || drop(team)).await;
}

//! Two real windows and one server: a suspension is asked for offline, the supervisor imports the night's
//! extract in which the customer has paid, and nobody is cut.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use serde_json::json;
use server::auth::Role;
use server::orders;

use crate::common::{ROWS, csv};
use crate::scene::Scene;
use crate::team::{Team, apart, assign, join, with};
use crate::world::{TUESDAY, World};

#[tokio::test]
async fn a_payment_arrives_while_a_suspension_is_queued_and_nobody_is_cut() {
    let team = apart(|| {
        let scene = Scene::new();
        let lead = scene.laptop("lead", Role::Supervisor);
        assert!(lead.import(&csv(&ROWS)).done);
        scene.up_to_date(&lead);
        scene.ripe(&lead, "A-1");
        scene.person("ana", Role::Specialist);
        assign(&lead, "ana", &["A-1", "A-2"], true);
        scene.person("head", Role::Supervisor);
        Arc::new(Mutex::new(Team { scene, lead }))
    })
    .await;
    let joins = with(&team, |team| [team.scene.join("ana"), team.scene.join("head")]).await;
    let ana = World::new(TUESDAY).await;
    join(&ana, &joins[0].server, &joins[0].code, "Ana's laptop").await;
    ana.sees("Up to date").await;

    with(&team, |team| team.scene.offline()).await;
    ana.open_account("Customer One").await;
    ana.press("Plans, services").await;
    ana.press("Ask for suspension").await;
    ana.sees("whoever has paid by then is not cut").await;
    ana.is_accessible("asking for a suspension").await;
    ana.confirm("Ask for suspension").await;
    ana.sees("1 waiting").await;
    ana.looks("suspension-queued").await;
    with(&team, |team| team.scene.online()).await;
    ana.command("sync_now", json!({})).await.expect("asked");
    ana.sees("Up to date").await;
    let state = |team: &mut Team| {
        let all = team.scene.wait_for(orders::all(&team.scene.app, team.scene.org, "")).expect("orders");
        all.first().map(|order| order.state.clone()).unwrap_or_default()
    };
    assert_eq!(with(&team, state).await, "requested", "no payment is known beyond the request");

    // The night's extract, in the supervisor's window: she has paid.
    let head = World::new(TUESDAY).await;
    join(&head, &joins[1].server, &joins[1].code, "The office").await;
    with(&team, |team| team.scene.clock.forward(TimeDelta::hours(1))).await;
    let extract = head.home.path().join("extract.csv");
    let mut rows = ROWS.to_vec();
    rows[0].6 = "0.00";
    std::fs::write(&extract, csv(&rows)).expect("written");
    head.go("Import").await;
    head.fill_id("import-path", &extract.display().to_string()).await;
    head.fill_id("import-source", "billing").await;
    head.press("Look at the file").await;
    head.sees("Try it").await;
    head.press("Try it").await;
    head.press("Import").await;
    head.sees("Go to My day").await;
    head.screenshot("suspension-paid").await;
    drop(head);
    with(&team, |team| team.scene.wait_for(team.scene.payments_known())).await;
    assert_eq!(with(&team, state).await, "refused");
    let gone = |team: &mut Team| team.scene.wait_for(orders::dispatch(&team.scene.app, team.scene.org)).expect("told");
    assert!(with(&team, gone).await.is_empty(), "no cut");
    ana.command("sync_now", json!({})).await.expect("asked");
    ana.press("Timeline").await;
    ana.sees("suspend service was refused").await;
    ana.looks("suspension-refused").await;
    drop(ana);
    apart(move || drop(team)).await;
}

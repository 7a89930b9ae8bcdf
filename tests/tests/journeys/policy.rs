//! A supervisor changes the policy: a rule, a step of a plan, what is wrong with it, what it would
//! do on the portfolio, published, and found again among the versions.

use serde_json::json;

use crate::world::{TUESDAY, World};

#[tokio::test]
async fn a_supervisor_edits_a_plan_simulates_it_and_publishes_it() {
    let mut world = World::new(TUESDAY).await;
    world.fill("Your name", "Sam").await;
    world.press("Look around with a sample portfolio").await;
    world.until("filled", |session| !session["last_import"].is_null()).await;
    world.sees("to do").await;
    let mut settings = world.command("settings", json!({})).await.expect("settings");
    settings["role"] = json!("supervisor");
    world.command("save_settings", settings).await.expect("saved");
    world.restart_at(TUESDAY).await;
    world.sees("to do").await;

    world.go("Policy").await;
    world.sees("which ships with Dunlin").await;
    world.fill_id("policy-max_installments", "many").await;
    world.sees("A whole number").await;
    world.looks("policy-rules").await;
    world.press("Discard changes").await;

    world.press("Treatment plans").await;
    world.sees("Who follows which plan").await;
    world.fill_named("Wait of level 1, days", "soon").await;
    world.sees("Mend 1 marked field first").await;
    world.looks("policy-plans").await;
    world.fill_named("Wait of level 1, days", "1").await;
    world.sees("1 change;").await;
    world.fill("A letter costs", "0.78").await;
    world.press("Simulate").await;
    world.sees("would get something else").await;
    world.sees("Cost to the house").await;
    world.looks("policy-simulation").await;
    world.show("By account").await;
    world.looks("policy-simulation-by-day").await;

    world.press("Publish a new version").await;
    world.sees("Policy version 2 is published").await;
    world.press("Versions").await;
    world.sees("in force").await;
    world.sees("as Dunlin ships it").await;
    world.looks("policy-versions").await;
    let policy = world.command("policy", json!({})).await.expect("a policy");
    assert_eq!(policy["version"], json!(2));
    // Whoever is looked at now is treated by it.
    world.go("My day").await;
    world.sees("1 day after;").await;
    world.close().await;
}

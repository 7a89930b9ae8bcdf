//! Debts of another creditor, worked for it: the validation notice with its form, a supervisor's
//! approval, follow-ups in bulk, and the calendar file.

use serde_json::json;

use crate::mail::MailServer;
use crate::main_job::set_up;
use crate::world::{TUESDAY, World};

#[tokio::test]
async fn follow_ups_are_worked_in_bulk_and_a_supervisor_approves() {
    let mut world = World::new(TUESDAY).await;
    let mail = MailServer::start(&world.home.path().join("mail")).await;
    set_up(&world, &mail).await;
    for name in ["Northgate", "Unit Four"] {
        let account = account(&world, name).await;
        let act = json!({ "act": "schedule_follow_up", "due": "2026-03-10", "what": "Ask for the remittance", "assignee": null });
        world.command("act", json!({ "account": account, "act": act })).await.expect("scheduled");
    }
    world.restart_at(TUESDAY).await;
    world.sees("Ask for the remittance").await;
    world.strike("x").await;
    world.strike("j").await;
    world.strike("x").await;
    world.sees("2 marked").await;
    world.looks("follow-ups-marked").await;
    world.fill("Assign to", "Sam").await;
    world.press("Assign").await;
    world.sees("for Sam").await;

    world.press("Mark all").await;
    world.fill("Move to", "+7").await;
    world.press("Move").await;
    world.sees("moved").await;
    world.screenshot("follow-ups-moved").await;

    world.press("Calendar").await;
    world.sees("With the customers' names").await;
    world.looks("calendar").await;
    let file = world.home.path().join("tasks.ics");
    world.choose("Whose", "").await;
    world.fill("File", &file.display().to_string()).await;
    world.press("Write the file").await;
    world.sees("written to").await;
    let written = std::fs::read_to_string(&file).expect("a calendar");
    assert_eq!(written.matches("BEGIN:VEVENT").count(), 2, "{written}");
    assert!(written.contains("20260317") && !written.contains("Northgate"), "{written}");

    // A text waits for a supervisor: given with name and reason, seen at once.
    let mobile = json!({ "act": "put_point", "id": null, "kind": "mobile", "value": "503-555-0143", "label": "", "bad": false, "consented": false });
    let northgate = account(&world, "Northgate").await;
    world.command("act", json!({ "account": northgate, "act": mobile })).await.expect("a mobile number");
    world.open_account("Northgate").await;
    world.unfold("Each way, and why").await;
    world.press("A supervisor approves").await;
    world.fill("Supervisor", "Sam").await;
    world.fill("Why", "She asked for a text").await;
    world.looks("approval").await;
    world.press("Approve one").await;
    world.sees("Sam approved one contact by text").await;
    world.close().await;
}

#[tokio::test]
async fn a_validation_notice_carries_its_form() {
    let mut world = World::new(TUESDAY).await;
    world.fill("Your name", "Robin").await;
    world.press("Start and import an extract").await;
    world.sees("Import").await;
    let mut settings = world.command("settings", json!({})).await.expect("settings");
    settings["mode"] = json!("third_party");
    settings["company"] = json!("Sandpiper Recovery");
    settings["return_address"] = json!(["1 Tower Plaza", "Portland, OR 97201"]);
    settings["phone"] = json!("503-555-0100");
    world.command("save_settings", settings).await.expect("saved");
    crate::main_job::import(&world).await;
    world.open_account("Unit Four").await;
    world.strike("l").await;
    world.sees("Template").await;
    world.choose("Template", "validation_notice").await;
    world.sees_picture("Page 1 of the letter").await;
    world.looks("validation-notice").await;
    world.close().await;
}

async fn account(world: &World, name: &str) -> serde_json::Value {
    world.command("search", json!({ "text": name, "limit": 5 })).await.expect("found")[0]["account"].clone()
}

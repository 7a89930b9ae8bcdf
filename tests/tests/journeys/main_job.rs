//! The main job by hand: import an extract, work My day, call, arrange, send the confirmation; the
//! promise is broken later, and dunning resumes.

use serde_json::json;

use crate::mail::MailServer;
use crate::world::{TUESDAY, World};

/// Four customers: past due since January, past due and promised, paid, not due yet.
const EXTRACT: &str = "\
Customer ID,Customer Name,Contact Email,Phone,Address,City,State,ZIP,Invoice Number,Invoice Date,Due Date,Amount,Amount Paid,Currency
C-100,Northgate Dental LLC,ap@northgate.example.com,503-555-0142,12 Alder Street,Portland,OR,97205,INV-88,2025-12-20,2026-01-19,900.00,0.00,USD
C-100,Northgate Dental LLC,ap@northgate.example.com,503-555-0142,12 Alder Street,Portland,OR,97205,INV-91,2026-01-20,2026-02-19,300.10,0.00,USD
C-200,Vega Supply Corp,billing@vega.example.com,312-555-0177,400 Lake Drive,Chicago,IL,60611,INV-89,2026-01-02,2026-02-01,1500.00,1500.00,USD
C-300,Unit Four Bakery,unit4@example.net,212-555-0123,9 Mill Road,New York,NY,10013,INV-90,2026-01-10,2026-02-09,311.00,11.00,USD
C-400,Harbor Print Shop,office@harbor.example.org,617-555-0119,77 Quay,Boston,MA,02109,INV-95,2026-03-01,2026-03-31,120.00,0.00,USD
";

/// First start with an imported extract and a mail account.
pub async fn set_up(world: &World, mail: &MailServer) {
    world.fill("Your name", "Robin").await;
    world.press("Start and import an extract").await;
    world.sees("Import").await;
    import(world).await;
    introduce(world, mail).await;
}

/// The extract, from the file to *My day*.
pub async fn import(world: &World) {
    let extract = world.home.path().join("extract.csv");
    std::fs::write(&extract, EXTRACT).expect("written");
    world.fill_id("import-path", &extract.display().to_string()).await;
    world.fill_id("import-source", "Billing").await;
    world.press("Look at the file").await;
    world.sees("Invoice Number").await;
    world.press("Try it").await;
    world.sees("3,131.10").await;
    world.screenshot("import").await;
    world.press("Import").await;
    world.sees("Go to My day").await;
    world.is_accessible("the import").await;
}

/// Who writes, and through which server.
async fn introduce(world: &World, mail: &MailServer) {
    let mut settings = world.command("settings", json!({})).await.expect("settings");
    settings["company"] = json!("Sandpiper Networks");
    settings["return_address"] = json!(["1 Tower Plaza", "Portland, OR 97201"]);
    settings["phone"] = json!("503-555-0100");
    settings["email"] = json!("billing@sandpiper.example.com");
    settings["mailer_id"] = json!("901234567");
    world.command("save_settings", settings).await.expect("saved");
    let mut account = world.command("mail_account", json!({})).await.expect("a form");
    account["host"] = json!("localhost");
    account["port"] = json!(mail.port);
    account["security"] = json!("starttls");
    account["user"] = json!("billing@sandpiper.example.com");
    account["from_address"] = json!("billing@sandpiper.example.com");
    account["from_name"] = json!("Sandpiper Networks");
    account["ca_file"] = json!(mail.ca.display().to_string());
    let input = json!({ "account": account, "secret": "correct" });
    let test = world.command("test_mail_account", input.clone()).await.expect("a test");
    assert_eq!(test["ok"], json!(true), "{test}");
    world.command("save_mail_account", input).await.expect("saved");
}

#[tokio::test]
async fn from_an_extract_to_a_confirmation_in_the_inbox_and_a_broken_promise() {
    let mut world = World::new(TUESDAY).await;
    let mail = MailServer::start(&world.home.path().join("mail")).await;
    set_up(&world, &mail).await;

    world.go("My day").await;
    world.sees("Northgate Dental LLC").await;
    world.screenshot("my-day-light").await;
    assert!(!world.text().await.contains("Vega Supply"), "a paid account has nothing to do");
    assert!(!world.text().await.contains("Harbor Print"), "an account that is not due has nothing to do");

    // A call, by keyboard: c, s (spoke), Enter.
    world.open_account("Northgate").await;
    world.sees("$1,200.10").await;
    world.strike("c").await;
    world.sees("How it ended").await;
    world.strike("s").await;
    world.enter().await;
    world.sees("spoke").await;

    // An arrangement under policy: the limits are shown, a refusal has its reason, the schedule sums up.
    world.strike("a").await;
    world.sees("Together").await;
    world.fill("Down payment", "10").await;
    world.sees("Not allowed now").await;
    world.fill("Down payment", "300.10").await;
    world.sees("$300.00").await;
    world.screenshot("arrange").await;
    world.is_accessible("the arrangement form").await;
    world.press("Agree").await;
    world.sees("Arrangement").await;

    // Its confirmation, by email, with the schedule.
    let account =
        world.command("search", json!({ "text": "Northgate", "limit": 5 })).await.expect("found")[0]["account"].clone();
    let view = world.command("account", json!({ "account": account })).await.expect("the account");
    let arrangement = view["arrangements"][0]["id"].clone();
    let queue = json!({ "account": account, "act": { "act": "queue_email", "template": "arrangement_confirmation", "to": "ap@northgate.example.com", "arrangement": arrangement } });
    world.command("act", queue).await.expect("queued");
    world.go("Outbox").await;
    world.sees("queued").await;
    world.strike("s").await;
    world.sees("1 sent").await;
    let messages = mail.messages();
    assert_eq!(messages.len(), 1, "one confirmation and nothing else");
    assert!(messages[0].contains("ap@northgate.example.com"));
    assert!(
        messages[0].contains("300.10") && messages[0].contains("300.00"),
        "the schedule is in it:\n{}",
        messages[0]
    );
    assert!(messages[0].to_lowercase().contains("multipart/alternative"));

    // Restart: everything is there, nothing is sent twice.
    world.restart_at("2026-03-11T18:00:00Z").await;
    world.sees("to do").await;
    world.go("Outbox").await;
    world.sees("sent").await;
    world.open_account("Northgate").await;
    world.sees("0 of 4 paid").await;
    assert!(!world.text().await.contains("Next: Send"), "while it is kept, nothing is dunned");
    // A reminder of what it covers can be looked at, and says that it would not leave.
    world.strike("l").await;
    world.sees_picture("Page 1 of the letter").await;
    world.choose("Template", "reminder").await;
    world.sees("is in an arrangement that is kept").await;
    world.sees("It would be held back now").await;
    world.looks("reminder-held-back").await;
    world.press("Cancel").await;

    // Nothing is paid: the down payment, due the day it was agreed, is broken after its grace days.
    world.restart_at("2026-03-24T18:00:00Z").await;
    world.sees("Broken arrangement").await;
    world.screenshot("broken").await;
    world.open_account("Northgate").await;
    world.sees("broken").await;
    let view = world.command("account", json!({ "account": account })).await.expect("the account");
    let next: Vec<&str> =
        view["next"].as_array().expect("a list").iter().filter_map(|one| one["kind"].as_str()).collect();
    assert!(next.contains(&"step_due"), "dunning resumes: {next:?}");
    let report = world.command("verify_history", json!({})).await.expect("a report");
    assert_eq!(report["broken"], json!(null));
    world.close().await;
}

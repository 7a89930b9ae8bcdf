//! A letter run in the real window, its PDF checked page by page, and mailed.

use std::process::Command;

use serde_json::json;

use crate::bars;
use crate::mail::MailServer;
use crate::main_job::set_up;
use crate::world::{TUESDAY, World};

pub fn tool(name: &str, args: &[&str]) -> String {
    let output = Command::new(name)
        .args(args)
        .output()
        .unwrap_or_else(|error| panic!("{name} is installed by cargo xtask setup: {error}"));
    assert!(output.status.success(), "{name} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn a_letter_run_is_proposed_paid_meanwhile_confirmed_checked_and_mailed() {
    let mut world = World::new(TUESDAY).await;
    let mail = MailServer::start(&world.home.path().join("mail")).await;
    set_up(&world, &mail).await;
    // No email addresses: whoever is due gets a letter.
    for name in ["Northgate", "Unit Four"] {
        let account =
            world.command("search", json!({ "text": name, "limit": 5 })).await.expect("found")[0]["account"].clone();
        let view = world.command("account", json!({ "account": account })).await.expect("the account");
        for point in view["points"].as_array().expect("points").iter().filter(|point| point["kind"] == "email") {
            let act = json!({ "account": account, "act": { "act": "opt_out", "point": point["id"] } });
            world.command("act", act).await.expect("opted out");
        }
    }
    world.go("Letters").await;
    world.press("Propose a letter run").await;
    world.sees("2 letters").await;
    world.sees("Unit Four Bakery").await;
    world.screenshot("run").await;
    world.is_accessible("a proposed run").await;

    // Unit Four pays while the run waits: it drops out when confirmed.
    let paid =
        world.command("search", json!({ "text": "Unit Four", "limit": 5 })).await.expect("found")[0]["account"].clone();
    let act = json!({ "account": paid, "act": { "act": "record_payment", "amount": "300.00", "currency": "USD", "posted": "2026-03-10", "method": "ACH", "reference": "T-1", "invoices": [] } });
    world.command("act", act).await.expect("recorded");
    world.press("Confirm and make the letters").await;
    world.sees("Dropped out at confirmation").await;
    world.sees("Paid, promised or changed since it was proposed").await;

    let runs = world.command("runs", json!({})).await.expect("runs");
    let run = runs[0]["run"].clone();
    let pdf = world.home.path().join("letters.pdf");
    world.command("save_run", json!({ "run": run, "what": "pdf", "path": pdf })).await.expect("saved");
    let manifest = world.home.path().join("manifest.csv");
    world.command("save_run", json!({ "run": run, "what": "manifest", "path": manifest })).await.expect("saved");
    check(&pdf.display().to_string(), &world);
    let manifest = std::fs::read_to_string(&manifest).expect("a manifest");
    assert_eq!(manifest.lines().count(), 2, "{manifest}");
    assert!(manifest.contains("Northgate Dental LLC") && manifest.contains("1200.10"), "{manifest}");

    world.press("Look at the pages").await;
    world.sees("Page 1 of 1").await;
    world.screenshot("letter-in-window").await;
    world.is_accessible("a letter's page").await;
    world.press("×").await;
    world.press("They are mailed").await;
    world.sees("This can't be taken back").await;
    world.looks("mailed-asked").await;
    world.confirm("They are in the mail").await;
    world.sees("recorded as mailed").await;

    // The same day again: nobody is written to twice.
    world.press("Propose a letter run").await;
    world.sees("Nobody").await;

    // It comes back: found by its barcode's digits.
    let (code, routing) = barcode(&manifest);
    assert_eq!(
        bars::on_page(&pdf.display().to_string(), &world.home.path().join("bars"), "Northgate"),
        bars::by_another_encoder(&code, &routing)
    );
    let done = world
        .command("returned_mail", json!({ "code": code, "reason": "Moved, left no address" }))
        .await
        .expect("found");
    assert!(done["message"].as_str().expect("words").contains("Northgate"), "{done}");
    world.close().await;
}

/// The manifest's tracking and routing codes.
fn barcode(manifest: &str) -> (String, String) {
    let line = manifest.lines().nth(1).expect("a letter");
    let after = &line[line.find("IMb ").expect("a barcode") + 4..];
    let mut digits = after.split([' ', ',']);
    let mut next = || digits.next().expect("digits").to_owned();
    (next(), next())
}

fn check(pdf: &str, world: &World) {
    tool("qpdf", &["--check", pdf]);
    let text = tool("pdftotext", &["-layout", pdf, "-"]);
    for words in ["Northgate Dental LLC", "12 Alder Street", "INV-88", "INV-91", "1,200.10", "Sandpiper Networks"] {
        assert!(text.contains(words), "\"{words}\" is missing:\n{text}");
    }
    let fonts = tool("pdffonts", &[pdf]);
    for line in fonts.lines().skip(2) {
        assert!(line.contains("yes yes yes"), "embedded, subset, with Unicode: {line}");
    }
    // The address lies in the single window: at left 7/8 in, 4 1/2 in wide; above 4 in from the top.
    let boxes = tool("pdftotext", &["-bbox", pdf, "-"]);
    let line = boxes.lines().find(|line| line.contains(">Alder<")).expect("the street");
    let number = |name: &str| -> f64 {
        let from = line.find(&format!("{name}=\"")).expect("a box") + name.len() + 2;
        line[from..].split('"').next().expect("a number").parse().expect("a number")
    };
    assert!(number("xMin") >= 0.875 * 72.0 && number("xMax") <= 5.375 * 72.0, "{line}");
    assert!(number("yMax") <= 4.0 * 72.0, "{line}");
    // The coupon's QR code, read by an independent decoder.
    let png = world.home.path().join("page");
    tool("pdftoppm", &["-r", "200", "-png", "-singlefile", pdf, &png.display().to_string()]);
    let read = tool("zbarimg", &["--quiet", "--raw", &format!("{}.png", png.display())]);
    assert!(read.contains("C-100"), "the QR code names the account: {read}");
}

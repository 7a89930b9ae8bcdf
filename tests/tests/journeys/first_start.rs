//! A newcomer looks around with the sample portfolio: every screen, both themes, no accessibility
//! violation.

use fantoccini::key::Key;

use crate::world::{TUESDAY, World};

const SCREENS: [(&str, &str, &str); 8] = [
    ("1", "My day", "day"),
    ("2", "Accounts", "accounts"),
    ("3", "Letters", "letters"),
    ("4", "Outbox", "outbox"),
    ("5", "Import", "import"),
    ("6", "Templates", "templates"),
    ("7", "Policy", "policy"),
    ("8", "Settings", "settings"),
];

#[tokio::test]
async fn a_newcomer_looks_around_with_the_sample_portfolio() {
    let mut world = World::new(TUESDAY).await;
    world.sees("Its key is made now and kept in this computer's keychain").await;
    world.is_accessible("the first start").await;
    world.screenshot("start").await;
    world.fill("Your name", "Robin").await;
    world.press("Look around with a sample portfolio").await;
    world.sees("to do").await;
    world.sees("Next:").await;
    for theme in ["light", "dark"] {
        let mut settings = world.command("settings", serde_json::json!({})).await.expect("settings");
        settings["theme"] = serde_json::json!(theme);
        world.command("save_settings", settings).await.expect("saved");
        world.client().execute("window.dispatchEvent(new Event('dunlin-theme'))", vec![]).await.expect("told");
        for (key, title, name) in SCREENS {
            world.go(title).await;
            world.sees(title).await;
            tokio::time::sleep(std::time::Duration::from_millis(600)).await;
            world.screenshot(&format!("{name}-{theme}")).await;
            world.is_accessible(&format!("{title} in {theme} ({key})")).await;
        }
    }
    // By keyboard alone: My day, second row, opened, back.
    world.go("My day").await;
    world.sees("to do").await;
    world.strike("j").await;
    world.enter().await;
    world.sees("Back").await;
    world.sees("Risk").await;
    world.sees("payment").await;
    world.screenshot("account-dark").await;
    world.is_accessible("the account").await;
    world.strike(&String::from(char::from(Key::Escape))).await;
    world.sees("to do").await;
    // The palette finds an account by a part of its number.
    world.strike("/").await;
    world.client().active_element().await.expect("the search").send_keys("a").await.expect("typed");
    world.sees("Go to").await;
    world.strike(&String::from(char::from(Key::Escape))).await;
    world.close().await;

    // Nothing on the disk can be read: the sample's company name is in the database and nowhere else.
    let found = plaintext(&world.data(), b"Shorebird Telecom");
    assert_eq!(found, Vec::<std::path::PathBuf>::new(), "customer data lies open on the disk");
    world.open().await;
    world.sees("to do").await;
    world.close().await;
}

/// Files below a folder that hold these bytes.
fn plaintext(folder: &std::path::Path, bytes: &[u8]) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the app's folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(plaintext(&path, bytes));
        } else {
            let content = std::fs::read(&path).expect("readable");
            if content.windows(bytes.len()).any(|part| part == bytes) {
                found.push(path);
            }
        }
    }
    found
}

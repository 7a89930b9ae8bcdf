//! Joining a team at the organisation's own sign-in provider through the real window. The system's
//! browser is a program of this test, found first where the shell looks for one; it goes through the
//! provider's pages form by form.

use std::path::Path;

use dunlin_app::Clock as _;
use serde_json::json;
use server::db::Run as _;
use server::params;

use crate::issuer;
use crate::scene::{Scene, named};
use crate::world::World;

/// The browser: whose name it types stands in a file beside it, what it showed at last in another.
fn browser(folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/browser.mjs");
    let program = folder.join("xdg-open");
    let words = format!(
        "#!/bin/sh\nexec node '{}' \"$1\" \"$(cat '{1}/login')\" > '{1}/shown' 2>&1\n",
        script.display(),
        folder.display()
    );
    std::fs::write(&program, words).expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(program, mode).expect("a program");
}

/// Everybody's sign-in is too long ago, and no token is good any more.
fn end_sessions(scene: &Scene) {
    scene.wait_for(async {
        let conn = scene.app.db.conn().await.unwrap();
        conn.run("DELETE FROM session WHERE org_id = $1", params![scene.org]).await.unwrap();
        let sql = "UPDATE device SET signed_in_at = signed_in_at - interval '90 days' WHERE org_id = $1";
        conn.run(sql, params![scene.org]).await.unwrap();
    });
}

#[tokio::test]
async fn a_person_signs_in_at_the_provider_in_the_browser_and_again_when_it_is_time() {
    let started = tokio::task::spawn_blocking(|| {
        issuer::scene().map(|(scene, provider)| (scene.join("ana"), scene.clock.now().to_rfc3339(), (scene, provider)))
    });
    let Some((join, now, team)) = started.await.expect("a scene") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    browser(folder.path());
    let types = |login: &str| std::fs::write(folder.path().join("login"), login).expect("written");
    let window = World::with_programs(&now, Some(folder.path())).await;
    window.press("Connect to your team").await;
    window.fill("Server address", &join.server).await;
    window.fill("One-time code", &join.code).await;
    window.fill("Name of this device", "Ana's laptop").await;
    types("unverified");
    window.press("Sign in with your organization").await;
    window.sees("The organization's provider refused").await;
    window.sees("did not verify it").await;
    window.looks("provider-refused").await;
    types("ana");
    window.press("Sign in with your organization").await;
    window.sees("Up to date").await;
    let shown = std::fs::read_to_string(folder.path().join("shown")).expect("what the browser showed");
    assert!(shown.contains("Dunlin"), "the browser says where to go on: {shown}");
    window.go("Team").await;
    window.sees("Ana's laptop").await;
    window.sees(&named("ana")).await;
    window.looks("provider-joined").await;

    let team = tokio::task::spawn_blocking(move || {
        end_sessions(&team.0);
        team
    });
    let team = team.await.expect("done");
    // Closed and opened again: the token in memory is gone as well.
    let mut window = window;
    window.restart_at(&now).await;
    window.sees("Sign in").await;
    window.go("Team").await;
    window.sees("Sign in in the browser").await;
    window.looks("provider-sign-in").await;
    types("unverified");
    window.press("Sign in in the browser").await;
    window.sees("provider refused").await;
    types("ana");
    window.press("Sign in in the browser").await;
    window.sees("Up to date").await;
    let view = window.command("team", json!({})).await.expect("a view");
    assert_eq!((&view["login"], &view["link"]["state"]), (&json!("ana"), &json!("up_to_date")));
    drop(window);
    tokio::task::spawn_blocking(move || drop(team)).await.expect("done");
}

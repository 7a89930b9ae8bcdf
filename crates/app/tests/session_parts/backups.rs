//! A backup on another computer: with a keychain and without.

use super::*;

#[test]
fn a_backup_opens_on_another_computer_with_its_passphrase_only() {
    let office = Office::open();
    let folder = tempfile::tempdir().expect("a stick");
    let file = folder.path().join("backup.db");
    let short = office.desk.backup(backup(&file, "short")).expect_err("too short");
    assert_eq!(short.field.as_deref(), Some("passphrase"));
    let unnamed = office.desk.backup(backup(Path::new(""), PASSPHRASE)).expect_err("no name");
    assert_eq!(unnamed.field.as_deref(), Some("path"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    let made = office.desk.backup(backup(&file, PASSPHRASE)).expect("a backup");
    assert!(made.message.contains("backup.db.key.json"), "{made:?}");
    let content = std::fs::read(&file).expect("a backup");
    let again = office.desk.backup(backup(&file, PASSPHRASE)).expect_err("it is there");
    assert_eq!(again.field.as_deref(), Some("path"));
    assert_told(&again, "backup.db");
    assert!(std::fs::read(&file).expect("a backup") == content, "never overwritten");

    let elsewhere = tempfile::tempdir().expect("a folder");
    let keychain = Arc::new(MemoryKeychain::default());
    let (desk, view) = started(elsewhere.path(), keychain.clone());
    assert_eq!(view.stage, Stage::FirstStart);
    let wrong = desk.restore(backup(&file, "four other words here")).expect_err("another");
    assert_eq!(wrong.code, ErrorCode::WrongPassphrase);
    assert_told(&wrong, "backup");
    assert_eq!(desk.session(Nothing {}).expect("a view").stage, Stage::FirstStart);
    let torn = content.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at == content.len() / 2));
    std::fs::write(&file, torn.collect::<Vec<u8>>()).expect("written");
    let why = desk.restore(backup(&file, PASSPHRASE)).expect_err("damaged");
    assert!(why.code == ErrorCode::Failed && why.message.contains("backup.db"), "{why:?}");
    std::fs::write(&file, &content).expect("written");
    desk.restore(backup(&file, PASSPHRASE)).expect("restored");
    let view = desk.session(Nothing {}).expect("a view");
    assert_eq!((view.stage, view.accounts, view.user.as_str()), (Stage::Ready, 5, USER));
    drop(desk);
    assert_eq!(started(elsewhere.path(), keychain).1.accounts, 5, "its key is in that computer's keychain now");
    assert!(std::fs::read(&file).expect("a backup") == content, "the backup stays");
}

#[test]
fn without_a_keychain_the_backups_passphrase_opens_what_was_restored() {
    let office = Office::open();
    let folder = tempfile::tempdir().expect("a stick");
    let file = folder.path().join("backup.db");
    office.desk.backup(backup(&file, "four ordinary words")).expect("a backup");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let desk = at(elsewhere.path(), Arc::new(NoKeychain));
    create(&desk, Some(PASSPHRASE)).expect("created");
    // Its passphrase is forgotten: the backup is the way out.
    assert_eq!(desk.lock(Nothing {}).expect("locked").stage, Stage::NeedsPassphrase);
    let done = desk.restore(backup(&file, "four ordinary words")).expect("restored");
    assert!(done.message.contains("its passphrase opens it"), "{done:?}");
    let view = desk.session(Nothing {}).expect("a view");
    assert_eq!((view.stage, view.accounts), (Stage::Ready, 5), "open at once");
    assert_eq!(desk.lock(Nothing {}).expect("locked").stage, Stage::NeedsPassphrase);
    assert_eq!(unlock(&desk, "four ordinary words").expect("opened").accounts, 5);
}
